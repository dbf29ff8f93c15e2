package shard

import (
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
)

// Request is one command for a shard. Args are views into what the connection
// has read; it does not read on before the batch is back.
//
// It fills one cache line: requests are what connections and shards pass each other
// most of.
type Request struct {
	Command *command.Command
	Args    [][]byte
	Hash    uint64   // of argument Key
	Special *Special // nil for a command that is no more than that
	End     int      // set by the shard: where the reply ends in Batch.Out
	Key     int32    // the argument that Hash belongs to, 0 for none
	Further bool     // another part of the same command comes before it
	refused bool     // it has not run
}

// Special is what few requests have: one of the three.
type Special struct {
	// Transaction is executed in place of Command, which is then EXEC.
	Transaction *Transaction
	// Program is executed in place of Command's handler.
	Program Program
	// Split is what the request is a part of.
	Split *Split
}

// program returns what is executed in place of the handler, or nil.
func (r *Request) program() Program {
	if r.Special == nil {
		return nil
	}
	return r.Special.Program
}

// split returns what the request is a part of, nil for a whole command.
func (r *Request) split() *Split {
	if r.Special == nil {
		return nil
	}
	return r.Special.Split
}

// transaction returns what is executed in place of EXEC, or nil.
func (r *Request) transaction() *Transaction {
	if r.Special == nil {
		return nil
	}
	return r.Special.Transaction
}

// Batch is what one connection has for one shard: the commands that one read brought,
// none of which may block. From Send on it belongs to the shard, until it, or the last
// batch of its Round, comes back through Done.
type Batch struct {
	Requests []Request       // zero from the length to the capacity
	Number   int             // the selected database
	NoTouch  bool            // the client's reads do not count as use
	Loans    bool            // long values may be lent to the replies
	Reader   keyspace.Reader // the client, as far as it tracks keys
	Done     chan<- *Batch   // where it goes when it is executed, or the last of its Round does
	Round    *Round          // nil for a batch that is waited for alone
	Shard    int             // where it was sent
	Out      resp.Writer     // the replies, in order; Proto is set by the connection
	Lent     []resp.Lent     // what long values have lent to them, in order
	Origin   measure.Origin  // the client, nil for none
	repeats  bool            // set by the shard: requests in a row name one key
}

// Round is batches that somebody waits for together. The last to be executed comes back
// through Done and stands for all: who waits is woken once.
type Round struct{ under atomic.Int32 }

// Begin starts a round of n batches that are about to be sent. The last round has come
// back.
func (r *Round) Begin(n int) { r.under.Store(int32(n)) }

// Reset empties the batch for the next use and keeps its memory.
func (b *Batch) Reset() {
	clear(b.Requests)
	b.Requests, b.repeats = b.Requests[:0], false
	b.Out.Buf = b.Out.Buf[:0]
	if len(b.Lent) > 0 {
		clear(b.Lent)
		b.Lent = b.Lent[:0]
	}
}

// Add returns one more request, which is zero, for the caller to fill in where it
// stands: large as it is, it is not to be copied.
func (b *Batch) Add() *Request {
	n := len(b.Requests)
	if n == cap(b.Requests) {
		b.Requests = append(b.Requests, Request{})
	}
	b.Requests = b.Requests[:n+1]
	return &b.Requests[n]
}

// Send sends a batch to its shard. It comes back through b.Done, or the last of its
// Round does.
func (t *Troupe) Send(b *Batch) { t.send(b.Shard, b) }

// SendTogether sends batches that hold parts of one command: every shard is to
// see them in the same order as all other such batches and all fences.
func (t *Troupe) SendTogether(batches []*Batch) {
	t.together(func() {
		for _, b := range batches {
			t.send(b.Shard, b)
		}
	})
}

// Receive executes the batch in the shard's turn.
func (b *Batch) Receive(s *Shard) {
	s.beginBatch(b.Origin)
	s.reader = b.Reader
	s.space.NoTouch, s.space.Reader = b.NoTouch, b.Reader
	s.ctx.Select(b.Number)
	if b.repeats {
		s.warmMembers(b)
	}
	s.ctx.Writer = b.Out
	for next := 0; next < len(b.Requests); {
		next = s.execute(b, next)
	}
	s.meter.book(b, len(b.Requests), s.ctx.Buf)
	s.meter.origin, s.meter.ended = nil, s.meter.began
	b.Out.Buf = s.ctx.Buf
	s.ctx.Buf = nil
	s.space.Stats.Commands += int64(len(b.Requests))
	s.end()
	if s.space.Effects == nil {
		b.Release()
		return
	}
	s.answer(b)
}

