package dict

import (
	"hash/maphash"
)

// chunkLen is the number of segments that are allocated together. A table with
// fewer has room for the next power of two.
const chunkLen = 256

// chunk is some of the segments, in the order of their numbers.
type chunk struct {
	segs  []segment
	epoch uint32 // of the table when it got segs, see Freeze
}

// Dict is a table. It belongs to one goroutine at a time.
type Dict struct {
	chunks []chunk  // the segments by number
	dir    []uint32 // numbers of segments; nil while there is only number 0
	seed   maphash.Seed
	rest   *rest // nil until it is needed
	bytes  int64
	len    int

	number  uint32 // segments there are
	deepest uint32 // segments of the greatest depth
	epoch   uint32 // how often the table was frozen
	depth   uint8
	values  bool
	sink    byte // keeps what Warm loads from being optimised away
}

// New returns an empty table, whose elements have values if values is set.
func New(values bool) *Dict {
	d := &Dict{seed: maphash.MakeSeed(), values: values, bytes: dictBytes}
	d.extend()
	d.at(0).next = Never
	d.deepest = 1
	return d
}

// Len returns the number of elements, those whose time has come included.
func (d *Dict) Len() int { return d.len }

// Bytes returns what the table takes in memory, in O(1).
func (d *Dict) Bytes() int64 { return d.bytes }

// Get returns the element called key.
func (d *Dict) Get(key []byte) (Element, bool) {
	hash := d.hash(key)
	s := d.segment(hash)
	if slot := d.find(s, hash, key); slot >= 0 {
		return d.element(s, slot), true
	}
	return Element{}, false
}

// Has tells whether there is an element called key.
func (d *Dict) Has(key []byte) bool {
	hash := d.hash(key)
	return d.find(d.segment(hash), hash, key) >= 0
}

// Set gives key a value and no deadline, and tells whether it is new. In a table
// without values, value is nil. Both are copied, and neither may be a view of this
// table. Key and value together are shorter than 4 GiB.
func (d *Dict) Set(key, value []byte) (added bool) { return d.SetUntil(key, value, Never) }

// SetUntil is Set with a deadline.
func (d *Dict) SetUntil(key, value []byte, until int64) (added bool) {
	hash := d.hash(key)
	s := d.segment(hash)
	f := form{key: key, value: value, until: until, values: d.values}
	f.fit()
	slot := d.find(s, hash, key)
	s = d.own(s)
	if slot >= 0 {
		if d.overwrite(s, slot, &f) {
			d.alarm(s, until)
			return false
		}
		d.remove(s, slot)
	} else {
		added = true
	}
	for s.count == maxSlots {
		d.split(s)
		s = d.segment(hash)
	}
	if f.outside {
		d.keepOutside(&f)
	}
	d.put(s, hash, &f)
	d.len++
	d.timer(s, until)
	return added
}

// overwrite puts the element in the place of a slot's, if that takes as many bytes
// and both have a deadline or none.
func (d *Dict) overwrite(s *segment, slot int, f *form) bool {
	p := s.data()[s.offset(slot):]
	if f.outside || p[0]&outside != 0 || (p[0]&timed != 0) != (f.until != Never) || d.size(p) != f.size {
		return false
	}
	f.write(p)
	return true
}

// SetDeadline makes the element called key end at until, or never with Never, and
// tells whether it is there.
func (d *Dict) SetDeadline(key []byte, until int64) bool {
	hash := d.hash(key)
	s := d.segment(hash)
	slot := d.find(s, hash, key)
	if slot < 0 {
		return false
	}
	e := d.element(s, slot)
	if e.Until == until {
		return true
	}
	s = d.own(s)
	f := form{key: e.Key, value: e.Value, until: until, values: d.values}
	f.fit()
	if d.overwrite(s, slot, &f) {
		d.alarm(s, until)
		return true
	}
	if s.data()[s.offset(slot)]&outside == 0 {
		// The views die when the segment is rebuilt.
		var room [maxInline]byte
		n := copy(room[:], e.Key)
		f.key, f.value = room[:n:n], room[n:n+copy(room[n:], e.Value)]
	}
	d.remove(s, slot)
	if f.outside {
		d.keepOutside(&f)
	}
	d.put(s, hash, &f)
	d.len++
	d.timer(s, until)
	return true
}

