package shard

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Transaction is the commands that a client has queued between MULTI and EXEC.
// They run one after the other with nothing in between: as one request of a batch
// when one shard owns everything they touch, else through Troupe.Execute.
//
// It belongs to the connection, and to the turn that executes it from Send or
// Execute until that has come back.
type Transaction struct {
	Queue   []Queued
	Flags   command.Flags     // those of all commands together
	Watcher *keyspace.Watcher // what the client watches, nil for nothing; forgotten by the execution
}

// Queued is one command of a Transaction.
type Queued struct {
	Request
	// Owner is the shard that owns all keys of the command, or AllHeld.
	Owner int
	// Serve answers a command that no handler does by itself, such as one about
	// the connection; it gets Request.Args. Nil for all others. A transaction
	// with one runs through Execute.
	Serve func(x *Execution, args [][]byte)
}

// AllHeld is the Owner of a command that needs more than one shard.
const AllHeld = -1

// Add adds a command, for the caller to fill in. The pointer is valid until the next
// call.
func (tx *Transaction) Add() *Queued {
	tx.Queue = append(tx.Queue, Queued{})
	return &tx.Queue[len(tx.Queue)-1]
}

// Reset empties the transaction for the next use and keeps its memory.
func (tx *Transaction) Reset() {
	clear(tx.Queue)
	*tx = Transaction{Queue: tx.Queue[:0]}
}

// changed tells whether something that the client watches has changed, or its time
// has come, and forgets what it watches. spaces are those of the held shards, among
// which all are where it watches a key.
func (tx *Transaction) changed(spaces ...*keyspace.Keyspace) bool {
	if tx.Watcher == nil {
		return false
	}
	for _, space := range spaces {
		if space != nil {
			space.Recheck(tx.Watcher)
			space.Unwatch(tx.Watcher)
		}
	}
	return tx.Watcher.Touched()
}

// transact executes a transaction whose keys are all in this shard. The reply is
// null when something that the client watches has changed, else an array of the
// commands' replies.
//
// Making room may lend the shard to others, so it comes before anything that must
// not be interrupted. Nothing after it does: clients whose key has come into being
// are served at the end.
func (s *Shard) transact(tx *Transaction, noTouch bool) {
	refusal := ""
	if tx.Flags&command.DenyOOM != 0 {
		refusal = s.makeRoom()
	}
	s.space.NoTouch, s.space.Reader = noTouch, s.reader
	changed := tx.changed(s.space)
	switch {
	case refusal != "":
		s.ctx.Error(command.Aborted(refusal))
		return
	case changed:
		s.ctx.NullArray()
		return
	}
	if log := s.space.Effects; log != nil {
		log.Begin()
		defer log.End()
	}
	s.ctx.Array(len(tx.Queue))
	s.meter.lapped = s.meter.began
	for next := 0; next < len(tx.Queue); {
		next = s.enqueued(tx, next, noTouch)
	}
	s.meter.settle()
	s.space.Stats.Commands += int64(len(tx.Queue))
}

// enqueued executes the commands of a transaction from next on, and returns the one to
// go on with: after a panic in a command that only reads it is the one behind it.
func (s *Shard) enqueued(tx *Transaction, next int, noTouch bool) (after int) {
	start := 0
	defer func() {
		if reason := recover(); reason != nil {
			q := &tx.Queue[next]
			s.recovered(&q.Request, start, reason)
			s.meter.after(q.Command, q.Args, s.ctx.Buf[start:])
			after = next + 1
		}
	}()
	for ; next < len(tx.Queue); next++ {
		q := &tx.Queue[next]
		start = len(s.ctx.Buf)
		if q.program() != nil {
			s.playQueued(&q.Request, noTouch)
			continue
		}
		s.meter.before(q.Command)
		s.ctx.Request(q.Args, int(q.Key), q.Hash)
		s.perform(q.Command)
		if block := s.ctx.Blocked(); block != nil {
			block.Refuse(&s.ctx)
		}
		s.meter.after(q.Command, q.Args, s.ctx.Buf[start:])
	}
	return next
}

// playQueued executes a program of a transaction.
func (s *Shard) playQueued(r *Request, noTouch bool) {
	start := len(s.ctx.Buf)
	s.meter.around(r, func() []byte {
		s.present(r, s.ctx.Number, noTouch, refuse(command.DenyOOM, []*Shard{s}))
		return s.ctx.Buf[start:]
	})
}

// perform runs one command of a transaction and tells whether its reply is an
// error. A command that would block replies that it may not, and one that panics is
// answered for.
func (t *Troupe) perform(ctx *command.Ctx, c *command.Command) (failed bool) {
	return t.attempt(&ctx.Writer, c, func() {
		ctx.Perform(c)
		if block := ctx.Blocked(); block != nil {
			block.Refuse(ctx)
		}
	})
}
