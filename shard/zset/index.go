package zset

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"math/bits"
	"slices"
)

// Sizes of a segment of the index. A group is eight slots, whose tags are one
// word.
const (
	groups       = 31
	slots        = groups * 8
	segmentFull  = slots * 7 / 8 // slots in use, dead ones included, above which it grows
	segmentMerge = slots * 3 / 8 // members of two neighbours that fit one
	segmentBytes = 1280          // in the heap
)

// Tags of slots without a member. All other values are eight bits of the hash.
const (
	tagEmpty = 0
	tagDead  = 1 // was in use, and a search must go on behind it
)

// The bits of a hash: those on top find the segment, and none of them reaches
// down to the ones below while a segment count is below 2^24.
const (
	groupMask = 1<<32 - 1 // find the first group
	tagShift  = 32        // eight bits: the tag
)

// index finds the record of a member by its name. It is extendible hashing: a
// directory of segments, of which the one that is full splits, so that growing
// never takes longer than some two hundred members.
//
//	dir, by the top depth bits of the hash
//	┌────┬────┬────┬────┬────┬────┬────┬────┐
//	│ 000│ 001│ 010│ 011│ 100│ 101│ 110│ 111│
//	└─┬──┴─┬──┴──┬─┴─┬──┴─┬──┴─┬──┴──┬─┴─┬──┘
//	  └──┬─┘     │   │    └────┴──┬──┴───┘
//	   depth 2   3   3          depth 1
//
// Segments with few members join their neighbours again. Equal hashes cannot be
// contrived: the seed is random and each index has its own.
type index struct {
	dir    []*segment
	depth  uint8      // len(dir) == 1<<depth
	sink   uint8      // keeps what Sorted.Warm loads from being optimised away
	levels [32]uint32 // segments by their depth
	seed   maphash.Seed

	segments int // the sum of levels
}

// segment is a small open-addressed table. A search begins at the group its hash
// names and ends at a group that has an empty slot.
type segment struct {
	tags  [groups]uint64
	refs  [slots]ref
	live  uint16 // members
	dead  uint16 // slots with tagDead
	depth uint8  // how many top bits of their hashes the members share
}

func newIndex() index {
	x := index{dir: []*segment{{}}, seed: maphash.MakeSeed(), segments: 1}
	x.levels[0] = 1
	return x
}

func (x *index) hash(name []byte) uint64 { return maphash.Bytes(x.seed, name) }

func (x *index) segment(h uint64) *segment { return x.dir[h>>(64-x.depth)] }

func firstGroup(h uint64) int { return int((h & groupMask) * groups >> 32) }

