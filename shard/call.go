package shard

import (
	"slices"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Call is a command that holds several shards at once.
type Call struct {
	Request Request
	Number  int         // the selected database
	NoTouch bool        // the client's reads do not count as use
	Wake    func()      // see Wait; needed when the command may block
	Out     resp.Writer // the reply; Proto is set by the caller
	Wait    *Wait       // set when the command has blocked instead of replying
	Parked  func(*Wait) // called in the turn in which it blocks, before anything can serve it; may be nil

	cramped bool // there was no room in the shards held, but may be in others
}

// Call runs c in a fence over the shards members tells, and returns when all of
// them have gone on. When c needs room that only other shards can make, it runs
// in a fence over all of them.
func (t *Troupe) Call(c *Call, members func(shard int) bool) {
	t.group.Fence(members, func(held []*Shard) { c.run(t, held) })
	if c.cramped {
		c.cramped = false
		t.group.Fence(Everyone, func(held []*Shard) { c.run(t, held) })
	}
}

// Everyone tells that every shard is a member.
func Everyone(int) bool { return true }

// Hold runs fn while every shard stands still.
func (t *Troupe) Hold(fn func(spaces []*keyspace.Keyspace)) {
	t.group.Fence(Everyone, func(held []*Shard) { fn(begun(held)) })
}

// begun starts a turn in all held shards and returns their keyspaces.
func begun(held []*Shard) []*keyspace.Keyspace {
	spaces, at := make([]*keyspace.Keyspace, len(held)), now()
	for i, s := range held {
		if s != nil {
			s.space.Begin(at)
			spaces[i] = s.space
		}
	}
	return spaces
}

// run executes the call in the turn that holds the shards.
func (c *Call) run(t *Troupe, held []*Shard) {
	spaces := begun(held)
	var ctx command.Ctx
	ctx.HoldAll(t.hasher, spaces)
	ctx.Select(c.Number)
	ctx.Writer = c.Out
	ctx.Request(c.Request.Args, 0, 0)
	for _, space := range spaces {
		if space != nil {
			space.NoTouch = c.NoTouch
		}
	}
	c.execute(t, &ctx, held)
	for _, space := range spaces {
		if space != nil {
			space.End()
		}
	}
	for _, work := range ctx.TakeLater() {
		t.later(work)
	}
	c.Out.Buf = ctx.Buf
	c.Request.End = len(ctx.Buf)
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
	refusal := c.refuse(held)
	if refusal == command.ErrOOM && ctx.Settings.Policy != keyspace.NoEviction && slices.Contains(held, nil) {
		c.cramped = true
		return
	}
	count(held)
	if refusal != "" {
		ctx.Error(refusal)
		return
	}
	c.Request.Command.Run(ctx)
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
	w.Block.Serve(ctx, argument)
}

// count books the command on one of the shards.
func count(held []*Shard) {
	for _, s := range held {
		if s != nil {
			s.space.Stats.Commands++
			return
		}
	}
}

// refuse returns the error for a command that may not take more memory, or "".
func (c *Call) refuse(held []*Shard) string {
	if c.Request.Command.Flags&command.DenyOOM == 0 {
		return ""
	}
	exhausted, open := false, false
	for _, s := range held {
		if s == nil {
			continue
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
