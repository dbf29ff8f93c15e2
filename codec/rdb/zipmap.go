package rdb

import (
	"encoding/binary"
	"fmt"
)

// A zipmap is what small hashes were before Redis 2.6.
//
//	┌───────┬─────┬───────┬─────┬──────┬───────┬──────┬─ ─ ─┬──────┐
//	│ count │ len │ field │ len │ free │ value │ free │     │ 0xFF │
//	└───────┴─────┴───────┴─────┴──────┴───────┴──────┴─ ─ ─┴──────┘
//
// A length is one byte below 254, or 254 and four bytes, little endian. Free, one
// byte in front of a value, is how many unused bytes follow it. A count of 254 or
// more means that the fields have to be counted.
const (
	zipmapEnd    = 255
	zipmapLong   = 254
	zipmapCounts = 254
)

// validZipmap checks that p is one whole zipmap and nothing else, and returns how
// many fields it has.
func validZipmap(p []byte) (count int, err error) {
	off, ok := 1, true
	for ok && off < len(p) && p[off] != zipmapEnd {
		if _, _, off, ok = zipmapPair(p, off); ok {
			count++
		}
	}
	switch {
	case !ok || off != len(p)-1:
		return 0, fmt.Errorf("%w: zipmap entry at %d", ErrCorrupt, off)
	case p[0] < zipmapCounts && int(p[0]) != count:
		return 0, fmt.Errorf("%w: zipmap of %d fields that says %d", ErrCorrupt, count, p[0])
	}
	return count, nil
}

// zipmapPair reads the field at off and its value, and returns the offset of the
// next field.
func zipmapPair(p []byte, off int) (field, value []byte, next int, ok bool) {
	n, at, ok := zipmapLength(p, off)
	if !ok || n > len(p)-at {
		return nil, nil, off, false
	}
	field = p[at : at+n : at+n]
	n, at, ok = zipmapLength(p, at+n)
	if !ok || at >= len(p) {
		return nil, nil, off, false
	}
	free := int(p[at])
	at++
	if n > len(p)-at || free > len(p)-at-n {
		return nil, nil, off, false
	}
	value = p[at : at+n : at+n]
	return field, value, at + n + free, true
}

// zipmapLength reads the length at off and returns what is behind it.
func zipmapLength(p []byte, off int) (n, next int, ok bool) {
	switch {
	case off >= len(p) || p[off] == zipmapEnd:
		return 0, off, false
	case p[off] != zipmapLong:
		return int(p[off]), off + 1, true
	case len(p)-off < 5:
		return 0, off, false
	default:
		return int(binary.LittleEndian.Uint32(p[off+1:])), off + 5, true
	}
}
