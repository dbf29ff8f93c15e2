// Package listpack is the compact sequence of strings and integers that small
// collections are kept in, in memory, in DUMP payloads and in RDB files
// (https://github.com/antirez/listpack/blob/master/listpack.md).
//
//	pack   ┌─────────┬─────────┬─────────┬─ ─ ─┬─────────┬──────┐
//	       │ size 4  │ count 2 │ element │     │ element │ 0xFF │
//	       └─────────┴─────────┴─────────┴─ ─ ─┴─────────┴──────┘
//	                           └────────── body ─────────┘
//
//	element ┌──────┬ ─ ─ ─ ┬─────────┐
//	        │ form │ data  │ backlen │
//	        └──────┴ ─ ─ ─ ┴─────────┘
//
// Size and count are little endian. Size counts the whole pack; a count of
// 65535 means that the elements have to be counted. The form is one of
//
//	0xxxxxxx                    integer, 0 to 127
//	10xxxxxx                    string of up to 63 bytes
//	110xxxxx xxxxxxxx           integer, 13 bits, two's complement
//	1110xxxx xxxxxxxx           string of up to 4095 bytes
//	11110000 and four bytes     string of up to 4 GiB
//	11110001 to 11110100        integer of 2, 3, 4 or 8 bytes that follow
//
// and backlen is the length of form and data, seven bits a byte with the lowest
// seven in the last byte; all but the first byte have the top bit set. It is read
// from its end, so that a pack can be walked backwards.
//
// # Use
//
// Everything works on bytes the caller owns and allocates nothing. An Item is an
// element about to be written and knows its size, so that a caller resizes its
// memory once and edits in place:
//
//	it := listpack.ItemOf(arg)
//	p = resize(p, len(p)+it.Size())
//	listpack.Insert(p, at, it)
//
// Offsets are relative to the body. The functions that read (Decode, Next, Prev,
// Seek, Find) take a body, which may stand without header and end byte: the nodes
// of a quicklist are bodies.
//
// # Invariants
//
//   - Text that num.ParseInt accepts is stored as an integer, in the shortest form.
//   - A body passed to a reading function is a sequence of whole elements. Bytes
//     from outside have to pass Validate first; without it a reading function may
//     panic, but never reads outside the slice.
//
// # Complexity
//
// Decode, Next and Prev O(1); Seek O(distance to the nearer end); Count O(1), and
// O(N) above 65534 elements; editing O(bytes behind the place).
package listpack
