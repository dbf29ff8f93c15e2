package pubsub

import (
	"fmt"

	"github.com/troupe-db/troupe/net/session"
)

// errSubcommand is PUBSUB's answer to too many arguments, in Redis's words.
const errSubcommand = "ERR unknown subcommand or wrong number of arguments for '%.128s'. Try PUBSUB HELP."

// serve is what a row's Serve is.
type serve = func(*session.Client, [][]byte)

// subscribe serves SUBSCRIBE, PSUBSCRIBE and SSUBSCRIBE.
func (h *Hub) subscribe(k kind, verb string) serve {
	return func(c *session.Client, args [][]byte) {
		s, _ := c.Subscriptions().(*Subscriber)
		if s == nil {
			s = newSubscriber(h, c)
			c.Listen(s)
		}
		c.Hold()
		for _, name := range args[1:] {
			s.join(k, name)
			confirm(c, verb, name, s.count(k))
		}
	}
}

// unsubscribe serves UNSUBSCRIBE, PUNSUBSCRIBE and SUNSUBSCRIBE. Without names it
// ends all subscriptions of the kind.
func (h *Hub) unsubscribe(k kind, verb string) serve {
	return func(c *session.Client, args [][]byte) {
		s, _ := c.Subscriptions().(*Subscriber)
		if s == nil {
			s = newSubscriber(h, c) // of nothing; it is not kept
		}
		names := args[1:]
		if len(names) == 0 {
			for _, name := range s.names(k) {
				names = append(names, []byte(name))
			}
		}
		for _, name := range names {
			s.leave(k, string(name))
			confirm(c, verb, name, s.count(k))
		}
		if len(names) == 0 {
			confirm(c, verb, nil, s.count(k))
		}
		c.Settle() // what has come until now was sent before
	}
}

// confirm writes that the client listens to a name, or no longer does, and how
// many are left. A nil name is none.
func confirm(c *session.Client, verb string, name []byte, count int64) {
	c.Reply.Push(3)
	c.Reply.BulkString(verb)
	if name == nil {
		c.Reply.Null()
	} else {
		c.Reply.Bulk(name)
	}
	c.Reply.Int(count)
}

// publishTo serves PUBLISH and SPUBLISH.
func (h *Hub) publishTo(k kind) serve {
	return func(c *session.Client, args [][]byte) {
		c.Settle() // it may hear itself, behind the replies to what it said before
		c.Reply.Int(int64(h.publish(c.Courier(), k, args[1], args[2], c.Gathers())))
	}
}

// serveList serves PUBSUB CHANNELS and SHARDCHANNELS.
func (h *Hub) serveList(k kind) serve {
	return func(c *session.Client, args [][]byte) {
		var pattern []byte
		switch {
		case len(args) > 3:
			c.Reply.Error(fmt.Sprintf(errSubcommand, args[1]))
			return
		case len(args) == 3:
			pattern = args[2]
		}
		names := h.list(k, pattern)
		c.Reply.Array(len(names))
		for _, name := range names {
			c.Reply.BulkString(name)
		}
	}
}

// serveCounts serves PUBSUB NUMSUB and SHARDNUMSUB.
func (h *Hub) serveCounts(k kind) serve {
	return func(c *session.Client, args [][]byte) {
		c.Reply.Array(2 * (len(args) - 2))
		for _, name := range args[2:] {
			c.Reply.Bulk(name)
			c.Reply.Int(int64(h.subscribers(k, name)))
		}
	}
}

// servePatterns serves PUBSUB NUMPAT.
func (h *Hub) servePatterns(c *session.Client, _ [][]byte) {
	c.Reply.Int(h.names[patterns].Load())
}
