package aof

import (
	"bytes"
	"encoding/hex"
	"hash/crc32"
	"strconv"
)

// annotationLine is how long an annotation may be, its end included: more than
// Redis reads of one is no annotation any more.
const annotationLine = 1024

// The words that annotations begin with.
const (
	groupWord  = "#GROUP:"
	groupSpace = "000000000000\r\n" // an offset in 12 hexadecimal digits
	groupSize  = len(groupWord) + len(groupSpace)
	timeWord   = "#TS:"
	crcWord    = "#CRC32C:"
	crcDigits  = 8
	crcLongest = len(crcWord) + crcDigits + 2*20 + len("::\r\n")
)

// castagnoli returns the table of CRC-32C, which the standard library keeps.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// OpenGroup begins a group.
func OpenGroup(buf []byte) []byte { return append(append(buf, groupWord...), groupSpace...) }

// Opened tells whether buf begins with a group.
func Opened(buf []byte) bool {
	return len(buf) >= groupSize && string(buf[:len(groupWord)]) == groupWord
}

// AppendTime notes when what follows was written, unix seconds.
func AppendTime(buf []byte, seconds int64) []byte {
	buf = append(buf, timeWord...)
	buf = strconv.AppendInt(buf, seconds, 10)
	return append(buf, '\r', '\n')
}

// CloseGroup ends the group that buf holds, from its first byte on. offset is where
// in the file that byte comes to stand, and synced up to where the file is durable.
func CloseGroup(buf []byte, offset, synced int64) []byte {
	digits := buf[len(groupWord) : groupSize-2]
	for i := range digits {
		digits[i] = "0123456789abcdef"[synced>>(4*(len(digits)-1-i))&15]
	}
	sum, size := crc32.Checksum(buf, castagnoli()), len(buf)
	var raw [crcDigits / 2]byte
	for i := range raw {
		raw[i] = byte(sum >> (24 - 8*i))
	}
	buf = append(buf, crcWord...)
	buf = hex.AppendEncode(buf, raw[:])
	buf = append(buf, ':')
	buf = strconv.AppendInt(buf, int64(size), 10)
	buf = append(buf, ':')
	buf = strconv.AppendInt(buf, offset, 10)
	return append(buf, '\r', '\n')
}

// seal is what a CRC line says.
type seal struct {
	sum    uint32
	size   int64 // bytes of the group without the line
	offset int64 // of its first byte in the file
}

// parseSeal reads a CRC line, without its end.
func parseSeal(line []byte) (s seal, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte(crcWord))
	if !ok || len(line) > crcLongest || len(rest) < crcDigits+1 || rest[crcDigits] != ':' {
		return s, false
	}
	sum, ok := plainHex(rest[:crcDigits])
	if !ok {
		return s, false
	}
	s.sum = uint32(sum)
	size, offset, ok := bytes.Cut(rest[crcDigits+1:], []byte(":"))
	if !ok {
		return s, false
	}
	if s.size, ok = plainNumber(size); !ok {
		return s, false
	}
	s.offset, ok = plainNumber(offset)
	return s, ok
}

// plainNumber reads digits as AppendInt writes them, and nothing else: two lines
// that differ never say the same.
func plainNumber(text []byte) (int64, bool) {
	if len(text) == 0 || len(text) > 18 || len(text) > 1 && text[0] == '0' {
		return 0, false
	}
	n := int64(0)
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, true
}

// plainHex reads hexadecimal digits in their one spelling.
func plainHex(text []byte) (n uint64, ok bool) {
	for _, c := range text {
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | uint64(c-'0')
		case 'a' <= c && c <= 'f':
			n = n<<4 | uint64(c-'a'+10)
		default:
			return 0, false
		}
	}
	return n, true
}

// parseGroup reads the line that begins a group, its end included.
func parseGroup(line []byte) (synced int64, ok bool) {
	if len(line) != groupSize || !Opened(line) || string(line[groupSize-2:]) != "\r\n" {
		return 0, false
	}
	n, ok := plainHex(line[len(groupWord) : groupSize-2])
	return int64(n), ok
}

// ParseTime reads an annotation of time, without its end.
func ParseTime(line []byte) (seconds int64, ok bool) {
	text, ok := bytes.CutPrefix(line, []byte(timeWord))
	if !ok {
		return 0, false
	}
	seconds, err := strconv.ParseInt(string(text), 10, 64)
	return seconds, err == nil
}
