package store

// warmChunk is how many keys Warm has under way at once. A core has a dozen or so
// outstanding misses, so more hardly overlap any better; but the last ones of a chunk
// are waited for in each loop, and so are those of a small rest.
const warmChunk = 64

// Warm touches what look-ups of the given hashes will read: the group lines,
// then the headers of the candidate records and the lines behind them, each
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
// no calls: either would keep the next load from starting. So does work on what is
// loaded: a core looks a few hundred instructions ahead of a load that it waits for, and
// the look into a group takes forty. The groups are therefore touched in a loop of its own.
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
	for i := range hs {
		sum += groups[i&(warmChunk-1)].lo
	}
	for i, h := range hs {
		g := groups[i&(warmChunk-1)]
		// The extra bit stands for slot 7 and is looked at last. Its record,
		// or page 0 of the arena when it is empty, is as good as any.
		m := g.match(tagOf(h)) | 1<<63
		refs[i&(warmChunk-1)] = g.ref[m.slot()&15%groupSlots]
	}
	for i := range hs {
		r := refs[i&(warmChunk-1)]
		sum += *s.wordAt(r, 0) + *s.wordAt(r, 64)
	}
	s.sink = sum
}
