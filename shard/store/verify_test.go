package store

import (
	"fmt"
	"unsafe"
)

// verify checks every invariant of the store that the comments name, and that
// the accounts agree with what is there.
func (s *Store) verify() error {
	if !s.ready() {
		return nil
	}
	seen := make(map[uint32]bool)
	v := verifier{s: s, refs: make(map[Ref]bool)}
	t := &s.table
	for i := uint64(0); i < 1<<t.depth; {
		h := i << t.shift
		seg, depth := t.entry(h)
		if seen[seg] || depth > t.depth {
			return fmt.Errorf("entry %d: segment %d again or too deep", i, seg)
		}
		m := t.meta(seg)
		if m.state != segHead || uint64(m.prefix)<<32 != h || uint32(m.depth) != depth {
			return fmt.Errorf("entry %d: description %+v", i, *m)
		}
		span := uint64(1) << (t.depth - depth)
		for k := i; k < i+span; k++ {
			if got, _ := t.entry(k << t.shift); got != seg {
				return fmt.Errorf("entry %d names %d, not %d", k, got, seg)
			}
		}
		if depth == t.depth {
			v.deep++
		}
		for at := seg; at != 0; at = t.meta(at).next {
			seen[at] = true
			if err := v.segment(at, at == seg); err != nil {
				return err
			}
		}
		i += span
	}
	if len(seen) != t.used || t.used+t.idle != int(t.top) || v.deep != t.deep {
		return fmt.Errorf("segments: seen %d used %d idle %d top %d deep %d/%d", len(seen), t.used, t.idle, t.top, v.deep, t.deep)
	}
	if v.keys != s.len || v.ttls != s.expires {
		return fmt.Errorf("keys %d/%d, expiries %d/%d", v.keys, s.len, v.ttls, s.expires)
	}
	if v.big != s.bigBytes {
		return fmt.Errorf("big bytes %d, accounted %d", v.big, s.bigBytes)
	}
	return v.arena()
}

type verifier struct {
	s          *Store
	refs       map[Ref]bool
	keys, ttls int
	deep       int
	big, live  int64
}

func (v *verifier) segment(seg uint32, head bool) error {
	t := &v.s.table
	m := t.meta(seg)
	count, ttls := 0, 0
	for i := uint64(0); i < segmentGroups; i++ {
		g := t.groupAt(seg, i)
		for slot := uint(0); slot < groupSlots; slot++ {
			r := g.ref[slot]
			tag := g.lo >> (slot * 8) & 0xff
			if slot >= 8 {
				tag = g.hi >> ((slot - 8) * 8) & 0xff
			}
			if (r != 0) != (tag != 0) || r == 0 && g.ttl(slot) {
				return fmt.Errorf("segment %d group %d slot %d: ref %d tag %x", seg, i, slot, r, tag)
			}
			if r == 0 {
				continue
			}
			count++
			if g.ttl(slot) {
				ttls++
			}
			if err := v.record(r, g.ttl(slot)); err != nil {
				return err
			}
		}
	}
	if count != int(m.count) || ttls != int(m.ttl) {
		return fmt.Errorf("segment %d: count %d/%d ttl %d/%d", seg, count, m.count, ttls, m.ttl)
	}
	if !head && (m.state != segChained || count == 0) {
		return fmt.Errorf("segment %d: %+v in a chain", seg, *m)
	}
	v.keys += count
	v.ttls += ttls
	return nil
}

func (v *verifier) record(r Ref, ttl bool) error {
	s := v.s
	if v.refs[r] {
		return fmt.Errorf("record %d twice", r)
	}
	v.refs[r] = true
	hdr := *s.arena.word(r)
	if uint8(hdr) == 0 || ttl != (hdr&flagExpire != 0) {
		return fmt.Errorf("record %d: header %x, ttl bit %v", r, hdr, ttl)
	}
	h := s.hash(s.Key(r))
	if h != s.Hash(r) || s.Find(h, s.Key(r)) != r {
		return fmt.Errorf("record %d: not found by its key", r)
	}
	if l := s.layoutOf(r, hdr); l.size() > s.arena.capacity(r) {
		return fmt.Errorf("record %d: %d bytes in a class of %d", r, l.size(), s.arena.capacity(r))
	}
	all := s.RecordBytes(r) - indexShare
	v.live += int64(s.arena.capacity(r))
	v.big += int64(all) - int64(s.arena.capacity(r))
	return nil
}

func (v *verifier) arena() error {
	a := &v.s.arena
	if v.live != a.live {
		return fmt.Errorf("live %d, accounted %d", v.live, a.live)
	}
	var live, touched, dirtyHigh int64
	var slack [classCount]int32
	pages, dirty := 0, 0
	for n := uint32(1); n <= a.top; n++ {
		p := a.page(n)
		touched += int64(p.high)
		if p.bump > p.high || p.high > pageBytes {
			return fmt.Errorf("page %d: bump %d high %d", n, p.bump, p.high)
		}
		if p.state == pageFree {
			if p.high != 0 {
				dirtyHigh += int64(p.high)
			}
			continue
		}
		pages++
		live += int64(p.live) * int64(classSize(p.class))
		slack[p.class] += int32(classSlots(p.class) - p.live)
		if p.live == 0 || (p.state == pageCurrent) != (a.current[p.class] == n) || (p.state == pageEvac) != (a.victim == n) {
			return fmt.Errorf("page %d: %+v", n, *p)
		}
	}
	for n := a.dirty; n != 0; n = a.page(n).next {
		dirty++
	}
	if live != a.live || touched != a.touched || slack != a.slack || pages != a.pages || dirty != a.dirtyLen || dirtyHigh != a.dirtyHigh {
		return fmt.Errorf("arena: live %d/%d touched %d/%d pages %d/%d dirty %d/%d high %d/%d",
			live, a.live, touched, a.touched, pages, a.pages, dirty, a.dirtyLen, dirtyHigh, a.dirtyHigh)
	}
	if unsafe.Sizeof(page{}) != 32 || unsafe.Sizeof(segMeta{}) != 16 || unsafe.Sizeof(group{}) != 64 {
		return fmt.Errorf("a structure has grown")
	}
	return nil
}
