package intset

import (
	"encoding/binary"
	"math"
)

// HeaderSize is the bytes before the values: the size of an empty set.
const HeaderSize = 8

// PutEmpty makes the first HeaderSize bytes of p a set without values.
func PutEmpty(p []byte) { putHeader(p, 2, 0) }

func putHeader(p []byte, width, count int) {
	binary.LittleEndian.PutUint32(p, uint32(width))
	binary.LittleEndian.PutUint32(p[4:], uint32(count))
}

// Len returns the number of values.
func Len(p []byte) int { return int(binary.LittleEndian.Uint32(p[4:])) }

// Width returns the bytes a value takes: 2, 4 or 8.
func Width(p []byte) int { return int(binary.LittleEndian.Uint32(p)) }

// Size returns the bytes of the set at the beginning of p.
func Size(p []byte) int { return HeaderSize + Len(p)*Width(p) }

// At returns value i in ascending order, 0 <= i < Len.
func At(p []byte, i int) int64 { return load(p[HeaderSize:], Width(p), i) }

// Min returns the least value of a set that is not empty.
func Min(p []byte) int64 { return At(p, 0) }

// Max returns the greatest value of a set that is not empty.
func Max(p []byte) int64 { return At(p, Len(p)-1) }

func load(values []byte, width, i int) int64 {
	switch width {
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(values[2*i:])))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(values[4*i:])))
	default:
		return int64(binary.LittleEndian.Uint64(values[8*i:]))
	}
}

func save(values []byte, width, i int, v int64) {
	switch width {
	case 2:
		binary.LittleEndian.PutUint16(values[2*i:], uint16(v))
	case 4:
		binary.LittleEndian.PutUint32(values[4*i:], uint32(v))
	default:
		binary.LittleEndian.PutUint64(values[8*i:], uint64(v))
	}
}

// widthOf returns the bytes v needs.
func widthOf(v int64) int {
	switch {
	case v >= math.MinInt16 && v <= math.MaxInt16:
		return 2
	case v >= math.MinInt32 && v <= math.MaxInt32:
		return 4
	default:
		return 8
	}
}

// Search returns the place of v, and whether it is there: if not, i is where it
// belongs.
func Search(p []byte, v int64) (i int, found bool) {
	width, n := Width(p), Len(p)
	values := p[HeaderSize : HeaderSize+n*width]
	if n == 0 || v > load(values, width, n-1) {
		return n, false // the common case of numbers that come in order
	}
	low, high := 0, n
	for low < high {
		mid := int(uint(low+high) >> 1)
		if load(values, width, mid) < v {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < n && load(values, width, low) == v
}

// Grown returns the bytes the set takes with one more value v.
func Grown(p []byte, v int64) int {
	return HeaderSize + (Len(p)+1)*max(Width(p), widthOf(v))
}

// Insert puts v, which is not there, at its place i, as Search gave it. p has at
// least Grown bytes.
func Insert(p []byte, i int, v int64) {
	width, n := Width(p), Len(p)
	values := p[HeaderSize:]
	if wide := widthOf(v); wide > width {
		widen(values, width, wide, n, i)
		width = wide
	} else {
		copy(values[(i+1)*width:], values[i*width:n*width])
	}
	save(values, width, i, v)
	putHeader(p, width, n+1)
}

// widen rewrites n values, last first, with another width and leaves a gap at i.
func widen(values []byte, from, to, n, i int) {
	for j := n - 1; j >= 0; j-- {
		at := j
		if j >= i {
			at++
		}
		save(values, to, at, load(values, from, j))
	}
}

// Delete takes value i out, and returns the size of the set that is left.
func Delete(p []byte, i int) int {
	width, n := Width(p), Len(p)
	values := p[HeaderSize:]
	copy(values[i*width:], values[(i+1)*width:n*width])
	putHeader(p, width, n-1)
	return HeaderSize + (n-1)*width
}

// Keep moves value from to place at and is used to thin a set out in one pass:
// the caller keeps values in ascending order, at <= from, and then calls Cut.
func Keep(p []byte, at, from int) {
	width := Width(p)
	save(p[HeaderSize:], width, at, load(p[HeaderSize:], width, from))
}

// Cut leaves the first n values, n <= Len, and returns the size of that set.
func Cut(p []byte, n int) int {
	putHeader(p, Width(p), n)
	return Size(p)
}
