package session

import (
	"sync"

	"github.com/troupe-db/troupe/codec/resp"
)

// workspace is what a client needs while something that it has sent is not answered: what
// was read, what was understood of it, and what is being done. A client that is silent
// has none, so that it takes little memory, and the few that are busy at a time share
// what the processor's cache holds already. See docs/adr/0020.
type workspace struct {
	in      *buffer
	head    int // in.bytes[head:tail] is read and not yet parsed
	tail    int
	parser  resp.Parser
	replies resp.Writer // of commands the connection serves itself
	round   round
	tally   tally // commands of the round that the connection served
	apart   bool  // the last round had nothing for a shard
	shown   bool  // somebody monitors, as of the beginning of the read
	metered bool  // the command at hand is counted by who runs it
}

var workspaces = sync.Pool{New: func() any { return &workspace{in: inputs[0].Get().(*buffer)} }}

// equip sees to it that the client has a workspace.
func (c *Client) equip() {
	if c.workspace != nil {
		return
	}
	w := workspaces.Get().(*workspace)
	if shards := c.env.Troupe.Shards(); len(w.round.batches) != shards { // it is new, or was another server's
		w.round.init(shards)
	}
	w.replies.Proto = c.proto
	c.workspace, c.Reply = w, &w.replies
	c.noteInput()
}

// clearAway gives back the workspace of a client that has nothing under way. One with input
// that is not understood, or never will be, goes with the client.
func (c *Client) clearAway() {
	w := c.workspace
	if w == nil {
		return
	}
	c.workspace, c.Reply = nil, nil
	c.noteInput()
	if w.head != w.tail || c.leaving {
		return
	}
	w.head, w.tail = 0, 0
	if size := len(w.in.bytes); size != inputSize {
		if size <= keepSize {
			inputs[inputClass(size)].Put(w.in)
		}
		w.in = inputs[0].Get().(*buffer)
	}
	workspaces.Put(w)
}
