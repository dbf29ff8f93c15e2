package list

import (
	"math"

	"github.com/troupe-db/troupe/codec/listpack"
)

// Limit is how large a listpack, flat or a chunk of a quicklist, may be.
type Limit struct {
	Bytes int // of the whole listpack, header and end byte included
	Count int // of elements; math.MaxInt when only Bytes limits
}

// safeBytes limits a listpack when the configuration limits only its elements.
const safeBytes = 8 << 10

// LimitOf returns what list-max-listpack-size stands for: a number of elements
// when it is positive (0 counts as 1), and 4, 8, 16, 32 or 64 KiB for -1 to -5.
// What is below -5 counts as -5.
func LimitOf(size int) Limit {
	if size >= 0 {
		return Limit{Bytes: safeBytes, Count: max(size, 1)}
	}
	return Limit{Bytes: 2 << 10 << -max(size, -5), Count: math.MaxInt}
}

// exceeded tells whether a listpack of so many bytes and elements is too large.
func (l Limit) exceeded(bytes, count int) bool {
	return bytes > l.Bytes || count > l.Count
}

// small tells whether a listpack that is the whole of a quicklist is worth
// making a flat list of: it has at most half of what the limit is about, so that
// a list around the limit does not go back and forth.
func (l Limit) small(bytes, count int) bool {
	if l.Count == math.MaxInt {
		return bytes <= l.Bytes/2
	}
	return bytes <= l.Bytes && count <= l.Count/2
}

// admits tells whether an element of n bytes may join a chunk. An empty chunk
// takes any: an element above the limit has a chunk of its own.
func (l Limit) admits(c *chunk, n int) bool {
	return c.count == 0 || !l.exceeded(c.used()+n+listpack.EmptySize, int(c.count)+1)
}

// buffer returns how large the buffer of a full chunk is when its elements take
// n bytes each.
func (l Limit) buffer(n int) int {
	if n >= l.Bytes || l.Count >= l.Bytes/n {
		return max(l.Bytes, n)
	}
	return l.Count * n
}
