package hash

import (
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// The units of deadlines, in milliseconds.
const (
	second      = 1000
	millisecond = 1
)

// maxDeadline is the latest deadline a field can have, unix milliseconds: the year
// 4199, as in Redis.
const maxDeadline = 1<<46 - 1

// What a command about deadlines says of a field.
const (
	noField      = -2 // it is not there
	noEnd        = -1 // it has no deadline
	notMet       = 0  // the condition forbids the change
	changed      = 1
	deletedField = 2 // the deadline has passed already
)

// fieldList reads "FIELDS n field ..." from argument at on, which must be the rest
// of the request. count is the error for a number that is none or not positive.
// It replies and reports false when the arguments do not fit.
func fieldList(ctx *command.Ctx, at int, count string) (fields [][]byte, ok bool) {
	if at+1 >= len(ctx.Args) || !command.EqualFold(ctx.Args[at], "FIELDS") {
		ctx.Error(command.ErrFieldsMissing)
		return nil, false
	}
	n, isInt := num.ParseInt(ctx.Args[at+1])
	fields = ctx.Args[at+2:]
	switch {
	case !isInt || n < 1:
		ctx.Error(count)
	case n != int64(len(fields)):
		ctx.Error(command.ErrFieldsMismatch)
	default:
		return fields, true
	}
	return nil, false
}

// deadlineOf reads a deadline, counted in unit from base, for the command called
// name. It replies and reports false when it makes none.
func deadlineOf(ctx *command.Ctx, arg []byte, name string, base, unit int64) (until int64, ok bool) {
	n, isInt := num.ParseInt(arg)
	switch {
	case !isInt:
		ctx.Error(command.ErrNotInteger)
	case n < 0:
		ctx.Error(command.ErrExpireNegative)
	case n > maxDeadline/unit || n*unit > maxDeadline-base:
		ctx.Error(command.InvalidExpire(name))
	default:
		return n*unit + base, true
	}
	return 0, false
}

// runHexpire serves HEXPIRE key seconds [NX | XX | GT | LT] FIELDS n field [field ...].
func runHexpire(ctx *command.Ctx) { expireFields(ctx, "hexpire", ctx.Now, second) }

// runHpexpire serves HPEXPIRE, as HEXPIRE in milliseconds.
func runHpexpire(ctx *command.Ctx) { expireFields(ctx, "hpexpire", ctx.Now, millisecond) }

// runHexpireat serves HEXPIREAT, as HEXPIRE with a point in time.
func runHexpireat(ctx *command.Ctx) { expireFields(ctx, "hexpireat", 0, second) }

// runHpexpireat serves HPEXPIREAT, as HEXPIREAT in milliseconds.
func runHpexpireat(ctx *command.Ctx) { expireFields(ctx, "hpexpireat", 0, millisecond) }

// condition says when a deadline may be changed.
type condition uint8

const (
	always condition = iota
	ifNone
	ifAny
	ifLater
	ifEarlier
)

// readCondition reads the word in front of FIELDS.
func readCondition(arg []byte) condition {
	for i, word := range [...]string{"NX", "XX", "GT", "LT"} {
		if command.EqualFold(arg, word) {
			return ifNone + condition(i)
		}
	}
	return always
}

// allows tells whether a field that ends at current may be made to end at until. A
// field without a deadline ends later than any other.
func (c condition) allows(current, until int64) bool {
	switch c {
	case ifNone:
		return current == never
	case ifAny:
		return current != never
	case ifLater:
		return current != never && until > current
	case ifEarlier:
		return until < current
	default:
		return true
	}
}

// expireFields makes fields end at the time the second argument gives.
func expireFields(ctx *command.Ctx, name string, base, unit int64) {
	var h hash
	if !h.openWrite(ctx, 1) {
		return
	}
	until, ok := deadlineOf(ctx, ctx.Args[2], name, base, unit)
	if !ok {
		return
	}
	at, cond := 3, readCondition(ctx.Args[3])
	if cond != always {
		at++
	}
	fields, ok := fieldList(ctx, at, command.ErrFieldsZero)
	if !ok {
		return
	}
	ctx.NoEffect()
	ctx.Array(len(fields))
	moved := acted{wanted: ctx.Recording()}
	for _, field := range fields {
		result := h.expireField(field, until, cond)
		if result > notMet {
			moved.add(field)
		}
		ctx.Int(result)
	}
	if moved.any || h.stale {
		h.commit()
	}
	h.tellEnd(ctx, until, &moved)
}

// expireField makes a field end, or removes it when its time has passed, and
// returns what happened.
func (h *hash) expireField(field []byte, until int64, cond condition) int64 {
	_, current, ok := h.get(field)
	switch {
	case !ok:
		return noField
	case !cond.allows(current, until):
		return notMet
	case until <= h.now:
		h.delete(field)
		return deletedField
	default:
		h.setDeadline(field, until)
		return changed
	}
}

// runHpersist serves HPERSIST key FIELDS n field [field ...].
func runHpersist(ctx *command.Ctx) {
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
	freed := acted{wanted: ctx.Recording()}
	for _, field := range fields {
		_, until, there := h.get(field)
		switch {
		case !there:
			ctx.Int(noField)
		case until == never:
			ctx.Int(noEnd)
		default:
			h.setDeadline(field, never)
			freed.add(field)
			ctx.Int(changed)
		}
	}
	if freed.any {
		h.commit()
	}
	h.tellEnd(ctx, never, &freed)
}

// runHttl serves HTTL key FIELDS n field [field ...].
func runHttl(ctx *command.Ctx) { reportDeadlines(ctx, ctx.Now, second) }

// runHpttl serves HPTTL key FIELDS n field [field ...].
func runHpttl(ctx *command.Ctx) { reportDeadlines(ctx, ctx.Now, millisecond) }

// runHexpiretime serves HEXPIRETIME key FIELDS n field [field ...].
func runHexpiretime(ctx *command.Ctx) { reportDeadlines(ctx, 0, second) }

// runHpexpiretime serves HPEXPIRETIME key FIELDS n field [field ...].
func runHpexpiretime(ctx *command.Ctx) { reportDeadlines(ctx, 0, millisecond) }

// reportDeadlines replies when fields end, counted from base and rounded up to unit.
func reportDeadlines(ctx *command.Ctx, base, unit int64) {
	var h hash
	if !h.openRead(ctx, 1) {
		return
	}
	fields, ok := fieldList(ctx, 2, command.ErrFieldsPositive)
	if !ok {
		return
	}
	ctx.Array(len(fields))
	for _, field := range fields {
		_, until, there := h.get(field)
		switch {
		case !there:
			ctx.Int(noField)
		case until == never:
			ctx.Int(noEnd)
		default:
			ctx.Int((until - base + unit - 1) / unit)
		}
	}
}
