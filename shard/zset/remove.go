package zset

import "github.com/troupe-db/troupe/shard/command"

func runZrem(ctx *command.Ctx) {
	v, ok := OpenWrite(ctx, 1)
	if !ok {
		return
	}
	removed := int64(0)
	for _, name := range ctx.Args[2:] {
		if !v.Exists() {
			break
		}
		if v.Remove(name) {
			removed++
		}
	}
	if removed > 0 {
		v.notifyRemoved("zrem")
	}
	ctx.Int(removed)
}

func runZremrangebyrank(ctx *command.Ctx) {
	p := ctx.Parse(2)
	g := ranging{by: byRank, start: p.Int(), stop: p.Int()}
	if p.Done() {
		removeRange(ctx, &g, "zremrangebyrank")
	}
}

func runZremrangebyscore(ctx *command.Ctx) {
	p := ctx.Parse(4)
	g := ranging{by: byScore, limit: -1, score: parseScoreRange(&p, ctx.Args[2], ctx.Args[3])}
	if p.Done() {
		removeRange(ctx, &g, "zremrangebyscore")
	}
}

func runZremrangebylex(ctx *command.Ctx) {
	p := ctx.Parse(4)
	g := ranging{by: byLex, limit: -1, lex: parseLexRange(&p, ctx.Args[2], ctx.Args[3])}
	if p.Done() {
		removeRange(ctx, &g, "zremrangebylex")
	}
}

// removeRange takes the members of a range out, tells of it as event, and replies
// with their number.
func removeRange(ctx *command.Ctx, g *ranging, event string) {
	v, ok := OpenWrite(ctx, 1)
	if !ok {
		return
	}
	s := g.find(&v)
	if g.by == byLex && ctx.Recording() && v.mixed() {
		v.recordRemoval(ctx, s)
	}
	v.removeRanks(s.lo, s.len())
	if s.len() > 0 {
		v.notifyRemoved(event)
	}
	ctx.Int(int64(s.len()))
}

// clip turns the first and the last rank of a range, which may count from the
// end, into a span of ranks below size.
func clip(start, stop int64, size int) span {
	if start < 0 {
		start = max(start+int64(size), 0)
	}
	if stop < 0 {
		stop += int64(size)
	}
	stop = min(stop, int64(size)-1)
	if start > stop {
		return span{}
	}
	return span{int(start), int(stop) + 1}
}
