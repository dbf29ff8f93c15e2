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
	k := ctx.Key(1)
	e := k.Read()
	if get(ctx, e) && e.Exists() {
		e.Delete()
		k.Notify(keyspace.EventGeneric, "del")
		effectOn(ctx, "DEL")
	}
}

// effectOn says that verb, a command without further arguments, was done to the key
// of argument 1.
func effectOn(ctx *command.Ctx, verb string) {
	if w := ctx.Effect(2); w != nil {
		w.BulkString(verb)
		w.Bulk(ctx.Args[1])
	}
}

// runGetset serves GETSET key value. The key loses its expiry.
func runGetset(ctx *command.Ctx) {
	k := ctx.Key(1)
	e := k.Read()
	if get(ctx, e) {
		put(k, e, ctx.Args[2], keyspace.NoExpire)
		k.Notify(keyspace.EventString, "set")
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
	k := ctx.Key(1)
	e := k.Read()
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
	setExpiry(ctx, k, e, life, at)
}

// setExpiry gives the key the expiry at that GETEX asked for. A time that has
// passed deletes it.
func setExpiry(ctx *command.Ctx, k keyspace.Key, e keyspace.Entry, life lifetime, at int64) {
	switch {
	case life.ends() && at <= ctx.Now && !ctx.Replaying():
		e.Delete()
		k.Notify(keyspace.EventGeneric, "del")
		effectOn(ctx, "DEL")
	case life.ends():
		e.SetExpiry(at)
		k.Notify(keyspace.EventGeneric, "expire")
		if w := ctx.Effect(3); w != nil {
			w.BulkString("PEXPIREAT")
			w.Bulk(ctx.Args[1])
			w.BulkInt(at)
		}
	case life.word != "" && e.Expiry() != keyspace.NoExpire:
		e.SetExpiry(keyspace.NoExpire)
		k.Notify(keyspace.EventGeneric, "persist")
		effectOn(ctx, "PERSIST")
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
