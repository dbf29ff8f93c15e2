package rdb

import (
	"encoding/binary"
	"fmt"

	"github.com/troupe-db/troupe/codec/listpack"
)

// A ziplist is the compact sequence that listpacks have replaced.
//
//	┌─────────┬─────────┬─────────┬───────┬─ ─ ─┬───────┬──────┐
//	│ bytes 4 │ tail 4  │ count 2 │ entry │     │ entry │ 0xFF │   little endian
//	└─────────┴─────────┴─────────┴───────┴─ ─ ─┴───────┴──────┘
//	entry  ┌──────────────────┬──────┬──────┐
//	       │ size of the one  │ form │ data │   the size: one byte below 254, or 254
//	       │ before           │      │      │   and four bytes
//	       └──────────────────┴──────┴──────┘
//
// Tail is where the last entry begins; a count of 65535 means that the entries have
// to be counted. The form is one of
//
//	00xxxxxx                    string of up to 63 bytes
//	01xxxxxx xxxxxxxx           string of up to 16383 bytes
//	10000000 and four bytes     string of any length, big endian
//	110000-- 110100-- 111000--  integer of 2, 4 or 8 bytes that follow
//	11110000 11111110           integer of 3 bytes, of 1 byte
//	1111xxxx                    integer, xxxx-1: 0 to 12
const (
	zipHeader   = 10
	zipEnd      = 0xFF
	zipLongSize = 254
	zipUncount  = 1<<16 - 1
)

// The forms of an entry.
const (
	zipStr6   = 0
	zipStr14  = 1
	zipStr32  = 0x80
	zipInt16  = 0xC0
	zipInt32  = 0xD0
	zipInt64  = 0xE0
	zipInt24  = 0xF0
	zipInt8   = 0xFE
	zipSmall  = 0xF1 // to 0xFD
	zipSmalls = 13
)

// validZiplist checks that p is one whole ziplist and nothing else, and returns how
// many entries it has.
func validZiplist(p []byte) (count int, err error) {
	if len(p) < zipHeader+1 || uint64(binary.LittleEndian.Uint32(p)) != uint64(len(p)) {
		return 0, fmt.Errorf("%w: ziplist of another size", ErrCorrupt)
	}
	off, before := zipHeader, 0
	last := off
	for off < len(p)-1 {
		_, next, ok := zipEntry(p[:len(p)-1], off, before)
		if !ok {
			return 0, fmt.Errorf("%w: ziplist entry at %d", ErrCorrupt, off)
		}
		last, before, off = off, next-off, next
		count++
	}
	known := int(binary.LittleEndian.Uint16(p[8:]))
	switch {
	case p[off] != zipEnd:
		return 0, fmt.Errorf("%w: ziplist without an end", ErrCorrupt)
	case known != zipUncount && known != count:
		return 0, fmt.Errorf("%w: ziplist of %d entries that says %d", ErrCorrupt, count, known)
	case uint64(binary.LittleEndian.Uint32(p[4:])) != uint64(last):
		return 0, fmt.Errorf("%w: the last entry of a ziplist is elsewhere", ErrCorrupt)
	}
	return count, nil
}

// zipEntry reads the entry at off, behind one of before bytes, and returns the
// offset of the next. before is negative when that was checked.
func zipEntry(p []byte, off, before int) (v listpack.Value, next int, ok bool) {
	size := int(p[off])
	off++
	if size == zipLongSize {
		if len(p)-off < 4 {
			return v, 0, false
		}
		size = int(binary.LittleEndian.Uint32(p[off:]))
		off += 4
	}
	if before >= 0 && size != before || off >= len(p) || p[off-1] == zipEnd && size == zipEnd {
		return v, 0, false
	}
	return zipValue(p, off)
}

// zipValue reads the value whose form is at off.
func zipValue(p []byte, off int) (v listpack.Value, next int, ok bool) {
	form := p[off]
	off++
	rest := p[off:]
	var n int
	switch {
	case form>>6 == zipStr6:
		n = int(form & 63)
	case form>>6 == zipStr14:
		if len(rest) < 1 {
			return v, 0, false
		}
		n = int(form&63)<<8 | int(rest[0])
		off++
	case form == zipStr32:
		if len(rest) < 4 {
			return v, 0, false
		}
		n = int(binary.BigEndian.Uint32(rest))
		off += 4
	default:
		return zipInt(rest, form, off)
	}
	if n > len(p)-off {
		return v, 0, false
	}
	return listpack.Value{Str: p[off : off+n : off+n]}, off + n, true
}

// zipInt reads an integer of a form from rest, which is at off.
func zipInt(rest []byte, form byte, off int) (v listpack.Value, next int, ok bool) {
	var width int
	switch form {
	case zipInt8:
		width = 1
	case zipInt16:
		width = 2
	case zipInt24:
		width = 3
	case zipInt32:
		width = 4
	case zipInt64:
		width = 8
	default:
		small := form - zipSmall
		return listpack.Value{Int: int64(small)}, off, form >= zipSmall && small < zipSmalls
	}
	if len(rest) < width {
		return v, 0, false
	}
	var room [8]byte
	copy(room[8-width:], rest[:width])
	return listpack.Value{Int: int64(binary.LittleEndian.Uint64(room[:])) >> (64 - 8*width)}, off + width, true
}
