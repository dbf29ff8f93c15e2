package session

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// serveWatch has the shards watch keys for the client, until EXEC, DISCARD, UNWATCH
// or the end of the connection.
func serveWatch(c *Client, args [][]byte) {
	if c.multi != nil {
		c.refuseNested(command.ErrWatchInMulti)
		return
	}
	c.run()
	w := c.watching.Load()
	if w == nil {
		w = &keyspace.Watcher{}
		c.watching.Store(w)
	}
	if c.watched == nil {
		c.watched = make([]bool, c.env.Troupe.Shards())
	}
	c.env.Troupe.Watch(w, c.number, args[1:], c.watched)
	c.replies.OK()
	c.local()
}

func serveUnwatch(c *Client, _ [][]byte) {
	c.unwatch()
	c.Reply.OK()
}

// unwatch has the shards forget what the client watches.
func (c *Client) unwatch() {
	if w := c.watching.Load(); w != nil {
		c.env.Troupe.Unwatch(w, c.watched)
		c.forgetWatch()
	}
}

// forgetWatch forgets what the client watches; the shards are told otherwise.
func (c *Client) forgetWatch() {
	if c.watched != nil {
		c.watching.Store(nil)
		c.watched = nil
	}
}

// watchedKeys returns how many keys the client watches. Any goroutine may call it.
func (c *Client) watchedKeys() int64 {
	if w := c.watching.Load(); w != nil {
		return w.Keys()
	}
	return 0
}

// touched tells whether something that the client watches has changed, so that its
// EXEC will do nothing. Any goroutine may call it.
func (c *Client) touched() bool {
	w := c.watching.Load()
	return w != nil && w.Touched()
}

// watches tells whether the client watches a key of a shard.
func (c *Client) watches(owner int) bool { return c.watched != nil && c.watched[owner] }
