package stream

import "github.com/troupe-db/troupe/shard/command"

func runXack(ctx *command.Ctx) {
	var o opened
	if !o.openWrite(ctx, 1) {
		return
	}
	var g *group
	if o.exists() {
		g = o.group(ctx.Args[2])
	}
	if g == nil {
		ctx.Int(0)
		return
	}
	var room [idRoom]ID
	ids, ok := readIDs(ctx, 3, room[:0])
	if !ok {
		return
	}
	settled := int64(0)
	for _, id := range ids {
		if g.settle(id) {
			settled++
		}
	}
	if settled > 0 {
		o.changed()
	}
	ctx.Int(settled)
}

// listing is what the long form of XPENDING is asked for.
type listing struct {
	idle       int64 // milliseconds since the last delivery, at least
	start, end ID
	count      int64
	consumer   int // the argument that names it, 0 for all
}

func runXpending(ctx *command.Ctx) {
	long := len(ctx.Args) > 3
	var l listing
	p := ctx.Parse(3)
	if long {
		l.parse(ctx, &p)
	}
	if !p.OK() {
		return
	}
	var o opened
	if !o.openRead(ctx, 1) {
		return
	}
	g, ok := openGroup(ctx, 1, o)
	switch {
	case !ok:
	case long:
		l.run(ctx, g)
	default:
		g.replySummary(ctx)
	}
}

// parse reads "[IDLE ms] start end count [consumer]".
func (l *listing) parse(ctx *command.Ctx, p *command.Args) {
	if n := len(ctx.Args); n < 6 || n > 9 {
		p.Syntax()
		return
	}
	if p.Is("IDLE") {
		l.idle = p.Int()
		if p.Left() < 3 {
			p.Syntax()
		}
	}
	from := p.Index()
	if p.Failed() {
		return
	}
	p.Skip(2)
	l.count = max(p.Int(), 0)
	if p.Left() > 0 {
		l.consumer = p.Index()
	}
	if p.Failed() {
		return
	}
	*p = ctx.Parse(from)
	l.start = readStart(p)
	l.end = readEnd(p)
}

func (l *listing) run(ctx *command.Ctx, g *group) {
	var c *consumer
	if l.consumer > 0 {
		if c = g.consumer(ctx.Args[l.consumer]); c == nil {
			ctx.Array(0)
			return
		}
	}
	mark, n := ctx.DeferArray(), int64(0)
	g.eachPending(c, l.start, func(id ID, v *nack) bool {
		if n == l.count || l.end.Less(id) {
			return false
		}
		elapsed := ctx.Now - v.at
		if l.idle > 0 && elapsed < l.idle {
			return true
		}
		ctx.Array(4)
		replyID(ctx, id)
		ctx.BulkString(g.owner(v).name)
		ctx.Int(max(elapsed, 0))
		ctx.Int(v.count)
		n++
		return true
	})
	ctx.CloseArray(mark, int(n))
}

// eachPending calls fn with what is pending from an ID on, for c or for all when
// that is nil, until fn reports false. fn changes neither.
func (g *group) eachPending(c *consumer, from ID, fn func(ID, *nack) bool) {
	if c == nil {
		for p := g.pending.seek(from); g.pending.has(p); p = g.pending.next(p) {
			if id, v := g.pending.at(p); !fn(id, v) {
				return
			}
		}
		return
	}
	for p := c.owned.seek(from); c.owned.has(p); p = c.owned.next(p) {
		id, _ := c.owned.at(p)
		if !fn(id, g.pending.find(id)) {
			return
		}
	}
}

// replySummary writes how much is pending, from which to which ID, and for whom.
func (g *group) replySummary(ctx *command.Ctx) {
	ctx.Array(4)
	ctx.Int(int64(g.pending.n))
	if g.pending.n == 0 {
		ctx.Null()
		ctx.Null()
		ctx.NullArray()
		return
	}
	first, last := g.pending.ends()
	replyID(ctx, first)
	replyID(ctx, last)
	mark, n := ctx.DeferArray(), 0
	for _, c := range g.consumers {
		if c.owned.n > 0 {
			ctx.Array(2)
			ctx.BulkString(c.name)
			ctx.BulkInt(int64(c.owned.n))
			n++
		}
	}
	ctx.CloseArray(mark, n)
}
