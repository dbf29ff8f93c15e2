// Package rdb reads and writes RDB: the files that Redis keeps its data in, and the
// payloads of DUMP and RESTORE.
//
//	file     ┌───────┬──────┬─────┬─ ─ ─┬────────┬──────┬─────┬───────┬─ ─ ─┬─────┬────────┐
//	         │ REDIS │ 0011 │ aux │     │ select │ type │ key │ value │     │ EOF │ CRC-64 │
//	         └───────┴──────┴─────┴─ ─ ─┴────────┴──────┴─────┴───────┴─ ─ ─┴─────┴────────┘
//	payload  ┌──────┬───────┬───────────┬────────┐   a key's expiry and use stand in
//	         │ type │ value │ version 2 │ CRC-64 │   front of its type
//	         └──────┴───────┴───────────┴────────┘
//
// A length is one byte below 64, two bytes below 16384, or a byte and four or eight
// bytes, big endian. A text is a length and bytes; or a number of 8, 16 or 32 bits,
// where the text spells one; or compressed (codec/lzf). A value is one text, as many
// as a number in front says, or a compact layout inside a text:
//
//	type  0 string                   10 list: ziplist          18 list: nodes, listpacks
//	      1 list: texts              11 set: intset            19 stream, version 2
//	      2 set: texts               12 sorted set: ziplist    20 set: listpack
//	      3 sorted set: text scores  13 hash: ziplist          21 stream, version 3
//	      4 hash: texts              14 list: ziplists         22 to 25 hash: fields
//	      5 sorted set: binary       15 stream, version 1         with deadlines, texts
//	      7 a module's value         16 hash: listpack            or listpack
//	      9 hash: zipmap             17 sorted set: listpack
//
// Versions 5 to 12 are read, those of Redis 2.6 to 7.4, and that of Valkey 9, which
// begins with VALKEY080 and has its own type 22: a hash whose fields each have eight
// bytes of deadline behind the value. Version 11 is what files
// should be written in: Redis from 7.2 on reads it, and so does Valkey; 10 is for
// Redis 7.0, and 12 knows fields that end.
//
// # Use
//
// A value goes to a Visitor, element by element, so that a collection of any size is
// never in memory twice:
//
//	r, err := rdb.NewReader(file, maxText, rdb.Extras{})
//	for {
//		entry, err := r.Next() // io.EOF at the end, when the checksum was right
//		err = r.Value(visitor)
//	}
//
// A Writer has a method for every layout that is still written; lists and streams
// are written node by node.
//
// # Safety
//
// Bytes may come from anywhere; a checksum tells damage, not malice. Every layout is
// checked before its elements are handed over: sizes and counts against the bytes
// that are there, order where there is one, scores and deadlines for being such, IDs
// of streams for ascending, the counts of a stream for being those of its entries.
// What a length says is never set aside: memory grows with what was read, 64 KiB at
// a time, and is bounded per text, compressed ones included. There is no recursion.
//
// # Complexity
//
// O(bytes). A Reader holds 64 KiB, and one text or one compact layout; a Writer
// 128 KiB and one node.
package rdb
