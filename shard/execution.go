package shard

import (
	"slices"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
)

// Execution is the turn in which a transaction runs that needs several shards, or
// its connection. The caller of Troupe.Execute fills in the exported fields, which
// commands that the connection serves may change on the way.
type Execution struct {
	Out     resp.Writer     // the reply; Proto is that of the replies to come
	Number  int             // the selected database
	NoTouch bool            // the client's reads do not count as use
	Reader  keyspace.Reader // the client, as far as it tracks keys
	Mute    bool            // the client wants no replies (CLIENT REPLY)
	Command *command.Command
	Args    [][]byte                  // of the request that is executed, for the slow log
	Origin  measure.Origin            // the client, nil for none
	Ran     func(*Execution, *Queued) // called after each command of a transaction; may be nil

	// Troupe is valid inside Queued.Serve. If every shard is held, its methods
	// work on the held shards and return at once; else only Locate, Members and
	// what reads gauges may be called.
	Troupe *Troupe

	// Refusal is the error for a command that may take memory, or "": as of the
	// beginning of the program that runs.
	Refusal string

	running *Troupe // that the program at hand runs in
	held    []*Shard
	meter   *meter
	at      int64 // the time, the same for the whole transaction
	spaces  []*keyspace.Keyspace
	one     command.Ctx // for commands with one owner
	all     command.Ctx // for the others
	cramped bool        // there was no room in the shards held, but may be in others
}

// Execute runs tx in a fence over the shards members tells, and returns when all of
// them have gone on. When it needs room that only other shards can make, it runs
// in a fence over all of them.
func (t *Troupe) Execute(tx *Transaction, x *Execution, members func(shard int) bool) {
	run := func(held []*Shard) { x.run(t, tx, held) }
	if !t.any(members) {
		members = func(i int) bool { return i == 0 } // somebody has to count what runs
	}
	t.fence(members, run)
	if x.cramped {
		x.cramped = false
		t.fence(Everyone, run)
	}
}

// any tells whether some shard is a member.
func (t *Troupe) any(members func(shard int) bool) bool {
	for i := range t.shards {
		if members(i) {
			return true
		}
	}
	return false
}

// run executes the transaction in the turn that holds the shards.
func (x *Execution) run(t *Troupe, tx *Transaction, held []*Shard) {
	x.at = now()
	x.spaces, x.held, x.running = begun(held, x.at), held, t
	x.meter, _ = meterOf(held, x.Origin)
	defer x.end(held)
	began, start := x.meter.clock(), len(x.Out.Buf)
	refusal := refuse(tx.Flags, held)
	if refusal == command.ErrOOM && evicts(held) && slices.Contains(held, nil) {
		x.cramped = true
		return
	}
	changed := tx.changed(x.spaces...)
	switch {
	case refusal != "":
		x.Out.Error(command.Aborted(refusal))
	case changed:
		x.Out.NullArray()
	default:
		x.Out.Array(len(tx.Queue))
	}
	x.hush(start)
	defer func() { x.meter.single(x.Command, x.Args, refusal != "", began) }()
	if refusal != "" || changed {
		return
	}
	x.Troupe = t.standing(held)
	x.hold(t)
	if log := effectsOf(x.spaces); log != nil {
		log.Begin()
		defer log.End()
	}
	x.meter.lapped = began
	for i := range tx.Queue {
		start := len(x.Out.Buf)
		x.next(t, &tx.Queue[i])
		x.hush(start)
		if x.Ran != nil {
			x.Ran(x, &tx.Queue[i])
		}
	}
	x.meter.settle()
	count(held, len(tx.Queue))
}

// hush takes back what was written from start on for a client that wants nothing.
func (x *Execution) hush(start int) {
	if x.Mute {
		x.Out.Buf = x.Out.Buf[:start]
	}
}

// next runs one command.
func (x *Execution) next(t *Troupe, q *Queued) {
	if q.Serve == nil && q.program() == nil {
		x.Perform(&q.Request, q.Owner, &x.Out)
		return
	}
	start := len(x.Out.Buf)
	x.meter.around(&q.Request, func() []byte {
		if q.Serve != nil {
			x.serve(t, q)
		} else {
			x.Play(q.program(), q.Command)
		}
		return x.Out.Buf[start:]
	})
}

// serve runs a command that is more than a handler. It may have changed settings,
// and used the shards in ways of its own.
func (x *Execution) serve(t *Troupe, q *Queued) {
	t.attempt(&x.Out, q.Command, func() { q.Serve(x, q.Args) })
	x.hold(t)
}

// Each runs a command on the data of every shard, all of which are held, and
// returns the replies by shard.
func (x *Execution) Each(c *command.Command, args [][]byte) [][]byte {
	replies := make([][]byte, len(x.spaces))
	for i, space := range x.spaces {
		ctx := &x.one
		ctx.Hold(x.Troupe.hasher, space)
		ctx.Select(x.Number)
		ctx.Writer = resp.Writer{Proto: x.Out.Proto}
		ctx.Request(args, 0, 0)
		x.Troupe.perform(ctx, c)
		replies[i], ctx.Buf = ctx.Buf, nil
		for _, work := range ctx.TakeLater() {
			x.Troupe.later(work)
		}
	}
	return replies
}

// hold makes all held shards ready for the next command.
func (x *Execution) hold(t *Troupe) {
	for _, space := range x.spaces {
		if space != nil {
			space.Begin(x.at)
			space.NoTouch, space.Reader = x.NoTouch, x.Reader
		}
	}
	x.all.HoldAll(t.hasher, x.spaces)
}

// end finishes the turn, and the state in which the shards do not borrow.
func (x *Execution) end(held []*Shard) {
	x.Troupe = nil
	x.meter.origin = nil
	for _, s := range held {
		if s != nil {
			s.standing = false
			s.space.End()
		}
	}
}
