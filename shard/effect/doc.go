// Package effect collects what a turn of a shard changes, as requests that bring
// about the same change again: what goes into the append-only file and to replicas.
//
// An effect is deterministic. Most commands are their own effect. One that depends
// on the time, on chance or on what others do says what it has done instead: SPOP a
// removal, EXPIRE a deadline, a key whose time has come its deletion.
//
//	command ─ Begin ── Key is expired ── effect DEL ─┐
//	        │          handler ───────── effects ────┤  MULTI … EXEC when there are several
//	        ─ End ───────────────────────────────────┘
//
// # Invariants
//
//   - What lies between Begin and End, Begin and End nested within it included, is
//     one unit: alone, or between MULTI and EXEC.
//   - The bytes are whole requests. They assume that database First is selected, and
//     leave Last selected.
//
// A Log belongs to one turn, and costs no allocation once its buffer has grown.
package effect
