// Package dict is the table of a big set or hash: byte strings, each with or
// without a value, and each with or without a time at which it ends.
//
// # Layout
//
// Extendible hashing. The first bits of an element's hash choose a segment
// through the directory; a segment holds up to 64 elements in one buffer:
//
//	directory  ┌───┬───┬───┬───┐  2^depth segment numbers; none while there is
//	           │ 0 │ 2 │ 1 │ 1 │  a single segment
//	           └─┼─┴─┼─┴─┼─┴─┼─┘
//	             0   2   1   1
//
//	segment    ┌────────┬─────────────┬───────┬───────┬─ ─ ─
//	           │ tag .. │ offset16 .. │ bytes │ bytes │        bytes are in order of arrival
//	           └────────┴─────────────┴───────┴───────┴─ ─ ─
//	             slots      slots
//
//	bytes      ┌────────┬────────────┬─────────────┬─────┬───────┐
//	           │ head   │ value size │ deadline 64 │ key │ value │
//	           └────────┴────────────┴─────────────┴─────┴───────┘
//	              key size<<2            if timed
//	              | timed<<1 | outside
//
// Sizes are varints, deadlines little endian; a table without values has no value
// sizes. A tag is the eight bits of the hash behind those that chose the segment;
// the first count slots are in use, in no order, so that a look-up compares eight
// tags at a time and a random element is one draw. An element that takes more than
// 1000 bytes stands outside, in a slice of its own, with its handle in its place.
//
// # Growth
//
// A full segment splits in two, which moves its elements and nothing else; two
// halves that are nearly empty merge again. Bytes that are given up stay where
// they are until the segment is rebuilt, when its buffer is full or half of it is
// dead. Buffers that come free are kept for the next rebuild, so that growth leaves
// little to the garbage collector.
//
// # Iteration
//
// Scan walks in the order of the hash, segments by their first bits and within
// them by tag. Its cursor is the hash that comes next, which means the same before
// and after any split or merge: an element that is there from the first call to
// the last is given at least once.
//
// # Deadlines
//
// The table stores deadlines and finds those that have come; it does not hide an
// element by itself. A segment knows a time before which none of its elements end,
// and so does the table, and Expire skips what need not be looked at.
//
// # Freezing
//
// Segments stand in chunks of 256, and what stands outside in chunks of 64. Freeze
// copies the lists of the chunks, without the directory, which a view does not need,
// and shares all else. The epoch of the table goes on with it: a chunk or a segment
// of an older one may be part of a view, and is copied before it changes. A view is
// only ever read; a table that was never frozen pays a comparison. The first change
// of a segment copies its chunk, 12 KiB, if that was not copied yet, and its buffer,
// which is full of 64 elements: some KiB, 64 at most. No buffer that a view may have
// is kept for the next rebuild.
//
// A set of a million members freezes in 2 µs, one of five million in 7.
//
// # Invariants
//
//   - A segment of depth d is named by exactly the 2^(depth-d) directory entries
//     that begin with its prefix; depth of the table is the greatest of a segment.
//   - A segment of the table's epoch, and the chunk it stands in, belong to no view;
//     nothing is written to any other.
//   - Elements of a buffer, dead ones included, take less than 64 KiB.
//   - next of a segment is not after the deadline of any of its elements, next of
//     the table not after any segment's.
//   - Bytes is what all slices can hold, plus the fixed parts.
//
// Hashes are seeded anew for every table (hash/maphash), so that nobody outside can
// choose keys that meet: 65 keys that do would have to agree in twelve bits more
// than the directory has, which chance does not bring about.
//
// # Complexity
//
// Get, Set and Delete O(1) and at most two rebuilds of a segment, some
// microseconds; doubling the directory copies four bytes for some twenty elements.
// Random O(1) expected. Each and Clone O(N), Freeze O(N / 10,000). Expire O(segments
// looked at).
//
// # Memory
//
// One million elements, set one by one, in bytes per element: what Bytes says,
// which is what the Go heap grew by, and MEMORY USAGE of Redis 7.0.15.
//
//	element                             Dict    Redis
//	key of 10 bytes, no values          17.4     48.4
//	key of 10, value of 10              29.7     64.4
//	key of 10, value of 64              88.7    128.4
//	key of 10, value of 200            239.4    272.4
//
// BenchmarkMillion measures it again.
package dict
