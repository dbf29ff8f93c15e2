package zset

import (
	"cmp"
	"math"
	"slices"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/set"
)

// operation is what is made of several sets.
type operation uint8

const (
	union operation = iota
	inter
	diff
)

// aggregate is what is made of the scores of a member that is in several sets.
type aggregate uint8

const (
	aggregateSum aggregate = iota
	aggregateMin
	aggregateMax
)

// of joins two scores, of which q may be NaN. Infinities of both signs add up to
// 0.
func (a aggregate) of(p, q float64) float64 {
	switch {
	case a == aggregateSum:
		return orZero(p + q)
	case a == aggregateMin && q < p, a == aggregateMax && q > p:
		return q
	default:
		return p
	}
}

// orZero returns a score, 0 for one that is not a number.
func orZero(score float64) float64 {
	if math.IsNaN(score) {
		return 0
	}
	return score
}

// source is one of the sets: sorted, or a plain one whose members all have the
// score 1.
type source struct {
	sorted Value
	plain  set.Members
	weight float64
}

// openSources looks the n keys from argument first on up. It replies and reports
// false when one of them holds no set.
func openSources(ctx *command.Ctx, first, n int) ([]source, bool) {
	sources := make([]source, n)
	for i := range sources {
		s := &sources[i]
		s.weight = 1
		switch e := ctx.Key(first + i).Read(); e.Type() {
		case keyspace.None:
		case keyspace.ZSet:
			s.sorted = View(e)
		case keyspace.Set:
			s.plain = set.View(e)
		default:
			ctx.Error(command.ErrWrongType)
			return nil, false
		}
	}
	return sources, true
}

func (s *source) len() int { return s.sorted.Len() + s.plain.Len() }

// each calls fn with every member until it returns false.
func (s *source) each(fn func(member listpack.Value, score float64) bool) {
	s.sorted.All(fn)
	s.plain.Each(func(member listpack.Value) bool { return fn(member, 1) })
}

// score returns the score of a member.
func (s *source) score(name []byte) (float64, bool) {
	if s.sorted.Exists() {
		return s.sorted.Score(name)
	}
	return 1, s.plain.Has(name)
}

// combining is what a command of the ZUNION family is asked for.
type combining struct {
	op      operation
	sources []source
	join    aggregate
	scores  bool  // reply with scores
	limit   int64 // count members only, up to so many, 0 for all
}

// form says which options a command of the family knows.
type form uint8

const (
	replying form = iota
	storing
	counting
)

// parseCombining reads "numkeys key... [options]" from an argument on. It replies
// and reports false when something is wrong. name is the command's.
func parseCombining(ctx *command.Ctx, name string, op operation, f form, from int) (c combining, ok bool) {
	p := ctx.Parse(from)
	n := p.Int()
	if !p.Failed() && n < 1 {
		p.Fail(command.NoInputKey(name))
	}
	if n > int64(p.Left()) {
		p.Syntax()
	}
	if !p.OK() {
		return c, false
	}
	c.op = op
	if c.sources, ok = openSources(ctx, p.Index(), int(n)); !ok {
		return c, false
	}
	p.Skip(int(n))
	for p.More() {
		switch {
		case op != diff && f != counting && p.IsWith("WEIGHTS", int(n)):
			c.parseWeights(&p)
		case op != diff && f != counting && p.IsWith("AGGREGATE", 1):
			c.parseAggregate(&p)
		case f == replying && p.Is("WITHSCORES"):
			c.scores = true
		case f == counting && p.IsWith("LIMIT", 1):
			c.limit = atLeast(&p, 0, command.ErrLimitNegative)
		default:
			p.Syntax()
		}
	}
	return c, p.Done()
}

func (c *combining) parseWeights(p *command.Args) {
	for i := range c.sources {
		weight, ok := num.ParseFloat(p.Bytes())
		if !ok {
			p.Fail(command.ErrWeightNotFloat)
		}
		c.sources[i].weight = weight
	}
}

func (c *combining) parseAggregate(p *command.Args) {
	switch {
	case p.Is("SUM"):
		c.join = aggregateSum
	case p.Is("MIN"):
		c.join = aggregateMin
	case p.Is("MAX"):
		c.join = aggregateMax
	default:
		p.Syntax()
	}
}

func runZunion(ctx *command.Ctx)      { replyCombined(ctx, "zunion", union) }
func runZinter(ctx *command.Ctx)      { replyCombined(ctx, "zinter", inter) }
func runZdiff(ctx *command.Ctx)       { replyCombined(ctx, "zdiff", diff) }
func runZunionstore(ctx *command.Ctx) { storeCombined(ctx, "zunionstore", union) }
func runZinterstore(ctx *command.Ctx) { storeCombined(ctx, "zinterstore", inter) }
func runZdiffstore(ctx *command.Ctx)  { storeCombined(ctx, "zdiffstore", diff) }

func replyCombined(ctx *command.Ctx, name string, op operation) {
	if c, ok := parseCombining(ctx, name, op, replying, 1); ok {
		r := c.result()
		r.reply(ctx, c.scores)
	}
}

func storeCombined(ctx *command.Ctx, name string, op operation) {
	if c, ok := parseCombining(ctx, name, op, storing, 2); ok {
		r := c.result()
		r.store(ctx, 1, name)
	}
}

func runZintercard(ctx *command.Ctx) {
	c, ok := parseCombining(ctx, "zintercard", inter, counting, 1)
	if !ok {
		return
	}
	c.sort()
	count := int64(0)
	c.intersect(func(listpack.Value, float64) bool {
		count++
		return count != c.limit
	})
	ctx.Int(count)
}

// sort puts small sets first. Sets of one size stay in the order they came in,
// since the order in which scores are added shows in the last digits.
func (c *combining) sort() {
	slices.SortStableFunc(c.sources, func(p, q source) int { return cmp.Compare(p.len(), q.len()) })
}

// result returns what the operation makes of the sets.
func (c *combining) result() result {
	r := newResult()
	keep := func(member listpack.Value, score float64) bool {
		r.add(member, score)
		return true
	}
	switch c.op {
	case union:
		c.sort()
		c.unite(&r)
	case inter:
		c.sort()
		c.intersect(keep)
	default:
		c.subtract(keep)
	}
	return r
}

func (c *combining) unite(r *result) {
	for i := range c.sources {
		s := &c.sources[i]
		s.each(func(member listpack.Value, score float64) bool {
			r.merge(member, orZero(s.weight*score), c.join)
			return true
		})
	}
}

// intersect calls fn with the members of all sets, of which the first is the
// smallest, until it returns false.
func (c *combining) intersect(fn func(member listpack.Value, score float64) bool) {
	first, others := &c.sources[0], c.sources[1:]
	first.each(func(member listpack.Value, score float64) bool {
		var room [textRoom]byte
		name := text(member, room[:0])
		score = orZero(first.weight * score)
		for i := range others {
			other, ok := others[i].score(name)
			if !ok {
				return true
			}
			score = c.join.of(score, others[i].weight*other)
		}
		return fn(member, score)
	})
}

// subtract calls fn with the members of the first set that are in no other one.
func (c *combining) subtract(fn func(member listpack.Value, score float64) bool) {
	first, others := &c.sources[0], c.sources[1:]
	first.each(func(member listpack.Value, score float64) bool {
		var room [textRoom]byte
		name := text(member, room[:0])
		for i := range others {
			if _, ok := others[i].score(name); ok {
				return true
			}
		}
		return fn(member, score)
	})
}
