package bitmap

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/str"
)

// verb is what an operation of BITFIELD does.
type verb uint8

const (
	verbGet verb = iota
	verbSet
	verbIncrby
)

// step is one operation of BITFIELD.
type step struct {
	verb   verb
	kind   kind
	offset int64
	value  int64    // for SET and INCRBY
	over   overflow // for SET and INCRBY
}

// next reads an operation, and the OVERFLOW in force before it, which over keeps
// from one operation to the next. It reports false at the end or after an error.
func next(ctx *command.Ctx, p *command.Args, over *overflow) (s step, ok bool) {
	for p.IsWith("OVERFLOW", 1) {
		switch {
		case p.Is("WRAP"):
			*over = overflowWrap
		case p.Is("SAT"):
			*over = overflowSaturate
		case p.Is("FAIL"):
			*over = overflowFail
		default:
			p.Fail(command.ErrBitfieldOverflow)
		}
	}
	if !p.More() {
		return s, false
	}
	switch {
	case p.IsWith("GET", 2):
	case p.IsWith("SET", 3):
		s.verb = verbSet
	case p.IsWith("INCRBY", 3):
		s.verb = verbIncrby
	default:
		p.Syntax()
		return s, false
	}
	s.over = *over
	s.kind = parseKind(p)
	if !p.Failed() {
		s.offset = offset(ctx, p, s.kind.width)
	}
	if s.verb != verbGet {
		s.value = p.Int()
	}
	return s, !p.Failed()
}

// runBitfield serves BITFIELD key operation...
func runBitfield(ctx *command.Ctx) { bitfield(ctx, false) }

// runBitfieldRo serves BITFIELD_RO key [GET type offset]...
func runBitfieldRo(ctx *command.Ctx) { bitfield(ctx, true) }

func bitfield(ctx *command.Ctx, readOnly bool) {
	p := ctx.Parse(2)
	over, steps, size := overflowWrap, 0, int64(0) // size is what is written to, in bytes
	for {
		s, ok := next(ctx, &p, &over)
		if !ok {
			break
		}
		steps++
		if s.verb != verbGet {
			size = max(size, (s.offset+s.kind.width-1)>>3+1)
		}
	}
	if readOnly && size > 0 {
		p.Fail(command.ErrBitfieldReadOnly)
	}
	if !p.Done() {
		return
	}
	if size == 0 {
		var scratch [str.MaxIntText]byte
		if b, ok := read(ctx, 1, scratch[:0]); ok {
			runSteps(ctx, steps, b)
		}
		return
	}
	k := ctx.Key(1)
	e := k.Write()
	if ctx.Holds(e, keyspace.String) {
		w := open(k, e, int(size))
		w.close(runSteps(ctx, steps, w.e.Bytes()))
	}
}

// runSteps does so many operations, those of the request, on b, and tells whether
// they have written to it and changed it.
func runSteps(ctx *command.Ctx, steps int, b []byte) (wrote, changed bool) {
	ctx.Array(steps)
	p, over := ctx.Parse(2), overflowWrap
	for range steps {
		s, _ := next(ctx, &p, &over)
		put, other := s.run(ctx, b)
		wrote, changed = wrote || put, changed || other
	}
	return wrote, changed
}

// run does the operation on b and replies: GET and SET with the value that was
// there, INCRBY with the new one, both with null when it did not fit.
func (s *step) run(ctx *command.Ctx, b []byte) (wrote, changed bool) {
	old := s.kind.load(b, s.offset)
	reply, now, ok := old, old, true
	switch s.verb {
	case verbGet:
		ctx.Int(old)
		return false, false
	case verbSet:
		now, ok = s.kind.fit(s.value, s.over)
	case verbIncrby:
		now, ok = s.kind.add(old, s.value, s.over)
		reply = now
	}
	if !ok {
		ctx.Null()
		return false, false
	}
	ctx.Int(reply)
	if now == old {
		return true, false
	}
	s.kind.store(b, s.offset, now)
	return true, true
}
