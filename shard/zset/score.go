package zset

import "github.com/troupe-db/troupe/shard/command"

func runZcard(ctx *command.Ctx) {
	if v, ok := OpenRead(ctx, 1); ok {
		ctx.Int(int64(v.Len()))
	}
}

func runZscore(ctx *command.Ctx) {
	if v, ok := OpenRead(ctx, 1); ok {
		v.replyScore(ctx, ctx.Args[2])
	}
}

func runZmscore(ctx *command.Ctx) {
	v, ok := OpenRead(ctx, 1)
	if !ok {
		return
	}
	ctx.Array(len(ctx.Args) - 2)
	for _, name := range ctx.Args[2:] {
		v.replyScore(ctx, name)
	}
}

// replyScore writes the score of a member, or null when it is not there.
func (v *Value) replyScore(ctx *command.Ctx, name []byte) {
	if score, ok := v.Score(name); ok {
		ctx.Double(score)
		return
	}
	ctx.Null()
}

func runZcount(ctx *command.Ctx) {
	p := ctx.Parse(4)
	r := parseScoreRange(&p, ctx.Args[2], ctx.Args[3])
	if !p.Done() {
		return
	}
	if v, ok := OpenRead(ctx, 1); ok {
		ctx.Int(int64(v.byScore(&r).len()))
	}
}

func runZlexcount(ctx *command.Ctx) {
	p := ctx.Parse(4)
	r := parseLexRange(&p, ctx.Args[2], ctx.Args[3])
	if !p.Done() {
		return
	}
	if v, ok := OpenRead(ctx, 1); ok {
		ctx.Int(int64(v.byName(&r, false).len()))
	}
}

func runZrank(ctx *command.Ctx)    { replyRank(ctx, "zrank", false) }
func runZrevrank(ctx *command.Ctx) { replyRank(ctx, "zrevrank", true) }

// replyRank serves ZRANK and ZREVRANK: key member [WITHSCORE].
func replyRank(ctx *command.Ctx, name string, back bool) {
	if len(ctx.Args) > 4 {
		ctx.Error(command.WrongArity(name))
		return
	}
	p := ctx.Parse(3)
	scored := p.Is("WITHSCORE")
	if !p.Done() {
		return
	}
	v, ok := OpenRead(ctx, 1)
	if !ok {
		return
	}
	rank, score, ok := v.Rank(ctx.Args[2])
	if back {
		rank = v.Len() - 1 - rank
	}
	switch {
	case !ok && scored:
		ctx.NullArray()
	case !ok:
		ctx.Null()
	case scored:
		ctx.Array(2)
		ctx.Int(int64(rank))
		ctx.Double(score)
	default:
		ctx.Int(int64(rank))
	}
}
