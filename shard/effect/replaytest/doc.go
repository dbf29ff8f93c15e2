// Package replaytest holds the commands of all types to the contract of package
// effect: what they record, run again on an empty server, makes the same data. It
// has tests only.
//
//	random requests ──► server A ── effects ──► server B
//	                       │                       │
//	                       ╰── the same keys, values, ends, groups ──╯
//
// B has other hashes, another number of shards, other chances and a clock that is
// ahead. It must not matter to it in which order a table keeps its elements, what
// time it is, and which of several clients was served.
//
// # Invariants
//
//   - No effect fails, and none blocks.
//   - Every command that may write has had an effect in a run, so that none is left
//     out.
//
// A run takes time in proportion to its requests.
package replaytest
