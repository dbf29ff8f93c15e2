package hash

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// runHget serves HGET key field.
func runHget(ctx *command.Ctx) {
	var h hash
	if h.openRead(ctx, 1) {
		h.replyValue(ctx, ctx.Args[2])
	}
}

// replyValue writes the value of a field, or null.
func (h *hash) replyValue(ctx *command.Ctx, field []byte) {
	v, _, ok := h.get(field)
	if !ok {
		ctx.Null()
		return
	}
	reply(ctx, v)
}

// runHmget serves HMGET key field [field ...].
func runHmget(ctx *command.Ctx) {
	var h hash
	if h.openRead(ctx, 1) {
		h.replyValues(ctx, ctx.Args[2:])
	}
}

// replyValues writes the values of some fields.
func (h *hash) replyValues(ctx *command.Ctx, fields [][]byte) {
	ctx.Array(len(fields))
	for _, field := range fields {
		h.replyValue(ctx, field)
	}
}

// runHgetall serves HGETALL key.
func runHgetall(ctx *command.Ctx) {
	var h hash
	if !h.openRead(ctx, 1) {
		return
	}
	if !h.crowded() {
		ctx.Map(h.len())
		h.each(func(field, value listpack.Value) bool {
			reply(ctx, field)
			reply(ctx, value)
			return true
		})
		return
	}
	mark, n := ctx.DeferArray(), 0
	h.each(func(field, value listpack.Value) bool {
		reply(ctx, field)
		reply(ctx, value)
		n++
		return true
	})
	ctx.CloseMap(mark, n)
}

// runHkeys serves HKEYS key.
func runHkeys(ctx *command.Ctx) {
	replyEach(ctx, func(field, _ listpack.Value) { reply(ctx, field) })
}

// runHvals serves HVALS key.
func runHvals(ctx *command.Ctx) {
	replyEach(ctx, func(_, value listpack.Value) { reply(ctx, value) })
}

// replyEach writes an array of what write writes for every field.
func replyEach(ctx *command.Ctx, write func(field, value listpack.Value)) {
	var h hash
	if !h.openRead(ctx, 1) {
		return
	}
	mark, n := ctx.DeferArray(), 0
	h.each(func(field, value listpack.Value) bool {
		write(field, value)
		n++
		return true
	})
	ctx.CloseArray(mark, n)
}

// runHlen serves HLEN key. Fields whose time has come count until they are removed,
// which takes more than one command where there are thousands.
func runHlen(ctx *command.Ctx) {
	var h hash
	if h.openRead(ctx, 1) {
		ctx.Int(int64(h.len()))
	}
}

// runHstrlen serves HSTRLEN key field.
func runHstrlen(ctx *command.Ctx) {
	var h hash
	if !h.openRead(ctx, 1) {
		return
	}
	v, _, ok := h.get(ctx.Args[2])
	switch {
	case !ok:
		ctx.Int(0)
	case v.Str != nil:
		ctx.Int(int64(len(v.Str)))
	default:
		ctx.Int(int64(num.IntLen(v.Int)))
	}
}

// runHexists serves HEXISTS key field.
func runHexists(ctx *command.Ctx) {
	var h hash
	if !h.openRead(ctx, 1) {
		return
	}
	if _, _, ok := h.get(ctx.Args[2]); ok {
		ctx.Int(1)
		return
	}
	ctx.Int(0)
}

// runHdel serves HDEL key field [field ...].
func runHdel(ctx *command.Ctx) {
	var h hash
	if !h.openWrite(ctx, 1) {
		return
	}
	removed := 0
	for _, field := range ctx.Args[2:] {
		if h.delete(field) {
			removed++
		}
	}
	if removed > 0 || h.stale {
		h.commit()
	}
	if removed > 0 {
		h.notify("hdel")
	}
	h.notifyGone(removed > 0 || h.stale)
	ctx.Int(int64(removed))
}
