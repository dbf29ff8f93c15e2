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
	groupWord  = "#GROUP"
	groupLine  = groupWord + "\r\n"
	timeWord   = "#TS:"
	crcWord    = "#CRC32C:"
	crcDigits  = 8
	crcLongest = len(crcWord) + crcDigits + 2*20 + len("::\r\n")
)

// castagnoli returns the table of CRC-32C, which the standard library keeps.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// OpenGroup begins a group.
func OpenGroup(buf []byte) []byte { return append(buf, groupLine...) }

// AppendTime notes when what follows was written, unix seconds.
func AppendTime(buf []byte, seconds int64) []byte {
	buf = append(buf, timeWord...)
	buf = strconv.AppendInt(buf, seconds, 10)
	return append(buf, '\r', '\n')
}

// CloseGroup ends the group that buf holds, from its first byte on. offset is where
// in the file that byte comes to stand.
func CloseGroup(buf []byte, offset int64) []byte {
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
	for _, c := range rest[:crcDigits] { // one spelling only, so that every flip shows
		switch {
		case '0' <= c && c <= '9':
			s.sum = s.sum<<4 | uint32(c-'0')
		case 'a' <= c && c <= 'f':
			s.sum = s.sum<<4 | uint32(c-'a'+10)
		default:
			return s, false
		}
	}
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

// ParseTime reads an annotation of time, without its end.
func ParseTime(line []byte) (seconds int64, ok bool) {
	text, ok := bytes.CutPrefix(line, []byte(timeWord))
	if !ok {
		return 0, false
	}
	seconds, err := strconv.ParseInt(string(text), 10, 64)
	return seconds, err == nil
}
