package hash

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// runHset serves HSET key field value [field value ...].
func runHset(ctx *command.Ctx) {
	if added, ok := setPairs(ctx, "hset"); ok {
		ctx.Int(int64(added))
	}
}

// runHmset serves HMSET key field value [field value ...].
func runHmset(ctx *command.Ctx) {
	if _, ok := setPairs(ctx, "hmset"); ok {
		ctx.OK()
	}
}

// setPairs sets the fields behind the key and returns how many are new. Their
// deadlines end.
func setPairs(ctx *command.Ctx, name string) (added int, ok bool) {
	if len(ctx.Args)%2 != 0 {
		ctx.Error(command.WrongArity(name))
		return 0, false
	}
	var h hash
	if !h.openWrite(ctx, 1) {
		return 0, false
	}
	pairs := ctx.Args[2:]
	h.prepare(pairs)
	for i := 0; i < len(pairs); i += 2 {
		if h.set(pairs[i], pairs[i+1], never) {
			added++
		}
	}
	h.commit()
	h.notify("hset")
	return added, true
}

// prepare gives an absent hash that will be flat the room for fields and values,
// so that its record need not grow with each of them.
func (h *hash) prepare(pairs [][]byte) {
	if h.exists() || len(pairs)/2 > h.settings.HashMaxListpackEntries {
		return
	}
	total := 0
	for _, t := range pairs {
		h.wide = h.wide || len(t) > h.settings.HashMaxListpackValue
		total += listpack.ItemOf(t).Size()
	}
	if h.wide && (len(pairs)/2 > wideFields || total > wideBytes) {
		h.promote()
		return
	}
	h.create(total)
}

// runHsetnx serves HSETNX key field value.
func runHsetnx(ctx *command.Ctx) {
	var h hash
	if !h.openWrite(ctx, 1) {
		return
	}
	if _, _, there := h.get(ctx.Args[2]); there {
		ctx.Int(0)
		return
	}
	h.set(ctx.Args[2], ctx.Args[3], never)
	h.commit()
	h.notify("hset")
	ctx.Int(1)
}

// runHincrby serves HINCRBY key field increment. The deadline stays.
func runHincrby(ctx *command.Ctx) {
	p := ctx.Parse(3)
	by := p.Int()
	if !p.Done() {
		return
	}
	var h hash
	if !h.openWrite(ctx, 1) {
		return
	}
	v, until, ok := h.get(ctx.Args[2])
	if !ok {
		until = never
	}
	n := v.Int
	if v.Str != nil {
		if n, ok = num.ParseInt(v.Str); !ok {
			ctx.Error(command.ErrHashNotInteger)
			return
		}
	}
	sum := n + by
	if (by >= 0) != (sum >= n) {
		ctx.Error(command.ErrOverflow)
		return
	}
	var room [intText]byte
	h.set(ctx.Args[2], num.AppendInt(room[:0], sum), until)
	h.commit()
	h.notify("hincrby")
	ctx.Int(sum)
}

// runHincrbyfloat serves HINCRBYFLOAT key field increment. The deadline stays.
func runHincrbyfloat(ctx *command.Ctx) {
	by, ok := num.ParseLongDouble(ctx.Args[3])
	switch {
	case !ok:
		ctx.Error(command.ErrNotFloat)
		return
	case !by.Finite():
		ctx.Error(command.ErrValueNotFinite)
		return
	}
	var h hash
	if !h.openWrite(ctx, 1) {
		return
	}
	ctx.NoEffect()
	v, until, ok := h.get(ctx.Args[2])
	if !ok {
		until = never
	}
	n := num.LongDoubleFromInt(v.Int)
	if v.Str != nil {
		if n, ok = num.ParseLongDouble(v.Str); !ok {
			ctx.Error(command.ErrHashNotFloat)
			return
		}
	}
	sum := n.Add(by)
	if !sum.Finite() {
		ctx.Error(command.ErrNaNOrInfinity)
		return
	}
	var room [64]byte // longer only for magnitudes from 1e46 on
	t := sum.Append(room[:0])
	h.set(ctx.Args[2], t, until)
	h.commit()
	h.notify("hincrbyfloat")
	if w := ctx.Effect(4); w != nil {
		w.BulkString("HSET")
		w.Bulk(ctx.Args[1])
		w.Bulk(ctx.Args[2])
		w.Bulk(t)
	}
	recordEnd(ctx, until, ctx.Args[2:3])
	ctx.Bulk(t)
}
