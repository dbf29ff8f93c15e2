// Package hash is the hash type: its values and its commands.
//
// # Representation
//
// A small hash is a listpack in its record, fields and values in turn. The first
// deadline gives every field a third element, and from then on they stand in the
// order in which they end:
//
//	listpack    ┌───────┬───────┬───────┬───────┬─ ─ ─
//	            │ field │ value │ field │ value │          in order of arrival
//	            └───────┴───────┴───────┴───────┴─ ─ ─
//
//	listpackex  ┌───────┬───────┬──────────┬───────┬───────┬───┬─ ─ ─
//	            │ field │ value │ deadline │ field │ value │ 0 │    0: no deadline,
//	            └───────┴───────┴──────────┴───────┴───────┴───┴─ ─ ─  these come last
//
// A big hash is a Table, a dict.Dict of fields with values and deadlines.
//
// # Conversion
//
// As in Redis 7.4. A hash becomes a hashtable when it has more fields than
// hash-max-listpack-entries, or a field or value longer than hash-max-listpack-value
// is set; never back. What is called a hashtable is not always a Table: up to 64
// fields and 2 KiB without a deadline it stays a listpack, since a Table of three
// fields of 100 bytes takes 600 bytes and the listpack 390.
//
// # Deadlines
//
// A command that opens a hash first removes the fields whose time has come: all of
// a flat one, a bounded part of a Table, whose other fields of that kind it leaves
// out of what it returns (HLEN counts them until they are removed). Sweep does the
// same for hashes nobody opens: the schedule of the keyspace calls it. The hash goes
// with its last field.
//
// # Invariants
//
//   - A hash has at least one field; the key goes with the last one.
//   - In a listpackex, deadlines do not fall, and fields without one come last.
//   - A handler that changes a hash ends with commit: the record is as long as the
//     listpack, the keyspace has accounted for the Table, and the key is scheduled
//     for the first deadline or before it.
//   - A flat hash called a hashtable has no deadlines.
//
// # Complexity
//
// One field: O(1) in a Table, O(bytes) in a listpack. HGETALL, HKEYS and HVALS
// O(N). HRANDFIELD O(fields returned), or O(N) for different ones from a quarter of
// the hash on. A deadline in a listpackex: O(bytes), in a Table O(1).
//
// # Memory
//
// Resident bytes per key with everything, 300,000 hashes, beside Redis 7.0.15 on
// the same machine:
//
//	hash                                       here    Redis
//	10 fields of 6 bytes, values of 6 to 8      214      285
//	3 fields of 6 bytes, values of 100          392      633
//
// For big hashes see package dict: 30 bytes a field of 10 with a value of 10, where
// Redis takes 64.
package hash
