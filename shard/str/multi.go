package str

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// runMget serves MGET key [key ...]: null stands for a key that is absent or
// holds no string.
func runMget(ctx *command.Ctx) {
	ctx.Array(len(ctx.Args) - 1)
	for i := 1; i < len(ctx.Args); i++ {
		if e := ctx.Key(i).Read(); e.Type() == keyspace.String {
			bulk(ctx, e)
		} else {
			ctx.Null()
		}
	}
}

// runMset serves MSET key value [key value ...].
func runMset(ctx *command.Ctx) {
	if paired(ctx, "mset") {
		setPairs(ctx)
		ctx.OK()
	}
}

// runMsetnx serves MSETNX key value [key value ...]: all keys are set, or none
// when one of them is there.
func runMsetnx(ctx *command.Ctx) {
	if !paired(ctx, "msetnx") {
		return
	}
	for i := 1; i < len(ctx.Args); i += 2 {
		if ctx.Key(i).Replace().Exists() {
			ctx.Int(0)
			return
		}
	}
	setPairs(ctx)
	ctx.Int(1)
}

// paired tells whether every key has a value, and replies with the error when
// one has not.
func paired(ctx *command.Ctx, cmd string) bool {
	if len(ctx.Args)%2 == 1 {
		return true
	}
	ctx.Error(command.WrongArity(cmd))
	return false
}

// setPairs sets the keys in the order of the request, so that the last value
// counts for a key that is named twice.
func setPairs(ctx *command.Ctx) {
	for i := 1; i < len(ctx.Args); i += 2 {
		k := ctx.Key(i)
		put(k, k.Replace(), ctx.Args[i+1], keyspace.NoExpire)
		k.Notify(keyspace.EventString, "set")
	}
}
