package dict

import "bytes"

const (
	// mergeFrom is the count at which a segment looks for its other half, and
	// mergeTo the most elements they may have together to become one.
	mergeFrom = maxSlots / 4
	mergeTo   = maxSlots * 5 / 8
)

// at returns the segment of a number.
func (d *Dict) at(number uint32) *segment { return &d.chunks[number/chunkLen].segs[number%chunkLen] }

// segment returns the segment for a hash.
func (d *Dict) segment(hash uint64) *segment {
	if d.depth == 0 {
		return &d.chunks[0].segs[0]
	}
	return d.at(d.dir[hash>>(64-d.depth)])
}

// extend adds an empty segment behind the last and returns its number. Pointers
// to segments are void.
func (d *Dict) extend() uint32 {
	number := d.number
	if number%chunkLen == 0 && int(number/chunkLen) == len(d.chunks) {
		before := cap(d.chunks)
		d.chunks = append(d.chunks, chunk{epoch: d.epoch})
		d.bytes += int64(cap(d.chunks)-before) * chunkBytes
	}
	last := d.ownChunk(number / chunkLen)
	if before := cap(last.segs); len(last.segs) == before {
		size := chunkLen
		if number < chunkLen {
			size = max(int(2*number), 1)
		}
		last.segs = append(make([]segment, 0, size), last.segs...)
		d.bytes += int64(size-before) * segmentBytes
	}
	last.segs = append(last.segs, segment{epoch: d.epoch})
	d.number++
	return number
}

// drop removes the segment with the greatest number.
func (d *Dict) drop() {
	d.number--
	last := d.ownChunk(d.number / chunkLen)
	last.segs[d.number%chunkLen] = segment{}
	last.segs = last.segs[:d.number%chunkLen]
	if len(last.segs) == 0 && d.number > 0 {
		d.bytes -= int64(cap(last.segs)) * segmentBytes
		*last = chunk{}
		d.chunks = d.chunks[:d.number/chunkLen]
	}
}

// names returns the directory entries of a segment of a table with a directory.
func (d *Dict) names(s *segment) []uint32 {
	shift := d.depth - s.depth
	first := int(s.prefix) << shift
	return d.dir[first : first+1<<shift]
}

// split makes two of a segment, which may be changed. Pointers to segments are void.
func (d *Dict) split(s *segment) {
	if s.depth == d.depth {
		d.double()
	}
	d.more()
	number := d.names(s)[0]
	other := d.extend()
	s = d.at(number)
	old, high := *s, uint64(0) // high has a bit for each slot that goes to the other half
	var sizes, counts [2]int
	data := old.data()
	for slot := range int(old.count) {
		side := uint64(old.buf[slot] >> 7) // the bit of the hash behind the prefix
		high |= side << slot
		sizes[side] += d.size(data[old.offset(slot):])
		counts[side]++
	}
	halves := [2]*segment{s, d.at(other)}
	for side, half := range halves {
		slots := minSlots
		for slots < counts[side]+1 && slots < maxSlots {
			slots *= 2
		}
		*half = segment{
			buf: d.buffer(slots*slotBytes + sizes[side])[:slots*slotBytes], slots: uint8(slots),
			next: old.next, depth: old.depth + 1, prefix: old.prefix<<1 | uint32(side), epoch: d.epoch,
		}
	}
	d.deal(&old, high, halves)
	d.release(old.buf)
	if d.depth == halves[0].depth {
		d.deepest += 2
	}
	names := d.names(halves[1])
	for i := range names {
		names[i] = other
	}
}

// deal moves the elements of a segment to two others: to the second those whose
// bit in high is set.
func (d *Dict) deal(from *segment, high uint64, to [2]*segment) {
	for slot := range int(from.count) {
		half := to[high>>slot&1]
		half.buf[half.count] = half.tag(d.hash(d.key(from, slot)))
		d.transfer(half, int(half.count), from, slot)
		half.count++
	}
}

// double makes the directory twice as long.
func (d *Dict) double() {
	dir := make([]uint32, max(2*len(d.dir), 2))
	for i, number := range d.dir {
		dir[2*i], dir[2*i+1] = number, number
	}
	d.bytes += int64(cap(dir)-cap(d.dir)) * 4
	d.dir = dir
	d.depth++
	d.deepest = 0
}

