// Package set is the set type: its values and its commands.
//
// # Representation
//
// A small set is one record: an intset when all members are integers, else a
// listpack in order of arrival. A big one is a table (package dict).
//
//	intset    │ 10 │ 11 │ 5000 │                   sorted, 2, 4 or 8 bytes each
//	listpack  │ "apple" │ 10 │ "pear" │           searched from the front
//	hashtable   hash → segment → "apple", "10"…    text only
//
// A member is text to a client; where it is kept as a number it is one that prints
// as the same text. Members is the view of any of the three for reading, also by
// other types' commands; set is the value as a command changes it.
//
// # Invariants
//
//   - A set has at least one member; the key goes with the last one.
//   - A text that is an integer stands in a listpack as a number, so that equal
//     members are equal elements.
//   - Between commands a record is as long as the intset or listpack in it. While
//     a command adds members there may be room behind.
//   - Every change of a table is followed by Changed with what Bytes was before.
//
// # Conversion
//
// As in Redis 7.2. A new set is an intset if its first member is an integer and no
// more than set-max-intset-entries arrive with it, a listpack if no more than
// set-max-listpack-entries do, else a table. An intset with more members than the
// limit becomes a table; one that a text joins becomes a listpack, if that keeps to
// set-max-listpack-entries and set-max-listpack-value, else a table. So does a
// listpack beyond these limits. Nothing goes back but the results of SINTERSTORE,
// SUNIONSTORE and SDIFFSTORE, which start afresh. (Redis 7.0 has no listpack sets:
// there the second kind is a table, too.)
//
// # Randomness
//
// SPOP and SRANDMEMBER choose every member, or every choice of so many members,
// with the same probability. A count below zero asks for draws that may repeat; the
// reply is limited to proto-max-bulk-len bytes, since the request is a few bytes
// whatever it asks for.
//
// # Complexity
//
// A look-up, an addition or a removal is O(1) in a table, O(log N) plus moving the
// bytes behind in an intset, O(N) in a listpack. SINTER walks the smallest set and
// looks each member up in the others. SUNION makes the union, starting from a copy
// of the largest table. SDIFF looks each member of the first set up in the others,
// or in their union if that is less work; without a union it needs no memory.
//
// # Memory
//
// A million small sets of ten members each, key and record included, in bytes of
// resident memory per set above an empty server, beside Redis 7.0.15 (which has
// tables where Troupe has listpacks):
//
//	members                        Troupe    Redis
//	numbers from 0 to 999              65      108
//	numbers of up to 31 bits           81      124
//	texts like "member:123456"        193      856
//
// One set of a million members, added in order, in bytes per member as MEMORY
// USAGE says it:
//
//	members                        Troupe    Redis
//	texts of 15 bytes                22.8     64.4
//	numbers from 0 to 999,999        12.8     40.4
package set
