package listpack

import (
	"encoding/binary"

	"github.com/troupe-db/troupe/codec/num"
)

// Value is an element as it was read: a string when Str is not nil, else Int.
type Value struct {
	Str []byte // a view into the body
	Int int64
}

// Append appends the element's text to dst.
func (v Value) Append(dst []byte) []byte {
	if v.Str != nil {
		return append(dst, v.Str...)
	}
	return num.AppendInt(dst, v.Int)
}

// Item returns the item that writes the element's value again.
func (v Value) Item() Item {
	if v.Str != nil {
		return ItemOf(v.Str)
	}
	return IntItem(v.Int)
}

// Decode reads the element at off of body, and returns the offset of the next
// one: len(body) behind the last.
func Decode(body []byte, off int) (v Value, next int) {
	p := body[off:]
	switch c := p[0]; {
	case c < formStr6:
		return Value{Int: int64(c)}, off + 2
	case c < formInt13:
		n := 1 + int(c&0x3F)
		return Value{Str: p[1:n:n]}, off + n + 1
	case c < formStr12:
		n := int64(c&0x1F)<<8 | int64(p[1])
		return Value{Int: n << 51 >> 51}, off + 3
	case c < formStr32:
		n := 2 + int(c&0x0F)<<8 + int(p[1])
		return Value{Str: p[2:n:n]}, off + n + backlenSize(n)
	case c == formStr32:
		n := 5 + int(binary.LittleEndian.Uint32(p[1:]))
		return Value{Str: p[5:n:n]}, off + n + backlenSize(n)
	default:
		size := intSize(c)
		return Value{Int: wideInt(p[1:], size)}, off + 2 + size
	}
}

// intSize returns how many bytes of data the integer form c has.
func intSize(c byte) int {
	if c == formInt64 {
		return 8
	}
	return int(c-formInt16) + 2
}

// wideInt reads an integer of size bytes.
func wideInt(p []byte, size int) int64 {
	switch size {
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(p)))
	case 3:
		return int64(int32(uint32(p[0])<<8|uint32(p[1])<<16|uint32(p[2])<<24) >> 8)
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(p)))
	default:
		return int64(binary.LittleEndian.Uint64(p))
	}
}

// length returns the bytes of form and data of the element that starts p.
func length(p []byte) int {
	switch c := p[0]; {
	case c < formStr6:
		return 1
	case c < formInt13:
		return 1 + int(c&0x3F)
	case c < formStr12:
		return 2
	case c < formStr32:
		return 2 + int(c&0x0F)<<8 + int(p[1])
	case c == formStr32:
		return 5 + int(binary.LittleEndian.Uint32(p[1:]))
	default:
		return 1 + intSize(c)
	}
}

// Next returns the offset behind the element at off: that of the next one, or
// len(body).
func Next(body []byte, off int) int {
	p := body[off:]
	if c := p[0]; c < formInt13 {
		if c < formStr6 {
			return off + 2
		}
		return off + 2 + int(c&0x3F)
	}
	n := length(p)
	return off + n + backlenSize(n)
}

// Prev returns the offset of the element before off, which is greater than 0 and
// the offset of an element or len(body).
func Prev(body []byte, off int) int {
	i := off - 1
	if c := body[i]; c <= maxBacklen1 {
		return i - int(c)
	}
	n, shift := 0, 0
	for ; body[i] > maxBacklen1; i-- {
		n |= int(body[i]&0x7F) << shift
		shift += 7
	}
	n |= int(body[i]) << shift
	return i - n
}

// Seek returns the offset of element index, counted from 0, of a body with count
// elements; 0 <= index <= count, and for count it is len(body). It walks from the
// nearer end.
func Seek(body []byte, count, index int) int {
	if index <= count/2 {
		off := 0
		for range index {
			off = Next(body, off)
		}
		return off
	}
	off := len(body)
	for range count - index {
		off = Prev(body, off)
	}
	return off
}

// Find returns the offset of the first element that is the item, from off on and
// looking at every stride-th element (2 for the fields of field-value pairs), or
// -1. stride is at least 1.
func Find(body []byte, off, stride int, it Item) int {
	lead := it.lead()
	for off < len(body) {
		if c := body[off]; c >= formInt13 {
			if it.Equal(body, off) {
				return off
			}
		} else if c == lead && (c < formStr6 || string(body[off+1:off+1+int(c&0x3F)]) == it.text) {
			return off // the two shortest forms, which nothing else stands for
		}
		for range stride {
			if off >= len(body) {
				return -1
			}
			off = Next(body, off)
		}
	}
	return -1
}

// CountBody returns the number of elements of a body, in O(N).
func CountBody(body []byte) int {
	n := 0
	for off := 0; off < len(body); n++ {
		off = Next(body, off)
	}
	return n
}
