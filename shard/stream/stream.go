package stream

import "github.com/troupe-db/troupe/shard/keyspace"

// Stream is a log of entries with its consumer groups. Package doc has the
// drawing. The zero value is an empty stream.
type Stream struct {
	ring   ring
	front  front
	late   late
	length int // entries that are there

	last       ID     // the last one given to an entry, or set
	top        ID     // of the last entry that is there; means nothing without one
	maxDeleted ID     // the greatest that XDEL removed
	added      uint64 // how many entries there have ever been

	groups []*group // by name
	spare  []byte   // a buffer for the next chunk, or nil
	slab   *slab    // where full chunks go, or nil
	memory int64    // bytes of buffers, the spare included, of slabs and of groups
	epoch  uint32   // how often the stream was frozen
}

// front is a place in the first chunk before which no entry is left, so that a
// stream trimmed entry by entry is not read from the chunk's start each time. The
// zero value is the start.
type front struct {
	off int
	id  ID // of the entry before the place
}

// late is a place in the last chunk with few entries behind it, for those who want
// what was added last. The zero value is the start.
type late struct {
	off int
	id  ID // of the entry before the place
}

// lateEvery is how many entries are behind the late place at most.
const lateEvery = 16

// streamBytes is the size of a Stream without what it points to.
const streamBytes = 240

// Len returns the number of entries.
func (s *Stream) Len() int { return s.length }

// Bytes returns what the stream takes in memory, in O(1).
func (s *Stream) Bytes() int64 {
	return streamBytes + s.ring.bytes() + s.memory
}

// Clone returns a copy with buffers that have no room to spare, in O(N).
func (s *Stream) Clone() keyspace.Object {
	c := *s
	c.spare, c.slab, c.memory = nil, nil, 0
	c.ring.resize(s.ring.size)
	for i := range c.ring.n {
		c.settleIn(c.ring.edit(i))
	}
	c.groups = nil
	for _, g := range s.groups {
		c.groups = append(c.groups, g.clone(&c.memory))
	}
	return &c
}

// Append adds an entry at the end, of fields and values in turn. id is above all
// that were ever added, and the texts have at most maxEntry bytes together. O(1)
// amortised, and the length of the entry.
func (s *Stream) Append(id ID, pairs [][]byte, limit Limit) {
	bytes := 0
	for _, p := range pairs {
		bytes += len(p)
	}
	c := s.ring.tail()
	if c == nil || !limit.admits(c, bytes) {
		c = s.startChunk()
		s.grow(c, need(pairs))
		c.open(id, pairs)
	}
	s.grow(c, need(pairs))
	if n := c.live + c.dead; n > 0 && n%lateEvery == 0 {
		s.late = late{len(c.buf), c.last}
	}
	c.add(id, pairs)
	s.length++
	s.added++
	s.last, s.top = id, id
}

// grow makes room in a chunk and keeps the books.
func (s *Stream) grow(c *chunk, n int) {
	if cap(c.buf)-len(c.buf) >= n {
		return
	}
	home := c.home
	if home == nil {
		s.memory -= int64(cap(c.buf))
	}
	c.grow(n)
	c.epoch = s.epoch
	s.memory += int64(cap(c.buf))
	if c.home = nil; home != nil {
		s.leave(home)
	}
}

// startChunk adds a chunk without entries and gives the room that the one before
// it has left to spare to the new one.
func (s *Stream) startChunk() *chunk {
	if c := s.ring.tail(); c != nil {
		s.seal(c)
	}
	c := s.ring.push()
	s.late = late{}
	c.buf, s.spare = s.spare[:0], nil
	c.epoch = s.epoch
	return c
}

// maxSpare is the largest buffer that is kept for the next chunk.
const maxSpare = 16 << 10

// seal moves a chunk that is full to a slab, unless it is large and fills its own
// buffer well.
func (s *Stream) seal(c *chunk) {
	if c.home != nil || len(c.buf) > slabMost/2 && cap(c.buf)-len(c.buf) <= len(c.buf)/16 {
		return
	}
	old := *c
	s.settleIn(c)
	s.retire(&old)
}

// retire keeps the buffer of a chunk for the next one, or gives it up, as it does
// with one that a view may have.
func (s *Stream) retire(c *chunk) {
	buf := c.buf
	if cap(buf) > cap(s.spare) && cap(buf) <= maxSpare && c.epoch == s.epoch {
		buf, s.spare = s.spare, buf[:0]
	}
	s.memory -= int64(cap(buf))
}

// dropChunk removes chunk i with what is left in it.
func (s *Stream) dropChunk(i int) {
	c := s.ring.at(i)
	s.length -= int(c.live)
	if c.home != nil {
		s.leave(c.home)
	} else {
		s.retire(c)
	}
	s.ring.remove(i)
	if i == 0 {
		s.front = front{}
	}
	if i == s.ring.n {
		s.late = late{}
	}
	if s.ring.n == 0 {
		s.memory -= int64(cap(s.spare))
		old := s.slab
		s.spare, s.slab = nil, nil
		s.giveUp(old)
	}
}

// read returns a cursor over chunk i that leaves out what the front leaves out.
func (s *Stream) read(i int) cursor {
	cur := s.ring.at(i).read()
	if i == 0 && s.front.off > 0 {
		cur.off, cur.id = s.front.off, s.front.id
	}
	return cur
}

// readFrom is read for those who want entries from id on only.
func (s *Stream) readFrom(i int, id ID) cursor {
	cur := s.read(i)
	if i == s.ring.n-1 && s.late.off > cur.off && s.late.id.Less(id) {
		cur.off, cur.id = s.late.off, s.late.id
	}
	return cur
}

// Delete removes the entry id and tells whether it was there. O(log chunks + the
// entries of a chunk).
func (s *Stream) Delete(id ID) bool {
	var e entry
	i, ok := s.locate(id, &e)
	if !ok {
		return false
	}
	c := s.ring.edit(i)
	first := i == 0 && e.pos == s.frontOffset()
	s.own(c)
	c.kill(e.pos)
	s.length--
	switch {
	case c.live == 0:
		s.dropChunk(i)
	case first:
		s.front = front{e.end, e.id}
	}
	if id == s.top && s.length > 0 {
		s.top = s.findTop()
	}
	return true
}

// frontOffset returns where the first chunk is read from.
func (s *Stream) frontOffset() int {
	cur := s.read(0)
	return cur.off
}

// locate finds the entry id that is there, and the chunk it is in.
func (s *Stream) locate(id ID, e *entry) (chunk int, ok bool) {
	if s.length == 0 {
		return 0, false
	}
	chunk = s.ring.find(id)
	if c := s.ring.at(chunk); id.Less(c.first) || c.last.Less(id) {
		return 0, false
	}
	cur := s.readFrom(chunk, id)
	for cur.next(e) {
		if !e.id.Less(id) {
			return chunk, e.id == id && !e.dead
		}
	}
	return 0, false
}

// Has tells whether the entry id is there.
func (s *Stream) Has(id ID) bool {
	var e entry
	_, ok := s.locate(id, &e)
	return ok
}

// findTop returns the ID of the last entry of a stream that has any.
func (s *Stream) findTop() ID {
	var room [1]entry
	b := s.before(lastOfAll, 1, room[:])
	var e entry
	b.next(&e)
	return e.id
}

// first returns the ID of the first entry, 0-0 when there is none.
func (s *Stream) first() ID {
	var e entry
	w := s.from(ID{})
	if !w.next(&e) {
		return ID{}
	}
	return e.id
}

var _ keyspace.Object = (*Stream)(nil)
