package rdb

import (
	"fmt"
	"math"

	"github.com/troupe-db/troupe/codec/listpack"
)

// A node of a stream is a listpack behind the ID that those in it count from:
//
//	live, removed, n, n fields, 0                         the master entry
//	marks, ms, seq, n values, n+3                         an entry with its fields
//	marks, ms, seq, n, n fields and values, 2n+4          an entry with its own
const (
	entryRemoved = 1
	entrySame    = 2
	sameExtra    = 3 // elements of an entry besides values
	ownExtra     = 4
)

// stream reads a stream of type t.
func (s *source) stream(t byte, v Visitor) error {
	nodes := s.length()
	if !s.ok() {
		return nil
	}
	if err := v.Begin(Stream, 0); err != nil {
		return err
	}
	r := streamReader{visitor: v}
	for ; nodes > 0; nodes-- {
		id := s.text()
		if s.ok() && len(id) != 16 {
			s.fail("ID of %d bytes", len(id))
		}
		if !s.ok() {
			return nil
		}
		r.master = idOf(id)
		p := s.blob()
		if !s.ok() {
			return nil
		}
		if err := r.node(p); err != nil {
			return err
		}
	}
	info := s.streamInfo(t, &r)
	if !s.ok() {
		return nil
	}
	if err := v.Stream(&info); err != nil {
		return err
	}
	for groups := s.length(); groups > 0; groups-- {
		if err := s.group(t, v); err != nil || !s.ok() {
			return err
		}
	}
	return nil
}

// streamInfo reads what stands behind the entries.
func (s *source) streamInfo(t byte, r *streamReader) StreamInfo {
	info := StreamInfo{Length: s.length(), Last: s.lengthID()}
	if t == typeStream {
		info.Added = info.Length
	} else {
		info.First, info.MaxDeleted = s.lengthID(), s.lengthID()
		info.Added = s.length()
	}
	switch {
	case !s.ok():
	case info.Length != r.live:
		s.fail("stream of %d entries that says %d", r.live, info.Length)
	case info.Last.less(r.last):
		s.fail("last ID of a stream below that of an entry")
	case info.Added > math.MaxInt64:
		s.fail("number of entries added")
	}
	return info
}

// group reads a consumer group.
func (s *source) group(t byte, v Visitor) error {
	g := GroupInfo{Name: append([]byte(nil), s.text()...), Last: s.lengthID(), Read: None}
	if t != typeStream {
		g.Read = int64(s.length())
	}
	if s.ok() && g.Read < None {
		s.fail("number of entries read")
	}
	if !s.ok() {
		return nil
	}
	if err := v.Group(&g); err != nil {
		return err
	}
	if err := s.pending(v); err != nil {
		return err
	}
	for n := s.length(); n > 0 && s.ok(); n-- {
		if err := s.consumer(t, v); err != nil {
			return err
		}
	}
	if !s.ok() {
		return nil
	}
	return v.GroupEnd()
}

func (s *source) pending(v Visitor) error {
	before := ID{}
	for i, n := uint64(0), s.length(); i < n; i++ {
		p := Pending{ID: s.rawID(), At: s.millis(), Count: s.length()}
		if s.ok() && i > 0 && !before.less(p.ID) {
			s.fail("pending entries out of order")
		}
		if !s.ok() {
			return nil
		}
		if err := v.Pending(&p); err != nil {
			return err
		}
		before = p.ID
	}
	return nil
}

func (s *source) consumer(t byte, v Visitor) error {
	c := Consumer{Name: append([]byte(nil), s.text()...), Seen: s.millis()}
	c.Active = c.Seen
	if t == typeStream3 {
		c.Active = s.millis()
	}
	if !s.ok() {
		return nil
	}
	if err := v.Consumer(&c); err != nil {
		return err
	}
	for n := s.length(); n > 0; n-- {
		id := s.rawID()
		if !s.ok() {
			return nil
		}
		if err := v.Owned(id); err != nil {
			return err
		}
	}
	return nil
}

// streamReader reads the nodes of a stream.
type streamReader struct {
	visitor Visitor
	master  ID     // of the node at hand
	last    ID     // of the entry before, removed ones included
	live    uint64 // entries so far
	begun   bool   // there was an entry

	c      compact
	left   int // elements of the node that are not read yet
	bad    bool
	fields [][]byte // of the master entry
	pairs  [][]byte
	room   []byte // the texts of integers among them
}

// number reads an element that is an integer from lo to hi.
func (r *streamReader) number(lo, hi int64) int64 {
	if r.left == 0 || r.bad {
		r.bad = true
		return 0
	}
	r.left--
	v := r.c.next()
	if v.Str != nil || v.Int < lo || v.Int > hi {
		r.bad = true
		return 0
	}
	return v.Int
}

// text reads an element that may be text. That of an integer is written to room,
// where it stays as long as the node.
func (r *streamReader) text() []byte {
	if r.left == 0 || r.bad {
		r.bad = true
		return nil
	}
	r.left--
	v := r.c.next()
	if v.Str != nil {
		return v.Str
	}
	at := len(r.room)
	r.room = listpack.Value{Int: v.Int}.Append(r.room)
	return r.room[at:len(r.room):len(r.room)]
}

// node hands the entries of a node over.
func (r *streamReader) node(p []byte) error {
	var err error
	if r.c, err = openCompact(p, false, 1); err != nil {
		if err == ErrEmpty {
			err = ErrCorrupt
		}
		return fmt.Errorf("node of a stream: %w", err)
	}
	r.left, r.bad, r.room = r.c.count, false, r.room[:0]
	live, removed := r.number(0, math.MaxInt64), r.number(0, math.MaxInt64)
	r.fields = r.fields[:0]
	for n := r.number(0, math.MaxInt64); n > 0 && !r.bad; n-- {
		r.fields = append(r.fields, r.text())
	}
	r.number(0, 0)
	kept := len(r.room)
	for !r.bad && r.left > 0 {
		r.room = r.room[:kept]
		gone, err := r.entry()
		if err != nil {
			return err
		}
		if gone {
			removed--
		} else {
			live--
			r.live++
		}
	}
	if r.bad || live != 0 || removed != 0 {
		return fmt.Errorf("%w: node of a stream", ErrCorrupt)
	}
	return nil
}

// entry hands an entry over, unless it was removed.
func (r *streamReader) entry() (gone bool, err error) {
	marks := r.number(0, entryRemoved|entrySame)
	ms, seq := r.number(math.MinInt64, math.MaxInt64), r.number(math.MinInt64, math.MaxInt64)
	id := ID{r.master.MS + uint64(ms), r.master.Seq + uint64(seq)}
	r.pairs = r.pairs[:0]
	n, extra := int64(len(r.fields)), int64(sameExtra)
	same := marks&entrySame != 0
	if !same {
		n = r.number(0, int64(r.left))
		extra = ownExtra + n
	}
	for i := int64(0); i < n && !r.bad; i++ {
		if same {
			r.pairs = append(r.pairs, r.fields[i], r.text())
		} else {
			field := r.text()
			r.pairs = append(r.pairs, field, r.text())
		}
	}
	r.number(n+extra, n+extra)
	ordered := !id.less(r.master) && (r.last.less(id) || !r.begun && id == r.last)
	if r.bad || !ordered || n == 0 || id == (ID{}) {
		return false, fmt.Errorf("%w: entry of a stream", ErrCorrupt)
	}
	r.last, r.begun = id, true
	if marks&entryRemoved != 0 {
		return true, nil
	}
	return false, r.visitor.Entry(id, r.pairs)
}
