package store

import "unsafe"

const (
	// maxDepth bounds the directory: 2^27 entries. With the five bits of the
	// home group a look-up uses the hash bits 63..32 and the control byte 6..0.
	maxDepth = 27

	splitAt = segmentSlots * 7 / 8 // a segment with so many keys splits
	mergeAt = segmentSlots / 2     // two buddies with so few keys merge
	sparse  = mergeAt / 2          // a segment with so few keys may merge

	// depthSlack is how many bits deeper than the number of keys justifies
	// the directory may be. With uniform hashes the segments fill within a few
	// per cent of each other and one bit is enough.
	depthSlack = 3
)

// table is the index: directory, segments and their descriptions.
//
// Invariants:
//
//	entry i of the directory names the head segment whose prefix i starts with
//	shift        = 64 - depth, 1 <= depth <= maxDepth
//	deep         = number of head segments of the directory's depth
//	used + idle  = top
type table struct {
	shift uint64 // first, with the two bases, for Find
	dir   area
	segs  area
	metas area

	depth uint32
	deep  int
	top   uint32 // segments ever used since the last compaction: 1..top
	high  uint32 // segments that may be resident
	limit uint32 // segments there may be: 1..limit
	idle  int    // segments on the free list
	free  uint32 // head of the free list, 0 = none
	used  int    // segments in use
	thin  int    // segments that became sparse since the last merge pass
}

// start makes an empty table of one segment. It reports false when there is
// no memory.
func (t *table) start() bool {
	if !t.dir.reserve(2 * 4) {
		return false
	}
	t.depth, t.shift = 1, 63
	seg := t.newSegment()
	if seg == 0 {
		return false
	}
	t.point(seg, 0, 0)
	return true
}

// newSegment returns a zeroed segment, or 0 when there is no memory.
func (t *table) newSegment() uint32 {
	seg := t.free
	if seg != 0 {
		t.unlinkFree(seg)
	} else {
		seg = t.top + 1
		if seg > t.limit ||
			!t.segs.reserve(uintptr(seg+1)*segmentBytes) ||
			!t.metas.reserve(uintptr(seg+1)*unsafe.Sizeof(segMeta{})) {
			return 0
		}
		t.top = seg
		t.high = max(t.high, seg)
	}
	t.clear(seg)
	*t.meta(seg) = segMeta{}
	t.used++
	return seg
}

// clear empties all groups of a segment.
func (t *table) clear(seg uint32) {
	*t.segment(seg) = [segmentGroups]group{}
}

func (t *table) segment(seg uint32) *[segmentGroups]group {
	return (*[segmentGroups]group)(unsafe.Pointer(t.groupAt(seg, 0)))
}

// freeSegment puts a segment on the free list.
func (t *table) freeSegment(seg uint32) {
	m := t.meta(seg)
	*m = segMeta{next: t.free}
	if t.free != 0 {
		t.meta(t.free).prefix = seg
	}
	t.free = seg
	t.idle++
	t.used--
}

func (t *table) unlinkFree(seg uint32) {
	m := t.meta(seg)
	if m.prefix != 0 {
		t.meta(m.prefix).next = m.next
	} else {
		t.free = m.next
	}
	if m.next != 0 {
		t.meta(m.next).prefix = m.prefix
	}
	t.idle--
}

// point makes seg the head segment for all hashes that begin with the first
// depth bits of prefix (a 32-bit number whose top bits count).
func (t *table) point(seg uint32, prefix uint32, depth uint8) {
	m := t.meta(seg)
	m.prefix, m.depth, m.state = prefix, depth, segHead
	first := uint64(prefix) << 32 >> t.shift
	n := uint64(1) << (t.depth - uint32(depth))
	entries := unsafe.Slice((*uint32)(unsafe.Add(t.dir.base, uintptr(first)<<2)), n)
	for i := range entries {
		entries[i] = seg<<6 | uint32(depth)
	}
}

// room makes sure that a key with hash h can be placed, splitting and chaining
// segments as it must.
func (s *Store) room(h uint64) bool {
	t := &s.table
	for {
		seg, depth := t.entry(h)
		m := t.meta(seg)
		if m.count < splitAt {
			return true
		}
		if depth >= s.depthCap() || !s.split(seg) {
			return t.roomInChain(seg)
		}
	}
}

