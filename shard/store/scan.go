package store

import (
	"math/bits"
	"math/rand/v2"
)

const (
	// CursorBits is the width of a cursor of Scan and ScanExpires.
	CursorBits  = 48
	cursorShift = 64 - CursorBits

	// scanSparse bounds the groups that Scan looks at for each key wanted.
	scanSparse = 10

	// randomTries bounds the slots that Random draws before it searches.
	randomTries = 256
)

// after returns the first position behind the range of hashes that share the
// first n bits of pos; 0 when that is the end of all hashes.
func after(pos uint64, n uint32) uint64 { return (pos | (1<<(64-n) - 1)) + 1 }

// Scan calls fn for about count keys, those whose hashes follow cursor, and
// returns the cursor of the next call: 0 when all keys have been seen. The
// first cursor is 0. Every key that is present from the first call to the last
// is seen exactly once, whatever else happens to the table in between. A call
// looks at one group at least and at 10*count at most. fn must not change the
// store.
//
// The cursor is a position in the order of hashes, so it depends on no state.
func (s *Store) Scan(cursor uint64, count int, fn func(Ref)) (next uint64) {
	if !s.ready() {
		return 0
	}
	t := &s.table
	count = max(count, 1)
	pos := cursor << cursorShift
	for n, looks := 0, 0; n < count && looks/scanSparse < count; looks++ {
		seg, depth := t.entry(pos)
		if m := t.meta(seg); m.count == 0 && m.next == 0 {
			pos = after(pos, depth)
		} else {
			n += s.scanGroup(seg, depth, pos, fn)
			pos = after(pos, depth+64-homeShift)
		}
		if pos == 0 {
			return 0
		}
	}
	return pos >> cursorShift
}

// scanGroup calls fn for the keys at or behind pos whose home is the group of
// pos, wherever in the segment they stand, and returns their number.
func (s *Store) scanGroup(seg, depth uint32, pos uint64, fn func(Ref)) int {
	var refs [8 * groupSlots]Ref
	t := &s.table
	at := home(pos, depth)
	n, found := 0, 0
	for i := uint64(0); ; i++ {
		g := t.groupAt(seg, (at+i)&groupMask)
		for m := g.used(); m != 0; m &= m - 1 {
			refs[n] = g.ref[m.slot()]
			n++
		}
		last := g.passed() == 0
		if !last && i&groupMask == groupMask {
			seg = t.meta(seg).next
			last = seg == 0
		}
		if last || n > len(refs)-groupSlots {
			found += s.emit(refs[:n], depth, pos, fn)
			n = 0
		}
		if last {
			return found
		}
	}
}

// emit calls fn for those of refs that scanGroup is after.
func (s *Store) emit(refs []Ref, depth uint32, pos uint64, fn func(Ref)) (found int) {
	var sum uint64
	for _, r := range refs {
		sum += *s.arena.word(r)
	}
	s.sink = sum
	at := home(pos, depth)
	for _, r := range refs {
		if h := s.Hash(r); h >= pos && home(h, depth) == at {
			fn(r)
			found++
		}
	}
	return found
}

// ScanExpires walks the records that have an expiry time, starting at cursor,
// and calls fn for each. It looks at about budget groups (segments without
// expiries cost a sixteenth of one) and returns the cursor of the next call, 0
// at the end. fn may delete the record that it is given and must not change
// anything else. A key that is displaced by growth between two calls may be
// missed in one round.
func (s *Store) ScanExpires(cursor uint64, budget int, fn func(Ref)) (next uint64) {
	const groupCost = 16
	if !s.ready() || s.expires == 0 {
		return 0
	}
	t := &s.table
	pos := cursor << cursorShift
	for units := max(budget, 1) * groupCost; units > 0; {
		seg, depth := t.entry(pos)
		if t.chainTTL(seg) == 0 {
			units--
			pos = after(pos, depth)
		} else {
			units -= groupCost
			s.expiresIn(seg, home(pos, depth), fn)
			pos = after(pos, depth+64-homeShift)
		}
		if pos == 0 {
			return 0
		}
	}
	return pos >> cursorShift
}

