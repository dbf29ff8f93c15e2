package hash

import (
	"math"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/dict"
)

const (
	// sparse is the share of a table, one in so many, up to which different
	// fields are drawn one by one. To get more of them it is walked once.
	sparse = 4
	// leastReply is the bytes of the shortest field in a reply.
	leastReply = len("$0\r\n\r\n")
	// mostDraws is how often a draw is repeated that meets a field whose time has
	// come, before the table is walked for one that lives.
	mostDraws = 64
)

// runHrandfield serves HRANDFIELD key [count [WITHVALUES]]. A negative count asks
// for that many fields of which some may be the same.
func runHrandfield(ctx *command.Ctx) {
	var r draw
	if len(ctx.Args) == 2 {
		if r.openRead(ctx, 1) {
			r.one(ctx)
		}
		return
	}
	p := ctx.Parse(2)
	count := p.IntIn(-math.MaxInt64, math.MaxInt64, command.ErrRankRange)
	r.values = p.Is("WITHVALUES")
	if !p.Done() {
		return
	}
	if r.values && (count < -math.MaxInt64/2 || count > math.MaxInt64/2) {
		ctx.Error(command.ErrOutOfRange)
		return
	}
	if !r.openRead(ctx, 1) {
		return
	}
	r.prepare()
	switch n := int64(r.len()); {
	case n == 0 || count == 0:
		ctx.Array(0)
	case count < 0:
		r.some(ctx, -count)
	default:
		r.different(ctx, int(min(count, n)))
	}
}

// one replies with one field, or null when there is none.
func (r *draw) one(ctx *command.Ctx) {
	if r.prepare(); r.exists() {
		if field, _, ok := r.pick(ctx); ok {
			reply(ctx, field)
			return
		}
	}
	ctx.Null()
}

// draw is a request for random fields of a hash.
type draw struct {
	hash
	values  bool
	offsets []int // of the fields of a flat hash
}

// prepare sees to it that a hash of which nothing is left is gone.
func (r *draw) prepare() {
	for r.crowded() && r.table.Timed() == r.table.Len() {
		r.expire(openBudget)
	}
}

// pick returns a random field, each with the same probability, and false when all
// have expired.
func (r *draw) pick(ctx *command.Ctx) (field, value listpack.Value, ok bool) {
	h := &r.hash
	if h.table == nil {
		body := listpack.Body(h.entry.Bytes())
		off := r.offset(body, int(ctx.Rand()%uint64(h.len())))
		field, off = listpack.Decode(body, off)
		value, _ = listpack.Decode(body, off)
		return field, value, true
	}
	for range mostDraws {
		if e, found := h.table.Random(ctx.Rand); found && e.Until > h.now {
			return listpack.Value{Str: e.Key}, listpack.Value{Str: e.Value}, true
		}
	}
	h.each(func(f, v listpack.Value) bool {
		field, value, ok = f, v, true
		return false
	})
	return field, value, ok
}

// offset returns where a field of a flat hash stands.
func (r *draw) offset(body []byte, index int) int {
	if r.offsets != nil {
		return r.offsets[index]
	}
	return listpack.Seek(body, r.len()*r.stride, index*r.stride)
}

// locate notes where all fields of a flat hash stand, for many draws.
func (r *draw) locate() {
	h := &r.hash
	if h.table != nil {
		return
	}
	body := listpack.Body(h.entry.Bytes())
	r.offsets = make([]int, 0, h.len())
	for off := 0; off < len(body); {
		r.offsets = append(r.offsets, off)
		off = h.skipDeadline(body, listpack.Next(body, listpack.Next(body, off)))
	}
}

// write writes one field, with its value as a pair in RESP3.
func (r *draw) write(ctx *command.Ctx, field, value listpack.Value) {
	if r.values && ctx.Proto == 3 {
		ctx.Array(2)
	}
	reply(ctx, field)
	if r.values {
		reply(ctx, value)
	}
}

// header opens the array of so many fields.
func (r *draw) header(ctx *command.Ctx, fields int) {
	if r.values && ctx.Proto != 3 {
		fields *= 2
	}
	ctx.Array(fields)
}

// some replies with count fields, each drawn from all. The reply must not become
// larger than the longest string a client may build: a few bytes of request could
// otherwise ask for all memory there is.
func (r *draw) some(ctx *command.Ctx, count int64) {
	most := ctx.Settings.ProtoMaxBulkLen
	if count > most/int64(leastReply) {
		ctx.Error(command.ErrOutOfRange)
		return
	}
	if count > 1 {
		r.locate()
	}
	mark := len(ctx.Buf)
	r.header(ctx, int(count))
	for range count {
		field, value, ok := r.pick(ctx)
		if !ok {
			ctx.Buf = ctx.Buf[:mark]
			ctx.Array(0)
			return
		}
		if r.write(ctx, field, value); int64(len(ctx.Buf)-mark) > most {
			ctx.Buf = ctx.Buf[:mark]
			ctx.Error(command.ErrOutOfRange)
			return
		}
	}
}

// different replies with count different fields, 1 <= count <= len.
func (r *draw) different(ctx *command.Ctx, count int) {
	h := &r.hash
	n := h.len()
	if h.table != nil && count < n/sparse && h.table.Timed() == 0 {
		r.header(ctx, count)
		r.spread(ctx, count)
		return
	}
	mark, taken := ctx.DeferArray(), 0
	h.each(func(field, value listpack.Value) bool {
		// Of the n fields that are left, count-taken are wanted.
		if ctx.Rand()%uint64(n) < uint64(count-taken) {
			r.write(ctx, field, value)
			taken++
		}
		n--
		return taken < count
	})
	switch {
	case r.values && ctx.Proto != 3:
		ctx.CloseArray(mark, 2*taken)
	default:
		ctx.CloseArray(mark, taken)
	}
}

// spread draws from a table until it has count different fields. The set it keeps
// of them has as many as the reply.
func (r *draw) spread(ctx *command.Ctx, count int) {
	seen := dict.New(false)
	for seen.Len() < count {
		e, _ := r.table.Random(ctx.Rand)
		if seen.Set(e.Key, nil) {
			r.write(ctx, listpack.Value{Str: e.Key}, listpack.Value{Str: e.Value})
		}
	}
}
