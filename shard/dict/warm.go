package dict

// warmChunk is how many names Warm has under way at once. More do not overlap any
// better, since a core has a dozen or so outstanding misses.
const warmChunk = 16

// line is how many bytes the processor loads together.
const line = 64

// Warm touches what look-ups of the names will read, and what writes will change:
// segments, then tags, offsets and the room behind the elements, then the elements,
// each in a loop whose loads do not depend on each other. In a table that does not fit
// the cache this makes them several times faster. It is a hint: nothing depends on it.
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
		elements [warmChunk][]byte
		sum      byte
	)
	for i, name := range names {
		hashes[i&(warmChunk-1)] = d.hash(name)
	}
	for i := range names {
		s := d.segment(hashes[i&(warmChunk-1)])
		segments[i&(warmChunk-1)] = s
		sum += s.depth
	}
	for i := range names {
		s := segments[i&(warmChunk-1)]
		if end := len(s.buf); end > 0 {
			room := s.buf[:cap(s.buf)] // where a new element goes
			sum += s.buf[0] + s.buf[s.slots] + room[min(int(s.slots)+2*int(s.count), len(room)-1)]
			sum += room[min(end, len(room)-1)] + room[min(end+line, len(room)-1)]
		}
	}
	found := 0
	for i := range names {
		s := segments[i&(warmChunk-1)]
		if slot := s.candidate(hashes[i&(warmChunk-1)]); slot >= 0 {
			elements[found&(warmChunk-1)] = s.data()[s.offset(slot):]
			found++
		}
	}
	for i := range found {
		e := elements[i&(warmChunk-1)]
		sum += e[0] + e[min(line, len(e)-1)]
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
