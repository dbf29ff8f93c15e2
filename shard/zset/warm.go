package zset

// warmChunk is how many names Warm has under way at once. More do not overlap any
// better, since a core has a dozen or so outstanding misses.
const warmChunk = 16

// Warm touches what look-ups of the names will read: segments of the index, then
// references, then records, each in a loop whose loads do not depend on each other.
// In a set that does not fit the cache this makes them several times faster. It is a
// hint: nothing depends on it.
func (s *Sorted) Warm(names [][]byte) {
	for len(names) > 0 {
		n := min(len(names), warmChunk)
		s.warm(names[:n])
		names = names[n:]
	}
}

func (s *Sorted) warm(names [][]byte) {
	var (
		hashes   [warmChunk]uint64
		segments [warmChunk]*segment
		refs     [warmChunk]ref
		sum      byte
	)
	for i, name := range names {
		h := s.index.hash(name)
		hashes[i&(warmChunk-1)], segments[i&(warmChunk-1)] = h, s.index.segment(h)
	}
	for i := range names {
		refs[i&(warmChunk-1)] = segments[i&(warmChunk-1)].candidate(hashes[i&(warmChunk-1)])
	}
	for i := range names {
		if r := refs[i&(warmChunk-1)]; r != noRecord {
			sum += s.arena.pages[r.page()].buf[r.offset()]
		}
	}
	s.index.sink = sum
}

// noRecord is a reference that no record has.
const noRecord = ^ref(0)

// candidate returns a record of the group that the hash names, with its tag, or
// noRecord.
func (s *segment) candidate(h uint64) ref {
	g := firstGroup(h)
	if m := matches(s.tags[g], tagOf(h)); m != 0 {
		return s.refs[g*8+slotOf(m)]
	}
	return noRecord
}
