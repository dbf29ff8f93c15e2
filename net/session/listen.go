package session

import (
	"bytes"
	"time"
)

// Limit is how much output may wait for a client that does not read it.
type Limit struct {
	Hard int64         // bytes at which the client is closed, 0 for none
	Soft int64         // bytes at which it is closed when they last for longer than For, 0 for none
	For  time.Duration // whole seconds
}

// Subscriptions are what a client listens to. They belong to package pubsub; a
// connection needs to know how many there are and when to end them.
type Subscriptions interface {
	// Counts returns how many channels, patterns and shard channels the client
	// listens to. Any goroutine may call it.
	Counts() (channels, patterns, shardChannels int)
	// Clear ends them all.
	Clear()
	// Close ends them all for good: nothing is taken on afterwards. Any goroutine
	// may call it, more than once.
	Close()
}

// listening holds Subscriptions, so that they fit an atomic pointer.
type listening struct{ Subscriptions }

// Listen gives the client its subscriptions, for as long as it lives. Messages may
// be pushed to it from then on.
func (c *Client) Listen(s Subscriptions) {
	c.openOutbox()
	c.subscriptions.Store(&listening{s})
	if c.killed() { // perhaps before there was something to close
		s.Close()
	}
}

// Subscriptions returns what was given to Listen, nil if nothing was.
func (c *Client) Subscriptions() Subscriptions {
	if l := c.subscriptions.Load(); l != nil {
		return l.Subscriptions
	}
	return nil
}

// Listens tells whether the client has subscriptions. Any goroutine may call it.
func (c *Client) Listens() bool { return c.listens() }

// listens tells whether the client has subscriptions.
func (c *Client) listens() bool {
	channels, patterns, shards := c.counts()
	return channels+patterns+shards > 0
}

func (c *Client) counts() (channels, patterns, shards int) {
	if l := c.subscriptions.Load(); l != nil {
		return l.Counts()
	}
	return 0, 0, 0
}

// Courier returns what takes the messages that this client sends to others, or to
// itself. They are on their way when its commands at hand are done, so that all
// they publish shares writes.
func (c *Client) Courier() *Courier { return &c.courier }

// Gathers tells whether a message that the command at hand sends may wait for those of
// the next ones, in a Gathering that the courier owes: the client runs its commands one
// by one, hears nothing itself, and nobody is shown what it does.
func (c *Client) Gathers() bool {
	return c.conn != nil && c.multi == nil && !c.shown && c.outbox.Load() == nil
}

// Settle puts the replies to the commands so far before every message that comes
// from now on. What was held back stands behind them.
func (c *Client) Settle() { c.settle(false) }

// Hold is Settle, and makes messages that come from now on wait until the reply to
// the command at hand is on its way: it must be heard first.
func (c *Client) Hold() { c.settle(true) }

func (c *Client) settle(hold bool) {
	o := c.outbox.Load()
	if o == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead {
		return
	}
	o.release(c.giveReplies())
	o.held, o.proto = hold, c.proto
}

// flushOutbox is flush for a client that has an outbox.
func (c *Client) flushOutbox(o *outbox) error {
	most := int64(repliesAre)
	if c.leaving {
		most = 0
	}
	return o.reply(c.giveReplies(), most)
}

// giveReplies returns the replies so far for somebody to keep: a copy of short ones,
// long ones themselves.
func (c *Client) giveReplies() []byte {
	if c.out == nil || len(c.out.bytes) == 0 {
		return nil
	}
	c.out.flatten()
	replies := c.out.bytes
	if len(replies) < aloneFrom {
		c.out.bytes = replies[:0]
		return bytes.Clone(replies)
	}
	c.out.bytes = make([]byte, 0, outputSize)
	return replies
}

// hangUp ends what others send to a connection that is closed.
func (c *Client) hangUp() {
	if l := c.subscriptions.Load(); l != nil {
		l.Close()
	}
	c.endMonitor()
	if t := c.Tracking(); t != nil {
		t.Stop()
	}
}

// pending returns the frames and bytes that wait for the peer to read them.
func (c *Client) pending() (frames int, size int64) {
	if o := c.outbox.Load(); o != nil {
		return o.pending()
	}
	return 0, 0
}

func (c *Client) pendingBytes() int64 {
	_, size := c.pending()
	return size
}

// kind returns the client's type.
func (c *Client) kind() clientKind {
	if c.listens() {
		return kindPubSub
	}
	return kindNormal
}
