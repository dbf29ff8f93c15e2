package zset

import (
	"math"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
)

const (
	// sparse is the share of a big set, one in so many, up to which different
	// members are drawn one by one. To get more of them it is walked once.
	sparse = 4
	// leastReply is the bytes of the shortest member in a reply.
	leastReply = len("$0\r\n\r\n")
)

// runZrandmember serves: key [count [WITHSCORES]].
func runZrandmember(ctx *command.Ctx) {
	if len(ctx.Args) > 2 {
		replySeveral(ctx)
		return
	}
	v, ok := OpenRead(ctx, 1)
	switch {
	case !ok:
	case !v.Exists():
		ctx.Null()
	default:
		v.replyDraw(ctx, false)
	}
}

func replySeveral(ctx *command.Ctx) {
	p := ctx.Parse(2)
	count := p.IntIn(-math.MaxInt64, math.MaxInt64, command.ErrRankRange)
	scores := p.Is("WITHSCORES")
	if p.More() {
		p.Syntax()
	}
	if scores && (count < -math.MaxInt64/2 || count > math.MaxInt64/2) {
		p.Fail(command.ErrOutOfRange)
	}
	if !p.Done() {
		return
	}
	v, ok := OpenRead(ctx, 1)
	switch {
	case !ok:
	case !v.Exists() || count == 0:
		ctx.Array(0)
	case count < 0:
		v.replyDraws(ctx, -count, scores)
	default:
		v.replySome(ctx, v.atMost(count), scores)
	}
}

// below returns a random number from 0 to n-1.
func below(ctx *command.Ctx, n int) int { return int(ctx.Rand() % uint64(n)) }

// replyDraw writes a member of a set that has any, each with the same
// probability.
func (v *Value) replyDraw(ctx *command.Ctx, scores bool) {
	v.replyAt(ctx, below(ctx, v.Len()), scores)
}

func (v *Value) replyAt(ctx *command.Ctx, rank int, scores bool) {
	v.Each(rank, 1, false, func(member listpack.Value, score float64) bool {
		replyPair(ctx, member, score, scores)
		return true
	})
}

// replyDraws replies with count members, each drawn from all. The reply must not
// become larger than the longest string a client may build: a few bytes of
// request could otherwise ask for all memory there is.
func (v *Value) replyDraws(ctx *command.Ctx, count int64, scores bool) {
	most := ctx.Settings.ProtoMaxBulkLen
	if count > most/int64(leastReply) {
		ctx.Error(command.ErrOutOfRange)
		return
	}
	mark := len(ctx.Buf)
	openPairs(ctx, int(count), scores)
	for range count {
		v.replyDraw(ctx, scores)
		if int64(len(ctx.Buf)-mark) > most {
			ctx.Buf = ctx.Buf[:mark]
			ctx.Error(command.ErrOutOfRange)
			return
		}
	}
}

// replySome replies with count different members, 1 <= count <= Len.
func (v *Value) replySome(ctx *command.Ctx, count int, scores bool) {
	openPairs(ctx, count, scores)
	total := v.Len()
	if v.big != nil && count < total/sparse {
		v.replySparse(ctx, count, scores)
		return
	}
	v.All(func(member listpack.Value, score float64) bool {
		if below(ctx, total) < count {
			replyPair(ctx, member, score, scores)
			count--
		}
		total--
		return count > 0
	})
}

// replySparse draws until it has count different members. What it keeps of them
// has as many elements as the reply.
func (v *Value) replySparse(ctx *command.Ctx, count int, scores bool) {
	seen := map[int]struct{}{}
	for len(seen) < count {
		rank := below(ctx, v.Len())
		if _, again := seen[rank]; !again {
			seen[rank] = struct{}{}
			v.replyAt(ctx, rank, scores)
		}
	}
}
