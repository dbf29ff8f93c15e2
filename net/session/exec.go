package session

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
)

// serveMulti begins a transaction.
func serveMulti(c *Client, _ [][]byte) {
	if c.multi != nil {
		c.refuseNested(command.ErrNestedMulti)
		return
	}
	if c.env.Settings.Load().Limited {
		c.run() // what comes before counts when there is a question of memory
	}
	c.multi = newMulti(c.env.Troupe.Shards())
	c.replies.OK()
	c.local()
}

// refuseNested answers MULTI or WATCH inside MULTI, which leaves the transaction as
// it is unless memory is above maxmemory.
func (c *Client) refuseNested(text string) {
	if refusal := c.cramped(); refusal != "" {
		c.reject(nil, refusal)
		return
	}
	c.fail(text)
}

// serveDiscard forgets a transaction, and what was watched.
func serveDiscard(c *Client, _ [][]byte) {
	if c.multi == nil {
		c.Reply.Error(command.ErrDiscardNoMulti)
		return
	}
	c.dropMulti()
	c.unwatch()
	c.Reply.OK()
}

// serveExec runs a transaction: as one request of the round's batch for the shard
// that owns everything it needs, or else behind the round.
func serveExec(c *Client, args [][]byte) {
	m := c.multi
	switch {
	case m == nil:
		c.fail(command.ErrExecNoMulti)
		return
	case m.spoiled:
		c.dropMulti()
		c.unwatch()
		c.fail(command.ErrExecAbort)
		return
	}
	m.tx.Watcher = c.watching.Load()
	c.settlePrograms(m)
	owner, ok := c.only(m)
	if !ok || c.shown {
		c.execAcross(m)
		return
	}
	c.forgetWatch()
	m.special.Transaction = &m.tx
	b := c.batch(owner)
	b.Requests = append(b.Requests, shard.Request{
		Command: &c.command.Load().Command, Args: args, Special: &m.special,
	})
	c.step(step{from: fromShard, shard: int32(owner)})
	c.round.executed = append(c.round.executed, m)
	c.leaveMulti()
}

// execAcross runs a transaction that needs several shards, or the connection. What
// it watches is among its members, so that nothing can change once it was looked at.
func (c *Client) execAcross(m *multi) {
	c.run()
	c.noteMulti() // for CLIENT LIST in the transaction
	x := shard.Execution{
		Out:    resp.Writer{Buf: c.replies.Buf, Proto: c.proto},
		Number: c.number, NoTouch: c.noTouch, Reader: c.reader(), Mute: c.mute != speak,
		Command: &c.command.Load().Command, Origin: c,
	}
	c.metered = true
	if c.shown {
		x.Ran = c.feedQueued
	}
	members := func(i int) bool { return m.everyone || m.members[i] || c.watches(i) }
	watcher := c.watching.Swap(nil) // an UNWATCH in the transaction has nothing left to do
	c.env.Troupe.Execute(&m.tx, &x, members)
	if watcher != nil {
		c.forgetWatch()
	}
	c.replies.Buf = x.Out.Buf
	c.localMute(false) // x has left out what is not wanted
	c.dropMulti()
	c.run()
}
