package shard

import (
	"github.com/troupe-db/troupe/actor"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Wait is a blocked command. It ends once: whoever Claims it fills in Out, calls
// wake and closes Done, in this order. The connection that waits may claim it
// too, when its time is over or its peer is gone; if that fails, Done is about
// to be closed and Out will hold a reply.
type Wait struct {
	keyspace.Waiter

	Block *command.Block
	Out   resp.Writer
	Done  chan struct{}

	// Fixed by newWait.
	command *command.Command
	args    [][]byte // a copy of the request
	number  int
	wake    func()
}

func newWait(r *Request, block *command.Block, number, proto int, wake func()) *Wait {
	w := &Wait{
		Block: block, Done: make(chan struct{}),
		command: r.Command, args: cloneArgs(r.Args), number: number, wake: wake,
	}
	w.Type, w.Gone, w.Task = block.Type, block.Gone, w
	w.Out.Proto = proto
	return w
}

// Finish ends a wait the caller has claimed, after Out was filled in.
func (w *Wait) Finish() {
	w.wake()
	close(w.Done)
}

// Expire fills in the reply for a wait that has ended without anything, on
// behalf of who claimed it.
func (w *Wait) Expire() {
	ctx := command.Ctx{Writer: w.Out}
	w.Block.Empty(&ctx)
	w.Out.Buf = ctx.Buf
}

// enqueue puts the wait into the queues of its keys, each of them once.
func (w *Wait) enqueue(ctx *command.Ctx) {
	for n, i := range w.Block.Keys {
		if !w.named(i, w.Block.Keys[:n]) {
			ctx.Key(i).Wait(&w.Waiter)
		}
	}
}

// named tells whether the key of argument i is also that of one of others.
func (w *Wait) named(i int, others []int) bool {
	for _, other := range others {
		if string(w.args[other]) == string(w.args[i]) {
			return true
		}
	}
	return false
}

// argument returns the argument that names k.
func (w *Wait) argument(k keyspace.Key) int {
	for _, i := range w.Block.Keys {
		if string(w.args[i]) == string(k.Name()) {
			return i
		}
	}
	return 0
}

// leaving takes a wait out of the queues of one shard.
type leaving struct{ wait *Wait }

// Receive takes the wait out of the shard's queues.
func (l leaving) Receive(s *Shard) {
	w := l.wait
	for _, i := range w.Block.Keys {
		if _, owner := s.troupe.Locate(w.args[i]); owner == s.index {
			s.space.DB(w.number).KeyOf(w.args[i]).Leave(&w.Waiter)
		}
	}
}

// Forget takes a wait that has ended out of all queues it stands in, each shard
// in its own time.
func (t *Troupe) Forget(w *Wait) {
	told := map[int]bool{}
	for _, i := range w.Block.Keys {
		if _, owner := t.Locate(w.args[i]); !told[owner] {
			told[owner] = true
			t.group.Send(owner, leaving{w})
		}
	}
}

func cloneArgs(args [][]byte) [][]byte {
	clone := make([][]byte, len(args))
	for i, arg := range args {
		clone[i] = append([]byte(nil), arg...)
	}
	return clone
}

// Settle serves those who wait for keys that have come into being. While it
// waits for another shard it may lend this one, so a nested call leaves the work
// to the outer one.
func (s *Shard) Settle() {
	if s.settles {
		return
	}
	s.settles = true
	s.meter.ended = 0
	for s.space.HasReady() {
		for _, k := range s.space.Ready() {
			s.serveKey(k)
		}
	}
	s.settles = false
	s.end()
}

// serveKey serves the queue for k, first come first served, as long as k holds
// what they wait for, and those who want to know that it no longer does. One that
// k has nothing for stays, and is passed over.
func (s *Shard) serveKey(k keyspace.Key) {
	var passed map[*keyspace.Waiter]bool
	for {
		next := k.Next(k.Glance().Type(), passed)
		if next == nil {
			return
		}
		w := next.Task.(*Wait)
		if owner, far := s.farKey(w); far {
			s.serveAcross(w, k, owner)
		} else {
			s.serving.Hold(s.troupe.hasher, s.space)
			if w.serve(s, &s.serving, k) {
				s.publish()
				s.answer(w)
			}
		}
		if !next.Claimed() {
			if passed == nil {
				passed = map[*keyspace.Waiter]bool{}
			}
			passed[next] = true
		}
	}
}

// farKey returns the shard of the further key that serving w needs, when that
// is another one.
func (s *Shard) farKey(w *Wait) (owner int, far bool) {
	if w.Block.Also == 0 {
		return 0, false
	}
	_, owner = s.troupe.Locate(w.args[w.Block.Also])
	return owner, owner != s.index
}

// serveAcross serves w with a further key of another shard, which is borrowed.
func (s *Shard) serveAcross(w *Wait, k keyspace.Key, owner int) {
	other := func(i int) bool { return i == owner }
	served := false
	s.borrow(other, func(held []*Shard) {
		var ctx command.Ctx
		ctx.HoldAll(s.troupe.hasher, begun(held, now()))
		served = w.serve(s, &ctx, k)
		held[owner].space.End()
	})
	if served {
		s.answer(w)
	}
}

// serve claims the wait and fills in a reply from k, unless it has ended or k has
// nothing for it. The reply is to be released when the journal has the change. It runs
// in the turn of s, whose time for it counts for the command.
func (w *Wait) serve(s *Shard, ctx *command.Ctx, k keyspace.Key) (served bool) {
	ctx.Select(w.number)
	ctx.Writer = resp.Writer{Proto: w.Out.Proto} // the rest of Out is not ours before Claim
	ctx.Request(w.args, 0, 0)
	if w.ready(ctx, k) && w.Claim() {
		began := s.meter.clock()
		w.answer(s.troupe, ctx, w.argument(k))
		s.meter.resumed(w.command, isError(ctx.Buf), began)
		w.Out.Buf = ctx.Buf
		k.Leave(&w.Waiter)
		served = true
	}
	ctx.Buf = nil
	return served
}

// ready tells whether k has something for w.
func (w *Wait) ready(ctx *command.Ctx, k keyspace.Key) bool {
	if k.Glance().Type() != w.Type {
		return w.Gone
	}
	return w.Block.Ready == nil || w.Block.Ready(ctx, w.argument(k))
}

// Members returns the set of shards that own the given arguments.
func (t *Troupe) Members(args [][]byte, keys []command.KeyRef) func(shard int) bool {
	owners := make([]bool, len(t.shards))
	for _, k := range keys {
		_, owner := t.Locate(args[k.Index])
		owners[owner] = true
	}
	return func(shard int) bool { return owners[shard] }
}

var _ actor.Message[*Shard] = leaving{}
