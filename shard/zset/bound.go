package zset

import (
	"bytes"
	"errors"
	"math"
	"strconv"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// span is a range of ranks, from lo up to and without hi; lo <= hi.
type span struct{ lo, hi int }

func (s span) len() int { return s.hi - s.lo }

// ScoreRange is a range of scores.
type ScoreRange struct {
	Min, Max     float64
	MinEx, MaxEx bool // the end does not belong to the range
}

// parseScoreRange reads the ends of a range of scores, as in "1.5", "(3", "-inf".
func parseScoreRange(p *command.Args, lo, hi []byte) (r ScoreRange) {
	var minOK, maxOK bool
	r.Min, r.MinEx, minOK = parseScoreEnd(lo)
	r.Max, r.MaxEx, maxOK = parseScoreEnd(hi)
	if !minOK || !maxOK {
		p.Fail(command.ErrScoreRange)
	}
	return r
}

func parseScoreEnd(b []byte) (score float64, exclusive, ok bool) {
	if len(b) > 0 && b[0] == '(' {
		exclusive, b = true, b[1:]
	}
	score, ok = parseLoose(b)
	return score, exclusive, ok
}

// parseLoose reads a number as the ends of ranges are read: as num.ParseFloat,
// but nothing at all is 0, space may come first, and what is too large or too
// small becomes infinity or zero.
func parseLoose(b []byte) (float64, bool) {
	if len(b) == 0 {
		return 0, true
	}
	b = bytes.TrimLeft(b, " \t\n\v\f\r")
	if f, ok := num.ParseFloat(b); ok {
		return f, true
	}
	if bytes.IndexByte(b, '_') >= 0 {
		return 0, false // strconv would take it
	}
	f, err := strconv.ParseFloat(string(b), 64)
	return f, (err == nil || errors.Is(err, strconv.ErrRange)) && !math.IsNaN(f)
}

// empty tells whether no score can be in the range.
func (r *ScoreRange) empty() bool {
	return r.Min > r.Max || r.Min == r.Max && (r.MinEx || r.MaxEx)
}

// below tells whether a score comes before the range.
func (r *ScoreRange) below(score float64) bool {
	return score < r.Min || r.MinEx && score == r.Min
}

// within tells whether a score that is not below the range is in it.
func (r *ScoreRange) within(score float64) bool {
	return score < r.Max || !r.MaxEx && score == r.Max
}

// byScore returns the ranks of the members with a score in the range.
func (v *Value) byScore(r *ScoreRange) (s span) {
	switch {
	case !v.Exists() || r.empty():
		return span{}
	case v.big != nil:
		s.lo = v.big.tree.partition(func(score float64, _ ref) bool { return r.below(score) })
		s.hi = v.big.tree.partition(func(score float64, _ ref) bool { return r.below(score) || r.within(score) })
		return s
	}
	body := v.body()
	for off, i := 0, 0; off < len(body); i++ {
		var score float64
		score, off = flatScore(body, listpack.Next(body, off))
		switch {
		case r.below(score):
			s.lo, s.hi = i+1, i+1
		case r.within(score):
			s.hi = i + 1
		default:
			return s
		}
	}
	return s
}

// EachByScore calls fn with the members whose scores are in the range, in order,
// until it returns false, in O(log N + members). fn must not change the set.
func (v *Value) EachByScore(r ScoreRange, fn func(member listpack.Value, score float64) bool) {
	s := v.byScore(&r)
	v.Each(s.lo, s.len(), false, fn)
}

// lexEnd is an end of a range of names.
type lexEnd struct {
	name      []byte
	exclusive bool
	infinite  int // -1 before all names, 1 behind them
}

// lexRange is a range of names, for sets whose members have all the same score.
type lexRange struct{ min, max lexEnd }

// parseLexRange reads the ends of a range of names: "[a", "(a", "-" and "+".
func parseLexRange(p *command.Args, lo, hi []byte) (r lexRange) {
	var minOK, maxOK bool
	r.min, minOK = parseLexEnd(lo)
	r.max, maxOK = parseLexEnd(hi)
	if !minOK || !maxOK {
		p.Fail(command.ErrLexRange)
	}
	return r
}

func parseLexEnd(b []byte) (lexEnd, bool) {
	switch {
	case len(b) == 0:
	case b[0] == '[' || b[0] == '(':
		return lexEnd{name: b[1:], exclusive: b[0] == '('}, true
	case len(b) > 1:
	case b[0] == '-':
		return lexEnd{infinite: -1}, true
	case b[0] == '+':
		return lexEnd{infinite: 1}, true
	}
	return lexEnd{}, false
}

func (e *lexEnd) compare(name []byte) int {
	if e.infinite != 0 {
		return e.infinite
	}
	return bytes.Compare(e.name, name)
}

// empty tells whether no name can be in the range.
func (r *lexRange) empty() bool {
	c := r.min.infinite - r.max.infinite
	if r.min.infinite == 0 && r.max.infinite == 0 {
		c = bytes.Compare(r.min.name, r.max.name)
	}
	return c > 0 || c == 0 && (r.min.exclusive || r.max.exclusive)
}

// above tells whether a name is not before the beginning of the range.
func (r *lexRange) above(name []byte) bool {
	c := r.min.compare(name)
	return c < 0 || c == 0 && !r.min.exclusive
}

// under tells whether a name is not behind the end of the range.
func (r *lexRange) under(name []byte) bool {
	c := r.max.compare(name)
	return c > 0 || c == 0 && !r.max.exclusive
}

// byName returns the ranks of the members with a name in the range, looked for
// from the end on if back is set. In a set of members with different scores,
// where names are in no order, it returns some range of ranks: in a flat one, the
// members from the first that is not before the range to the next that is behind.
func (v *Value) byName(r *lexRange, back bool) (s span) {
	switch {
	case !v.Exists() || r.empty():
		return span{}
	case v.big == nil:
		return byNameFlat(v.body(), r, back)
	}
	a := &v.big.arena
	s.lo = v.big.tree.partition(func(_ float64, x ref) bool { return !r.above(a.name(x)) })
	s.hi = v.big.tree.partition(func(_ float64, x ref) bool { return r.under(a.name(x)) })
	return span{s.lo, max(s.lo, s.hi)}
}

func byNameFlat(body []byte, r *lexRange, back bool) span {
	n := listpack.CountBody(body) / 2
	var room [textRoom]byte
	name := func(i int) []byte {
		v, _ := listpack.Decode(body, listpack.Seek(body, 2*n, 2*i))
		return text(v, room[:0])
	}
	if !r.above(name(n-1)) || !r.under(name(0)) {
		return span{}
	}
	if back {
		hi := n
		for hi > 0 && !r.under(name(hi-1)) {
			hi--
		}
		lo := hi
		for lo > 0 && r.above(name(lo-1)) {
			lo--
		}
		return span{lo, hi}
	}
	lo := 0
	for lo < n && !r.above(name(lo)) {
		lo++
	}
	hi := lo
	for hi < n && r.under(name(hi)) {
		hi++
	}
	return span{lo, hi}
}
