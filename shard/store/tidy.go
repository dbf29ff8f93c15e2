package store

import "unsafe"

// Costs of housekeeping, in units. Moving one record is what a caller's
// budget counts; the others were set by what they take beside that.
const (
	costLook    = 1   // look at a segment or a page
	costRecord  = 8   // move or place a record: some 0.6 µs
	costSegment = 32  // move a segment
	costRelease = 256 // give a page of memory back

	evacBatch   = 32      // records whose cache misses overlap
	evacShare   = 4       // pages stay where less than 1/evacShare is free
	wasteFloor  = 1 << 20 // bytes that may lie idle in any case
	idleFloor   = 16      // segments that may lie idle in any case
	releaseSegs = 128     // segments given back at once: 256 KiB
	keepPages   = 16      // free pages kept at most
	keepShare   = 32      // and one in so many of those in use
	packShare   = 4       // idle segments are packed from used/packShare
)

// tidy is where housekeeping stands between two steps.
type tidy struct {
	merging bool
	packing bool
	pos     uint64 // merging: position in the order of hashes
	page    uint32 // pages page..1 are to be looked at; 0 between passes
	at      uint32 // bytes of the victim page that have been walked
}

// Tidy does one bounded step of housekeeping: it merges sparse segments, packs
// the segments together, moves the records of sparse pages together, and
// gives free memory back to the system. It reports whether there is more to
// do. budget is the number of records it may move; 64 take some 40 µs. With
// nothing to do it costs a few comparisons. All references and views die.
func (s *Store) Tidy(budget int) (more bool) {
	if !s.ready() {
		return false
	}
	s.last = found{}
	left := max(budget, 1) * costRecord
	left = s.mergeStep(left)
	left = s.packStep(left)
	left = s.evacuateStep(left)
	left = s.releaseStep(left)
	return left <= 0
}

// mergeStep walks the table in the order of hashes and merges buddies.
func (s *Store) mergeStep(left int) int {
	t := &s.table
	if !s.tidy.merging {
		if t.thin == 0 {
			return left
		}
		t.thin = 0
		s.tidy.merging, s.tidy.pos = true, 0
	}
	for left > 0 {
		left -= costLook + costRecord*s.mergeAround(s.tidy.pos)
		_, depth := t.entry(s.tidy.pos)
		s.tidy.pos = after(s.tidy.pos, depth)
		if s.tidy.pos == 0 {
			s.tidy.merging = false
			for t.deep == 0 && t.depth > 1 {
				t.halve()
			}
			break
		}
	}
	return left
}

// mergeAround merges the segment at pos with its buddy, and the result with
// its own, as long as they are sparse. A chain that has become short enough
// for one segment is dissolved. It returns the number of keys moved.
func (s *Store) mergeAround(pos uint64) (moved int) {
	t := &s.table
	for {
		seg, depth := t.entry(pos)
		m := t.meta(seg)
		if m.next != 0 {
			if t.chainLen(seg) > splitAt {
				return moved
			}
			keys := s.gather(seg)
			moved += len(keys)
			s.scatter(keys)
		}
		if depth == 0 {
			return moved
		}
		bit := uint32(1) << (32 - depth)
		other, otherDepth := t.entry(uint64(m.prefix^bit) << 32)
		o := t.meta(other)
		if otherDepth != depth || o.next != 0 || m.count+o.count > mergeAt {
			return moved
		}
		s.passage = s.passage[:0]
		s.collect(seg)
		s.collect(other)
		t.freeSegment(other)
		if depth == t.depth {
			t.deep -= 2
		}
		t.point(seg, m.prefix&^bit, uint8(depth-1))
		moved += len(s.passage)
		s.scatter(s.passage)
		s.merges++
	}
}

// chainLen returns the number of keys in seg and the chain behind it.
func (t *table) chainLen(seg uint32) (n int) {
	for ; seg != 0; seg = t.meta(seg).next {
		n += int(t.meta(seg).count)
	}
	return n
}

// packStep moves the last segments into the free ones before them, and gives
// the memory behind the last one back.
func (s *Store) packStep(left int) int {
	t := &s.table
	if !s.tidy.packing && t.idle > idleFloor+t.used/packShare {
		s.tidy.packing = true
	}
	for ; s.tidy.packing && left > 0; left -= costSegment {
		if t.idle == 0 {
			s.tidy.packing = false
			break
		}
		last := t.top
		if t.meta(last).state == segFree {
			t.unlinkFree(last)
		} else {
			t.moveSegment(last, t.free)
		}
		t.top--
	}
	for ; !s.tidy.packing && t.high > t.top+releaseSegs && left > 0; left -= costRelease {
		from := max(t.top, t.high-releaseSegs)
		t.segs.release(uintptr(from+1)*segmentBytes, uintptr(t.high+1)*segmentBytes)
		size := unsafe.Sizeof(segMeta{})
		t.metas.release(uintptr(from+1)*size, uintptr(t.high+1)*size)
		t.high = from
	}
	return left
}

