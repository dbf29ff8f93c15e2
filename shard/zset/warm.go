package zset

// warmChunk is how many names Warm has under way at once. More do not overlap any
// better, since a core has a dozen or so outstanding misses.
const warmChunk = 16

// endMost bounds how many members WarmEnd warms: they must still be in the cache when they
// are removed.
const endMost = 256

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

// WarmEnd does the same for what it takes to remove members from an end: their
// records, and with the names that stand there, their places in the index.
func (s *Sorted) WarmEnd(last bool, n int) {
	n = min(n, s.Len(), endMost)
	for from := 0; from < n; from += warmChunk {
		s.warmEnd(last, from, min(n-from, warmChunk))
	}
}

// warmEnd warms n members, a chunk at most, from the one on that is number from at an end.
func (s *Sorted) warmEnd(last bool, from, n int) {
	var (
		refs  [warmChunk]ref
		names [warmChunk][]byte
		sum   byte
	)
	for i := 0; i < n; {
		i += s.endRefs(last, from+i, refs[i:n])
	}
	for _, r := range refs[:n] {
		sum += s.arena.pages[r.page()].buf[r.offset()]
	}
	for i, r := range refs[:n] {
		names[i] = s.arena.name(r)
	}
	s.index.sink = sum
	s.warm(names[:n])
}

// endRefs fills refs with the records that one leaf has from the member on that is
// number from at an end, and returns how many it has.
func (s *Sorted) endRefs(last bool, from int, refs []ref) int {
	if !last {
		lf, i := s.tree.at(from)
		return copy(refs, lf.refs[i:lf.n])
	}
	lf, i := s.tree.at(s.Len() - 1 - from)
	n := min(i+1, len(refs))
	for k := range n {
		refs[k] = lf.refs[i-k]
	}
	return n
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
