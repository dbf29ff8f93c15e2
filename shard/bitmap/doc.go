// Package bitmap is the commands that see a string as bits, or as integers of any
// width that lie in it.
//
// # Representation
//
// There is no value of its own: a bitmap is a string (see package str), and every
// string is a bitmap. Bit 0 is the highest bit of the first byte, as the network
// and Redis count:
//
//	byte       0                 1
//	      ┌───────────────┬───────────────┬─
//	bit   │0 1 2 3 4 5 6 7│8 9 …          │
//	      └───────────────┴───────────────┴─
//	       ▲ 0x80        ▲ 0x01
//
// A field of BITFIELD, such as u5 at offset 6, is the bits 6 to 10, the first of
// them the most significant. "#3" as an offset is three times the field's width.
//
// What is read behind the end of the string is zero; what is written there makes
// the string longer. A command that may write makes the string raw, as SETRANGE
// does, whether or not a bit changes.
//
// # Invariants
//
//   - A bit is addressed only if its byte lies below Settings.ProtoMaxBulkLen,
//     so that no string grows further than one field beyond it.
//   - All arguments are read before the key changes. BITFIELD reads its operations
//     twice instead of keeping them: once to find errors and the last bit that is
//     written, once to do them.
//
// # Complexity
//
// SETBIT, GETBIT and each operation of BITFIELD are O(1) beside the growth of the
// string. BITCOUNT, BITPOS and BITOP take 64 bits at a time. BITOP needs no memory
// beside its result: it works in pieces that fit the cache, and in place where the
// destination is one of the sources.
package bitmap
