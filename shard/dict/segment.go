package dict

import (
	"encoding/binary"
	"math/bits"
)

const (
	maxSlots = 64
	minSlots = 8

	// slotBytes is what a slot takes: a tag and an offset.
	slotBytes = 3

	// maxInline is the most bytes an element takes in a buffer. 64 of them and
	// one more stay below what 16 bits can address.
	maxInline = 1000
	maxData   = 1<<16 - 1

	// segmentBytes is the size of a segment, its buffer aside.
	segmentBytes = 48
)

// segment is some of the elements: those whose hash begins with prefix.
//
// Invariants: count <= slots; tags and offsets of the first count slots are
// those of live elements; dead is the number of bytes in data that belong to none.
type segment struct {
	buf    []byte // slots tags, slots offsets, elements
	next   int64  // no element ends before it
	prefix uint32 // the first depth bits of the hash of every element
	epoch  uint32 // of the table when it got buf, see Freeze
	dead   uint16
	slots  uint8
	count  uint8
	depth  uint8
}

// tag returns the tag of a hash in this segment.
func (s *segment) tag(hash uint64) uint8 { return uint8(hash << s.depth >> 56) }

// data returns the bytes of the elements.
func (s *segment) data() []byte { return s.buf[int(s.slots)*slotBytes:] }

// offset returns where in data the element of a slot begins.
func (s *segment) offset(slot int) int {
	return int(binary.LittleEndian.Uint16(s.buf[int(s.slots)+2*slot:]))
}

func (s *segment) setOffset(slot, off int) {
	binary.LittleEndian.PutUint16(s.buf[int(s.slots)+2*slot:], uint16(off))
}

// live returns how many bytes of data belong to elements.
func (s *segment) live() int { return len(s.data()) - int(s.dead) }

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// matches returns a word with a high bit set at least for every one of the eight
// slots from slot on whose tag is the one in pattern. Slots that are not in use
// may show up, and the slot behind a match.
func (s *segment) matches(slot int, pattern uint64) uint64 {
	x := binary.LittleEndian.Uint64(s.buf[slot:]) ^ pattern
	return (x - lowBits) &^ x & highBits
}

// slotOf returns the number within its eight of the lowest slot that is marked.
func slotOf(marks uint64) int { return bits.TrailingZeros64(marks) / 8 }

// find returns the slot that holds key, or -1.
func (d *Dict) find(s *segment, hash uint64, key []byte) int {
	pattern := uint64(s.tag(hash)) * lowBits
	for base := 0; base < int(s.count); base += 8 {
		for m := s.matches(base, pattern); m != 0; m &= m - 1 {
			slot := base + slotOf(m)
			if slot >= int(s.count) {
				break
			}
			if string(d.key(s, slot)) == string(key) {
				return slot
			}
		}
	}
	return -1
}

// put adds an element that is not there, in a segment with a slot to spare.
func (d *Dict) put(s *segment, hash uint64, e *form) {
	if s.count == s.slots || cap(s.buf)-len(s.buf) < e.size || len(s.data())+e.size > maxData {
		d.rebuild(s, e.size)
	}
	off, end := len(s.data()), len(s.buf)
	s.buf = s.buf[:end+e.size]
	e.write(s.buf[end:])
	s.buf[s.count] = s.tag(hash)
	s.setOffset(int(s.count), off)
	s.count++
}

// take removes the element of a slot, which takes size bytes of data, from the
// segment.
func (s *segment) take(slot, size int) {
	off, last := s.offset(slot), int(s.count)-1
	s.buf[slot] = s.buf[last]
	s.setOffset(slot, s.offset(last))
	s.count--
	switch {
	case last == 0:
		s.buf, s.dead, s.next = s.buf[:int(s.slots)*slotBytes], 0, Never
	case off+size == len(s.data()):
		s.buf = s.buf[:len(s.buf)-size]
	default:
		s.dead += uint16(size)
	}
}

// rebuild moves the segment to a buffer with room for need more bytes and one
// more slot, without dead bytes.
func (d *Dict) rebuild(s *segment, need int) {
	slots := int(s.slots)
	if int(s.count) == slots {
		slots = min(max(2*slots, minSlots), maxSlots)
	}
	live := s.live()
	old := *s
	s.buf = d.buffer(slots*slotBytes + live + need)[:slots*slotBytes]
	s.slots, s.dead = uint8(slots), 0
	copy(s.buf, old.buf[:old.count])
	if old.dead == 0 {
		copy(s.buf[slots:], old.buf[old.slots:][:2*old.count])
		s.buf = append(s.buf, old.data()...)
	} else {
		for slot := range int(old.count) {
			d.transfer(s, slot, &old, slot)
		}
	}
	d.release(old.buf)
}

// transfer copies the bytes of an element to the end of another segment's buffer,
// which has the room, and notes them in slot.
func (d *Dict) transfer(to *segment, slot int, from *segment, old int) {
	data, off := from.data(), from.offset(old)
	to.setOffset(slot, len(to.data()))
	to.buf = append(to.buf, data[off:off+d.size(data[off:])]...)
}

// shrink rebuilds a segment of which half is dead.
func (d *Dict) shrink(s *segment) {
	if int(s.dead) > 64 && 2*int(s.dead) > len(s.data()) {
		d.rebuild(s, 0)
	}
}
