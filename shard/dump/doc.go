// Package dump is DUMP and RESTORE: a value as bytes that another server, Troupe or
// Redis, makes the same value of.
//
//	┌──────┬────────────── ─ ─ ─┬───────────┬───────────┐
//	│ type │ value, as in a file │ version 2 │ CRC-64  8 │
//	└──────┴────────────── ─ ─ ─┴───────────┴───────────┘
//
// codec/rdb knows the layout. This package walks a value to write it, and builds one
// of the pieces it reads, through the builders of the types' packages.
//
// # Versions
//
// Payloads are written in the oldest form that can hold the value: that of Redis
// 7.0, or that of 7.4 for a hash with fields that end. What the form of 7.0 cannot
// hold is when a consumer of a stream last got something: it comes back as when it
// last asked. Any version up to 12 is read.
//
// # Trust
//
// A checksum is no proof of good will, so a payload is always checked in depth: the
// codec checks layouts and numbers, the builders that nothing comes twice, and that
// what refers to something has it. The value is complete before the key is touched:
// a payload that is refused has changed nothing. No memory is set aside because of a
// number that a payload names.
//
// # Complexity
//
// Both O(bytes of the value); RESTORE of a sorted set O(N log N) unless it comes in
// order, as it does from here. A value is in memory twice while DUMP writes it, once
// as a value and once as bytes. WriteValue, which files are written with as well,
// takes a value apart from its key, also a view that was frozen, on any goroutine; to
// a file it goes piece by piece.
package dump