// beginBatch is begin for a batch on behalf of origin.
func (s *Shard) beginBatch(origin measure.Origin) {
	if s.meter.ended == 0 {
		s.meter.begin(s.begin(), origin)
		return
	}
	s.space.Begin(s.meter.follow(origin))
	s.ctx.Hold(s.troupe.hasher, s.space)
}

// execute runs the requests of b from next on, and returns the one to go on
// with: after a panic in a read-only command that is the one behind it.
func (s *Shard) execute(b *Batch, next int) (after int) {
	start := 0
	defer func() {
		if reason := recover(); reason != nil {
			s.ctx.Lent = nil
			b.takeBack(start)
			after = s.recovered(&b.Requests[next], start, reason) + next
		}
	}()
	for ; next < len(b.Requests); next++ {
		r := &b.Requests[next]
		alone := s.meter.alone(r.Command)
		if alone {
			s.meter.book(b, next, s.ctx.Buf)
		}
		start = len(s.ctx.Buf)
		switch {
		case r.transaction() != nil:
			s.transact(r.transaction(), b.NoTouch)
		case r.program() != nil:
			s.present(r, b.Number, b.NoTouch, s.makeRoom()) // which may lend the shard to others
		default:
			if b.Loans && r.Special == nil {
				s.ctx.Lent = &b.Lent
			}
			s.handle(r, b.NoTouch)
			s.ctx.Lent = nil
		}
		s.afterCommand()
		r.End = len(s.ctx.Buf)
		if alone {
			s.meter.book(b, next+1, s.ctx.Buf)
		}
	}
	return next
}

// handle runs the handler of a request, if there is room for it.
func (s *Shard) handle(r *Request, noTouch bool) {
	s.ctx.Request(r.Args, int(r.Key), r.Hash)
	refusal := s.refuse(r.Command)
	s.space.NoTouch, s.space.Reader = noTouch, s.reader // others may have used the keyspace meanwhile
	if refusal != "" {
		s.ctx.Error(refusal)
		r.refused = r.split() == nil
		return
	}
	s.perform(r.Command)
}

// perform is Ctx.Perform, which has nothing to do but to run the handler when nobody
// wants to know what is changed or read.
func (s *Shard) perform(c *command.Command) {
	if s.space.Effects == nil && !s.reader.Remember {
		c.Run(&s.ctx)
	} else {
		s.ctx.Perform(c)
	}
}

// refuse returns the error for a command that may not run now, or "".
func (s *Shard) refuse(c *command.Command) string {
	if c.Flags&command.DenyOOM == 0 || s.space.Replaying {
		return ""
	}
	return s.makeRoom()
}

// afterCommand serves those who wait for a key the command has brought into
// being, and starts what it wants done off the shard.
func (s *Shard) afterCommand() {
	if s.space.HasReady() && !s.standing {
		s.Settle()
	}
	for _, work := range s.ctx.TakeLater() {
		s.troupe.later(work)
	}
}

// takeBack forgets what is lent to replies behind the first at bytes.
func (b *Batch) takeBack(at int) {
	for n := len(b.Lent); n > 0 && b.Lent[n-1].At > at; n = len(b.Lent) {
		b.Lent[n-1] = resp.Lent{}
		b.Lent = b.Lent[:n-1]
	}
}

// recovered answers for a command that has panicked and whose reply began at
// start. It returns how many requests to skip.
func (s *Shard) recovered(r *Request, start int, reason any) int {
	s.ctx.Buf = s.ctx.Buf[:start]
	s.ctx.Error(s.troupe.verdict(r.Command, reason))
	r.End = len(s.ctx.Buf)
	return 1
}

// verdict returns the error for a command that has panicked. When it may have
// left data half changed, the process ends instead. A store without memory has
// changed nothing.
func (t *Troupe) verdict(c *command.Command, reason any) string {
	if keyspace.OutOfMemory(reason) {
		return command.ErrFull
	}
	if c.Flags&command.Write != 0 {
		t.fatal(Crash{Command: c.Name, Reason: reason, Stack: debug.Stack()})
	}
	return command.ErrInternal
}

// now returns the time as the shards count it.
func now() int64 { return time.Now().UnixMilli() }
