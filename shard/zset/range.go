package zset

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// order says what the ends of a range are.
type order uint8

const (
	unordered order = iota // not said yet
	byRank
	byScore
	byLex
)

// direction says where a range begins.
type direction uint8

const (
	anyway direction = iota // not said yet
	forward
	backward
)

// ranging is what a command of the ZRANGE family is asked for.
type ranging struct {
	by     order
	to     direction
	scores bool  // with scores
	offset int64 // of the first member in the range
	limit  int64 // members at most, negative for all

	start, stop int64
	score       ScoreRange
	lex         lexRange
}

func runZrange(ctx *command.Ctx)           { replyRange(ctx, unordered, anyway) }
func runZrevrange(ctx *command.Ctx)        { replyRange(ctx, byRank, backward) }
func runZrangebyscore(ctx *command.Ctx)    { replyRange(ctx, byScore, forward) }
func runZrevrangebyscore(ctx *command.Ctx) { replyRange(ctx, byScore, backward) }
func runZrangebylex(ctx *command.Ctx)      { replyRange(ctx, byLex, forward) }
func runZrevrangebylex(ctx *command.Ctx)   { replyRange(ctx, byLex, backward) }

// replyRange serves: key first last [options].
func replyRange(ctx *command.Ctx, by order, to direction) {
	g, ok := parseRanging(ctx, ranging{by: by, to: to}, 2, true)
	if !ok {
		return
	}
	v, ok := OpenRead(ctx, 1)
	if !ok {
		return
	}
	s := g.find(&v)
	openPairs(ctx, s.len(), g.scores)
	v.Each(g.begin(s), s.len(), g.to == backward, func(member listpack.Value, score float64) bool {
		replyPair(ctx, member, score, g.scores)
		return true
	})
}

// runZrangestore serves: destination source first last [options].
func runZrangestore(ctx *command.Ctx) {
	g, ok := parseRanging(ctx, ranging{}, 3, false)
	if !ok {
		return
	}
	v, ok := OpenRead(ctx, 2)
	if !ok {
		return
	}
	s, r := g.find(&v), newResult()
	v.Each(s.lo, s.len(), false, func(member listpack.Value, score float64) bool {
		r.add(member, score)
		return true
	})
	vague := g.by == byLex && ctx.Recording() && v.mixed()
	if r.store(ctx, 1, "zrangestore") && vague {
		r.record(ctx, 1)
	}
}

// parseRanging reads the ends of the range from the two arguments at first on,
// and the options behind them. What g says already cannot be said again. It
// replies and reports false when something is wrong.
func parseRanging(ctx *command.Ctx, g ranging, first int, scores bool) (ranging, bool) {
	p := ctx.Parse(first + 2)
	g.limit = -1
	for p.More() {
		switch {
		case scores && p.Is("WITHSCORES"):
			g.scores = true
		case p.IsWith("LIMIT", 2):
			g.offset, g.limit = p.Int(), p.Int()
		case g.to == anyway && p.Is("REV"):
			g.to = backward
		case g.by == unordered && p.Is("BYLEX"):
			g.by = byLex
		case g.by == unordered && p.Is("BYSCORE"):
			g.by = byScore
		default:
			p.Syntax()
		}
	}
	if g.by == unordered {
		g.by = byRank
	}
	switch {
	case g.limit != -1 && g.by == byRank:
		p.Fail(command.ErrLimitRank)
	case g.scores && g.by == byLex:
		p.Fail(command.ErrLexScores)
	}
	if !p.Failed() {
		g.parseEnds(ctx, &p, first)
	}
	return g, p.Done()
}

// parseEnds reads the ends of the range. Those of a backward range of scores or
// names come the other way round.
func (g *ranging) parseEnds(ctx *command.Ctx, p *command.Args, first int) {
	lo, hi := ctx.Args[first], ctx.Args[first+1]
	if g.to == backward && g.by != byRank {
		lo, hi = hi, lo
	}
	switch g.by {
	case byScore:
		g.score = parseScoreRange(p, lo, hi)
	case byLex:
		g.lex = parseLexRange(p, lo, hi)
	default:
		var startOK, stopOK bool
		g.start, startOK = num.ParseInt(lo)
		g.stop, stopOK = num.ParseInt(hi)
		if !startOK || !stopOK {
			p.Fail(command.ErrNotInteger)
		}
	}
}

// find returns the ranks of the members in the range.
func (g *ranging) find(v *Value) span {
	back := g.to == backward
	switch n := v.Len(); g.by {
	case byScore:
		return g.limited(v.byScore(&g.score))
	case byLex:
		return g.limited(v.byName(&g.lex, back))
	default:
		s := clip(g.start, g.stop, n)
		if back {
			return span{n - s.hi, n - s.lo}
		}
		return s
	}
}

// limited cuts what LIMIT leaves out off a span.
func (g *ranging) limited(s span) span {
	if g.offset < 0 || g.offset >= int64(s.len()) {
		return span{}
	}
	n := s.len() - int(g.offset)
	if g.limit >= 0 {
		n = int(min(g.limit, int64(n)))
	}
	if g.to == backward {
		hi := s.hi - int(g.offset)
		return span{hi - n, hi}
	}
	lo := s.lo + int(g.offset)
	return span{lo, lo + n}
}

// begin returns the rank a walk over s begins at.
func (g *ranging) begin(s span) int {
	if g.to == backward {
		return s.hi - 1
	}
	return s.lo
}

// openPairs opens the reply of n members, with their scores if scores is set:
// pairs in RESP3, one after the other in RESP2.
func openPairs(ctx *command.Ctx, n int, scores bool) {
	if scores && ctx.Proto != 3 {
		n *= 2
	}
	ctx.Array(n)
}

// replyPair writes a member, with its score if scores is set.
func replyPair(ctx *command.Ctx, member listpack.Value, score float64, scores bool) {
	if scores && ctx.Proto == 3 {
		ctx.Array(2)
	}
	reply(ctx, member)
	if scores {
		ctx.Double(score)
	}
}

// reply writes a member.
func reply(ctx *command.Ctx, member listpack.Value) {
	if member.Str != nil {
		ctx.Bulk(member.Str)
		return
	}
	ctx.BulkInt(member.Int)
}
