package store

// warmChunk is how many keys Warm has under way at once. More do not overlap
// any better, since a core has a dozen or so outstanding misses.
const warmChunk = 16

// Warm touches what look-ups of the given hashes will read: the group lines,
// then the headers of the candidate records, then the lines behind them, each
// in a loop whose loads do not depend on each other. On data that does not fit
// the cache this makes a batch of look-ups several times faster. It is a hint:
// it keeps nothing, and hashes of absent keys do no harm.
func (s *Store) Warm(hs []uint64) {
	if !s.ready() {
		return
	}
	for len(hs) > 0 {
		n := min(len(hs), warmChunk)
		s.warm(hs[:n])
		hs = hs[n:]
	}
}

// warm is Warm for at most warmChunk hashes. The loops have no branches and
// no calls: either would keep the next load from starting.
func (s *Store) warm(hs []uint64) {
	var (
		groups [warmChunk]*group
		refs   [warmChunk]Ref
		sum    uint64
	)
	t := &s.table
	for i, h := range hs {
		seg, depth := t.entry(h)
		groups[i&(warmChunk-1)] = t.groupAt(seg, home(h, depth))
	}
	for i, h := range hs {
		g := groups[i&(warmChunk-1)]
		// The extra bit stands for slot 7 and is looked at last. Its record,
		// or page 0 of the arena when it is empty, is as good as any.
		m := g.match(tagOf(h)) | 1<<63
		refs[i&(warmChunk-1)] = g.ref[m.slot()&15%groupSlots]
	}
	for i := range hs {
		sum += *s.wordAt(refs[i&(warmChunk-1)], 0)
	}
	for i := range hs {
		sum += *s.wordAt(refs[i&(warmChunk-1)], 64)
	}
	s.sink = sum
}
