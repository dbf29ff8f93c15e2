package session

import (
	"slices"

	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/generic"
)

// multi is a transaction between MULTI and EXEC, and where it has to run.
//
// The arguments of queue[kept:] are views into what the connection has read, like
// those of the round: most transactions arrive whole and never need a copy.
type multi struct {
	tx       shard.Transaction
	special  shard.Special // tx as a request of a batch has it
	members  []bool        // by shard: some command's key is there
	everyone bool          // some command needs all shards
	fenced   bool          // it needs more than a place in one shard's batch
	programs []int         // which commands of the queue are programs
	spoiled  bool          // a request was refused, so EXEC will be
	kept     int           // how many commands' arguments are copies
	bytes    int64         // what the copies take
}

// queueKeep is how many commands a transaction that goes back to the pool keeps
// room for.
const queueKeep = 1024

// What queueing takes beside the text of the arguments, in bytes.
const (
	argBytes    = 24 // a slice for each argument
	queuedBytes = 80 // a shard.Queued for each command
)

func newMulti(shards int) *multi {
	m := transactions.Get().(*multi)
	if len(m.members) != shards {
		m.members = make([]bool, shards)
	}
	return m
}

// release gives a transaction that is over back.
func (m *multi) release() {
	m.tx.Reset()
	if cap(m.tx.Queue) > queueKeep {
		m.tx.Queue = nil
	}
	clear(m.members)
	*m = multi{tx: m.tx, members: m.members, programs: m.programs[:0]}
	transactions.Put(m)
}

// argBytesOf returns what a copy of a request takes.
func argBytesOf(args [][]byte) int64 {
	size := int64(len(args)) * argBytes
	for _, arg := range args {
		size += int64(len(arg))
	}
	return size
}

// enter runs a command that may run, or queues it inside MULTI.
func (c *Client) enter(cmd *Command, args [][]byte) {
	if c.multi == nil || cmd.AtOnce {
		c.route(cmd, args)
		return
	}
	m := c.multi
	if cmd.Program != nil {
		m.programs = append(m.programs, len(m.tx.Queue))
	}
	c.queue(cmd, args)
	m.tx.Flags |= cmd.effects()
	c.replies.Queued()
	c.local()
}

// queue adds a command to the transaction, and notes what it needs.
func (c *Client) queue(cmd *Command, args [][]byte) {
	m, shards := c.multi, c.env.Troupe.Shards()
	q := m.tx.Add()
	q.Command, q.Args, q.Owner = &cmd.Command, args, shard.AllHeld
	switch {
	case cmd.Program != nil: // see settlePrograms
	case cmd.Serve != nil:
		q.Serve = c.served(cmd)
		m.fenced = true
		m.everyone = m.everyone || !cmd.Pure && !cmd.Alone
	case cmd.Route == command.RouteCursor:
		q.Owner = generic.ScanShard(args[1], shards)
		m.members[q.Owner] = true
	case cmd.Route == command.RouteEach && shards == 1:
		q.Owner, m.members[0] = 0, true
	case cmd.Route == command.RouteEach:
		q.Serve = servedEach(cmd)
		m.fenced, m.everyone = true, true
	case cmd.NeedsAll(args):
		m.fenced, m.everyone = true, true
	case cmd.first != 0:
		q.Key = int32(cmd.first)
		q.Hash, q.Owner = c.locate(args[cmd.first])
		m.members[q.Owner] = true
	default:
		c.queueKeys(cmd, q)
	}
}

// queueKeys notes the owners of the keys of a command that may have several.
func (c *Client) queueKeys(cmd *Command, q *shard.Queued) {
	m := c.multi
	keys, err := cmd.AppendKeys(c.round.keys, q.Args)
	if cap(keys) <= keysMost {
		c.round.keys = keys[:0]
	}
	if err != nil || len(keys) == 0 {
		m.fenced, m.everyone = true, true // the handler says what is wrong
		return
	}
	q.Key = int32(keys[0].Index)
	hash, owner := c.env.Troupe.Locate(q.Args[q.Key])
	q.Hash, q.Owner, m.members[owner] = hash, owner, true
	for _, k := range keys[1:] {
		if _, other := c.env.Troupe.Locate(q.Args[k.Index]); other != owner {
			q.Owner, m.members[other], m.fenced = shard.AllHeld, true, true
		}
	}
}

// served makes a command that the connection serves part of a transaction. It runs
// in the turn of a shard, while the connection waits for the transaction's end.
func (c *Client) served(cmd *Command) func(*shard.Execution, [][]byte) {
	return func(x *shard.Execution, args [][]byte) {
		c.Reply, c.standing = &x.Out, x.Troupe
		defer func() { c.Reply, c.standing = &c.replies, nil }()
		cmd.Serve(c, args)
		x.Number, x.NoTouch, x.Out.Proto, x.Mute = c.number, c.noTouch, c.proto, c.mute == silent || c.mute == skipThis
		x.Reader = c.reader()
	}
}

