// Package zset is the sorted set type: its values and its commands.
//
// # Representation
//
// A small sorted set is one listpack in its record, members and scores in turn, in
// order. A big one is a Sorted:
//
//	 index                     arena                              tree
//	┌─────────┐   name   ┌──────────────────────────┐      ┌───────────────────┐
//	│ segment │ ───────► │ score │ length │ name    │      │ least, count, kid │ inner
//	│ segment │          ├──────────────────────────┤      └────────┬──────────┘
//	│    …    │          │ score │ length │ name    │ ◄─┐  ┌────────┴──────────┐
//	└─────────┘          └──────────────────────────┘   └──┤ scores   records  │ leaf
//	                       pages of 8 KiB                  └───────────────────┘
//
// Records are known by 32-bit references. The index, extendible hashing over
// segments of 248 slots, holds one reference per member; the tree, a B+ tree that
// counts, holds one and the score, so that most steps of a search need not look at
// a record. Pages, segments and nodes hold no pointers: a million members are some
// 30,000 objects to the garbage collector.
//
// # Freezing
//
// A view has the tree and the arena, which are enough to read the members in order,
// and no index. Nodes are numbered through tables whose rows of 16 are shared; the
// list of pages is copied, and their buffers are shared. The epoch of the tree goes
// on: a node of an older one may be part of a view, and is copied before it changes,
// with its row if need be. So a change copies a leaf and the inner nodes above it,
// 1 to 4 KiB, the first time. Pages are not copied: names are never written over
// while a view may have them, and views take scores from the leaves. A view is only
// ever read; a set that was never frozen pays a comparison a node.
//
// A set of a million members freezes in 60 µs, one of five million in 300, most of
// which is the list of pages.
//
// # Invariants
//
//   - A sorted set has at least one member; the key goes with the last one.
//   - Every record that was not given back is in the index and in the tree, with
//     the same score. No score is NaN.
//   - An inner node knows the least element below each child and their number,
//     exactly.
//   - Less than a quarter of a page is live only in the page that new records go
//     to: what is left in others moves there.
//   - No node whose epoch is not the tree's is written to, nor is one kept as spare.
//   - Bytes is what the entry has accounted for: every change of a Sorted is
//     followed by Changed with what Bytes was before.
//
// # Conversion
//
// As in Redis: a flat set becomes a Sorted when a member comes that makes it more
// than zset-max-listpack-entries, or that is longer than zset-max-listpack-value.
// It never goes back, but what ZUNIONSTORE and its kin make anew is flat if it fits.
//
// # Complexity
//
// In a Sorted: a score O(1); a rank, a change, the ends of a range O(log N); a
// range that and its length; growing and shrinking happen page by page, node by
// node and segment by segment, so that no change takes longer than some hundred
// members. In a flat set everything is O(N), at most the limit. A walk with ZSCAN
// goes in the order of hashes, and needs no memory between two calls.
//
// # Memory
//
// Members of 17 bytes with random scores, added in random order, in bytes per
// member: MEMORY USAGE, which is what the heap grew by, beside that of Redis
// 7.0.15.
//
//	members      Sorted    Redis
//	129           116.2    138.5
//	1,000          62.6    118.5
//	20,000         59.6    129.0
//	5,000,000      58.9    129.5
//
// With 5 million members the process grew by 299 MB, that of Redis by 680 MB. Of
// the 59 bytes 32 are the record, 17 the tree, which fills as far as any B-tree
// does when members come in random order (12 when they come in order), 8 the index.
// When members come and go in no order, pages are on average half live.
package zset
