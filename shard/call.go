package shard

import (
	"slices"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
)

// Call is a command that holds several shards at once, or several of the same client
// that hold the same ones.
type Call struct {
	Request Request         // the one at hand
	Number  int             // the selected database
	NoTouch bool            // the client's reads do not count as use
	Reader  keyspace.Reader // the client, as far as it tracks keys
	Wake    func()          // see Wait; needed when the command may block
	Out     resp.Writer     // the reply; Proto is set by the caller
	Wait    *Wait           // set when the command has blocked instead of replying
	Origin  measure.Origin  // the client, nil for none
	Parked  func(*Wait)     // called in the turn in which it blocks, before anything can serve it; may be nil

	cramped bool // there was no room in the shards held, but may be in others
}

// Call runs c in a fence over the shards members tells, and returns when all of
// them have gone on. When c needs room that only other shards can make, it runs
// in a fence over all of them.
func (t *Troupe) Call(c *Call, members func(shard int) bool) {
	t.CallAll(c, []Request{c.Request}, members)
}

// CallAll is Call for each of the requests in turn, which all need no other shards than
// those members tells and of which none may block but the last. They share a fence: the
// shards are stopped once, and once more behind a request that makes something ready for
// clients that wait, who come before the next request. The replies stand in c.Out, one
// behind the other; End of a request tells where its reply ends.
func (t *Troupe) CallAll(c *Call, requests []Request, members func(shard int) bool) {
	for len(requests) > 0 {
		n := 0
		t.fence(members, func(held []*Shard) { n = c.run(t, held, requests) })
		if c.cramped {
			c.cramped = false
			t.fence(Everyone, func(held []*Shard) { c.run(t, held, requests[n:n+1]) })
			n++
		}
		requests = requests[n:]
	}
}

// Everyone tells that every shard is a member.
func Everyone(int) bool { return true }

// Hold runs fn while every shard stands still.
func (t *Troupe) Hold(fn func(spaces []*keyspace.Keyspace)) {
	t.fence(Everyone, func(held []*Shard) { fn(begun(held, now())) })
}

// begun starts a turn at the given time, unix milliseconds, in all held shards and
// returns their keyspaces.
func begun(held []*Shard, at int64) []*keyspace.Keyspace {
	spaces := make([]*keyspace.Keyspace, len(held))
	for i, s := range held {
		if s != nil {
			s.space.Begin(at)
			spaces[i] = s.space
		}
	}
	return spaces
}

// run executes requests in the turn that holds the shards, until one of them makes
// clients ready that wait, and returns how many it has executed.
func (c *Call) run(t *Troupe, held []*Shard, requests []Request) (n int) {
	spaces := begun(held, now())
	var ctx command.Ctx
	ctx.HoldAll(t.hasher, spaces)
	ctx.Select(c.Number)
	ctx.Writer = c.Out
	for _, space := range spaces {
		if space != nil {
			space.NoTouch, space.Reader = c.NoTouch, c.Reader
		}
	}
	m, around := meterOf(held, c.Origin)
	m.lapped = m.clock()
	for n < len(requests) {
		c.Request = requests[n]
		began, start := m.lapped, len(ctx.Buf)
		ctx.Request(c.Request.Args, 0, 0)
		c.execute(t, &ctx, held)
		c.count(m, isError(ctx.Buf[start:]), began)
		if c.cramped {
			break
		}
		requests[n].End = len(ctx.Buf)
		n++
		if anyReady(spaces) {
			break
		}
	}
	m.origin = around
	for _, space := range spaces {
		if space != nil {
			space.End()
		}
	}
	for _, work := range ctx.TakeLater() {
		t.later(work)
	}
	c.Out.Buf = ctx.Buf
	return n
}

// anyReady tells whether clients that wait can be served.
func anyReady(spaces []*keyspace.Keyspace) bool {
	return slices.ContainsFunc(spaces, func(space *keyspace.Keyspace) bool { return space != nil && space.HasReady() })
}

// count counts the command, unless it is to run again. What it replies is sent, and
// counted as an error, by the caller of Troupe.Call.
func (c *Call) count(m *meter, failed bool, began int64) {
	switch {
	case c.cramped:
	case c.Request.refused:
		m.commands.At(c.Request.Command.ID).Rejected++
	default:
		m.single(c.Request.Command, c.Request.Args, failed, began)
	}
}

func (c *Call) execute(t *Troupe, ctx *command.Ctx, held []*Shard) {
	start := len(ctx.Buf)
	defer func() {
		reason := recover()
		if reason == nil {
			return
		}
		ctx.Buf = ctx.Buf[:start]
		ctx.Error(t.verdict(c.Request.Command, reason))
	}()
	refusal := refuse(c.Request.Command.Flags, held)
	if refusal == command.ErrOOM && evicts(held) && slices.Contains(held, nil) {
		c.cramped = true
		return
	}
	count(held, 1)
	if refusal != "" {
		ctx.Error(refusal)
		c.Request.refused = true
		return
	}
	ctx.Perform(c.Request.Command)
	if block := ctx.Blocked(); block != nil {
		c.Wait = newWait(&c.Request, block, c.Number, ctx.Proto, c.Wake)
		if c.Parked != nil {
			c.Parked(c.Wait)
		}
		c.Wait.enqueue(ctx)
	}
}

// answer has a handler's continuation reply for a wait. It answers for it when
// it panics, as execute does for the handler.
func (w *Wait) answer(t *Troupe, ctx *command.Ctx, argument int) {
	start := len(ctx.Buf)
	defer func() {
		if reason := recover(); reason != nil {
			ctx.Buf = ctx.Buf[:start]
			ctx.Error(t.verdict(w.command, reason))
		}
	}()
	ctx.Record(w.command.Flags, func(ctx *command.Ctx) { w.Block.Serve(ctx, argument) })
}

// attempt has fn write a reply to w on behalf of c, answers for it when it panics,
// and tells whether the reply is an error.
func (t *Troupe) attempt(w *resp.Writer, c *command.Command, fn func()) (failed bool) {
	start := len(w.Buf)
	defer func() {
		if reason := recover(); reason != nil {
			w.Buf = w.Buf[:start]
			w.Error(t.verdict(c, reason))
			failed = true
		}
	}()
	fn()
	return len(w.Buf) > start && w.Buf[start] == '-'
}

// count books commands on one of the shards.
func count(held []*Shard, commands int) {
	for _, s := range held {
		if s != nil {
			s.space.Stats.Commands += int64(commands)
			return
		}
	}
}

// evicts tells whether the held shards, which have begun a turn, may evict keys.
func evicts(held []*Shard) bool {
	return slices.ContainsFunc(held, func(s *Shard) bool {
		return s != nil && s.space.Settings.Policy != keyspace.NoEviction
	})
}

// refuse returns the error for a command with these flags that may not take more
// memory of the held shards, or "".
func refuse(flags command.Flags, held []*Shard) string {
	if flags&command.DenyOOM == 0 {
		return ""
	}
	exhausted, open := false, false
	for _, s := range held {
		if s == nil {
			continue
		}
		if s.space.Replaying {
			return ""
		}
		if s.space.Full() {
			return command.ErrFull
		}
		room := s.space.MakeRoom()
		exhausted = exhausted || room == keyspace.RoomExhausted
		open = open || room != keyspace.RoomExhausted
		s.space.End()
	}
	if exhausted && !open {
		return command.ErrOOM
	}
	return ""
}