// chainTTL returns the number of expiries in seg and the chain behind it.
func (t *table) chainTTL(seg uint32) (n int) {
	for ; seg != 0; seg = t.meta(seg).next {
		n += int(t.meta(seg).ttl)
	}
	return n
}

// expiresIn calls fn for the records with expiry in group at of seg and of the
// chain behind it. The group's bits are read before the first call and the
// next segment too, since fn may free a chained segment with its last key.
func (s *Store) expiresIn(seg uint32, at uint64, fn func(Ref)) {
	t := &s.table
	for seg != 0 {
		next := t.meta(seg).next
		g := t.groupAt(seg, at)
		for b := g.ttls(); b != 0; b &= b - 1 {
			fn(g.ref[bits.TrailingZeros64(b)])
		}
		seg = next
	}
}

// Random returns a key chosen uniformly, or 0 when there is none. It draws
// slots until one is in use. When the table is nearly empty it gives up the
// draw and takes a random key of the first segment in use behind a random one.
func (s *Store) Random(rng *rand.Rand) Ref {
	if s.len == 0 {
		return 0
	}
	t := &s.table
	for range randomTries {
		x := rng.Uint64()
		seg := 1 + uint32(x>>32*uint64(t.top)>>32)
		if t.meta(seg).count == 0 {
			continue
		}
		if r := t.groupAt(seg, x&groupMask).ref[x>>5&0x3ffffff*groupSlots>>26]; r != 0 {
			return r
		}
	}
	seg := 1 + rng.Uint32N(t.top)
	for t.meta(seg).count == 0 {
		seg = seg%t.top + 1
	}
	k := rng.IntN(int(t.meta(seg).count))
	for i := uint64(0); ; i++ {
		g := t.groupAt(seg, i)
		for m := g.used(); m != 0; m &= m - 1 {
			if k == 0 {
				return g.ref[m.slot()]
			}
			k--
		}
	}
}

// Sample calls fn for up to n keys drawn from random groups, with an expiry
// only if volatileOnly. Keys of one group come together and a key may come
// twice: this is for eviction, which wants many keys at little cost. At least
// one is found when there is one. fn must not change the store.
func (s *Store) Sample(rng *rand.Rand, n int, volatileOnly bool, fn func(Ref)) {
	if s.len == 0 || volatileOnly && s.expires == 0 {
		return
	}
	t := &s.table
	want := n
	for tries := 4 + 4*n; tries > 0 && n > 0; tries-- {
		x := rng.Uint64()
		seg := 1 + uint32(x>>32*uint64(t.top)>>32)
		if t.wanted(seg, volatileOnly) {
			n -= t.draw(t.groupAt(seg, x&groupMask), x>>5, n, volatileOnly, fn)
		}
	}
	if n < want {
		return
	}
	start := rng.Uint32N(t.top)
	for i := uint32(0); i < t.top && n == want; i++ {
		seg := 1 + (start+i)%t.top
		for g := uint64(0); g < segmentGroups && n > 0 && t.wanted(seg, volatileOnly); g++ {
			n -= t.draw(t.groupAt(seg, g), 0, n, volatileOnly, fn)
		}
	}
}

// wanted reports whether segment seg has keys for Sample.
func (t *table) wanted(seg uint32, volatileOnly bool) bool {
	m := t.meta(seg)
	return m.count != 0 && (!volatileOnly || m.ttl != 0)
}

// draw calls fn for up to n keys of g, from a slot that x chooses, and returns
// how many there were.
func (t *table) draw(g *group, x uint64, n int, volatileOnly bool, fn func(Ref)) (drawn int) {
	first := uint(x & 0xffff % groupSlots)
	for i := uint(0); i < groupSlots && drawn < n; i++ {
		slot := (first + i) % groupSlots
		if r := g.ref[slot]; r != 0 && (!volatileOnly || g.ttl(slot)) {
			fn(r)
			drawn++
		}
	}
	return drawn
}
