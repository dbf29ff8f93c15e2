// Package codec is the parent of the packages that turn bytes into values and
// values into bytes. It holds no code of its own.
//
// Each package below it owns one documented format:
//
//	resp      requests in, replies out: RESP2 and RESP3
//	num       the textual numbers of the protocol: integers, doubles, long doubles
//	glob      the pattern language of KEYS, SCAN, PSUBSCRIBE and ACL rules
//	quote     the quoting shared by inline requests and the configuration file
//	conf      the configuration file, read and rewritten
//
// and, for persistence and the compact encodings, crc, listpack, rdb, aof and
// geohash.
//
// Invariants of every codec package: it imports the standard library and other
// codec packages only; it starts no goroutine, reads no clock, opens no file or
// socket and changes no package variable; hostile input yields an error or a
// false, never a panic, and never an allocation sized by a number that was not
// checked against the bytes at hand.
package codec