// servedEach makes a command that concerns the data of all shards part of a
// transaction.
func servedEach(cmd *Command) func(*shard.Execution, [][]byte) {
	return func(x *shard.Execution, args [][]byte) {
		mergeReplies(&x.Out, cmd.Merge, x.Each(&cmd.Command, args), nil)
	}
}

// keepQueue copies the arguments that were queued since the last call, before what
// they are views of is read over, and ends a client that queues more than it may.
func (c *Client) keepQueue() {
	m := c.multi
	if m == nil {
		return
	}
	fresh := m.tx.Queue[m.kept:]
	words, size := 0, 0
	for i := range fresh {
		words += len(fresh[i].Args)
		for _, arg := range fresh[i].Args {
			size += len(arg)
		}
	}
	args, text := make([][]byte, 0, words), make([]byte, 0, size)
	for i := range fresh {
		first := len(args)
		for _, arg := range fresh[i].Args {
			text = append(text, arg...)
			args = append(args, text[len(text)-len(arg):len(text):len(text)])
		}
		fresh[i].Args = args[first:len(args):len(args)]
	}
	m.kept = len(m.tx.Queue)
	m.bytes += int64(size) + int64(words)*argBytes + int64(len(fresh))*queuedBytes
	c.noteMulti()
	if m.bytes+int64(c.tail-c.head) > c.env.Settings.Load().QueryBufferLimit {
		c.leaving = true
	}
}

// noteMulti shows others how far the transaction is.
func (c *Client) noteMulti() {
	queue, bytes := int64(0), int64(0)
	if c.multi != nil {
		queue, bytes = int64(len(c.multi.tx.Queue))+1, c.multi.bytes
	}
	if c.queueLength.Load() != queue || c.queueBytes.Load() != bytes {
		c.queueLength.Store(queue)
		c.queueBytes.Store(bytes)
	}
}

// leaveMulti ends the state that MULTI began; the transaction goes its own way.
func (c *Client) leaveMulti() {
	c.multi = nil
	c.noteMulti()
}

// dropMulti forgets the transaction, if there is one.
func (c *Client) dropMulti() {
	if m := c.multi; m != nil {
		c.leaveMulti()
		m.release()
	}
}

// reject answers a request that may not run. Inside MULTI that spoils the
// transaction; if it is EXEC itself, the transaction is over.
func (c *Client) reject(cmd *Command, refusal string) {
	if c.multi != nil {
		c.multi.spoiled = true
	}
	if cmd != nil {
		c.rejected(cmd)
	}
	if isExec(cmd) {
		c.dropMulti()
		c.unwatch()
		refusal = command.Aborted(refusal)
	}
	c.fail(refusal)
}

func isExec(cmd *Command) bool { return cmd != nil && cmd.full == "exec" }

// refuseInMulti returns the error for a command that may not be queued, or "". While
// memory is above maxmemory nothing may, since a queue takes memory too.
func (c *Client) refuseInMulti(cmd *Command) string {
	switch {
	case cmd.Flags&command.NoMulti != 0:
		return command.ErrNotInMulti
	case cmd.AtOnce:
		return ""
	}
	return c.cramped()
}

// cramped returns the error for a client that may take no more memory, or "".
func (c *Client) cramped() string {
	if !c.env.Settings.Load().Limited {
		return ""
	}
	return c.env.Troupe.MakeRoom()
}

// effects returns the flags of what a request does: for EXEC those of the
// transaction, too.
func (c *Client) effects(cmd *Command) command.Flags {
	if c.multi != nil && isExec(cmd) {
		return cmd.Flags | c.multi.tx.Flags
	}
	return cmd.effects()
}

// effects returns the flags of what a request does. A script may write, unless its
// command says that it may not.
func (c *Command) effects() command.Flags {
	if c.Program != nil && c.Flags&command.ReadOnly == 0 {
		return c.Flags | command.MayReplicate
	}
	return c.Flags
}

// only returns the one shard that owns everything the transaction and what the
// client watches touch, if it needs no more than that.
func (c *Client) only(m *multi) (owner int, ok bool) {
	if m.fenced || m.everyone {
		return 0, false
	}
	owner = slices.Index(m.members, true)
	for i := range m.members {
		if (m.members[i] || c.watches(i)) && owner != i {
			if owner >= 0 {
				return 0, false
			}
			owner = i
		}
	}
	return owner, owner >= 0
}
