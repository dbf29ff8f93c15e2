package list

import "github.com/troupe-db/troupe/shard/command"

func runLpush(ctx *command.Ctx)  { push(ctx, true, false) }
func runRpush(ctx *command.Ctx)  { push(ctx, false, false) }
func runLpushx(ctx *command.Ctx) { push(ctx, true, true) }
func runRpushx(ctx *command.Ctx) { push(ctx, false, true) }

// push puts the arguments from the second on at an end and replies with the
// length. With present set it leaves an absent key alone.
func push(ctx *command.Ctx, left, present bool) {
	var l list
	if !l.openWrite(ctx, 1) {
		return
	}
	if present && !l.exists() {
		ctx.Int(0)
		return
	}
	l.push(left, ctx.Args[2:])
	l.notify(pushed(left))
	ctx.Int(int64(l.len()))
}
