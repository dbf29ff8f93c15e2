package stream

import (
	"encoding/binary"
	"math"
)

// chunk is a run of entries. Package doc has the layout of buf.
//
// Invariants: first <= every entry's ID <= last, removed ones included; buf holds
// live+dead entries, of which dead are marked as removed; lp is the size of the
// listpack Redis would keep the same entries in.
type chunk struct {
	first, last ID
	buf         []byte
	home        *slab // that buf is a part of, nil for a buffer of its own
	live, dead  uint32
	lp          uint32
	epoch       uint32 // of the stream when it got buf, see Stream.Freeze
}

// chunkBytes is the size of a chunk without its buffer.
const chunkBytes = 80

// The first byte of an entry: three marks, and the milliseconds since the entry
// before in the upper half.
const (
	markDead  = 1 << 0 // the entry was removed
	markOwn   = 1 << 1 // it brings its own fields
	markSeq   = 1 << 2 // a number follows that the ID cannot be told without
	msShift   = 4
	msFollows = 15 // the milliseconds follow as a number
)

// entry is an entry as it was read.
type entry struct {
	id     ID
	dead   bool
	pos    int // of its first byte
	own    bool
	fields int // number of fields
	body   int // of the values, or of the pairs when the entry brings its fields
	end    int // behind its last byte
}

// cursor reads the entries of a chunk in order.
type cursor struct {
	buf    []byte
	off    int // of the next entry
	id     ID  // the one before the next entry
	names  int // of the chunk's fields
	fields int // how many these are
}

// read returns a cursor before the first entry.
func (c *chunk) read() cursor {
	n, width := binary.Uvarint(c.buf)
	cur := cursor{buf: c.buf, names: width, fields: int(n), id: ID{c.first.MS, c.first.Seq - 1}}
	cur.off = width
	for range cur.fields {
		cur.off = skipText(c.buf, cur.off)
	}
	return cur
}

// next reads an entry, removed or not, and reports false at the end.
func (cur *cursor) next(e *entry) bool {
	buf, off := cur.buf, cur.off
	if off >= len(buf) {
		return false
	}
	head := buf[off]
	e.pos, e.dead, e.own = off, head&markDead != 0, head&markOwn != 0
	off++
	ms := uint64(head >> msShift)
	if ms == msFollows {
		n, width := binary.Uvarint(buf[off:])
		ms, off = n, off+width
	}
	seq := uint64(0)
	if head&markSeq != 0 {
		n, width := binary.Uvarint(buf[off:])
		seq, off = n, off+width
	}
	if ms == 0 {
		seq += cur.id.Seq + 1
	}
	cur.id = ID{cur.id.MS + ms, seq}
	e.id, e.fields = cur.id, cur.fields
	texts := cur.fields
	if e.own {
		n, width := binary.Uvarint(buf[off:])
		e.fields, off, texts = int(n), off+width, 2*int(n)
	}
	e.body = off
	for range texts {
		off = skipText(buf, off)
	}
	cur.off, e.end = off, off
	return true
}

// pairs calls fn with the fields and values of an entry in order.
func (cur *cursor) pairs(e *entry, fn func(field, value text)) {
	name, off := cur.names, e.body
	for range e.fields {
		var field, value text
		if e.own {
			field, off = decodeText(cur.buf, off)
		} else {
			field, name = decodeText(cur.buf, name)
		}
		value, off = decodeText(cur.buf, off)
		fn(field, value)
	}
}

// open starts an empty chunk with the fields of the entry that comes first.
func (c *chunk) open(id ID, pairs [][]byte) {
	c.first = id
	c.last = ID{id.MS, id.Seq - 1}
	c.buf = binary.AppendUvarint(c.buf[:0], uint64(len(pairs)/2))
	lp := lpEmpty + packedInt(0) + packedInt(0) + packedInt(int64(len(pairs)/2)) + packedInt(0)
	for i := 0; i < len(pairs); i += 2 {
		var size int
		c.buf, size = appendText(c.buf, pairs[i])
		lp += size
	}
	c.live, c.dead, c.lp = 0, 0, uint32(lp)
}

// lpEmpty is the size of a listpack without elements.
const lpEmpty = 7

