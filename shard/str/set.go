package str

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// setOptions are the options of SET.
type setOptions struct {
	absent  bool // NX: only if the key is not there
	present bool // XX: only if it is
	get     bool // reply with the value that was there
	life    lifetime
}

// parse reads the options behind the value. It reports false when it has replied
// with an error.
func (o *setOptions) parse(ctx *command.Ctx) bool {
	p := ctx.Parse(3)
	for p.More() {
		switch {
		case !o.present && p.Is("NX"):
			o.absent = true
		case !o.absent && p.Is("XX"):
			o.present = true
		case p.Is("GET"):
			o.get = true
		case o.life.read(&p, "KEEPTTL"):
		default:
			p.Syntax()
		}
	}
	return p.Done()
}

// runSet serves SET key value [NX | XX] [GET] [EX s | PX ms | EXAT s | PXAT ms |
// KEEPTTL].
//
// A time that has passed is stored like any other: the next look-up, or the
// expiry cycle, removes the key and counts it as expired.
func runSet(ctx *command.Ctx) {
	var o setOptions
	if !o.parse(ctx) {
		return
	}
	at, ok := o.life.end(ctx, "set")
	if !ok {
		return
	}
	k := ctx.Key(1)
	var old keyspace.Entry
	if o.get {
		if old = k.Read(); !get(ctx, old) {
			return
		}
	} else {
		old = k.Replace()
	}
	if o.absent && old.Exists() || o.present && !old.Exists() {
		if !o.get {
			ctx.Null()
		}
		return
	}
	if o.life.word == "KEEPTTL" {
		at = expiryOf(old)
	}
	put(k, old, ctx.Args[2], at)
	k.Notify(keyspace.EventString, "set")
	if o.life.ends() {
		k.Notify(keyspace.EventGeneric, "expire")
		effectOfSet(ctx, ctx.Args[2], at)
	}
	if !o.get {
		ctx.OK()
	}
}

// effectOfSet says that the key of argument 1 was given value until at.
func effectOfSet(ctx *command.Ctx, value []byte, at int64) {
	if w := ctx.Effect(5); w != nil {
		w.BulkString("SET")
		w.Bulk(ctx.Args[1])
		w.Bulk(value)
		w.BulkString("PXAT")
		w.BulkInt(at)
	}
}

// runSetnx serves SETNX key value.
func runSetnx(ctx *command.Ctx) {
	k := ctx.Key(1)
	e := k.Replace()
	if e.Exists() {
		ctx.Int(0)
		return
	}
	put(k, e, ctx.Args[2], keyspace.NoExpire)
	k.Notify(keyspace.EventString, "set")
	ctx.Int(1)
}

// runSetex serves SETEX key seconds value.
func runSetex(ctx *command.Ctx) { setFor(ctx, "EX", "setex") }

// runPsetex serves PSETEX key milliseconds value.
func runPsetex(ctx *command.Ctx) { setFor(ctx, "PX", "psetex") }

// setFor serves a command that names its expiry before the value.
func setFor(ctx *command.Ctx, word, cmd string) {
	life := lifetime{word: word, value: ctx.Args[2]}
	at, ok := life.end(ctx, cmd)
	if !ok {
		return
	}
	k := ctx.Key(1)
	put(k, k.Replace(), ctx.Args[3], at)
	k.Notify(keyspace.EventString, "set")
	k.Notify(keyspace.EventGeneric, "expire")
	effectOfSet(ctx, ctx.Args[3], at)
	ctx.OK()
}
