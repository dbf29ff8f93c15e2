// Package snapshot writes all data as it is at one moment, the cut, while clients go
// on reading and writing: for SAVE and BGSAVE, for the base of an append-only file,
// for a replica. There is no fork, and no second copy of the data.
//
//	          cut: all shards stand still for some 10 µs
//	           │
//	shard 0 ───┼─ turn ─ turn ─ walk ─ turn ─ walk ─ … ─ end ──┐ chunks of 128 KiB:
//	shard 1 ───┼─ turn ─ walk ─ turn ─ turn ─ walk ─ … ─ end ──┤ copies of records,
//	           │                                               │ frozen views
//	           │                                               ▼
//	           │ OnCut                       encoder: values ─► rdb.Writer ─► Out
//
// What a shard captures and when is described in keyspace/capture.go. A shard walks
// its records in slices of 200 µs between messages, a fifth of its time while
// commands are waiting and all of it otherwise. It has a chunk to offer every
// 128 KiB; the channel to the encoder has room for a few, and a walk that finds it
// full rests until the encoder asks for more. What clients are about to change is
// captured in any case: it may wait in the shard, and beyond 32 MiB whoever goes on
// changing waits a millisecond with every chunk. While messages wait for shards, the
// encoder rests after each chunk for as long as it has worked, unless much is waiting
// for it.
//
// # Invariants
//
//   - Every key that is there at the cut reaches the encoder exactly once, as it is
//     at the cut; no other does.
//   - All shards are cut at one moment: a command over several of them is in the
//     snapshot as a whole or not at all.
//   - A shard's last chunk follows all others. After the last of all shards no memory
//     of the shards is read any more, and the shards are told (Troupe.EndCapture).
//   - One snapshot at a time: the next may begin when Done is closed.
//
// # Abandoned
//
// Cancel, or an error of Out, ends the encoding at once. The shards' walks go on to
// the end without copying anything, since the next snapshot needs all records marked.
//
// # Complexity
//
// O(bytes) of encoding on one goroutine, some 40 ns a record of walking, O(databases)
// for the cut. Memory: the channel, and copies of what changed before it was walked
// and is not encoded yet.
package snapshot
