package generic

import (
	"math"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// The units of expiry times, in milliseconds.
const (
	second      = 1000
	millisecond = 1
)

func runExpire(ctx *command.Ctx)    { expire(ctx, "expire", ctx.Now, second) }
func runPexpire(ctx *command.Ctx)   { expire(ctx, "pexpire", ctx.Now, millisecond) }
func runExpireat(ctx *command.Ctx)  { expire(ctx, "expireat", 0, second) }
func runPexpireat(ctx *command.Ctx) { expire(ctx, "pexpireat", 0, millisecond) }

// expire makes a key end at the time its argument gives, counted in unit from
// base. A time that has passed removes the key.
func expire(ctx *command.Ctx, name string, base, unit int64) {
	cond, ok := parseCondition(ctx)
	if !ok {
		return
	}
	p := ctx.Parse(2)
	at := p.Int()
	if !p.OK() {
		return
	}
	if at > math.MaxInt64/unit || at < math.MinInt64/unit || at*unit > math.MaxInt64-base {
		ctx.Error(command.InvalidExpire(name))
		return
	}
	at = at*unit + base
	k := ctx.Key(1)
	e := k.Write()
	if !e.Exists() || !cond.allows(e.Expiry(), at) {
		ctx.Int(0)
		return
	}
	if at <= ctx.Now && !ctx.Replaying() {
		e.Delete()
		k.Notify(keyspace.EventGeneric, "del")
		effectDel(ctx, 1)
	} else {
		e.SetExpiry(at)
		k.Notify(keyspace.EventGeneric, "expire")
		if w := ctx.Effect(3); w != nil {
			w.BulkString("PEXPIREAT")
			w.Bulk(ctx.Args[1])
			w.BulkInt(at)
		}
	}
	ctx.Int(1)
}

// effectDel says that the key of an argument was deleted.
func effectDel(ctx *command.Ctx, argument int) {
	if w := ctx.Effect(2); w != nil {
		w.BulkString("DEL")
		w.Bulk(ctx.Args[argument])
	}
}

// condition says when an expiry may be changed. The zero value is always.
type condition struct{ nx, xx, gt, lt bool }

// parseCondition reads the words behind the time, which are looked at before it.
// It replies and reports false when they make no sense.
func parseCondition(ctx *command.Ctx) (c condition, ok bool) {
	p := ctx.Parse(3)
	for p.More() {
		switch {
		case p.Is("NX"):
			c.nx = true
		case p.Is("XX"):
			c.xx = true
		case p.Is("GT"):
			c.gt = true
		case p.Is("LT"):
			c.lt = true
		default:
			p.Fail(command.UnsupportedOption(p.Bytes()))
		}
	}
	switch {
	case c.nx && (c.xx || c.gt || c.lt):
		p.Fail(command.ErrExpireNX)
	case c.gt && c.lt:
		p.Fail(command.ErrExpireGTLT)
	}
	return c, p.OK()
}

// allows tells whether a key that ends at current may be made to end at at. A key
// without expiry ends later than any other.
func (c condition) allows(current, at int64) bool {
	forever := current == keyspace.NoExpire
	switch {
	case c.nx && !forever, c.xx && forever:
		return false
	case c.gt && (forever || at <= current):
		return false
	case c.lt && !forever && at >= current:
		return false
	}
	return true
}

func runPersist(ctx *command.Ctx) {
	k := ctx.Key(1)
	e := k.Write()
	if !e.Exists() || e.Expiry() == keyspace.NoExpire {
		ctx.Int(0)
		return
	}
	e.SetExpiry(keyspace.NoExpire)
	k.Notify(keyspace.EventGeneric, "persist")
	ctx.Int(1)
}

func runTtl(ctx *command.Ctx)         { reportExpiry(ctx, ctx.Now, second) }
func runPttl(ctx *command.Ctx)        { reportExpiry(ctx, ctx.Now, millisecond) }
func runExpiretime(ctx *command.Ctx)  { reportExpiry(ctx, 0, second) }
func runPexpiretime(ctx *command.Ctx) { reportExpiry(ctx, 0, millisecond) }

// reportExpiry replies when a key ends, counted from base and rounded to unit; -1
// for a key without expiry, -2 for an absent one.
func reportExpiry(ctx *command.Ctx, base, unit int64) {
	e := ctx.Key(1).Peek()
	switch {
	case !e.Exists():
		ctx.Int(-2)
	case e.Expiry() == keyspace.NoExpire:
		ctx.Int(-1)
	default:
		left := uint64(max(e.Expiry()-base, 0))
		ctx.Int(int64((left + uint64(unit)/2) / uint64(unit)))
	}
}