// moveSegment moves a segment in use to the place of a free one. Records stay
// where they are.
func (t *table) moveSegment(from, to uint32) {
	t.unlinkFree(to)
	*t.segment(to) = *t.segment(from)
	m := t.meta(to)
	*m = *t.meta(from)
	if m.state == segHead {
		t.point(to, m.prefix, m.depth)
		return
	}
	before, _ := t.entry(uint64(m.prefix) << 32)
	for t.meta(before).next != from {
		before = t.meta(before).next
	}
	t.meta(before).next = to
}

// sparse reports whether a pass over the pages is worth while: a good part of
// the resident memory holds no record, and enough has been freed since the
// last pass to expect more of this one.
func (a *arena) sparse() bool {
	waste := a.touched - a.dirtyHigh - a.live
	return waste > a.live/8+wasteFloor && a.freed > a.touched/16
}

// worthMoving reports whether page n is sparse and its records fit into the
// other pages of their class, so that evacuating it frees a page.
func (a *arena) worthMoving(n uint32) bool {
	p := a.page(n)
	if p.state != pagePartial {
		return false
	}
	slots := classSlots(p.class)
	elsewhere := int64(a.slack[p.class]) - int64(slots-p.live)
	return (slots-p.live)*evacShare >= slots && elsewhere >= int64(p.live)
}

// evacuateStep goes through the pages from the last to the first and moves
// the records of the sparse ones to other pages of their class.
func (s *Store) evacuateStep(left int) int {
	a := &s.arena
	for left > 0 && !s.pinned {
		if a.victim != 0 {
			left -= s.evacuate(left)
			continue
		}
		if s.tidy.page == 0 {
			if !a.sparse() {
				return left
			}
			a.freed = 0
			s.tidy.page = a.top
		}
		left -= costLook
		n := s.tidy.page
		s.tidy.page--
		if a.worthMoving(n) {
			a.unlink(&a.partial[a.page(n).class], n)
			a.page(n).state = pageEvac
			a.victim = n
			s.tidy.at = 0
		}
	}
	return left
}

// evacuate moves the next records of the victim page and returns the cost. The
// last record that goes retires the page, which ends the evacuation.
func (s *Store) evacuate(left int) (cost int) {
	var (
		refs [evacBatch]Ref
		hs   [evacBatch]uint64
		n    int
		sum  uint64
	)
	a, t := &s.arena, &s.table
	victim := a.victim
	p := a.page(victim)
	size := classSize(p.class)
	for ; n < evacBatch && s.tidy.at < p.bump && cost < left; s.tidy.at += size {
		cost += costLook
		r := Ref(victim<<(pageShift-3) + s.tidy.at>>3)
		if uint8(*a.word(r)) != 0 {
			refs[n], hs[n] = r, s.Hash(r)
			n++
			cost += costRecord
		}
	}
	for _, h := range hs[:n] {
		seg, depth := t.entry(h)
		sum += t.groupAt(seg, home(h, depth)).lo
	}
	s.sink = sum
	for i, r := range refs[:n] {
		nr := a.alloc(p.class)
		if nr == 0 {
			s.abandon(victim)
			break
		}
		copy(s.bytesAt(nr, 0, size), s.bytesAt(r, 0, size))
		g, slot, _ := t.locate(hs[i], r)
		g.ref[slot] = nr
		a.free(r)
		s.moves++
	}
	return cost
}

// abandon ends an evacuation for which there is no memory.
func (s *Store) abandon(victim uint32) {
	a := &s.arena
	p := a.page(victim)
	p.state = pagePartial
	a.push(&a.partial[p.class], victim)
	a.victim, s.tidy.page = 0, 0
}

// releaseStep gives free pages back, but for a few that save the next
// insertions from asking for them again.
func (s *Store) releaseStep(left int) int {
	a := &s.arena
	for a.dirtyLen > min(keepPages, a.pages/keepShare) && left > 0 {
		a.giveBack()
		left -= costRelease
	}
	return left
}
