package session

import (
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// linger is what a client waits for that is no key.
type linger struct {
	timeout time.Duration
	over    func() bool
	reply   func(*resp.Writer)
}

// Linger has the client wait, behind the command that calls it, until over says so, or
// for timeout if that is not 0, and then reply. Whoever makes over true calls Rouse.
// Within a transaction, where nobody waits, the reply is written at once.
func (c *Client) Linger(timeout time.Duration, over func() bool, reply func(*resp.Writer)) {
	if c.standing != nil || c.Reply != &c.replies {
		reply(c.Reply)
		return
	}
	c.lingers = &linger{timeout, over, reply}
}

// Rouse has Linger look whether it is over. Any goroutine may call it.
func (c *Client) Rouse() { c.wake() }

// linger waits.
func (c *Client) linger() {
	l := c.lingers
	deadline := time.Time{}
	if l.timeout > 0 {
		deadline = time.Now().Add(l.timeout)
	}
	c.paused.Store(true)
	c.env.Clients.Blocked.Add(1)
	c.leaving = c.doze(deadline, l.over)
	c.env.Clients.Blocked.Add(-1)
	c.waitOver()
	c.lingers = nil
	if !c.leaving {
		l.reply(&c.replies)
		c.local()
		c.run()
	}
	c.skipped()
}
