package session

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
)

// Prepare makes the program that a request runs in the shards, or returns the error for
// the client. confined tells that the program needs no shard but those of the keys that
// the request names. Prepare runs when the request is read, on the connection's
// goroutine, and must not ask a shard for anything.
type Prepare func(c *Client, args [][]byte) (p shard.Program, confined bool, refusal string)

// program runs a command that is a program: as one request of the round's batch for the
// shard that owns everything it needs, or else behind the round.
func (c *Client) program(cmd *Command, args [][]byte) {
	p, confined, refusal := cmd.Program(c, args)
	if refusal != "" {
		c.failedEarly(cmd)
		c.fail(refusal)
		return
	}
	keys, r, owner := c.stage(cmd, args, confined)
	r.Special = &shard.Special{Program: p}
	if owner != shard.AllHeld {
		b := c.batch(owner)
		b.Requests = append(b.Requests, r)
		c.step(step{from: fromShard, shard: int32(owner)})
		return
	}
	members := shard.Everyone
	if confined {
		members = c.env.Troupe.Members(args, keys)
	}
	c.run()
	x := shard.Execution{
		Out:    resp.Writer{Buf: c.replies.Buf, Proto: c.proto},
		Number: c.number, NoTouch: c.noTouch, Reader: c.reader(),
		Args: args, Origin: c,
	}
	c.env.Troupe.Play(p, &cmd.Command, &x, members)
	c.replies.Buf = x.Out.Buf
	c.local()
	c.run()
}

// stage finds the shard that a program needs, shard.AllHeld for several. One that needs
// no key runs wherever its text leads it.
func (c *Client) stage(cmd *Command, args [][]byte, confined bool) (keys []command.KeyRef, r shard.Request, owner int) {
	r = shard.Request{Command: &cmd.Command, Args: args}
	if c.env.Troupe.Shards() == 1 {
		return nil, r, 0
	}
	if !confined {
		return nil, r, shard.AllHeld
	}
	keys, err := cmd.AppendKeys(c.round.keys, args)
	if cap(keys) <= keysMost {
		c.round.keys = keys[:0]
	}
	if err != nil || len(keys) == 0 {
		_, owner = c.env.Troupe.Locate(args[1])
		return nil, r, owner
	}
	r.Key = int32(keys[0].Index)
	r.Hash, owner = c.locate(args[r.Key])
	for _, k := range keys[1:] {
		if _, other := c.env.Troupe.Locate(args[k.Index]); other != owner {
			return keys, r, shard.AllHeld
		}
	}
	return keys, r, owner
}

// settlePrograms prepares the programs of a transaction that is about to run, and notes
// what they need. Where a command before them may change what there is to run, and
// where there is nothing to run yet, that waits until it is their turn.
func (c *Client) settlePrograms(m *multi) {
	late := m.fenced
	for _, i := range m.programs {
		q := &m.tx.Queue[i]
		cmd := c.env.Table.Lookup(q.Args[0])
		q.Serve = c.playLate(cmd)
		if late {
			m.everyone = true
			continue
		}
		p, confined, refusal := cmd.Program(c, q.Args)
		if refusal != "" {
			m.fenced, m.everyone = true, true
			continue
		}
		keys, r, owner := c.stage(cmd, q.Args, confined)
		r.Special = &shard.Special{Program: p}
		q.Serve, q.Request, q.Owner = nil, r, owner
		switch {
		case owner != shard.AllHeld:
			m.members[owner] = true
		case confined:
			m.fenced = true
			for _, k := range keys {
				_, other := c.env.Troupe.Locate(q.Args[k.Index])
				m.members[other] = true
			}
		default:
			m.fenced, m.everyone = true, true
		}
	}
}

// playLate makes a program part of a transaction that is prepared when it is its turn.
func (c *Client) playLate(cmd *Command) func(*shard.Execution, [][]byte) {
	return func(x *shard.Execution, args [][]byte) {
		p, _, refusal := cmd.Program(c, args)
		if refusal != "" {
			x.Out.Error(refusal)
			return
		}
		x.Play(p, &cmd.Command)
	}
}

// jammed returns what a client is told whose request needs a shard that a script holds
// for too long, or "". A request that needs none is refused when all are held, since
// Redis would not serve it either.
func (c *Client) jammed(cmd *Command, args [][]byte) string {
	t := c.env.Troupe
	free := cmd.Flags&command.AllowBusy != 0
	switch {
	case free && !cmd.HasKeys():
		return ""
	case isExec(cmd):
		return c.jammedMulti()
	case cmd.Serve != nil && !cmd.HasKeys() && (cmd.Pure || cmd.Alone || c.multi != nil):
		return t.JammedEverywhere()
	case cmd.Program != nil:
		return c.jammedProgram(cmd, args)
	case cmd.Serve != nil && !cmd.HasKeys(), cmd.Route == command.RouteAll, cmd.Route == command.RouteEach:
		return t.JammedAt(shard.AllHeld)
	}
	keys, err := cmd.AppendKeys(nil, args)
	if err != nil || len(keys) == 0 {
		return t.JammedAt(shard.AllHeld)
	}
	for _, k := range keys {
		_, owner := t.Locate(args[k.Index])
		if text := t.JammedAt(owner); text != "" {
			return text
		}
	}
	return ""
}

// jammedProgram is jammed for a program.
func (c *Client) jammedProgram(cmd *Command, args [][]byte) string {
	_, confined, refusal := cmd.Program(c, args)
	if refusal != "" {
		return "" // which the client is told instead
	}
	keys, _, owner := c.stage(cmd, args, confined)
	if owner != shard.AllHeld || !confined {
		return c.env.Troupe.JammedAt(owner)
	}
	for _, k := range keys {
		_, owner := c.env.Troupe.Locate(args[k.Index])
		if text := c.env.Troupe.JammedAt(owner); text != "" {
			return text
		}
	}
	return ""
}

// jammedMulti is jammed for EXEC.
func (c *Client) jammedMulti() string {
	t := c.env.Troupe
	m := c.multi
	if m == nil || len(m.tx.Queue) == 0 || m.everyone || len(m.programs) > 0 {
		return t.JammedAt(shard.AllHeld)
	}
	for i := range m.members {
		if text := t.JammedAt(i); text != "" && (m.members[i] || c.watches(i)) {
			return text
		}
	}
	return t.JammedEverywhere()
}

// MergeReplies writes the one reply that the replies of all shards make to a command
// that each of them has run on its own data. None of them is an error.
func MergeReplies(w *resp.Writer, how command.Merge, replies [][]byte) {
	mergeReplies(w, how, replies, nil)
}
