package zset

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/troupe-db/troupe/shard/keyspace"
)

// Sorted is a big sorted set: the records of its members, found by name through
// the index and by rank or score through the tree. No name is empty of a record,
// and every record is in both.
type Sorted struct {
	arena arena
	index index
	tree  tree
}

// sortedBytes is what a Sorted takes in the heap without what it points to.
const sortedBytes = 416

// NewSorted returns an empty sorted set.
func NewSorted() *Sorted { return &Sorted{index: newIndex(), tree: newTree()} }

// Len returns the number of members.
func (s *Sorted) Len() int { return s.tree.count }

// Bytes returns what the set takes in memory, in O(1).
func (s *Sorted) Bytes() int64 {
	return sortedBytes + s.arena.bytes() + s.index.bytes() + s.tree.bytes()
}

// Clone returns a copy that shares nothing with the original, in O(N).
func (s *Sorted) Clone() keyspace.Object {
	return &Sorted{arena: s.arena.clone(), index: s.index.clone(), tree: s.tree.clone()}
}

// find returns the record of the member called name.
func (s *Sorted) find(name []byte) (r ref, ok bool) {
	seg, slot := s.index.find(&s.arena, s.index.hash(name), name)
	if seg == nil {
		return 0, false
	}
	return seg.refs[slot], true
}

// Score returns the score of the member called name.
func (s *Sorted) Score(name []byte) (score float64, ok bool) {
	r, ok := s.find(name)
	if !ok {
		return 0, false
	}
	return s.arena.score(r), true
}

// Rank returns how many members come before the one called name, in O(log N).
func (s *Sorted) Rank(name []byte) (rank int, ok bool) {
	r, ok := s.find(name)
	if !ok {
		return 0, false
	}
	return s.tree.rank(&s.arena, &element{s.arena.score(r), name, r}), true
}

// At returns the member of a rank, 0 <= rank < Len, in O(log N). The name is a
// view that dies with the next change.
func (s *Sorted) At(rank int) (name []byte, score float64) {
	lf, i := s.tree.at(rank)
	return s.arena.name(lf.refs[i]), lf.scores[i]
}

// Set gives the member called name a score, which is not NaN, and adds it if it
// is not there, in O(log N).
func (s *Sorted) Set(name []byte, score float64) {
	if r, ok := s.find(name); ok {
		s.rescore(name, r, score)
		return
	}
	s.insert(name, score)
}

// insert adds a member that is not there.
func (s *Sorted) insert(name []byte, score float64) {
	r := s.record(score, name)
	s.index.add(&s.arena, s.index.hash(name), r)
	s.tree.insert(&s.arena, &element{score, name, r})
}

// rescore changes the score of a member.
func (s *Sorted) rescore(name []byte, r ref, score float64) {
	e := element{s.arena.score(r), name, r}
	if !s.tree.rescore(&s.arena, &e, score) {
		s.tree.remove(&s.arena, &e)
		e.score = score
		s.tree.insert(&s.arena, &e)
	}
	s.arena.setScore(r, score)
}

// Remove takes the member called name out, in O(log N) amortised, and reports
// whether it was there.
func (s *Sorted) Remove(name []byte) bool {
	h := s.index.hash(name)
	seg, slot := s.index.find(&s.arena, h, name)
	if seg == nil {
		return false
	}
	r := seg.refs[slot]
	s.tree.remove(&s.arena, &element{s.arena.score(r), name, r})
	s.forget(h, seg, slot)
	return true
}

// RemoveRanks takes n members out from a rank on; they are there.
func (s *Sorted) RemoveRanks(from, n int) {
	for range n {
		lf, i := s.tree.at(from)
		r := lf.refs[i]
		h := s.index.hash(s.arena.name(r))
		s.tree.removeAt(from)
		seg, slot := s.index.slot(h, r)
		s.forget(h, seg, slot)
	}
}

// forget takes a member that is not in the tree any more out of the index, and
// gives its record back.
func (s *Sorted) forget(h uint64, seg *segment, slot int) {
	r := seg.refs[slot]
	s.index.remove(&s.arena, h, seg, slot)
	if s.arena.drop(r) {
		s.vacate(r.page())
	}
}

// record makes a record. When that has begun a new page and the one before has
// little left, what is left moves.
func (s *Sorted) record(score float64, name []byte) ref {
	was := s.arena.fill
	r := s.arena.add(score, name)
	if s.arena.fill != was && s.arena.sparse(was) {
		s.vacate(was)
	}
	return r
}

// vacate moves the records of a page elsewhere and gives it back. The page is not
// the one that new records go to.
func (s *Sorted) vacate(number int) {
	for offset := 0; ; {
		r, behind, ok := s.arena.next(number, offset)
		if !ok {
			break
		}
		offset = behind
		e := element{s.arena.score(r), s.arena.name(r), r}
		now := s.record(e.score, e.name)
		seg, slot := s.index.slot(s.index.hash(e.name), r)
		seg.refs[slot] = now
		s.tree.move(&s.arena, &e, now)
	}
	s.arena.release(number)
}

// scored is a member in the order of the tree.
type scored struct {
	score float64
	ref   ref
}

// gather adds a member that is not there without a place in the order, until
// arrange has been called.
func (s *Sorted) gather(name []byte, score float64) {
	r := s.record(score, name)
	s.index.add(&s.arena, s.index.hash(name), r)
}

// arrange puts the members that were gathered in order, in O(N log N), or O(N)
// if they came in order.
func (s *Sorted) arrange() {
	var all []scored
	for number := range s.arena.pages {
		for offset := 0; ; {
			r, behind, ok := s.arena.next(number, offset)
			if !ok {
				break
			}
			offset = behind
			all = append(all, scored{s.arena.score(r), r})
		}
	}
	order := func(p, q scored) int {
		if c := cmp.Compare(p.score, q.score); c != 0 {
			return c
		}
		return bytes.Compare(s.arena.name(p.ref), s.arena.name(q.ref))
	}
	if !slices.IsSortedFunc(all, order) {
		slices.SortFunc(all, order)
	}
	s.tree.load(&s.arena, all)
}

// Each calls fn with n members from a rank on, backwards if back is set, until it
// returns false. They are there. Names are views that die with the next change,
// and fn must make none.
func (s *Sorted) Each(from, n int, back bool, fn func(name []byte, score float64) bool) {
	for n > 0 {
		lf, i := s.tree.at(from)
		if back {
			for ; i >= 0 && n > 0; i, n, from = i-1, n-1, from-1 {
				if !fn(s.arena.name(lf.refs[i]), lf.scores[i]) {
					return
				}
			}
			continue
		}
		for ; i < int(lf.n) && n > 0; i, n, from = i+1, n-1, from+1 {
			if !fn(s.arena.name(lf.refs[i]), lf.scores[i]) {
				return
			}
		}
	}
}

// Scan calls fn with at least count members, if there are so many, from cursor
// on, and returns the next cursor, as ZSCAN does: 0 starts, and a returned 0
// ends. fn must not change the set.
func (s *Sorted) Scan(cursor uint64, count int, fn func(name []byte, score float64)) uint64 {
	return s.index.scan(&s.arena, cursor, count, func(r ref) {
		fn(s.arena.name(r), s.arena.score(r))
	})
}
