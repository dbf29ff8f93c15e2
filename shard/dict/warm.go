package dict

// warmChunk is how many names Warm has under way at once. More do not overlap any
// better, since a core has a dozen or so outstanding misses.
const warmChunk = 16

// Warm touches what look-ups of the names will read: segments, then tags and offsets,
// then the elements, each in a loop whose loads do not depend on each other. In a
// table that does not fit the cache this makes them several times faster. It is a
// hint: nothing depends on it.
func (d *Dict) Warm(names [][]byte) {
	for len(names) > 0 {
		n := min(len(names), warmChunk)
		d.warm(names[:n])
		names = names[n:]
	}
}

func (d *Dict) warm(names [][]byte) {
	var (
		hashes   [warmChunk]uint64
		segments [warmChunk]*segment
		sum      byte
	)
	for i, name := range names {
		h := d.hash(name)
		hashes[i&(warmChunk-1)], segments[i&(warmChunk-1)] = h, d.segment(h)
	}
	for i := range names {
		s := segments[i&(warmChunk-1)]
		if len(s.buf) > 0 {
			sum += s.buf[0] + s.buf[s.slots] + s.buf[len(s.buf)-1]
		}
	}
	for i := range names {
		s := segments[i&(warmChunk-1)]
		if slot := s.candidate(hashes[i&(warmChunk-1)]); slot >= 0 {
			sum += s.data()[s.offset(slot)]
		}
	}
	d.sink = sum
}

// candidate returns a slot whose tag is that of the hash, or -1.
func (s *segment) candidate(hash uint64) int {
	pattern := uint64(s.tag(hash)) * lowBits
	for base := 0; base < int(s.count); base += 8 {
		if m := s.matches(base, pattern); m != 0 {
			if slot := base + slotOf(m); slot < int(s.count) {
				return slot
			}
		}
	}
	return -1
}
