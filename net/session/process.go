package session

import "github.com/troupe-db/troupe/shard/command"

// process executes the requests that are completely there.
func (c *Client) process() {
	c.gather()
	c.run()
	c.keepQueue()
	c.parser.Reset()
}

// gather puts the requests that are completely there into the round, and runs those that
// cannot wait for its end, and rounds that are full.
func (c *Client) gather() {
	if now := c.env.Clients.now.Load(); c.active.Load() != now {
		c.active.Store(now)
	}
	c.attend()
	c.parser.Limits.MaxBulk = c.env.Settings.Load().MaxBulk
	c.survey()
	for (c.unhindered || !c.waits()) && c.head < c.tail {
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
			c.accept(args)
		}
		if c.round.full() && !c.relieve() {
			break
		}
	}
}

// attend notes in the workspace what holds for the commands to come: whether somebody
// monitors, and how they are measured.
func (c *Client) attend() {
	c.shown = c.env.Clients.monitors.count.Load() != 0
	c.tally.begin(c.env.Troupe.Observer().Policy())
}

// manyReplies is how many bytes of them are not held back until everything that was read
// is answered.
const manyReplies = 1 << 20

// relieve runs a round that is full, and writes its replies when they are many,
// so that a client that sends much and reads nothing has no more than a round of
// replies in memory. It reports false when the connection has failed.
func (c *Client) relieve() bool {
	c.run()
	c.keepQueue()
	c.parser.Reset()
	c.survey()
	if c.output().size() < manyReplies {
		return true
	}
	c.readErr = c.flush()
	return c.readErr == nil
}

// waits tells whether no further request may run: something must end first, or
// the connection does.
func (c *Client) waits() bool {
	return c.blocked != nil || c.held != nil || c.lingers != nil || c.leaving
}

// refuseProtocol answers bytes that are no request. Nothing after them can be
// understood, so the connection ends.
func (c *Client) refuseProtocol(err error) {
	c.run()
	c.replies.Error("ERR " + err.Error())
	c.local()
	c.leaving = true
}

// survey looks whether anything could hold up a request: something the client has asked
// for, or something that is on in the server. What the client does itself it sees at
// once. What others do it sees when the next read or round begins, as it sees no sooner
// what happens between the check of a request and its turn in a shard.
func (c *Client) survey() {
	c.unhindered = c.authed && c.multi == nil && c.mute == speak && !c.caching && !c.waits() &&
		c.courier.owed == nil && !c.monitoring.Load() && (c.proto != 2 || !c.listens()) &&
		!c.env.Troupe.Jammed() && c.env.Gate.Load() == nil && !c.env.Pause.active.Load()
	c.parser.Limits.Authenticated = c.authed
}

// accept executes a request: in most cases one that nothing can hold up but its arity.
func (c *Client) accept(args [][]byte) {
	cmd := c.lookup(args[0])
	if c.round.across != nil && (cmd == nil || !cmd.joins || !cmd.ArityOK(len(args))) {
		c.run()
	}
	if c.unhindered && cmd != nil && cmd.direct && cmd.ArityOK(len(args)) {
		c.show(cmd)
		c.route(cmd, args)
		return
	}
	c.dispatch(cmd, args)
	if c.caching {
		c.endCaching()
	}
	c.survey()
}

// show lets others see what the client's last command is.
func (c *Client) show(cmd *Command) {
	if c.command.Load() != cmd {
		c.command.Store(cmd)
	}
}

// dispatch checks a request, of the command named or of none that exists, and puts it
// into the round, or runs it.
func (c *Client) dispatch(named *Command, args [][]byte) {
	if c.mute == skipNext {
		c.mute = skipThis
		defer c.skipped()
	}
	cmd, refusal := c.resolve(named, args)
	if c.caching {
		c.meant = cmd
	}
	if c.multi != nil && refusal == "" && cmd != nil {
		refusal = c.refuseInMulti(cmd)
	}
	if c.env.Troupe.Jammed() && refusal == "" && cmd != nil {
		refusal = c.jammed(cmd, args)
	}
	if gate := c.env.Gate.Load(); gate != nil && refusal == "" && cmd != nil {
		refusal = gate.refuse(cmd, c.effects(cmd))
	}
	if refusal != "" {
		c.reject(cmd, refusal)
		return
	}
	if cmd == nil {
		return
	}
	c.show(cmd)
	if effects := c.effects(cmd); c.env.Pause.Holds(effects) {
		c.held = &heldRequest{cmd: cmd, args: cloneArgs(args), effects: effects}
		c.copied.Store(argBytesOf(args))
		return
	}
	if c.courier.owed != nil && !cmd.Sends {
		c.courier.Settle(nil)
	}
	c.enter(cmd, args)
}

// heldRequest is a request that waits for the end of CLIENT PAUSE.
type heldRequest struct {
	cmd     *Command
	args    [][]byte // a copy
	effects command.Flags
}

// hold waits until the request at hand may run and runs it, unless the client
// has gone meanwhile.
func (c *Client) hold() {
	request := c.held
	c.env.Pause.join(c)
	defer c.env.Pause.part(c)
	c.paused.Store(true)
	defer c.waitOver()
	for {
		until := c.env.Pause.state(request.effects)
		if until.IsZero() {
			break
		}
		over := func() bool { return !c.env.Pause.Holds(request.effects) }
		if c.doze(until, over) {
			c.leaving = true
			break
		}
	}
	c.held = nil
	if !c.leaving {
		c.enter(request.cmd, request.args)
		c.run()
		if c.caching {
			c.endCaching()
		}
	}
	c.skipped()
}

func cloneArgs(args [][]byte) [][]byte {
	clone := make([][]byte, len(args))
	for i, arg := range args {
		clone[i] = append([]byte(nil), arg...)
	}
	return clone
}

// skipped ends CLIENT REPLY SKIP, unless the command that was skipped has asked
// for something else or has yet to end.
func (c *Client) skipped() {
	if c.mute == skipThis && c.blocked == nil && c.held == nil && c.lingers == nil {
		c.mute = speak
	}
}

// fail answers a request with an error.
func (c *Client) fail(text string) {
	c.replies.Error(text)
	c.local()
}
