package dict

import (
	"encoding/binary"
	"math"
)

// Never is the deadline of an element without one.
const Never = math.MaxInt64

// Element is an element as it is found. Key and Value are views that die with the
// next change of the table.
type Element struct {
	Key, Value []byte
	Until      int64 // when it ends, in the caller's unit, or Never
}

// The bits of a head below the key's size.
const (
	outside = 1 << iota
	timed
	headBits = 2
)

const handleSize, deadlineSize = 4, 8

// form is an element about to be written into a buffer.
type form struct {
	key, value []byte
	until      int64
	handle     uint32 // of the bytes outside, when there are any
	outside    bool
	values     bool
	size       int
}

// fit decides how an element is written whose key, value and deadline are set. One
// that stands outside gets its handle from keepOutside.
func (f *form) fit() {
	f.size = varintSize(len(f.key)<<headBits) + len(f.key)
	if f.values {
		f.size += varintSize(len(f.value)) + len(f.value)
	}
	if f.until != Never {
		f.size += deadlineSize
	}
	if f.size > maxInline {
		f.outside, f.size = true, 1+handleSize
		if f.until != Never {
			f.size += deadlineSize
		}
	}
}

// write writes the element to the first size bytes of dst.
func (f *form) write(dst []byte) {
	if f.outside {
		dst[0] = outside
		f.writeDeadline(dst, 1)
		binary.LittleEndian.PutUint32(dst[f.size-handleSize:], f.handle)
		return
	}
	n := putVarint(dst, len(f.key)<<headBits)
	if f.values {
		n += putVarint(dst[n:], len(f.value))
	}
	n = f.writeDeadline(dst, n)
	n += copy(dst[n:], f.key)
	copy(dst[n:], f.value)
}

// writeDeadline writes the deadline at n, if there is one, and returns where what
// follows stands.
func (f *form) writeDeadline(dst []byte, n int) int {
	if f.until == Never {
		return n
	}
	dst[0] |= timed
	binary.LittleEndian.PutUint64(dst[n:], uint64(f.until))
	return n + deadlineSize
}

// element returns the element of a slot.
func (d *Dict) element(s *segment, slot int) Element {
	p := s.data()[s.offset(slot):]
	e := Element{Until: Never}
	flags := p[0]
	keySize, n := varint(p)
	keySize >>= headBits
	valueSize := 0
	if d.values && flags&outside == 0 {
		var k int
		valueSize, k = varint(p[n:])
		n += k
	}
	if flags&timed != 0 {
		e.Until = int64(binary.LittleEndian.Uint64(p[n:]))
		n += deadlineSize
	}
	if flags&outside != 0 {
		e.Key, e.Value = d.outside(binary.LittleEndian.Uint32(p[n:]))
		return e
	}
	e.Key = p[n : n+keySize : n+keySize]
	n += keySize
	e.Value = p[n : n+valueSize : n+valueSize]
	return e
}

// key returns the key of the element of a slot. It is element for those who need no
// more.
func (d *Dict) key(s *segment, slot int) []byte {
	p := s.data()[s.offset(slot):]
	if p[0]&outside != 0 {
		return d.element(s, slot).Key
	}
	size, n := varint(p)
	size >>= headBits
	if d.values {
		n += 1 + int(p[n]>>7)
	}
	if p[0]&timed != 0 {
		n += deadlineSize
	}
	return p[n : n+size : n+size]
}

// size returns how many bytes the element that begins p takes.
func (d *Dict) size(p []byte) int {
	flags := p[0]
	keySize, n := varint(p)
	if flags&timed != 0 {
		n += deadlineSize
	}
	if flags&outside != 0 {
		return n + handleSize
	}
	n += keySize >> headBits
	if d.values {
		valueSize, k := varint(p[1+flags>>7:])
		n += k + valueSize
	}
	return n
}

// varint reads a number of one or two bytes, below 1<<14.
func varint(p []byte) (v, n int) {
	if p[0] < 0x80 {
		return int(p[0]), 1
	}
	return int(p[0]&0x7F) | int(p[1])<<7, 2
}

func varintSize(v int) int {
	if v < 0x80 {
		return 1
	}
	return 2
}

func putVarint(p []byte, v int) int {
	if v < 0x80 {
		p[0] = byte(v)
		return 1
	}
	p[0], p[1] = byte(v)|0x80, byte(v>>7)
	return 2
}
