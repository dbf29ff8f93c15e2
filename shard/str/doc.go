// Package str is strings: their value and their commands.
//
// # Representation
//
// A string is one record of the store. Its kind says how the bytes are meant,
// with the names OBJECT ENCODING gives them:
//
//	int     8 bytes, little endian    the canonical text of an int64, "-12" but not "012"
//	embstr  the bytes themselves      up to 44 of them
//	raw     the bytes themselves      longer ones, and what was changed in place
//
// embstr and raw are laid out alike; the difference is history that clients can
// ask for and do.
//
// # When the encoding changes
//
//	SET, SETNX, SETEX, GETSET, MSET, APPEND to nothing   int, embstr or raw, by the value
//	INCR, DECR, INCRBY, DECRBY                           int
//	INCRBYFLOAT                                          embstr or raw, also for "3"
//	APPEND, SETRANGE on a string                         raw, and never back
//
// # Invariants
//
//   - An int's record holds exactly 8 bytes; its text has 1 to 20.
//   - No string grows beyond Settings.ProtoMaxBulkLen by APPEND or SETRANGE.
//   - A value changes only behind Put, Resize or SetInt, so that the keyspace
//     knows of every change.
//
// # Complexity
//
// Commands on one key take one look-up and O(1), plus the bytes they read, write
// or return. SET on a key that is there overwrites its record in place when the
// size class allows, APPEND takes amortised O(bytes appended). LCS takes
// O(N*M/64) time and, unless only the length is asked for, N*M bits; see align.go.
package str
