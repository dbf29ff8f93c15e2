package rdb

import (
	"bytes"
	"fmt"

	"github.com/troupe-db/troupe/codec/intset"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
)

// compact is a listpack or a ziplist that was found whole, for reading from its
// beginning.
type compact struct {
	p     []byte // the elements
	off   int
	count int // of all elements
	zip   bool
	room  [3][24]byte // for the texts of integers, in turn
	turn  int
}

// openCompact checks a layout, whose elements come in groups of stride, in depth.
func openCompact(p []byte, zip bool, stride int) (c compact, err error) {
	if c.zip = zip; zip {
		if c.count, err = validZiplist(p); err != nil {
			return c, err
		}
		c.p = p[zipHeader : len(p)-1]
	} else {
		if c.count, err = listpack.Validate(p); err != nil {
			return c, fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		c.p = listpack.Body(p)
	}
	switch {
	case c.count == 0:
		return c, ErrEmpty
	case c.count%stride != 0:
		return c, fmt.Errorf("%w: %d elements are no groups of %d", ErrCorrupt, c.count, stride)
	}
	return c, nil
}

// more tells whether elements are left.
func (c *compact) more() bool { return c.off < len(c.p) }

// next returns the next element, which is there.
func (c *compact) next() (v listpack.Value) {
	if c.zip {
		v, c.off, _ = zipEntry(c.p, c.off, -1)
		return v
	}
	v, c.off = listpack.Decode(c.p, c.off)
	return v
}

// text returns the next element as text, which stays for three calls.
func (c *compact) text() []byte {
	v := c.next()
	if v.Str != nil {
		return v.Str
	}
	c.turn = (c.turn + 1) % len(c.room)
	return num.AppendInt(c.room[c.turn][:0], v.Int)
}

// score returns the next element as a score.
func (c *compact) score() (float64, error) {
	v := c.next()
	if v.Str == nil {
		return float64(v.Int), nil
	}
	if f, ok := num.ParseFloat(v.Str); ok {
		return f, nil
	}
	return 0, fmt.Errorf("%w: score is no number", ErrCorrupt)
}

// visitElements hands the elements of a compact list over.
func visitElements(p []byte, zip bool, fn func([]byte) error) error {
	c, err := openCompact(p, zip, 1)
	for err == nil && c.more() {
		err = fn(c.text())
	}
	return err
}

// visitScored hands the members of a compact sorted set over, which have to be in
// order.
func visitScored(p []byte, zip bool, v Visitor) error {
	c, err := openCompact(p, zip, 2)
	if err != nil {
		return err
	}
	if err = v.Begin(SortedSet, uint64(c.count/2)); err != nil {
		return err
	}
	var before []byte
	last := 0.0
	for first := true; c.more(); first = false {
		member := c.text()
		score, err := c.score()
		if err != nil {
			return err
		}
		if !first && (score < last || score == last && bytes.Compare(member, before) <= 0) {
			return fmt.Errorf("%w: sorted set out of order", ErrCorrupt)
		}
		if err := v.Scored(member, score); err != nil {
			return err
		}
		before, last = member, score
	}
	return nil
}

// visitFields hands the fields of a compact hash over.
func visitFields(p []byte, zip bool, v Visitor) error {
	c, err := openCompact(p, zip, 2)
	if err != nil {
		return err
	}
	if err = v.Begin(Hash, uint64(c.count/2)); err != nil {
		return err
	}
	for err == nil && c.more() {
		field := c.text()
		err = v.Field(field, c.text(), None)
	}
	return err
}

// visitTimed hands the fields of a compact hash with deadlines over: field, value
// and deadline in turn, 0 for none, in the order of the deadlines.
func visitTimed(p []byte, v Visitor) error {
	c, err := openCompact(p, false, 3)
	if err != nil {
		return err
	}
	if err = v.Begin(Hash, uint64(c.count/3)); err != nil {
		return err
	}
	before := int64(0)
	for err == nil && c.more() {
		field, value, until := c.text(), c.text(), c.next()
		switch {
		case until.Str != nil || until.Int < 0 || until.Int > lastDeadline:
			return fmt.Errorf("%w: deadline of a field", ErrCorrupt)
		case until.Int == 0:
			before = lastDeadline + 1
			until.Int = None
		case until.Int < before:
			return fmt.Errorf("%w: deadlines out of order", ErrCorrupt)
		default:
			before = until.Int
		}
		err = v.Field(field, value, until.Int)
	}
	return err
}

// lastDeadline is the last time at which a field can end.
const lastDeadline = 1<<48 - 2

// visitZipmap hands the fields of a zipmap over.
func visitZipmap(p []byte, v Visitor) error {
	count, err := validZipmap(p)
	switch {
	case err != nil:
		return err
	case count == 0:
		return ErrEmpty
	}
	if err = v.Begin(Hash, uint64(count)); err != nil {
		return err
	}
	for off := 1; err == nil && off < len(p)-1; {
		var field, value []byte
		field, value, off, _ = zipmapPair(p, off)
		err = v.Field(field, value, None)
	}
	return err
}

// visitIntset hands the members of an intset over.
func visitIntset(p []byte, v Visitor) error {
	if err := intset.Validate(p); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	n := intset.Len(p)
	if n == 0 {
		return ErrEmpty
	}
	err := v.Begin(Set, uint64(n))
	var room [24]byte
	for i := 0; err == nil && i < n; i++ {
		err = v.Member(num.AppendInt(room[:0], intset.At(p, i)))
	}
	return err
}
