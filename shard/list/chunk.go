package list

import "github.com/troupe-db/troupe/codec/listpack"

// chunk is a node of a quicklist: the body of a listpack somewhere in a buffer.
//
//	buf  ┌────────────┬───────────────────────┬──────────────┐
//	     │ front room │ elements              │ back room    │
//	     └────────────┴───────────────────────┴──────────────┘
//	                  start                   end
//
// Elements pushed at the front go right before start, so that nothing moves.
//
// Invariants: start <= end <= len(buf); buf[start:end] is count whole elements.
type chunk struct {
	buf        []byte
	start, end uint32
	count      uint32
	epoch      uint32 // of the list when it got buf, see Quicklist.Freeze
}

func (c *chunk) body() []byte { return c.buf[c.start:c.end] }
func (c *chunk) used() int    { return int(c.end - c.start) }
func (c *chunk) front() int   { return int(c.start) }
func (c *chunk) back() int    { return len(c.buf) - int(c.end) }

// slide moves the elements so that the front room has front bytes.
func (c *chunk) slide(front int) {
	used := c.used()
	copy(c.buf[front:], c.body())
	c.start, c.end = uint32(front), uint32(front+used)
}

// open makes a gap of n bytes at offset off of the body, which then counts one
// element more. There must be n bytes of room, in front and behind together. It
// moves the shorter part when the room allows.
func (c *chunk) open(off, n int) {
	used, start := c.used(), int(c.start)
	var down, up int // how far the parts before and behind off move
	switch front, back := c.front(), c.back(); {
	case front >= n && (back < n || off < used/2):
		down = n
	case back >= n:
		up = n
	default:
		down, up = front, n-front
	}
	body := c.body()
	if down > 0 {
		copy(c.buf[start-down:], body[:off])
	}
	if up > 0 {
		copy(c.buf[start+off+up:], body[off:])
	}
	c.start, c.end = uint32(start-down), uint32(start+used+up)
	c.count++
}

// cut removes count elements of n bytes together at offset off. It moves the
// shorter part.
func (c *chunk) cut(off, n, count int) {
	body := c.body()
	if off < len(body)-off-n {
		copy(body[n:], body[:off])
		c.start += uint32(n)
	} else {
		copy(body[off:], body[off+n:])
		c.end -= uint32(n)
	}
	c.count -= uint32(count)
}

// put writes an element at offset off, over what is there.
func (c *chunk) put(off int, it listpack.Item) {
	it.Put(c.buf[int(c.start)+off:])
}

// newBuffer returns n bytes or what the allocator gives for them. For a power of two,
// as the buffers of full chunks are, it gives just that, and make does not clear what
// is fresh from the system.
func newBuffer(n int) []byte {
	if n&(n-1) == 0 {
		return make([]byte, n)
	}
	buf := append([]byte(nil), make([]byte, n)...)
	return buf[:cap(buf)]
}