// depthCap returns how deep a segment may be at the present number of keys.
func (s *Store) depthCap() uint32 {
	return min(uint32(bitsLen(s.len/(splitAt/2)))+depthSlack, maxDepth)
}

// roomInChain finds or makes a free slot in the segments behind seg. A new
// segment goes to the end: the overflow counts of the segments before it are
// then complete.
func (t *table) roomInChain(seg uint32) bool {
	for {
		m := t.meta(seg)
		if m.count < segmentSlots {
			return true
		}
		if m.next == 0 {
			break
		}
		seg = m.next
	}
	next := t.newSegment()
	if next == 0 {
		return false
	}
	m := t.meta(seg)
	n := t.meta(next)
	n.prefix, n.depth, n.state = m.prefix, m.depth, segChained
	m.next = next
	return true
}

// place puts r into the first free slot on the path of h. There must be one.
func (t *table) place(h uint64, r Ref, ttl bool) {
	seg, depth := t.entry(h)
	t.placeIn(seg, home(h, depth), tagOf(h), r, ttl)
}

func (t *table) placeIn(seg uint32, at, tag uint64, r Ref, ttl bool) {
	for {
		for i := uint64(0); i < segmentGroups; i++ {
			g := t.groupAt(seg, (at+i)&groupMask)
			if e := g.empty(); e != 0 {
				g.put(e.slot(), tag, r, ttl)
				m := t.meta(seg)
				m.count++
				if ttl {
					m.ttl++
				}
				return
			}
			g.pass()
		}
		seg = t.meta(seg).next
	}
}

// locate returns the group, slot and segment that hold r, whose key has hash
// h. It reads no record. A nil group means that r is not in the table.
func (t *table) locate(h uint64, r Ref) (g *group, slot uint, seg uint32) {
	seg, depth := t.entry(h)
	at, tag := home(h, depth), tagOf(h)
	for ; seg != 0; seg = t.meta(seg).next {
		for i := uint64(0); i < segmentGroups; i++ {
			g := t.groupAt(seg, (at+i)&groupMask)
			for m := g.match(tag); m != 0; m &= m - 1 {
				if slot := m.slot(); g.ref[slot] == r {
					return g, slot, seg
				}
			}
			if g.passed() == 0 {
				return nil, 0, 0
			}
		}
	}
	return nil, 0, 0
}

// remove takes r, whose key has hash h, out of the table.
func (t *table) remove(h uint64, r Ref) (hadTTL bool) {
	g, slot, seg := t.locate(h, r)
	hadTTL = g.ttl(slot)
	g.clear(slot)
	m := t.meta(seg)
	m.count--
	if hadTTL {
		m.ttl--
	}
	head, depth := t.entry(h)
	if at := home(h, depth); head != seg || g != t.groupAt(seg, at) {
		t.unpass(head, at, seg, g)
	}
	if m.count == sparse {
		t.thin++
	}
	if m.count == 0 {
		t.emptied(head, seg)
	}
	return hadTTL
}

// unpass decrements the overflow counts on the path from the home group to
// the group that held a key.
func (t *table) unpass(seg uint32, at uint64, last uint32, stop *group) {
	for {
		for i := uint64(0); i < segmentGroups; i++ {
			g := t.groupAt(seg, (at+i)&groupMask)
			if seg == last && g == stop {
				return
			}
			g.unpass()
		}
		seg = t.meta(seg).next
	}
}

// emptied tidies up behind the last key of a segment: a chained segment goes,
// and a head without a chain forgets its overflow counts, sticky ones too.
func (t *table) emptied(head, seg uint32) {
	if seg == head {
		if t.meta(seg).next == 0 {
			t.clear(seg)
		}
		return
	}
	before := head
	for t.meta(before).next != seg {
		before = t.meta(before).next
	}
	t.meta(before).next = t.meta(seg).next
	t.freeSegment(seg)
	t.thin++
}

// repoint makes the slot of r refer to nr and sets its ttl bit.
func (s *Store) repoint(h uint64, r, nr Ref, ttl bool) {
	s.last = found{}
	g, slot, seg := s.table.locate(h, r)
	g.ref[slot] = nr
	if was := g.ttl(slot); was != ttl {
		d := 1
		if was {
			d = -1
		}
		g.setTTL(slot, ttl)
		s.table.meta(seg).ttl += uint16(d)
		s.expires += d
	}
}
