package hash

import (
	"math"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// unitOf returns how a word that comes before a deadline has it counted: from base,
// in unit, and false for any other word.
func unitOf(ctx *command.Ctx, word []byte) (base, unit int64, ok bool) {
	switch {
	case command.EqualFold(word, "EX"):
		return ctx.Now, second, true
	case command.EqualFold(word, "PX"):
		return ctx.Now, millisecond, true
	case command.EqualFold(word, "EXAT"):
		return 0, second, true
	case command.EqualFold(word, "PXAT"):
		return 0, millisecond, true
	default:
		return 0, 0, false
	}
}

// runHgetdel serves HGETDEL key FIELDS n field [field ...].
func runHgetdel(ctx *command.Ctx) {
	var h hash
	if !h.openWrite(ctx, 1) {
		return
	}
	fields, ok := fieldList(ctx, 2, command.ErrFieldsPositive)
	if !ok {
		return
	}
	ctx.NoEffect()
	ctx.Array(len(fields))
	gone := acted{wanted: ctx.Recording()}
	for _, field := range fields {
		h.replyValue(ctx, field)
		if h.delete(field) {
			gone.add(field)
		}
	}
	if gone.any || h.stale {
		h.commit()
	}
	h.tellRemoved(ctx, &gone)
}

// runHgetex serves HGETEX key [EX s | PX ms | EXAT s | PXAT ms | PERSIST] FIELDS n
// field [field ...].
func runHgetex(ctx *command.Ctx) {
	var h hash
	if !h.openWrite(ctx, 1) {
		return
	}
	base, unit, timed := unitOf(ctx, ctx.Args[2])
	persist := command.EqualFold(ctx.Args[2], "PERSIST")
	at := 2
	switch {
	case timed:
		at = 4
	case persist:
		at = 3
	}
	fields, ok := fieldList(ctx, at, command.ErrFieldsPositive)
	if !ok {
		return
	}
	until := int64(never)
	if timed {
		if until, ok = deadlineOf(ctx, ctx.Args[3], "hgetex", base, unit); !ok {
			return
		}
	}
	ctx.NoEffect()
	ctx.Array(len(fields))
	moved := acted{wanted: ctx.Recording()}
	for _, field := range fields {
		h.replyValue(ctx, field)
		if (timed || persist) && h.renew(field, until) {
			moved.add(field)
		}
	}
	if moved.any || h.stale {
		h.commit()
	}
	h.tellEnd(ctx, until, &moved)
}

// renew gives a field another deadline, and tells whether that changed anything.
func (h *hash) renew(field []byte, until int64) bool {
	_, current, ok := h.get(field)
	switch {
	case !ok || current == until:
		return false
	case until <= h.now:
		return h.delete(field)
	default:
		h.setDeadline(field, until)
		return true
	}
}

// setOptions are the options of HSETEX.
type setOptions struct {
	absent  bool  // FNX: only if none of the fields is there
	present bool  // FXX: only if all of them are
	keep    bool  // KEEPTTL
	until   int64 // never for none
	pairs   [][]byte
}

// parse reads what stands behind the key. It replies and reports false when it
// makes no sense.
func (o *setOptions) parse(ctx *command.Ctx) bool {
	o.until = never
	p := ctx.Parse(2)
	for p.More() {
		word := ctx.Args[p.Index()]
		base, unit, timed := unitOf(ctx, word)
		switch {
		case p.Is("FIELDS"):
			return o.parseFields(ctx, p.Index())
		case timed || command.EqualFold(word, "KEEPTTL"):
			p.Skip(1)
			if o.keep || o.until != never {
				p.Fail(command.ErrFieldExpiry)
				break
			}
			if o.keep = !timed; o.keep {
				break
			}
			if !p.More() {
				p.Fail(command.ErrExpireMissing)
				break
			}
			var ok bool
			if o.until, ok = deadlineOf(ctx, p.Bytes(), "hsetex", base, unit); !ok {
				return false
			}
		case p.Is("FNX"):
			o.exclude(&p, o.absent || o.present)
			o.absent = true
		case p.Is("FXX"):
			o.exclude(&p, o.absent || o.present)
			o.present = true
		default:
			p.Fail(command.UnknownArgument(word))
		}
	}
	p.Fail(command.ErrFieldsMissing)
	return p.OK()
}

// exclude refuses a second condition.
func (o *setOptions) exclude(p *command.Args, another bool) {
	if another {
		p.Fail(command.ErrFieldCondition)
	}
}

// parseFields reads the number of fields, which is argument at, and the fields with
// their values.
func (o *setOptions) parseFields(ctx *command.Ctx, at int) bool {
	if at+2 >= len(ctx.Args) {
		ctx.Error(command.WrongArity("hsetex"))
		return false
	}
	n, isInt := num.ParseInt(ctx.Args[at])
	o.pairs = ctx.Args[at+1:]
	switch {
	case !isInt || n < 1 || n > math.MaxInt32:
		ctx.Error(command.ErrFieldsInvalid)
	case 2*n != int64(len(o.pairs)):
		ctx.Error(command.WrongArity("hsetex"))
	default:
		return true
	}
	return false
}

// runHsetex serves HSETEX key [FNX | FXX] [EX s | PX ms | EXAT s | PXAT ms |
// KEEPTTL] FIELDS n field value [field value ...]. It replies whether it has set
// the fields: all or none. A deadline that has passed removes them.
func runHsetex(ctx *command.Ctx) {
	var o setOptions
	if !o.parse(ctx) {
		return
	}
	var h hash
	if !h.openWrite(ctx, 1) {
		return
	}
	ctx.NoEffect()
	switch {
	case !o.allows(&h):
		ctx.Int(0)
		return
	case o.until > h.now:
		o.set(ctx, &h)
	default:
		o.remove(ctx, &h)
	}
	ctx.Int(1)
}

// set gives all fields their values and deadlines.
func (o *setOptions) set(ctx *command.Ctx, h *hash) {
	h.prepare(o.pairs)
	for i := 0; i < len(o.pairs); i += 2 {
		field, until := o.pairs[i], o.until
		if o.keep {
			if _, current, ok := h.get(field); ok {
				until = current
			}
		}
		h.set(field, o.pairs[i+1], until)
	}
	h.commit()
	h.notify("hset")
	if o.until != never {
		h.notify("hexpire")
	}
	if ctx.Recording() {
		o.record(ctx, h)
	}
}

// record says which values the fields have and when they end.
func (o *setOptions) record(ctx *command.Ctx, h *hash) {
	if w := ctx.Effect(2 + len(o.pairs)); w != nil {
		w.BulkString("HSET")
		w.Bulk(ctx.Args[1])
		for _, text := range o.pairs {
			w.Bulk(text)
		}
	}
	fields := make([][]byte, 0, len(o.pairs)/2)
	for i := 0; i < len(o.pairs); i += 2 {
		fields = append(fields, o.pairs[i])
	}
	if !o.keep {
		recordEnd(ctx, o.until, fields)
		return
	}
	for i := range fields {
		if _, until, ok := h.get(fields[i]); ok {
			recordEnd(ctx, until, fields[i:i+1])
		}
	}
}

// remove takes all fields out, since their deadline has passed.
func (o *setOptions) remove(ctx *command.Ctx, h *hash) {
	gone := acted{wanted: ctx.Recording()}
	for i := 0; i < len(o.pairs); i += 2 {
		if h.delete(o.pairs[i]) {
			gone.add(o.pairs[i])
		}
	}
	if gone.any || h.stale {
		h.commit()
	}
	h.tellRemoved(ctx, &gone)
}

// allows tells whether the fields that are there permit the change.
func (o *setOptions) allows(h *hash) bool {
	if !o.absent && !o.present {
		return true
	}
	for i := 0; i < len(o.pairs); i += 2 {
		if _, _, ok := h.get(o.pairs[i]); ok != o.present {
			return false
		}
	}
	return true
}
