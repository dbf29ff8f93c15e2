// Package hll is HyperLogLogs: sketches that estimate how many different elements
// were added, within about 0.81 %, in at most 12 KiB.
//
// # Representation
//
// A sketch is a string (see package str), byte for byte the one Redis makes, so
// that GET, SET, DUMP and copies carry it between servers:
//
//	byte   0     4       5          8                 16
//	      ┌─────┬───────┬──────────┬─────────────────┬──────────────┐
//	      │HYLL │ form  │ 3 unused │ cardinality 8   │ registers …  │
//	      └─────┴───────┴──────────┴─────────────────┴──────────────┘
//	form         0 dense, 1 sparse
//	cardinality  the last estimate, little endian; bit 63 set when it is out of date
//
// An element's hash chooses one of 16,384 registers with its low 14 bits; the
// number of zeros at the end of the other 50, plus one, is offered to it, and a
// register keeps the greatest number it was offered.
//
//	dense   6 bits a register, the lowest bits of each byte first: 12,288 bytes
//	sparse  runs of equal registers, in order:
//	        00nnnnnn             n+1 zeros                     ZERO
//	        01nnnnnn nnnnnnnn    n+1 zeros                     XZERO
//	        1vvvvvnn             n+1 registers with v+1        VAL
//
// A sketch is sparse until it would grow beyond Settings.HLLSparseMaxBytes or a
// register beyond 32. It never goes back.
//
// # Invariants
//
//   - The runs of a sparse sketch cover exactly 16,384 registers. Clients can
//     write what they like into a string: every command checks what it relies on
//     and says INVALIDOBJ.
//   - A command that fails has changed nothing: a sparse sketch is changed in a
//     copy, which takes its place at the end.
//   - Two sketches of the same elements in the same order are the same bytes.
//
// # Complexity
//
// PFADD is O(1) for each element of a dense sketch and O(runs) for a sparse one.
// PFCOUNT of one key is O(1) while its cardinality is up to date and O(registers)
// when not; of several keys, like PFMERGE, O(registers) for each. The estimator is
// that of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog
// sketches" (arXiv:1702.01284).
package hll
