package str

import (
	"math"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// runIncr serves INCR key.
func runIncr(ctx *command.Ctx) { add(ctx, 1) }

// runDecr serves DECR key.
func runDecr(ctx *command.Ctx) { add(ctx, -1) }

// runIncrby serves INCRBY key increment.
func runIncrby(ctx *command.Ctx) {
	p := ctx.Parse(2)
	by := p.Int()
	if p.Done() {
		add(ctx, by)
	}
}

// runDecrby serves DECRBY key decrement.
func runDecrby(ctx *command.Ctx) {
	p := ctx.Parse(2)
	by := p.Int()
	if by == math.MinInt64 {
		p.Fail(command.ErrDecrOverflow)
	}
	if p.Done() {
		add(ctx, -by)
	}
}

// add adds by to the integer the key holds, 0 when it is absent. The expiry
// stays.
func add(ctx *command.Ctx, by int64) {
	k := ctx.Key(1)
	e := k.Write()
	if !ctx.Holds(e, keyspace.String) {
		return
	}
	n, ok := integer(e)
	if !ok {
		ctx.Error(command.ErrNotInteger)
		return
	}
	sum := n + by
	if (by >= 0) != (sum >= n) {
		ctx.Error(command.ErrOverflow)
		return
	}
	if e.Exists() && e.Encoding() == keyspace.Int {
		e.SetInt(sum)
	} else {
		putInt(k, e, sum, expiryOf(e))
	}
	k.Notify(keyspace.EventString, "incrby")
	ctx.Int(sum)
}

// integer returns the integer whose text the string is, 0 for an absent key.
func integer(e keyspace.Entry) (int64, bool) {
	switch {
	case !e.Exists():
		return 0, true
	case e.Encoding() == keyspace.Int:
		return e.Int(), true
	default:
		return num.ParseInt(e.Bytes())
	}
}

// runIncrbyfloat serves INCRBYFLOAT key increment. The expiry stays.
func runIncrbyfloat(ctx *command.Ctx) {
	k := ctx.Key(1)
	e := k.Write()
	if !ctx.Holds(e, keyspace.String) {
		return
	}
	n, ok := number(e)
	by, valid := num.ParseLongDouble(ctx.Args[2])
	if !ok || !valid {
		ctx.Error(command.ErrNotFloat)
		return
	}
	sum := n.Add(by)
	if !sum.Finite() {
		ctx.Error(command.ErrNaNOrInfinity)
		return
	}
	var scratch [64]byte // longer only for magnitudes from 1e46 on
	t := sum.Append(scratch[:0])
	putText(k, e, t, expiryOf(e))
	k.Notify(keyspace.EventString, "incrbyfloat")
	if w := ctx.Effect(4); w != nil { // sums differ between machines in their last digits
		w.BulkString("SET")
		w.Bulk(ctx.Args[1])
		w.Bulk(t)
		w.BulkString("KEEPTTL")
	}
	ctx.Bulk(t)
}

// number returns the number whose text the string is, 0 for an absent key.
func number(e keyspace.Entry) (num.LongDouble, bool) {
	switch {
	case !e.Exists():
		return num.LongDouble{}, true
	case e.Encoding() == keyspace.Int:
		return num.LongDoubleFromInt(e.Int()), true
	default:
		return num.ParseLongDouble(e.Bytes())
	}
}
