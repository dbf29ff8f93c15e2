package session

import "time"

// Linger waits until over says so, or for timeout if that is not 0, and tells whether
// the client is still there. Whoever makes over true calls the client's Rouse. It is
// for commands that wait for something else than a key; within a transaction, where
// nobody waits, it returns at once.
func (c *Client) Linger(timeout time.Duration, over func() bool) (there bool) {
	if c.standing != nil {
		return true
	}
	deadline := time.Time{}
	if timeout > 0 {
		deadline = time.Now().Add(timeout)
	}
	c.paused.Store(true)
	c.env.Clients.Blocked.Add(1)
	gone := c.doze(deadline, over)
	c.env.Clients.Blocked.Add(-1)
	c.waitOver()
	if gone {
		c.leaving = true
	}
	return !gone
}

// Rouse has Linger look whether it is over. Any goroutine may call it.
func (c *Client) Rouse() { c.wake() }
