package str

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// runGet serves GET key.
func runGet(ctx *command.Ctx) {
	get(ctx, ctx.Key(1).Read())
}

// get replies with the string e holds, null when the key is absent. It reports
// false when the key holds something else; then the reply is the error.
func get(ctx *command.Ctx, e keyspace.Entry) bool {
	if !e.Exists() {
		ctx.Null()
		return true
	}
	if !ctx.Holds(e, keyspace.String) {
		return false
	}
	bulk(ctx, e)
	return true
}

// runGetdel serves GETDEL key.
func runGetdel(ctx *command.Ctx) {
	e := ctx.Key(1).Read()
	if get(ctx, e) && e.Exists() {
		e.Delete()
	}
}

// runGetset serves GETSET key value. The key loses its expiry.
func runGetset(ctx *command.Ctx) {
	k := ctx.Key(1)
	e := k.Read()
	if get(ctx, e) {
		put(k, e, ctx.Args[2], keyspace.NoExpire)
	}
}

// runGetex serves GETEX key [EX s | PX ms | EXAT s | PXAT ms | PERSIST]. The time
// is looked at only when the key is there: a missing one is null whatever the
// number.
func runGetex(ctx *command.Ctx) {
	var life lifetime
	p := ctx.Parse(2)
	for p.More() {
		if !life.read(&p, "PERSIST") {
			p.Syntax()
		}
	}
	if !p.Done() {
		return
	}
	e := ctx.Key(1).Read()
	if !e.Exists() {
		ctx.Null()
		return
	}
	if !ctx.Holds(e, keyspace.String) {
		return
	}
	at, ok := life.end(ctx, "getex")
	if !ok {
		return
	}
	bulk(ctx, e)
	setExpiry(ctx, e, life, at)
}

// setExpiry gives the key the expiry at that GETEX asked for. A time that has
// passed deletes it.
func setExpiry(ctx *command.Ctx, e keyspace.Entry, life lifetime, at int64) {
	switch {
	case life.word == "" || at == e.Expiry():
	case at != keyspace.NoExpire && at <= ctx.Now:
		e.Delete()
	default:
		e.SetExpiry(at)
	}
}

// runStrlen serves STRLEN key.
func runStrlen(ctx *command.Ctx) {
	e := ctx.Key(1).Read()
	switch {
	case !e.Exists():
		ctx.Int(0)
	case ctx.Holds(e, keyspace.String):
		ctx.Int(int64(length(e)))
	}
}
