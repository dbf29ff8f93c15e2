package dict

// Freeze returns a view of the table as it is now, which never changes and may be
// read by one other goroutine while d goes on: Len, Bytes and Each are for it, and
// nothing else. It copies the lists of chunks; chunks and buffers are shared from
// then on: the epoch of the table goes on, and what is of an older one is copied
// before it changes. O(elements / 10,000).
func (d *Dict) Freeze() *Dict {
	view := *d
	view.chunks = append([]chunk(nil), d.chunks...)
	view.dir = nil
	if r := d.rest; r != nil {
		view.rest = &rest{big: append([]bigChunk(nil), r.big...), next: r.next, timed: r.timed}
	}
	d.epoch++
	return &view
}

// own returns s in a form that no view has a part of, so that it may be changed.
// Pointers to segments of other numbers are void if their epoch is not the table's.
func (d *Dict) own(s *segment) *segment {
	if s.epoch == d.epoch {
		return s
	}
	return d.copySegment(s)
}

func (d *Dict) copySegment(s *segment) *segment {
	number := uint32(0)
	if d.depth > 0 {
		number = d.names(s)[0]
	}
	d.ownChunk(number / chunkLen)
	s = d.at(number)
	s.buf = append(make([]byte, 0, cap(s.buf)), s.buf...)
	s.epoch = d.epoch
	return s
}

// ownChunk makes a chunk of segments, but not yet their buffers, one that may be
// changed.
func (d *Dict) ownChunk(i uint32) *chunk {
	c := &d.chunks[i]
	if c.epoch != d.epoch {
		c.segs = append(make([]segment, 0, cap(c.segs)), c.segs...)
		c.epoch = d.epoch
	}
	return c
}

// ownBig is ownChunk for what stands outside.
func (d *Dict) ownBig(i uint32) *bigChunk {
	c := &d.rest.big[i]
	if c.epoch != d.epoch {
		c.slots = append(make([][]byte, 0, cap(c.slots)), c.slots...)
		c.epoch = d.epoch
	}
	return c
}