// halve makes the directory half as long, while no segment needs it.
func (d *Dict) halve() {
	for d.deepest == 0 && d.depth > 0 {
		d.depth--
		var dir []uint32
		if d.depth > 0 {
			dir = make([]uint32, len(d.dir)/2)
		}
		for i := range dir {
			dir[i] = d.dir[2*i]
		}
		d.bytes += int64(cap(dir)-cap(d.dir)) * 4
		d.dir = dir
		for i := range d.number {
			if d.at(i).depth == d.depth {
				d.deepest++
			}
		}
	}
}

// merge joins a segment that is nearly empty, and may be changed, with its other
// half. Pointers to segments are void.
func (d *Dict) merge(s *segment) {
	if s.depth == 0 || s.count > mergeFrom {
		return
	}
	sibling := *s
	sibling.prefix ^= 1
	keep, gone := d.names(s)[0], d.names(&sibling)[0]
	other := d.at(gone)
	if other.depth != s.depth || s.count+other.count > mergeTo || s.live()+other.live() > maxData/2 {
		return
	}
	d.join(s, d.own(other)) // s, which may be changed, stays where it is
	if d.depth == s.depth+1 {
		d.deepest -= 2
	}
	for i := range d.names(s) {
		d.names(s)[i] = keep
	}
	d.renumber(gone)
	d.halve()
}

// join moves the elements of other, the other half of s, to s.
func (d *Dict) join(s, other *segment) {
	both := [2]segment{*s, *other}
	slots := maxSlots
	*s = segment{
		buf:   d.buffer(slots*slotBytes + s.live() + other.live())[:slots*slotBytes],
		slots: uint8(slots), next: min(s.next, other.next),
		depth: s.depth - 1, prefix: s.prefix >> 1, epoch: d.epoch,
	}
	for i := range both {
		d.deal(&both[i], 0, [2]*segment{s, s})
		d.release(both[i].buf)
	}
	d.rest.least = min(d.rest.least, s.next)
}

// renumber gives the number of a segment that is gone to the last segment.
func (d *Dict) renumber(gone uint32) {
	if last := d.number - 1; gone != last {
		moved := *d.at(last)
		*d.at(gone) = moved
		for i := range d.names(&moved) {
			d.names(&moved)[i] = gone
		}
		d.rest.least = min(d.rest.least, moved.next)
	}
	d.drop()
}

// Scan calls fn with the elements from cursor on, in the order of the hash, until
// it has seen count of them or more, and returns the cursor for the next call: 0 at
// the end, where 0 is the beginning, too. fn must not change the table. Any cursor
// is accepted. It does at most count steps beyond the elements, so that it may
// return before it has seen any.
func (d *Dict) Scan(cursor uint64, count int, fn func(Element)) uint64 {
	count = max(count, 1)
	for steps := count; cursor < positions && count > 0 && steps > 0; steps-- {
		hash := cursor << (64 - positionBits)
		s := d.segment(hash)
		first := s.tag(hash)
		next := int(first)
		if first == 0 && count >= int(s.count) {
			for slot := range int(s.count) {
				fn(d.element(s, slot))
			}
			count -= int(s.count)
			next = 1 << 8
		}
		for ; next < 1<<8 && count > 0; next++ {
			count -= d.scanTag(s, uint8(next), fn)
		}
		cursor = (uint64(s.prefix)<<8 + uint64(next)) << (positionBits - 8 - s.depth)
	}
	if cursor >= positions {
		return 0
	}
	return cursor
}

// positionBits is how much of a hash a cursor shows: the prefix of the deepest
// segment there can be, and a tag.
const (
	positionBits = 32 + 8
	positions    = 1 << positionBits
)

// scanTag calls fn with the elements of a tag and returns their number.
func (d *Dict) scanTag(s *segment, tag uint8, fn func(Element)) int {
	n, from := 0, 0
	for {
		i := bytes.IndexByte(s.buf[from:s.count], tag)
		if i < 0 {
			return n
		}
		fn(d.element(s, from+i))
		from += i + 1
		n++
	}
}