// Delete removes the element called key and tells whether it was there. key may
// be a view of the table.
func (d *Dict) Delete(key []byte) bool {
	hash := d.hash(key)
	s := d.segment(hash)
	slot := d.find(s, hash, key)
	if slot < 0 {
		return false
	}
	s = d.own(s)
	d.remove(s, slot)
	d.shrink(s)
	d.merge(s)
	return true
}

// remove takes the element of a slot out and leaves the segment as it is.
func (d *Dict) remove(s *segment, slot int) {
	p := s.data()[s.offset(slot):]
	if p[0]&timed != 0 {
		d.rest.timed--
	}
	size := d.size(p)
	d.dropOutside(p)
	s.take(slot, size)
	d.len--
}

// Random returns an element, each with the same probability, and false when there
// is none. random returns random numbers.
func (d *Dict) Random(random func() uint64) (Element, bool) {
	if d.len == 0 {
		return Element{}, false
	}
	for range 256 {
		r := random()
		s := d.at(uint32(r >> 32 * uint64(d.number) >> 32))
		if slot := int(r % maxSlots); slot < int(s.count) {
			return d.element(s, slot), true
		}
	}
	// Nearly empty segments that could not merge.
	left := int(random() % uint64(d.len))
	for i := range d.number {
		s := d.at(i)
		if left < int(s.count) {
			return d.element(s, left), true
		}
		left -= int(s.count)
	}
	return Element{}, false
}

// Each calls fn with every element until it returns false. fn must not change the
// table.
func (d *Dict) Each(fn func(Element) bool) {
	for i := range d.number {
		s := d.at(i)
		for slot := range int(s.count) {
			if !fn(d.element(s, slot)) {
				return
			}
		}
	}
}

// Clone returns a copy that shares nothing with d.
func (d *Dict) Clone() *Dict {
	c := *d
	c.dir = append([]uint32(nil), d.dir...)
	c.chunks = make([]chunk, len(d.chunks))
	c.bytes += int64(cap(c.dir)-cap(d.dir))*4 + int64(len(d.chunks)-cap(d.chunks))*chunkBytes
	for i := range d.chunks {
		from := d.chunks[i].segs
		segs := append(make([]segment, 0, cap(from)), from...)
		for k := range segs {
			s := &segs[k]
			before := cap(s.buf)
			s.buf, s.epoch = append([]byte(nil), s.buf...), c.epoch
			c.bytes += int64(cap(s.buf) - before)
		}
		c.chunks[i] = chunk{segs, c.epoch}
	}
	if d.rest != nil {
		c.rest = d.rest.clone(&c)
	}
	return &c
}

// clone returns a copy for c, whose bytes it corrects for what the copy takes less.
func (r *rest) clone(c *Dict) *rest {
	twin := *r
	for i := range twin.spare[:twin.spares] {
		c.bytes -= int64(cap(twin.spare[i]))
		twin.spare[i] = nil
	}
	twin.spares = 0
	twin.freeBig = append([]uint32(nil), r.freeBig...)
	twin.big = append([]bigChunk(nil), r.big...)
	c.bytes += int64(cap(twin.freeBig)-cap(r.freeBig))*4 + int64(cap(twin.big)-cap(r.big))*chunkBytes
	for i := range twin.big {
		from := twin.big[i].slots
		slots := append(make([][]byte, 0, cap(from)), from...)
		for k, b := range slots {
			slots[k] = append([]byte(nil), b...)
			c.bytes += int64(cap(slots[k]) - cap(b))
		}
		twin.big[i] = bigChunk{slots, c.epoch}
	}
	return &twin
}

func (d *Dict) hash(key []byte) uint64 { return maphash.Bytes(d.seed, key) }
