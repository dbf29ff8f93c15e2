package session

import (
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Tracking is what a client has asked for with CLIENT TRACKING. It belongs to
// package tracking; a connection needs to know what to tell the shards of itself, and
// when it is over. Its methods may be called by any goroutine.
type Tracking interface {
	// Reader returns what the shards are to know of the client. caching tells whether
	// CLIENT CACHING was said of the commands at hand.
	Reader(caching bool) keyspace.Reader
	// Here tells whether the client is told on this connection.
	Here() bool
	// Flags returns the letters that CLIENT LIST has for it.
	Flags() string
	// Redirect returns the number of the client that is told instead, 0 for none.
	Redirect() int64
	// Stop ends it.
	Stop()
}

// tracked holds a Tracking, so that it fits an atomic pointer.
type tracked struct{ Tracking }

// Track gives the client its part in client-side caching; nil ends it. Messages may
// be pushed to the client from then on. It belongs to the client's goroutine.
func (c *Client) Track(t Tracking) {
	c.caching = false
	if t == nil {
		c.tracking.Store(nil)
		return
	}
	c.openOutbox()
	c.tracking.Store(&tracked{t})
	if c.killed() { // perhaps before there was something to stop
		t.Stop()
	}
}

// Tracking returns what was given to Track, nil if nothing was.
func (c *Client) Tracking() Tracking {
	if t := c.tracking.Load(); t != nil {
		return t.Tracking
	}
	return nil
}

// untrack ends the client's part in client-side caching.
func (c *Client) untrack() {
	if t := c.Tracking(); t != nil {
		t.Stop()
		c.Track(nil)
	}
}

// SetCaching notes what CLIENT CACHING says of the next command, and Caching returns
// it.
func (c *Client) SetCaching() { c.caching, c.meant = true, c.command.Load() }

// Caching tells whether SetCaching was called for the commands at hand.
func (c *Client) Caching() bool { return c.caching }

// reader returns what the shards are to know of the client, for commands that are
// about to be sent to them. What the client is told from now on comes behind their
// replies: else it would keep a value that it reads now and that changes before the
// reply is on its way, and never learn of it.
func (c *Client) reader() keyspace.Reader {
	t := c.tracking.Load()
	if t == nil {
		return keyspace.Reader{}
	}
	if t.Here() {
		c.Hold()
	}
	return t.Reader(c.caching)
}

// endCaching ends what CLIENT CACHING has said, behind the command that it was said
// of: one that is not about connections, or a whole transaction.
func (c *Client) endCaching() {
	if c.multi != nil || c.held != nil {
		return
	}
	if cmd := c.meant; cmd == nil || cmd.parent == nil || cmd.parent.Name != "client" {
		c.run() // what follows goes in a round of its own
		c.caching = false
	}
}

// openOutbox gives the client an outbox, if it has none. It belongs to the client's
// goroutine.
func (c *Client) openOutbox() {
	if c.outbox.Load() == nil {
		c.outbox.CompareAndSwap(nil, newOutbox(c, c.proto))
	}
}

// Invite makes sure that messages can be pushed to the client, from any goroutine.
// They wait until the client, which is woken, has made sure that nothing else writes
// to its connection.
func (c *Client) Invite() {
	if c.outbox.Load() != nil {
		return
	}
	c.shared.mu.Lock()
	o := newOutbox(c, c.shared.proto)
	o.held = true
	fresh := c.outbox.CompareAndSwap(nil, o)
	c.shared.mu.Unlock()
	if fresh {
		c.wake()
	}
}

// adopt sends what was pushed to an outbox that somebody else has opened.
func (c *Client) adopt() error {
	if o := c.outbox.Load(); o != nil {
		return c.flushOutbox(o)
	}
	return nil
}
