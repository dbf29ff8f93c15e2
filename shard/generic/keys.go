package generic

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// runDel answers DEL and UNLINK. A value of bytes is gone with its record, and
// the parts of an Object are left to the garbage collector, so there is nothing
// UNLINK could put off.
func runDel(ctx *command.Ctx) {
	removed := 0
	for i := 1; i < len(ctx.Args); i++ {
		k := ctx.Key(i)
		if e := k.Glance(); e.Exists() {
			e.Scrap()
			k.Notify(keyspace.EventGeneric, "del")
			removed++
		}
	}
	ctx.Int(int64(removed))
}

func runUnlink(ctx *command.Ctx) { runDel(ctx) }

func runExists(ctx *command.Ctx) {
	found := 0
	for i := 1; i < len(ctx.Args); i++ {
		if ctx.Key(i).Peek().Exists() {
			found++
		}
	}
	ctx.Int(int64(found))
}

// runTouch counts as a use of its keys even for a client that otherwise leaves
// no trace (CLIENT NO-TOUCH).
func runTouch(ctx *command.Ctx) {
	found := 0
	for i := 1; i < len(ctx.Args); i++ {
		if e := ctx.Key(i).Peek(); e.Exists() {
			e.Touch()
			found++
		}
	}
	ctx.Int(int64(found))
}

func runType(ctx *command.Ctx) {
	ctx.Status(ctx.Key(1).Peek().Type().String())
}
