// Package migrate is MIGRATE: keys go to another server, Troupe or Redis, and are
// removed here when that has them.
//
//	 here, in the turn of the keys' shards            the other server
//	┌───────────────────────────────────────┐
//	│ dump ─► AUTH? SELECT? RESTORE RESTORE │ ──────►  stores them
//	│ remove those that were acknowledged   │ ◄──────  +OK +OK
//	└───────────────────────────────────────┘
//
// The shards that own the keys stand still until the other server has answered or the
// timeout is over, so that no change of a key is lost between its copy and its removal;
// Redis stands still as a whole. The other shards go on. Two servers that send each
// other keys at the same moment may wait for one another until the timeout, as two of
// Redis do.
//
// Connections are kept for ten seconds after their last use, 64 of them at most. One
// that the other side has closed meanwhile is tried once more as a new one.
//
// # Invariants
//
//   - A key is removed only after the other server has acknowledged it.
//   - A connection belongs to one call at a time.
//
// # Complexity
//
// O(bytes of the values), here and there; memory for one payload at a time.
package migrate
