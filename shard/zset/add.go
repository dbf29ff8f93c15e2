package zset

import (
	"math"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// adding is what ZADD is asked for.
type adding struct {
	nx, xx bool // only members that are not there; only those that are
	gt, lt bool // only scores that are greater, less
	ch     bool // count the members that changed
	incr   bool // add to the score
	first  int  // argument of the first score
}

func runZadd(ctx *command.Ctx) {
	p := ctx.Parse(2)
	a := parseAdding(&p)
	a.first = p.Index()
	a.check(&p)
	for range p.Left() / 2 {
		p.Float()
		p.Skip(1)
	}
	if p.Done() {
		a.run(ctx)
	}
}

func runZincrby(ctx *command.Ctx) {
	p := ctx.Parse(2)
	if p.Float(); p.OK() {
		a := adding{incr: true, first: 2}
		a.run(ctx)
	}
}

// parseAdding reads the options before the scores.
func parseAdding(p *command.Args) (a adding) {
	for {
		switch {
		case p.Is("NX"):
			a.nx = true
		case p.Is("XX"):
			a.xx = true
		case p.Is("CH"):
			a.ch = true
		case p.Is("INCR"):
			a.incr = true
		case p.Is("GT"):
			a.gt = true
		case p.Is("LT"):
			a.lt = true
		default:
			return a
		}
	}
}

// check refuses options that contradict each other.
func (a *adding) check(p *command.Args) {
	switch {
	case p.Left() == 0 || p.Left()%2 != 0:
		p.Syntax()
	case a.nx && a.xx:
		p.Fail(command.ErrXXAndNX)
	case a.gt && (a.nx || a.lt) || a.lt && a.nx:
		p.Fail(command.ErrGTLTNX)
	case a.incr && p.Left() > 2:
		p.Fail(command.ErrIncrPairs)
	}
}

// run adds pairs of a score, which is a number, and a member, and replies.
func (a *adding) run(ctx *command.Ctx) {
	v, ok := OpenWrite(ctx, 1)
	if !ok {
		return
	}
	if a.incr {
		a.increment(ctx, &v)
		return
	}
	count, changed := int64(0), false
	for i := a.first; i < len(ctx.Args); i += 2 {
		score, _ := num.ParseFloat(ctx.Args[i])
		p, there := v.find(ctx.Args[i+1])
		switch {
		case there && a.changes(p.score, score):
			v.rescore(p, ctx.Args[i+1], score)
			changed = true
			if a.ch {
				count++
			}
		case !there && !a.xx:
			v.insert(ctx.Args[i+1], score)
			changed = true
			count++
		}
	}
	if changed {
		v.notify("zadd")
	}
	ctx.Int(count)
}

// changes tells whether a member that is there gets the new score.
func (a *adding) changes(old, score float64) bool {
	return score != old && a.allows(old, score)
}

// allows tells whether the options let a member that is there have the new score.
func (a *adding) allows(old, score float64) bool {
	return !a.nx && (!a.gt || score > old) && (!a.lt || score < old)
}

// increment adds the score to that of the member, 0 for one that is not there,
// and replies with the sum, or with null if the options kept it from changing.
func (a *adding) increment(ctx *command.Ctx, v *Value) {
	name := ctx.Args[a.first+1]
	delta, _ := num.ParseFloat(ctx.Args[a.first])
	p, there := v.find(name)
	score := p.score + delta
	switch {
	case !there && a.xx || there && a.nx:
		ctx.Null()
	case !there:
		v.insert(name, delta)
		v.notify("zincr")
		ctx.Double(delta)
	case math.IsNaN(score):
		ctx.Error(command.ErrScoreNaN)
	case !a.allows(p.score, score):
		ctx.Null()
	default:
		if score != p.score {
			v.rescore(p, name, score)
			v.notify("zincr")
		}
		ctx.Double(score)
	}
}
