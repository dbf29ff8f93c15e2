package shard

import (
	"slices"
	"sync/atomic"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Program is what runs in place of a command's handler and has the handlers of other
// commands run: a script. It runs like a transaction, as one request of a batch when
// one shard owns all it touches, else through Troupe.Play, with nothing in between.
type Program interface {
	// Run writes exactly one reply to x.Out. It is called in the turn that holds the
	// shards, and may use x until it returns.
	Run(x *Execution)
}

// Play runs p, on behalf of c, in a fence over the shards members tells, and returns
// when all of them have gone on. When there is no room that these shards can make, it
// runs in a fence over all of them.
func (t *Troupe) Play(p Program, c *command.Command, x *Execution, members func(shard int) bool) {
	run := func(held []*Shard) {
		x.at = now()
		x.spaces, x.held = begun(held, x.at), held
		x.meter, _ = meterOf(held, x.Origin)
		defer x.end(held)
		x.Refusal = refuse(command.DenyOOM, held)
		if x.Refusal == command.ErrOOM && evicts(held) && slices.Contains(held, nil) {
			x.cramped = true
			return
		}
		x.Troupe = t.standing(held)
		x.hold(t)
		count(held, 1)
		began, start := x.meter.clock(), len(x.Out.Buf)
		x.play(t, p, c)
		x.meter.single(c, x.Args, isError(x.Out.Buf[start:]), began)
	}
	t.fence(members, run)
	if x.cramped {
		x.cramped = false
		t.fence(Everyone, run)
	}
}

// Play runs a program within a transaction. What it selects is its own affair.
func (x *Execution) Play(p Program, c *command.Command) (failed bool) {
	x.Refusal = refuse(command.DenyOOM, x.held)
	x.hold(x.Troupe)
	return x.play(x.Troupe, p, c)
}

func (x *Execution) play(t *Troupe, p Program, c *command.Command) (failed bool) {
	x.running = t
	number, proto := x.Number, x.Out.Proto
	if log := effectsOf(x.spaces); log != nil {
		log.Begin()
		defer log.End()
	}
	failed = x.meter.program(func() bool { return t.attempt(&x.Out, c, func() { p.Run(x) }) })
	x.release()
	x.Number, x.Out.Proto = number, proto
	return failed
}

// present runs the program of a request in the turn of the one shard it needs. Room
// was made before, or there is the refusal.
func (s *Shard) present(r *Request, number int, noTouch bool, refusal string) (failed bool) {
	s.space.NoTouch, s.space.Reader = noTouch, s.reader
	x := &s.stage
	if x.spaces == nil {
		x.spaces = make([]*keyspace.Keyspace, len(s.troupe.shards))
		x.held = make([]*Shard, len(s.troupe.shards))
		x.spaces[s.index], x.held[s.index], x.meter = s.space, s, &s.meter
	}
	x.at, x.Refusal, x.Number, x.NoTouch, x.Out = s.space.Now, refusal, number, noTouch, s.ctx.Writer
	x.Reader = s.reader
	x.all.HoldAll(s.troupe.hasher, x.spaces)
	failed = x.play(s.troupe, r.program(), r.Command)
	x.Troupe, s.standing = nil, false
	s.ctx.Writer, x.Out.Buf = x.Out, nil
	return failed
}

// Stand returns a Troupe of which all shards stand still, for a program that holds
// them all. See Execution.Troupe.
func (x *Execution) Stand() *Troupe {
	if x.Troupe == nil {
		x.Troupe = x.running.standing(x.held)
	}
	return x.Troupe
}

// Holds tells whether a shard is held, and for AllHeld whether all of them are.
func (x *Execution) Holds(shard int) bool {
	if shard == AllHeld {
		return !slices.Contains(x.spaces, nil)
	}
	return x.spaces[shard] != nil
}

// Some returns a shard that is held, if not all are, and AllHeld if so.
func (x *Execution) Some() int {
	if x.Holds(AllHeld) {
		return AllHeld
	}
	return slices.IndexFunc(x.spaces, func(space *keyspace.Keyspace) bool { return space != nil })
}

// Locate is Troupe.Locate, for a program.
func (x *Execution) Locate(key []byte) (hash uint64, shard int) { return x.running.Locate(key) }

// Shards is Troupe.Shards, for a program.
func (x *Execution) Shards() int { return len(x.spaces) }

// Now returns the time, unix milliseconds, which is the same for the whole turn.
func (x *Execution) Now() int64 { return x.at }

// Perform runs one command for a program, whose reply goes to w, and tells whether it
// is an error. owner is the shard that owns all its keys, or AllHeld. It is the one
// way in which programs and transactions run handlers.
func (x *Execution) Perform(r *Request, owner int, w *resp.Writer) (failed bool) {
	t := x.running
	ctx, key := &x.all, 0
	if owner != AllHeld {
		ctx, key = &x.one, int(r.Key)
		ctx.Hold(t.hasher, x.spaces[owner])
	}
	ctx.Select(x.Number)
	ctx.Writer = *w
	ctx.Request(r.Args, key, r.Hash)
	start := len(ctx.Buf)
	x.meter.before(r.Command)
	failed = t.perform(ctx, r.Command)
	x.meter.after(r.Command, r.Args, ctx.Buf[start:])
	x.meter.show(r, x.Number)
	w.Buf, ctx.Buf = ctx.Buf, nil
	for _, work := range ctx.TakeLater() {
		t.later(work)
	}
	return failed
}

// jam is what is known of shards that a program has held for too long.
type jam struct {
	shards atomic.Int32             // how many are held like that
	texts  []atomic.Pointer[string] // by shard: what clients that need it are told
}

// Overdue tells that the program runs for too long: from now on clients that need one
// of its shards are told text instead of being made to wait. It may be called by any
// goroutine as long as the program runs.
func (x *Execution) Overdue(text string) {
	for i, space := range x.spaces {
		if space != nil && x.running.jam.texts[i].Swap(&text) == nil {
			x.running.jam.shards.Add(1)
		}
	}
}

// release ends what Overdue has begun.
func (x *Execution) release() {
	if x.running.jam.shards.Load() == 0 {
		return
	}
	for i, space := range x.spaces {
		if space != nil && x.running.jam.texts[i].Swap(nil) != nil {
			x.running.jam.shards.Add(-1)
		}
	}
}

// Jammed tells whether some shard is held by a program for too long.
func (t *Troupe) Jammed() bool { return t.jam.shards.Load() != 0 }

// JammedAt returns what a client that needs a shard is to be told instead of waiting,
// or "". For AllHeld it is that of any shard.
func (t *Troupe) JammedAt(shard int) string {
	if shard == AllHeld {
		for i := range t.jam.texts {
			if text := t.jam.texts[i].Load(); text != nil {
				return *text
			}
		}
		return ""
	}
	if text := t.jam.texts[shard].Load(); text != nil {
		return *text
	}
	return ""
}

// JammedEverywhere returns what a client that needs no shard is told while all of
// them are held by programs for too long, or "".
func (t *Troupe) JammedEverywhere() string {
	if int(t.jam.shards.Load()) < len(t.shards) {
		return ""
	}
	return t.JammedAt(AllHeld)
}
