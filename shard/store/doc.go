// Package store holds the keys and values of one shard and one database: a
// hash table of four-byte references into an arena of records. Neither holds
// anything that the garbage collector has to look at, so the cost of a
// collection does not depend on the number of keys.
//
// A Store knows bytes, sizes and expiry times. It knows no commands, no
// replies and no clock. One goroutine owns it; there are no locks.
//
// # Table
//
// The table is an extendible hash. The top bits of a hash choose a directory
// entry, which names a segment and how many bits that segment has consumed
// (its depth). The next five bits choose one of the 32 groups of the segment.
// A group is exactly one cache line:
//
//	byte  0          11 12   13    14  15 16                              63
//	     +-------------+----+-----+------+----------------------------------+
//	     | control[12] | ov | --- | ttl  | ref[12]                          |
//	     +-------------+----+-----+------+----------------------------------+
//	control  0 for an empty slot, otherwise 0x80 | the low 7 bits of the hash
//	ov       how many keys passed this group because it was full; 255 sticks
//	ttl      bit i is set when the record in slot i has an expiry time
//	ref      a record's offset in the arena, in units of 8 bytes
//
// A key stands in its home group or, when that was full, in one of the groups
// behind it (wrapping inside the segment). A look-up stops at the first group
// whose overflow count is zero; deletions decrement the counts on their path,
// so there are no tombstones. A segment that reaches 7/8 of its slots is split
// in two by the next hash bit; nothing else moves, so growth never stalls for
// the whole table. Two sparse buddies are merged by Tidy.
//
// Equal hashes cannot be told apart by more bits. The directory may therefore
// only be a few bits deeper than the number of keys justifies; beyond that a
// full segment gets a chain of further segments. Memory stays linear in the
// number of keys whatever their hashes are, and only the keys that collide pay.
//
// # Record
//
// A record is 8-aligned and begins with one word that is read at once:
//
//	bit  0      8       16         40       48         64
//	    +------+-------+----------+--------+----------+
//	    | kind | flags | access   | keylen | valuelen |   header
//	    +------+-------+----------+--------+----------+
//	    | expiry, unix ms                             |   only with flagExpire
//	    +---------------------------------------------+
//	    | key length u32, key handle u32              |   only with flagLong
//	    | hash                                        |   only with flagLong
//	    +---------------------------------------------+
//	    | key bytes, value bytes                      |
//	    +---------------------------------------------+
//
// Kind 0 marks a free record, whose upper half links to the next free record
// of its page. Keys of more than 255 bytes take the long form; it keeps the
// hash, so that no split ever reads a long key. What does not fit a record of
// 32 KiB stands outside the arena: the record holds a handle (a u32 in place
// of the value) into a side table of byte slices. Big collections are Go values
// in a second side table, reached the same way.
//
// # Arena
//
// The arena is one reservation of address space, committed in steps and never
// unmapped. It is cut into pages of 256 KiB. A page serves one size class
// (8..256 in steps of 8, then eight steps to the doubling, up to 32 KiB), fills
// from its start, and keeps the records that were freed in a list. A page whose
// last record goes serves any class again. Tidy moves the records of sparse
// pages together, which is cheap because only one slot refers to a record, and
// gives free pages back to the operating system.
//
// # Snapshots, and what is shared
//
// One of the flags says whether the snapshot under way has the record, another whether
// somebody else may read the value that stands outside it: a snapshot, or a client it is
// a reply to. See Cut, Unkept and Share in mark.go. While a walk is under way, records
// move only when they change.
//
// # Complexity
//
// Find, Delete, Replace, Resize and SetExpire touch one group line and one
// record in the common case. Insert does the same and now and then pays for one
// split (336 keys). Random and Sample are constant while the table is not
// nearly empty. Scan costs a group and a rehash for each key it looks at.
//
// The directory doubles in place, which costs 4 bytes for each 170 to 340 keys:
// some 0.1 ms with the split at 10 million keys in one store, and 1 ms at 100
// million. Nothing else that an insertion does depends on the number of keys.
//
// A key of 16 bytes with a value of 16 costs 47 bytes, 55 with an expiry time;
// with a value of 64, 95 (TestMemoryPerKey; the share of the table is between 6
// and 12 bytes, depending on how full the segments are).
//
// # Views
//
// Key and Value return views of the arena. A view dies when its record is
// deleted, replaced, resized, gains or loses its expiry time, or is moved by
// Tidy. Growth and splits move no records.
package store
