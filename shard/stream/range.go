package stream

import "github.com/troupe-db/troupe/shard/command"

func runXrange(ctx *command.Ctx) {
	p := ctx.Parse(2)
	start := readStart(&p)
	end := readEnd(&p)
	if count, ok := parseCount(ctx, p); ok {
		replyWithin(ctx, start, end, count, false)
	}
}

func runXrevrange(ctx *command.Ctx) {
	// The bounds come in the other order, and errors in that of XRANGE.
	p := ctx.Parse(3)
	start := readStart(&p)
	if !p.OK() {
		return
	}
	p = ctx.Parse(2)
	end := readEnd(&p)
	p.Skip(1)
	if count, ok := parseCount(ctx, p); ok {
		replyWithin(ctx, start, end, count, true)
	}
}

// noCount is the count of a range without one.
const noCount = -1

// parseCount reads the options of a range. A negative count is 0.
func parseCount(ctx *command.Ctx, p command.Args) (count int64, ok bool) {
	count = noCount
	for p.More() {
		if !p.IsWith("COUNT", 1) {
			p.Syntax()
			break
		}
		count = max(p.Int(), 0)
	}
	return count, p.Done()
}

func replyWithin(ctx *command.Ctx, start, end ID, count int64, reverse bool) {
	var o opened
	switch {
	case !o.openRead(ctx, 1):
	case !o.exists():
		ctx.Array(0)
	case count == 0:
		ctx.NullArray()
	case reverse:
		o.replyReverse(ctx, start, end, max(count, 0))
	default:
		o.replyRange(ctx, start, end, max(count, 0))
	}
}
