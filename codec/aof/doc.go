// Package aof is the format of the append-only file: the manifest that names its
// parts, and the requests, annotations and groups that a part is made of.
//
// A part is a sequence of requests as clients send them. A line that begins with '#'
// is an annotation, which whoever does not know it passes over, as Redis 7 does. Two
// of them make a group of what was written at one time:
//
//	#GROUP:<12 hex>\r\n                    up to where the file was durable then
//	#TS:1700000000\r\n                    when it was written, if that is wanted
//	*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n
//	*1\r\n$5\r\nMULTI\r\n … *1\r\n$4\r\nEXEC\r\n
//	#CRC32C:1c291ca3:<bytes>:<offset>\r\n    of everything since #GROUP, it included
//
// Groups are what damage is measured in. One that begins and has no CRC line that
// fits was not written to its end: a torn tail, unless a sound group after it says that
// the file was durable up to behind it, which makes it harm that came later. Parts
// without groups, such as Redis writes, are read request by request; those between
// MULTI and EXEC belong together, and are a unit as one request alone is. Annotations
// that are none of the above, nor fill (fill.go), are taken for damaged ones.
//
// The manifest has a line for each part:
//
//	file appendonly.aof.1.base.rdb seq 1 type b
//	file appendonly.aof.1.incr.aof seq 1 type i
//
// # Use
//
//	s := aof.NewScanner(file, 0)
//	for {
//		err := s.Next(&block)  // io.EOF at the end, *Damage where sense ends
//		for i := range block.Len() { use(block.Request(i)) }
//	}
//	tail, err := aof.Judge(file, size, damage) // torn, or harmed in the middle?
//
// # Invariants
//
//   - A Block holds whole units only, and those of a group only after its checksum
//     was found right.
//   - Damage.Good is the end of the longest prefix that can be trusted.
//   - Memory grows with bytes that were read, never with a number they contain.
//
// # Complexity
//
// O(bytes). A Scanner keeps what it has read ahead; a Block has about a mebibyte, or
// one group or unit that is larger.
package aof
