package session

import (
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// process executes the requests that are completely there.
func (c *Client) process() {
	c.active.Store(time.Now().UnixMilli())
	settings := c.env.Settings.Load()
	c.parser.Limits = resp.Limits{MaxBulk: settings.MaxBulk, Authenticated: c.authed}
	for !c.leaving && c.blocked == nil && c.head < c.tail {
		args, n, done, err := c.parser.Parse(c.in.bytes[c.head:c.tail])
		if err != nil {
			c.refuseProtocol(err)
			break
		}
		if !done {
			break
		}
		c.head += n
		if len(args) > 0 {
			c.dispatch(args)
			c.parser.Limits.Authenticated = c.authed
		}
		if c.round.full() {
			c.run()
		}
	}
	c.run()
	c.parser.Reset()
}

// refuseProtocol answers bytes that are no request. Nothing after them can be
// understood, so the connection ends.
func (c *Client) refuseProtocol(err error) {
	c.run()
	c.replies.Error("ERR " + err.Error())
	c.local()
	c.leaving = true
}

// dispatch checks one request and puts it into the round, or runs it.
func (c *Client) dispatch(args [][]byte) {
	if c.mute == skipNext {
		c.mute = skipThis
		defer c.skipped()
	}
	cmd, refusal := c.resolve(args)
	if refusal != "" {
		c.fail(refusal)
		return
	}
	if c.command.Load() != cmd {
		c.command.Store(cmd)
	}
	if c.env.Pause.active.Load() {
		c.pause(cmd)
	}
	c.route(cmd, args)
}

// skipped ends CLIENT REPLY SKIP, unless the command that was skipped has asked
// for something else.
func (c *Client) skipped() {
	if c.mute == skipThis {
		c.mute = speak
	}
}

// pause holds the command back while clients are paused. What was asked before
// is answered first.
func (c *Client) pause(cmd *Command) {
	if left, _ := c.env.Pause.holds(cmd.Flags); left == 0 {
		return
	}
	c.run()
	if c.flush() != nil {
		c.leaving = true
		return
	}
	c.env.Pause.pass(cmd.Flags, c.closed)
}

// fail answers a request with an error.
func (c *Client) fail(text string) {
	c.traffic.errors.Add(1)
	c.replies.Error(text)
	c.local()
}
