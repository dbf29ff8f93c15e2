package stream

// slab is memory that full chunks share, so that little is lost to the sizes the
// allocator has. It goes when the last of them does: chunks of a neighbourhood are
// trimmed together.
type slab struct {
	buf    []byte // what was given out
	chunks int32  // that have a part of it
	epoch  uint32 // of the stream when the slab was made
}

const (
	// slabLeast and slabMost bound the size of a slab, which is otherwise
	// 1/slabShare of what the stream holds.
	slabLeast = 4 << 10
	slabMost  = 128 << 10
	slabShare = 16
	// slabBytes is the size of a slab without its memory.
	slabBytes = 32
)

// settleIn moves the entries of a chunk to a slab, where they have no room to
// grow.
func (s *Stream) settleIn(c *chunk) {
	n := len(c.buf)
	if s.slab == nil || cap(s.slab.buf)-len(s.slab.buf) < n {
		s.startSlab(n)
	}
	at := len(s.slab.buf)
	s.slab.buf = append(s.slab.buf, c.buf...)
	s.slab.chunks++
	c.buf, c.home, c.epoch = s.slab.buf[at:at+n:at+n], s.slab, s.epoch
}

// startSlab makes the slab that full chunks go to from now on, with room for at
// least n bytes.
func (s *Stream) startSlab(n int) {
	size := slabLeast
	for size < slabMost && int64(size) < s.memory/slabShare {
		size *= 2
	}
	old := s.slab
	s.slab = &slab{buf: newBuffer(max(size, n)), epoch: s.epoch}
	s.memory += slabBytes + int64(cap(s.slab.buf))
	s.giveUp(old)
}

// leave takes a chunk's part in its slab away.
func (s *Stream) leave(home *slab) {
	home.chunks--
	s.giveUp(home)
}

// giveUp takes a slab off the books when no chunk has a part of it; the one in
// use starts over instead, unless a view may have a part of it.
func (s *Stream) giveUp(b *slab) {
	switch {
	case b == nil || b.chunks > 0:
	case b == s.slab && b.epoch == s.epoch:
		b.buf = b.buf[:0]
	default:
		s.memory -= slabBytes + int64(cap(b.buf))
		if b == s.slab {
			s.slab = nil
		}
	}
}