// fieldsMatch tells whether the names in pairs are the chunk's fields.
func (c *chunk) fieldsMatch(pairs [][]byte) bool {
	n, off := binary.Uvarint(c.buf)
	if int(n) != len(pairs)/2 {
		return false
	}
	for i := 0; i < len(pairs); i += 2 {
		var field text
		field, off = decodeText(c.buf, off)
		if field.str == nil {
			if v, ok := number(pairs[i]); !ok || v != field.n {
				return false
			}
		} else if string(field.str) != string(pairs[i]) {
			return false
		}
	}
	return true
}

// add appends an entry. There is room for it, and its ID is above last.
func (c *chunk) add(id ID, pairs [][]byte) {
	own := !c.fieldsMatch(pairs)
	at := len(c.buf)
	buf := append(c.buf, 0)
	var head byte
	ms := id.MS - c.last.MS
	seq := id.Seq
	if ms == 0 {
		seq -= c.last.Seq + 1
	}
	if ms < msFollows {
		head = byte(ms) << msShift
	} else {
		head = msFollows << msShift
		buf = binary.AppendUvarint(buf, ms)
	}
	if seq != 0 {
		head |= markSeq
		buf = binary.AppendUvarint(buf, seq)
	}
	lp := packedInt(0) + packedInt(int64(id.MS-c.first.MS)) + packedInt(int64(id.Seq-c.first.Seq))
	count := len(pairs)/2 + 3 // what Redis writes behind an entry: how many elements it has
	if own {
		head |= markOwn
		buf = binary.AppendUvarint(buf, uint64(len(pairs)/2))
		lp += packedInt(int64(len(pairs) / 2))
		count = len(pairs) + 4
	}
	for i, p := range pairs {
		if own || i&1 != 0 {
			var size int
			buf, size = appendText(buf, p)
			lp += size
		}
	}
	buf[at] = head
	c.buf, c.last = buf, id
	c.lp += uint32(lp + packedInt(int64(count)) + packedInt(int64(c.live)+1) - packedInt(int64(c.live)))
	c.live++
}

// kill marks the entry at pos as removed.
func (c *chunk) kill(pos int) {
	c.buf[pos] |= markDead
	c.lp += uint32(packedInt(int64(c.live)-1) - packedInt(int64(c.live)) +
		packedInt(int64(c.dead)+1) - packedInt(int64(c.dead)))
	c.live--
	c.dead++
}

// need returns how many bytes open and add together append at most.
func need(pairs [][]byte) int {
	n := 1 + 4*binary.MaxVarintLen64
	for i, p := range pairs {
		n += 2*(len(p)+5) - i&1*(len(p)+5)
	}
	return n
}

// grow makes room for n bytes behind the entries.
func (c *chunk) grow(n int) {
	want := len(c.buf) + n
	if want <= cap(c.buf) {
		return
	}
	size := cap(c.buf)
	if size < slowGrowth {
		size *= 2
	} else {
		size += size / 4
	}
	c.buf = append(newBuffer(max(size, want, firstBuffer)), c.buf...)
}

const (
	// firstBuffer is the size at which buffers start.
	firstBuffer = 64
	// slowGrowth is the size from which on a buffer grows by a quarter.
	slowGrowth = 64 << 10
)

// newBuffer returns no bytes with room for n, or what the allocator gives for them.
func newBuffer(n int) []byte {
	return append([]byte(nil), make([]byte, n)...)[:0]
}

// maxEntry is how many bytes the fields and values of an entry may have together.
const maxEntry = 1 << 30

// Limit is how large a chunk may grow, in the measures of Redis's listpacks.
type Limit struct {
	Bytes   int64 // an entry that would bring the listpack here starts a new chunk
	Entries int64 // removed ones included
}

// LimitOf returns what stream-node-max-bytes and stream-node-max-entries stand
// for; 0 of either is no limit of its own.
func LimitOf(bytes, entries int64) Limit {
	l := Limit{Bytes: bytes, Entries: entries}
	if l.Bytes <= 0 || l.Bytes > maxEntry {
		l.Bytes = maxEntry
	}
	if l.Entries <= 0 {
		l.Entries = math.MaxInt64
	}
	return l
}

// admits tells whether an entry with so many bytes of text may join c.
func (l Limit) admits(c *chunk, bytes int) bool {
	return int64(c.lp)+int64(bytes) < l.Bytes && int64(c.live)+int64(c.dead) < l.Entries
}
