package session

import (
	"errors"
	"time"
)

// errOutputTooLong ends a client whose replies are larger than its output limit.
var errOutputTooLong = errors.New("session: output buffer limit exceeded")

// freeOutput is how many bytes of replies do not count for the limits of output: as
// many as Redis keeps room for in every client.
const freeOutput = 16 << 10

// limit returns the limits for a client's output. Clients that listen have their own;
// one that monitors, which is as normal as any other, has those where there are none,
// since it is sent what it did not ask for.
func (c *Client) limit() Limit {
	settings := c.env.Settings.Load()
	limit := settings.NormalLimit
	if c.listens() || c.monitoring.Load() && limit.Hard <= 0 && limit.Soft <= 0 {
		limit = settings.PubSubLimit
	}
	return limit
}

// excessive tells whether replies of that size are too large for the hard limit. They
// are not sent then, and the client ends.
func (c *Client) excessive(size int64) bool {
	if size > c.peak.Load() {
		c.peak.Store(size)
	}
	if size <= freeOutput {
		return false
	}
	hard := c.env.Settings.Load().NormalLimit.Hard
	if hard <= 0 || size-freeOutput <= hard {
		return false
	}
	c.overran(size)
	return true
}

// overran counts and reports that the client is closed.
func (c *Client) overran(pending int64) {
	c.env.Clients.Overruns.Add(1)
	c.env.Log.Warn("a client is closed: it reads too slowly, and has reached its output buffer limit",
		"id", c.id, "address", c.remote, "pending", pending)
}

// noteRead notes that the peer has taken everything.
func (c *Client) noteRead() {
	if c.unread.Load() != 0 {
		c.unread.Store(0)
	}
}

// CheckOutput closes clients that have left more output unread than the soft limit for
// too long. It is called every second by one goroutine. It also forgets every five
// seconds how large the largest replies were.
func (r *Registry) CheckOutput(now time.Time) {
	for _, c := range r.unordered() {
		if now.Unix()%5 == 0 && c.peak.Load() != 0 {
			c.peak.Store(0)
		}
		if o := c.outbox.Load(); o != nil {
			o.check()
			continue
		}
		soft, unread := c.limit(), c.unread.Load()
		switch {
		case soft.Soft <= 0 || unread-freeOutput <= soft.Soft:
			c.overSince = time.Time{}
		case c.overSince.IsZero():
			c.overSince = now
		case now.Sub(c.overSince) > soft.For:
			c.overran(unread)
			c.Close()
		}
	}
}

// check closes a client whose limits of output are exceeded.
func (o *outbox) check() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.dead && o.overrun() {
		o.cut()
	}
}
