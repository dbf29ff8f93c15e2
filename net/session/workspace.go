package session

import (
	"sync"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard"
)

// workspace is what a client needs while something that it has sent is not answered: what
// was read, what was understood of it, and what is being done. A client that is silent
// has none, so that it takes little memory, and the few that are busy at a time share
// what the processor's cache holds already. See docs/adr/0020.
type workspace struct {
	env     *Env // the server's that used it last
	in      *buffer
	head    int // in.bytes[head:tail] is read and not yet parsed
	tail    int
	parser  resp.Parser
	replies resp.Writer // of commands the connection serves itself
	round   round
	done    chan *shard.Batch // the last batch of a round
	tally   tally             // commands of the round that the connection served
	named   slot              // the last name of a command, as clients write it
	apart   bool              // the last round had nothing for a shard
	shown   bool              // somebody monitors, as of the beginning of the read
	metered bool              // the command at hand is counted by who runs it
}

var workspaces = sync.Pool{New: func() any {
	return &workspace{in: inputs[0].Get().(*buffer), done: make(chan *shard.Batch, 1)}
}}

// equip sees to it that the client has a workspace.
func (c *Client) equip() {
	if c.workspace != nil {
		return
	}
	w := workspaces.Get().(*workspace)
	if w.env != c.env {
		w.env, w.named = c.env, slot{}
		w.round.init(c.env.Troupe.Shards())
	}
	w.replies.Proto = c.proto
	c.workspace, c.Reply = w, &w.replies
}

// clearAway gives back the workspace of a client that has nothing under way. Input that is
// not answered is forgotten: the client has gone.
func (c *Client) clearAway() {
	w := c.workspace
	if w == nil {
		return
	}
	c.workspace, c.Reply = nil, nil
	if c.buffered.Load() != 0 {
		c.buffered.Store(0)
		c.unparsed.Store(0)
	}
	if w.head != w.tail || c.leaving {
		w.parser.Restart()
	}
	w.head, w.tail = 0, 0
	if size := len(w.in.bytes); size != inputSize {
		if size <= keepInput {
			inputs[inputClass(size)].Put(w.in)
		}
		w.in = inputs[0].Get().(*buffer)
	}
	workspaces.Put(w)
}
