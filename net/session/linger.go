package session

import (
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
)

// linger is what a client waits for that is no key.
type linger struct {
	timeout time.Duration
	over    func() bool
	reply   func(*resp.Writer)
}

// How a client that lingers stands with CLIENT UNBLOCK.
const (
	lingersNot int32 = iota
	lingersOn
	lingerEnded  // as by its time-out
	lingerFailed // with an error
)

// Linger has the client wait, behind the command that calls it, until over says so, or
// for timeout if that is not 0, and then reply. Whoever makes over true calls Rouse.
// Within a transaction, where nobody waits, the reply is written at once.
func (c *Client) Linger(timeout time.Duration, over func() bool, reply func(*resp.Writer)) {
	if c.standing != nil || c.workspace == nil || c.Reply != &c.replies {
		reply(c.Reply)
		return
	}
	c.lingers = &linger{timeout, over, reply}
}

// Rouse has Linger look whether it is over. Any goroutine may call it.
func (c *Client) Rouse() { c.wake() }

// Rouse has all clients that linger look whether it is over, in O(connections). It is
// for what happens seldom, and may concern all of them.
func (r *Registry) Rouse() {
	for _, c := range r.unordered() {
		if c.lingering.Load() == lingersOn {
			c.Rouse()
		}
	}
}

// linger waits.
func (c *Client) linger() {
	l := c.lingers
	deadline := time.Time{}
	if l.timeout > 0 {
		deadline = time.Now().Add(l.timeout)
	}
	c.paused.Store(true)
	c.lingering.Store(lingersOn)
	c.env.Clients.Blocked.Add(1)
	c.leaving = c.doze(deadline, func() bool { return c.lingering.Load() != lingersOn || l.over() })
	c.env.Clients.Blocked.Add(-1)
	c.waitOver()
	c.lingers = nil
	failed := c.lingering.Swap(lingersNot) == lingerFailed
	if !c.leaving {
		if failed {
			c.replies.Error(command.ErrUnblocked)
		} else {
			l.reply(&c.replies)
		}
		c.local()
		c.run()
	}
	c.skipped()
}

// unlinger ends Linger for CLIENT UNBLOCK, and tells whether there was one. Any
// goroutine may call it.
func (c *Client) unlinger(withError bool) bool {
	end := lingerEnded
	if withError {
		end = lingerFailed
	}
	if !c.lingering.CompareAndSwap(lingersOn, end) {
		return false
	}
	c.wake()
	return true
}
