// Package list is the list type: its values and its commands.
//
// # Representation
//
// A small list is one listpack in its record. A big one is a Quicklist, a deque
// of chunks, each the body of a listpack:
//
//	            head                                      head+n-1
//	ring  ┌────┬─────┬─────┬─────┬─ ─ ─ ─ ─ ─ ─ ─ ─┬─────┬─────┬────┐  slots, a power of two,
//	      │    │  ●  │  ●  │  ●  │                 │  ●  │  ●  │    │  used in a circle
//	      └────┴──┼──┴──┼──┴──┼──┴─ ─ ─ ─ ─ ─ ─ ─ ─┴──┼──┴──┼──┴────┘
//	              │     │     └ buf ▓▓▓▓▓▓▓▓▓▓▓▓      │     │
//	              │     └────── buf ▓▓▓▓▓▓▓▓▓▓▓▓      │     └ buf ▓▓▓▓▓░░░░░░░  room behind
//	              └──────────── buf ░░░░░░░▓▓▓▓▓      └────── buf ▓▓▓▓▓▓▓▓▓▓▓▓
//	                 room in front
//
// Elements that are pushed at the front are written right before the first, into
// room the head chunk keeps there: nothing moves. A slot is 40 bytes with one
// pointer, and the buffers hold none, so that a million small elements are some
// 1300 pointers to the garbage collector. The buffer of a chunk that runs empty is
// kept for the next one: a queue, pushed at one end and popped at the other,
// allocates nothing. The buffers of a long list that is deleted serve other lists of the
// shard for a moment, see keyspace.Remains: one that is filled and emptied in turn has
// the memory it had before.
//
// # Freezing
//
// Freeze copies the ring, 40 bytes a chunk, and shares the buffers. The epoch of the
// list goes on with it; a chunk whose epoch is an older one may be part of a view,
// and moves to a buffer of its own before anything is written there. So a view is
// only ever read, and a list that was never frozen pays a comparison. What is copied
// at a time is one buffer: at most what list-max-listpack-size allows, 8 KiB by
// default, or one element that is longer. Taking elements off the ends copies
// nothing. A buffer that a view may have is never kept for the next chunk.
//
// A list of a million short elements freezes in 40 µs, one of five million in 190.
//
// # Invariants
//
//   - A list has at least one element; the key goes with the last one.
//   - No chunk of a Quicklist is empty between commands, and Len is the sum of
//     their counts.
//   - A chunk keeps to its Limit unless it holds a single element or was a flat
//     list as a whole.
//   - Nothing is written to the buffer of a chunk whose epoch is not the list's, and
//     no such buffer is the spare one.
//   - Nothing refers to the elements of a list once it is scrapped, unless they are in
//     chunks of older epochs.
//   - Bytes is what the entry has accounted for: every change of a Quicklist is
//     followed by Changed with how much Bytes has grown.
//
// # Conversion
//
// As in Redis 7.2. A flat list becomes a Quicklist when a command is about to
// bring it above list-max-listpack-size, judged by the listpack's bytes and the
// text that arrives, before anything is written. A Quicklist becomes flat when
// elements were removed or replaced, one chunk is left, and that has at most half
// of the limit. (Redis 7.0 has no flat lists and calls every list a quicklist.)
//
// # Complexity
//
// Push and pop O(1) amortised; an index O(chunks + elements of a chunk); a range
// that and its length; insertion and removal by index O(bytes of a chunk +
// chunks); LREM, LPOS and the search for LINSERT's pivot O(N). On a flat list
// everything is O(bytes), at most the limit.
//
// # Memory
//
// A list of a million elements, pushed one by one, in bytes per element: what
// Bytes says, which is what the Go heap grew by, and MEMORY USAGE of Redis 7.0.15
// over all its nodes.
//
//	element                          Quicklist    Redis
//	a number from 0 to 999,999             5.0      5.0
//	text of 10 bytes                      12.1     12.1
//	text of 64 bytes                      67.8     67.5
//	text of 200 bytes                    206.1    205.8
//
// The two chunks at the ends may be nearly empty, and lists that lose elements in
// the middle keep chunks that are half full, as in Redis; LREM joins them.
package list
