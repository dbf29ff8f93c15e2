package store

import (
	"math/bits"
	"unsafe"
)

// placed is a key in passage from one segment to another.
type placed struct {
	h   uint64
	ref Ref
	ttl bool
}

func bitsLen(n int) int { return bits.Len(uint(n)) }

// split gives half of the keys of seg, and of the chain behind it, to a new
// segment. It reports false when there is no memory or the directory cannot
// grow; nothing has changed then.
func (s *Store) split(seg uint32) bool {
	t := &s.table
	m := t.meta(seg)
	if uint32(m.depth) == t.depth && !t.double() {
		return false
	}
	other := t.newSegment()
	if other == 0 {
		return false
	}
	keys := s.gather(seg)
	depth := m.depth + 1
	if uint32(depth) == t.depth {
		t.deep += 2
	}
	prefix := m.prefix
	t.point(seg, prefix, depth)
	t.point(other, prefix|1<<(32-depth), depth)
	s.scatter(keys)
	s.splits++
	return true
}

// double makes the directory one bit deeper, in place and from the end, so
// that no entry is overwritten before it is read.
func (t *table) double() bool {
	n := uintptr(1) << t.depth
	if t.depth >= maxDepth || !t.dir.reserve(2*n*4) {
		return false
	}
	d := unsafe.Slice((*uint32)(t.dir.base), 2*n)
	for i := n; i > 0; i-- {
		e := d[i-1]
		d[2*i-1], d[2*i-2] = e, e
	}
	t.depth++
	t.shift--
	t.deep = 0
	return true
}

// halve makes the directory one bit shallower. No segment may need the bit.
func (t *table) halve() {
	n := uintptr(1) << t.depth
	d := unsafe.Slice((*uint32)(t.dir.base), n)
	deep := 0
	for i := uintptr(0); i < n/2; i++ {
		e := d[2*i]
		d[i] = e
		if e&63 == t.depth-1 {
			deep++
		}
	}
	t.depth--
	t.shift++
	t.deep = deep
	t.dir.release(n/2*4, n*4)
}

// gather empties seg and takes the chain behind it away. It returns the keys,
// in memory that the next gather uses again. The records are read in one loop
// of independent loads before the first of them is hashed, so that the cache
// misses overlap.
func (s *Store) gather(seg uint32) []placed {
	s.passage = s.passage[:0]
	s.collect(seg)
	return s.passage
}

// collect is gather without forgetting what was collected before.
func (s *Store) collect(seg uint32) {
	t := &s.table
	from := len(s.passage)
	for at := seg; at != 0; {
		for i := uint64(0); i < segmentGroups; i++ {
			g := t.groupAt(at, i)
			for m := g.used(); m != 0; m &= m - 1 {
				slot := m.slot()
				s.passage = append(s.passage, placed{ref: g.ref[slot], ttl: g.ttl(slot)})
			}
		}
		next := t.meta(at).next
		if at != seg {
			t.freeSegment(at)
		}
		at = next
	}
	t.clear(seg)
	m := t.meta(seg)
	m.count, m.ttl, m.next = 0, 0, 0

	keys := s.passage[from:]
	var sum uint64
	for i := range keys {
		sum += *s.arena.word(keys[i].ref)
	}
	s.sink = sum
	for i := range keys {
		keys[i].h = s.Hash(keys[i].ref)
	}
}

// scatter places gathered keys. The segments they came from have been freed
// or emptied and every split brings one more, so there is room for all: a key
// that does not fit its head takes a segment that its chain gave up before.
func (s *Store) scatter(keys []placed) {
	t := &s.table
	for i := range keys {
		k := &keys[i]
		seg, _ := t.entry(k.h)
		if t.meta(seg).count == segmentSlots {
			t.roomInChain(seg)
		}
		t.place(k.h, k.ref, k.ttl)
	}
	if cap(s.passage) > 4*segmentSlots {
		s.passage = nil
	}
}