// tagOf returns the tag of a hash: never tagEmpty or tagDead.
func tagOf(h uint64) uint8 {
	if t := uint8(h >> tagShift); t > tagDead {
		return t
	}
	return uint8(h>>tagShift) + 2
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// matches marks, by its top bit, each byte of w that is tag. A byte above a
// match may be marked wrongly.
func matches(w uint64, tag uint8) uint64 {
	w ^= lowBits * uint64(tag)
	return (w - lowBits) & ^w & highBits
}

// slotOf returns the number within its group of the lowest slot that is marked.
func slotOf(marks uint64) int { return bits.TrailingZeros64(marks) / 8 }

// find returns where the member called name is, or a nil segment.
func (x *index) find(a *arena, h uint64, name []byte) (*segment, int) {
	s, tag := x.segment(h), tagOf(h)
	for i, g := 0, firstGroup(h); i < groups; i++ {
		w := s.tags[g]
		for m := matches(w, tag); m != 0; m &= m - 1 {
			slot := g*8 + slotOf(m)
			if bytes.Equal(a.name(s.refs[slot]), name) {
				return s, slot
			}
		}
		if matches(w, tagEmpty) != 0 {
			break
		}
		if g++; g == groups {
			g = 0
		}
	}
	return nil, 0
}

// slot returns where a record of the index, with this hash, is.
func (x *index) slot(h uint64, r ref) (*segment, int) {
	s, tag := x.segment(h), tagOf(h)
	for g := firstGroup(h); ; {
		for m := matches(s.tags[g], tag); m != 0; m &= m - 1 {
			if slot := g*8 + slotOf(m); s.refs[slot] == r {
				return s, slot
			}
		}
		if g++; g == groups {
			g = 0
		}
	}
}

// add enters a record that is not there yet.
func (x *index) add(a *arena, h uint64, r ref) {
	s := x.segment(h)
	for s.live+s.dead >= segmentFull {
		x.grow(a, s, h)
		s = x.segment(h)
	}
	s.put(h, r)
}

func (s *segment) put(h uint64, r ref) {
	g := firstGroup(h)
	for {
		if m := matches(s.tags[g], tagEmpty); m != 0 {
			s.set(g*8+slotOf(m), tagOf(h))
			s.refs[g*8+slotOf(m)] = r
			s.live++
			return
		}
		if g++; g == groups {
			g = 0
		}
	}
}

func (s *segment) tag(slot int) uint8 { return uint8(s.tags[slot/8] >> (slot % 8 * 8)) }

func (s *segment) set(slot int, tag uint8) {
	shift := slot % 8 * 8
	s.tags[slot/8] = s.tags[slot/8]&^(0xFF<<shift) | uint64(tag)<<shift
}

// remove takes a slot out. h is a hash of the segment.
func (x *index) remove(a *arena, h uint64, s *segment, slot int) {
	if matches(s.tags[slot/8], tagEmpty) != 0 {
		s.set(slot, tagEmpty)
	} else {
		s.set(slot, tagDead)
		s.dead++
	}
	s.live--
	if s.live < segmentMerge/2 && s.depth > 0 {
		x.merge(a, h, s)
	}
}

// grow makes room in a full segment: it sweeps dead slots or splits.
func (x *index) grow(a *arena, s *segment, h uint64) {
	if s.dead > segmentFull/4 {
		x.refill(a, s, *s)
		return
	}
	if s.depth == x.depth {
		x.double()
	}
	x.levels[s.depth]--
	s.depth++
	x.levels[s.depth] += 2
	x.segments++
	low, n := x.span(h, s.depth-1)
	upper := &segment{depth: s.depth}
	for i := low + n/2; i < low+n; i++ {
		x.dir[i] = upper
	}
	x.refill(a, s, *s)
}

// span returns the part of the directory that belongs to the hashes that share
// their top depth bits with h.
func (x *index) span(h uint64, depth uint8) (low, n int) {
	return int(h >> (64 - depth) << (x.depth - depth)), 1 << (x.depth - depth)
}

// refill empties s and enters the members of from where they belong now.
func (x *index) refill(a *arena, s *segment, from segment) {
	depth := s.depth
	*s = segment{depth: depth}
	x.pour(a, &from)
}

// pour enters the members of from where they belong.
func (x *index) pour(a *arena, from *segment) {
	for slot := range slots {
		if from.tag(slot) > tagDead {
			r := from.refs[slot]
			h := x.hash(a.name(r))
			x.segment(h).put(h, r)
		}
	}
}

func (x *index) double() {
	dir := make([]*segment, 2*len(x.dir))
	for i, s := range x.dir {
		dir[2*i], dir[2*i+1] = s, s
	}
	x.dir = dir
	x.depth++
}

// merge joins s with the segment that it was split from, when both have few
// members, and halves the directory when no segment needs all of it.
func (x *index) merge(a *arena, h uint64, s *segment) {
	buddy := x.segment(h ^ 1<<(64-s.depth))
	if buddy.depth != s.depth || s.live+buddy.live > segmentMerge {
		return
	}
	x.levels[s.depth] -= 2
	x.segments--
	s.depth--
	x.levels[s.depth]++
	low, n := x.span(h, s.depth)
	for i := low; i < low+n; i++ {
		x.dir[i] = s
	}
	if int(s.live+buddy.live+s.dead) >= segmentFull {
		x.refill(a, s, *s)
	}
	x.pour(a, buddy)
	for x.depth > 0 && x.levels[x.depth] == 0 {
		x.halve()
	}
}

func (x *index) halve() {
	dir := make([]*segment, len(x.dir)/2)
	for i := range dir {
		dir[i] = x.dir[2*i]
	}
	x.dir = dir
	x.depth--
}

// scanBits is how many bits of a hash a cursor keeps.
const scanBits = 48

// hashed is a member in the order of hashes.
type hashed struct {
	hash uint64
	ref  ref
}

// scan calls fn with at least count members, if there are so many, from cursor
// on, in the order of their hashes, and returns the cursor for the next ones, 0
// at the end. Members that are there all the time between a cursor of 0 and a
// returned 0 are met, whatever happens to others.
func (x *index) scan(a *arena, cursor uint64, count int, fn func(ref)) uint64 {
	if cursor >= 1<<scanBits {
		return 0
	}
	var room [slots]hashed
	from := cursor << (64 - scanBits)
	last := uint64(1) << scanBits // no cursor
	for {
		s := x.segment(from)
		for _, e := range x.sorted(a, s, from, room[:0]) {
			at := e.hash >> (64 - scanBits)
			if count <= 0 && at != last {
				return at
			}
			fn(e.ref)
			count--
			last = at
		}
		from = (from>>(64-s.depth) + 1) << (64 - s.depth)
		if from == 0 {
			return 0
		}
	}
}

// sorted appends the members of a segment whose hash is from or more, in order.
func (x *index) sorted(a *arena, s *segment, from uint64, dst []hashed) []hashed {
	for slot := range slots {
		if s.tag(slot) <= tagDead {
			continue
		}
		if h := x.hash(a.name(s.refs[slot])); h >= from {
			dst = append(dst, hashed{h, s.refs[slot]})
		}
	}
	slices.SortFunc(dst, func(p, q hashed) int { return cmp.Compare(p.hash, q.hash) })
	return dst
}

func (x *index) clone() index {
	c := *x
	c.dir = make([]*segment, len(x.dir))
	for i, s := range x.dir {
		if i > 0 && s == x.dir[i-1] {
			c.dir[i] = c.dir[i-1]
			continue
		}
		twin := *s
		c.dir[i] = &twin
	}
	return c
}

// bytes returns what the index takes.
func (x *index) bytes() int64 {
	return int64(x.segments)*segmentBytes + int64(cap(x.dir))*8
}
