package store

import "slices"

// A snapshot wants every record as it was at one moment, while the store goes on
// changing. Each record has a bit in its header, the mark, and the store says which
// of its two values means "kept": the snapshot has the record as it was, or the
// record is younger than the snapshot. Between snapshots all records are kept, so
// that Cut, which exchanges the meaning of the two values, makes all of them unkept
// without touching one.
//
//	            records a b c d      kept means
//	before              0 0 0 0      0
//	Cut                 0 0 0 0      1            nothing is kept
//	b changes           0 1 0 0      1            and is kept before it does
//	e comes             0 1 0 0 1    1            born kept
//	Unkept … at its end 1 1 1 1 1    1            everything is kept again

// Cut begins a pass over the store as it is now: no record is kept. The one before
// must have come to its end, see Walk. Until this one has, Tidy moves no records.
func (s *Store) Cut() {
	if invariants {
		s.assertAllKept()
	}
	s.mark ^= flagMark
	s.pinned = true
}

// Kept tells whether record r needs no keeping any more.
func (s *Store) Kept(r Ref) bool { return *s.header(r)&flagMark == s.mark }

// Keep notes that record r is kept.
func (s *Store) Keep(r Ref) {
	if invariants {
		s.assertUnchanged(r)
	}
	p := s.header(r)
	*p = *p&^flagMark | s.mark
}

// Share returns the value of r if it stands outside the record, and nil if it does
// not. What it returns is not written to by the store, nor may anybody who has it
// from Value write to it, before Own was called.
func (s *Store) Share(r Ref) []byte {
	p := s.header(r)
	if *p&flagBig == 0 {
		return nil
	}
	*p |= flagShared
	s.shares = true
	return s.Value(r)
}

// Shares tells whether any value may have been shared.
func (s *Store) Shares() bool { return s.shares }

// Own gives r a value of its own in place of one that was shared. Views of the value
// die. O(1) for a value that was not shared, O(bytes) otherwise.
func (s *Store) Own(r Ref) {
	p := s.header(r)
	if *p&flagShared == 0 {
		return
	}
	*p &^= flagShared
	if *p&flagBig == 0 {
		return
	}
	b := s.bigs.at(s.handle(r, *p))
	s.bigBytes -= bigCost(cap(*b))
	*b = slices.Clone(*b)
	s.bigBytes += bigCost(cap(*b))
}

// Walk is how far Unkept has come. The zero Walk is at the beginning.
type Walk struct {
	page  uint32 // next page to look at, 0 at the beginning
	at    uint32 // bytes of it that have been walked
	class uint32 // it had when the walk came to it; pages that change are new inside
}

// Unkept calls fn for records that are not kept, each of which fn must Keep, and
// reports whether it has come to the end: everything is kept then. It looks at about
// budget records, fewer if they are large, in the order in which they stand in memory.
// fn must not change the store otherwise.
//
// A record that was there at the Cut is kept before it changes, and moves only when
// it changes, so none escapes the walk. A page that serves another class than when
// the walk came to it has been empty in between: all in it is younger than the cut.
func (s *Store) Unkept(w *Walk, budget int, fn func(Ref)) (done bool) {
	a := &s.arena
	for left := max(budget, 1); left > 0; {
		if w.at == 0 {
			if w.page++; w.page > a.top {
				s.pinned = false
				return true
			}
			w.class = a.page(w.page).class
		}
		p := a.page(w.page)
		if p.live == 0 || p.class != w.class {
			w.at = 0
			left--
			continue
		}
		left -= s.unkeptIn(w, p, left, fn)
	}
	return false
}

// walkUnit is how many bytes of a record cost as much as looking at another.
const walkUnit = 512

// unkeptIn is Unkept for up to n records of a page, from where w stands, and returns
// how many it has looked at, large ones several times.
func (s *Store) unkeptIn(w *Walk, p *page, n int, fn func(Ref)) (looked int) {
	size := classSize(p.class)
	r := Ref(w.page<<(pageShift-3) + w.at>>3)
	for ; looked < n && w.at < p.bump; looked += 1 + int(size/walkUnit) {
		if hdr := *s.arena.word(r); uint8(hdr) != 0 && hdr&flagMark != s.mark {
			fn(r)
		}
		w.at += size
		r += Ref(size >> 3)
	}
	if w.at >= p.bump {
		w.at = 0
	}
	return looked + 1
}

// Record is a record taken apart.
type Record struct {
	Kind   uint8
	Access uint32
	Expire int64  // unix milliseconds, or NoExpire
	Key    []byte // views, see the package comment
	Value  []byte
	Object Object
}

// Record takes record r apart, reading its header once.
func (s *Store) Record(r Ref, into *Record) {
	hdr := *s.header(r)
	into.Kind, into.Access, into.Expire = uint8(hdr), uint32(hdr>>accessShift)&accessMask, NoExpire
	off := uint32(headerBytes)
	if hdr&flagExpire != 0 {
		into.Expire = int64(*s.wordAt(r, headerBytes))
		off += 8
	}
	if hdr&(flagLong|flagBig|flagObject) != 0 {
		into.Key, into.Value, into.Object = s.Key(r), s.Value(r), s.Object(r)
		return
	}
	n := uint32(uint8(hdr >> keyShift))
	into.Key, into.Value, into.Object = s.bytesAt(r, off, n), s.bytesAt(r, off+n, uint32(hdr>>valueShift)), nil
}
