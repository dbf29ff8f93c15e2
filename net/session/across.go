package session

import (
	"slices"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard"
)

// across is the commands of a round that hold several shards, one behind the other in
// the same fence. There is nothing else in the round: what comes before them has run, and
// whatever is not among them has them run first. It is pooled, as few clients need it.
type across struct {
	call     shard.Call // what the commands have in common
	requests []shard.Request
	held     []bool // by shard
}

// hold begins with a command whose keys are at the given places, or with one that needs
// every shard, if there are none.
func (a *across) hold(where []located, shards int) {
	if len(a.held) != shards { // the pool serves all servers of the process
		a.held = make([]bool, shards)
	}
	for i := range a.held {
		a.held[i] = len(where) == 0
	}
	for _, at := range where {
		a.held[at.owner] = true
	}
}

// holds tells whether the shards that are held are all that a command needs: those of its
// keys, or every one if there are none.
func (a *across) holds(where []located) bool {
	for _, at := range where {
		if !a.held[at.owner] {
			return false
		}
	}
	return len(where) > 0 || !slices.Contains(a.held, false)
}

// giveBack takes everything back, for others to use.
func (a *across) giveBack() {
	clear(a.requests)
	a.call, a.requests = shard.Call{}, kept(a.requests)
	acrosses.Put(a)
}

// call puts a command into a fence over the owners of its keys, or over every shard if
// there are none: into the one at hand, behind the others there, if its shards are enough.
func (c *Client) call(cmd *Command, args [][]byte, where []located) {
	if c.round.across == nil || !c.round.across.holds(where) {
		c.run()
		c.round.across = acrosses.Get().(*across)
		c.round.across.hold(where, c.env.Troupe.Shards())
	}
	a := c.round.across
	a.requests = append(a.requests, shard.Request{Command: &cmd.Command, Args: args})
	if !c.unhindered { // what follows may depend on it
		c.run()
	}
}

// runAcross runs the fence at hand, and notes the replies.
func (c *Client) runAcross() {
	a := c.round.across
	c.round.across = nil
	a.call = shard.Call{
		Number: c.number, NoTouch: c.noTouch, Reader: c.reader(), Origin: c,
		Out: resp.Writer{Buf: c.replies.Buf, Proto: c.proto},
	}
	c.env.Troupe.CallAll(&a.call, a.requests, func(i int) bool { return a.held[i] })
	for i := range a.requests {
		c.replies.Buf = a.call.Out.Buf[:a.requests[i].End]
		c.local()
	}
	a.giveBack()
	c.survey() // that may have taken long
}
