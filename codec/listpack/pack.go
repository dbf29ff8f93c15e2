package listpack

import "encoding/binary"

// Sizes of what surrounds the body.
const (
	HeaderSize = 6              // size and count
	EmptySize  = HeaderSize + 1 // an empty pack: header and end byte

	// uncounted is the count of a pack whose elements have to be counted.
	uncounted = 1<<16 - 1
)

// PutEmpty makes the first EmptySize bytes of p an empty pack.
func PutEmpty(p []byte) {
	putHeader(p, EmptySize, 0)
}

// Wrap makes p the pack around body, which is copied and has count elements. p
// has EmptySize bytes more than body; body may overlap it.
func Wrap(p, body []byte, count int) {
	copy(p[HeaderSize:], body)
	putHeader(p, len(body)+EmptySize, count)
}

// putHeader writes header and end byte.
func putHeader(p []byte, size, count int) {
	binary.LittleEndian.PutUint32(p, uint32(size))
	setCount(p, count)
	p[size-1] = end
}

func setCount(p []byte, count int) {
	binary.LittleEndian.PutUint16(p[4:], uint16(min(count, uncounted)))
}

// Size returns the bytes of the pack at the beginning of p.
func Size(p []byte) int { return int(binary.LittleEndian.Uint32(p)) }

// Body returns the elements of the pack at the beginning of p, as a view.
func Body(p []byte) []byte { return p[HeaderSize : Size(p)-1] }

// Count returns the number of elements.
func Count(p []byte) int {
	n := int(binary.LittleEndian.Uint16(p[4:]))
	if n == uncounted {
		return CountBody(Body(p))
	}
	return n
}

// Insert puts the item before the element at off, or at the end for len(body). p
// has at least it.Size() bytes behind the pack.
func Insert(p []byte, off int, it Item) {
	n := it.Size()
	shift(p, off, n, 1)
	it.Put(p[HeaderSize+off:])
}

// Append puts the item at the end. p has at least it.Size() bytes behind the pack.
func Append(p []byte, it Item) {
	Insert(p, Size(p)-EmptySize, it)
}

// Delete removes the count elements between the offsets from and to, and returns
// the size of the pack that is left.
func Delete(p []byte, from, to, count int) int {
	return shift(p, to, from-to, -count)
}

// Replace puts the item in place of the element between the offsets from and to.
// p has at least it.Size()-(to-from) bytes behind the pack. It returns the size
// of the pack, which may have become smaller.
func Replace(p []byte, from, to int, it Item) int {
	size := shift(p, to, it.Size()-(to-from), 0)
	it.Put(p[HeaderSize+from:])
	return size
}

// Open moves the elements from off on by n bytes to the back, for the caller to
// fill the gap with count elements, and counts these. p has at least n bytes
// behind the pack.
func Open(p []byte, off, n, count int) {
	shift(p, off, n, count)
}

// shift is Open for positive and negative n and count. It returns the new size.
func shift(p []byte, off, n, count int) int {
	size, known := Size(p), int(binary.LittleEndian.Uint16(p[4:]))
	at := HeaderSize + off
	copy(p[at+n:], p[at:size])
	binary.LittleEndian.PutUint32(p, uint32(size+n))
	if known != uncounted {
		setCount(p, known+count)
	}
	return size + n
}
