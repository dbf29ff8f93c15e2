package set

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
)

// runSismember serves SISMEMBER key member.
func runSismember(ctx *command.Ctx) {
	if m, ok := read(ctx, 1); ok {
		ctx.Int(truth(m.Has(ctx.Args[2])))
	}
}

// runSmismember serves SMISMEMBER key member [member ...].
func runSmismember(ctx *command.Ctx) {
	m, ok := read(ctx, 1)
	if !ok {
		return
	}
	ctx.Array(len(ctx.Args) - 2)
	for _, text := range ctx.Args[2:] {
		ctx.Int(truth(m.Has(text)))
	}
}

// runScard serves SCARD key.
func runScard(ctx *command.Ctx) {
	if m, ok := read(ctx, 1); ok {
		ctx.Int(int64(m.Len()))
	}
}

// runSmembers serves SMEMBERS key.
func runSmembers(ctx *command.Ctx) {
	if m, ok := read(ctx, 1); ok {
		replyAll(ctx, &m)
	}
}

// replyAll replies with a set of all members.
func replyAll(ctx *command.Ctx, m *Members) {
	ctx.Set(m.Len())
	m.Each(func(v listpack.Value) bool {
		reply(ctx, v)
		return true
	})
}
