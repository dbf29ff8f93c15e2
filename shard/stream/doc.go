// Package stream is the stream type: its values, consumer groups and commands.
//
// # Representation
//
// A stream is a deque of chunks in the order of their IDs. Chunks that are full
// share slabs of memory; the last one has a buffer with room to grow, which the
// next one inherits.
//
//	ring   ┌─────────┬─────────┬─────────┬─ ─ ─ ─ ─┬─────────┐  first and last ID, counts
//	       │    ●    │    ●    │    ●    │         │    ●    │
//	       └────┼────┴────┼────┴────┼────┴─ ─ ─ ─ ─┴────┼────┘
//	slabs  ┌────┴────┬────┴────┬────┴────┬─────┐    ┌───┴─────────┬──────┐
//	       │ chunk   │ chunk   │ chunk   │     │    │ chunk       │ room │
//	       └─────────┴─────────┴─────────┴─────┘    └─────────────┴──────┘
//
//	chunk  ┌───┬────────────┬───────┬───────┬─ ─ ─┐
//	       │ n │ n fields   │ entry │ entry │     │
//	       └───┴────────────┴───────┴───────┴─ ─ ─┘
//	entry  ┌──────┬ ─ ─ ─ ─ ─ ─ ─┬───────────────────────────────────┐
//	       │ head │ ms    seq    │ n values, or: n, n fields, values │
//	       └──────┴ ─ ─ ─ ─ ─ ─ ─┴───────────────────────────────────┘
//
// An entry's ID is written as the distance from the one before. Head is one byte:
// whether the entry was removed, whether it brings its own fields rather than those
// the chunk starts with, and the milliseconds since the entry before, up to 14.
// Larger distances, and sequence numbers other than the next one, follow as
// varints. Fields and values are strings behind their length, or integers of 1 to
// 9 bytes (see value.go). So an entry whose fields are those of its chunk costs its
// values, a byte for each of them, and one byte more.
//
// Removing marks an entry, and frees a chunk with its last one. XADD starts a new
// chunk where Redis would start a new listpack: each chunk knows the size its
// entries would have in one, so that stream-node-max-bytes and approximate trimming
// mean the same here, to the entry.
//
// # Groups
//
// A group keeps what is pending in an index from ID to time, count and owner, and
// for each consumer an index of the IDs pending for it. An index is a list of
// blocks of sorted IDs without pointers in them (index.go has the drawing).
//
// # Freezing
//
// The ring stands in rows of 64 chunks, 5 KiB. Freeze copies the list of rows and the
// lists of blocks of the indexes, 56 bytes a block, and shares rows, buffers, slabs
// and blocks. The epoch of the stream, and of its ring and indexes, goes on with it.
// What is of an older epoch may be part of a view: a row is copied before it changes,
// the entries of a chunk before one is marked, at most stream-node-max-bytes or one
// entry that is longer, and a block before it changes, 5 KiB at most. XADD copies no
// entries, since new ones stand behind all that a view has. No buffer, and no slab,
// that a view may have a part of is used for other entries. A view is only ever read,
// and a stream that was never frozen pays a comparison where entries are marked.
//
// A stream of a million entries freezes in 2 µs, one of five million in 13.
//
// # Invariants
//
//   - The IDs of a stream ascend from chunk to chunk and within them.
//   - An ID is pending for exactly one consumer of its group (see group).
//   - Nothing that is there is written over in a chunk or a block of an older epoch.
//   - Bytes is what the entry has accounted for: a change of a Stream is followed by
//     Changed with what Bytes was before.
//   - Nothing but dead entries stands in front of Stream.front; Stream.late is a place
//     in the last chunk, or its start; Stream.top is the ID of the last entry that is
//     there.
//
// # Complexity
//
// XADD O(1) amortised and O(chunks dropped + entries marked) for its trimming; a
// look-up by ID O(log chunks + entries of a chunk), of which the last chunk has few
// behind Stream.late; a range that and its length, backwards as forwards; everything about a pending entry O(log pending +
// blockMost). XINFO STREAM counts the nodes of Redis's radix tree in O(chunks).
// A stream of any size is given up in O(groups), for the collector to take.
//
// # Memory
//
// A stream of a million entries, in bytes per entry: what Bytes says, and MEMORY
// USAGE of Redis 7.0.15 over all its nodes.
//
//	entry                                        Stream    Redis
//	f v                                             4.0     16.9
//	field value                                     8.0     19.7
//	sensor, 6 digits, temperature, 4 letters       20.2     34.9
//	field, 64 letters                              69.1     82.4
//
// A pending entry takes 56 bytes in both indexes together; Redis's resident memory
// grows by 85.
package stream
