// Package intset is the sorted array of integers that small sets of numbers are
// kept in, in memory, in DUMP payloads and in RDB files.
//
//	┌─────────┬─────────┬───────┬───────┬─ ─ ─┬───────┐
//	│ width 4 │ count 4 │ value │ value │     │ value │   value: width bytes
//	└─────────┴─────────┴───────┴───────┴─ ─ ─┴───────┘
//
// Everything is little endian. The width is 2, 4 or 8 bytes, the same for all
// values, which are signed.
//
// # Use
//
// Everything works on bytes the caller owns and allocates nothing. A caller finds
// the place of a value, gives the set room and lets the value in:
//
//	if i, found := intset.Search(p, v); !found {
//		p = resize(p, intset.Grown(p, v))
//		intset.Insert(p, i, v)
//	}
//
// # Invariants
//
//   - Values are in ascending order and all different.
//   - The width is that of the widest value the set ever had: it grows with the
//     first value that does not fit, and stays when that value goes.
//   - A set passed to a function is whole. Bytes from outside have to pass
//     Validate first; without it a function may panic, but never reads outside
//     the slice.
//
// # Complexity
//
// Search O(log N); At, Len, Min and Max O(1); Insert and Delete O(values behind
// the place), Insert O(N) when the width grows.
package intset
