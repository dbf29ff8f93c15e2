package store

import "math/bits"

const (
	pageShift = 18
	pageBytes = 1 << pageShift // one page serves one size class

	smallClasses = 32      // 8, 16 .. 256
	classCount   = 32 + 56 // then eight to the doubling up to maxRecord
	smallMax     = 256
	maxRecord    = 32 << 10 // bytes of the largest record inside the arena
)

// classOf returns the smallest class whose records hold size bytes,
// 1 <= size <= maxRecord.
func classOf(size uint32) uint32 {
	if size <= smallMax {
		return (size+7)>>3 - 1
	}
	e := uint32(bits.Len32(size - 1)) // 9..15
	m := (size - 1) >> (e - 4) & 7
	return smallClasses + (e-9)<<3 + m
}

// classSize returns the bytes of a record of class c. It is the inverse of
// classOf: classOf(classSize(c)) == c.
func classSize(c uint32) uint32 {
	if c < smallClasses {
		return (c + 1) << 3
	}
	c -= smallClasses
	return (9 + c&7) << (c>>3 + 5)
}

// classSlots returns how many records of class c a page holds.
func classSlots(c uint32) uint32 { return pageBytes / classSize(c) }
