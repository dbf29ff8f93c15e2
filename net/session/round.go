package session

import (
	"runtime"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
)

// roundMost bounds the commands of a round, so that the replies to a long
// pipeline do not all stand in memory before the first is written.
const roundMost = 512

// round is the commands under way: what goes to which shard, and where the
// replies will be found.
type round struct {
	steps    []step
	commands int            // that have a reply in steps
	said     int            // bytes of workspace.replies that steps tell of
	aside    bool           // some reply is not simply the next of a batch, or not wanted
	used     []*shard.Batch // in the order of first use: the beginning of set
	set      *batchSet      // nil while used is empty
	batches  []*shard.Batch // by shard, nil where the round has nothing for it
	splits   []split
	executed []*multi         // transactions that are requests of a batch
	cursors  []cursor         // by shard, for stitch
	keys     []command.KeyRef // empty memory for the keys of one command
	where    []located        // likewise, for where they are
	together bool             // some command has parts in several batches
	last     located
	parts    *partMemory // nil until a command of the round is split
	across   *across     // nil while no command of the round holds several shards
	under    shard.Round // the batches that are at the shards
}

// step is where the reply to one command comes from. Replies that stand in workspace.replies
// one after the other, all wanted or all not, share a step.
type step struct {
	from  source
	mute  bool
	shard int32 // the batch, for fromShard
	index int32 // into splits, for fromSplit; the end of the replies, for fromLocal
}

type source uint8

const (
	fromShard source = iota // the next reply of that shard's batch
	fromLocal               // the next replies in Client.replies
	fromSplit               // several shards' next replies, merged
)

// split is a command that several shards have a part of.
type split struct {
	merge command.Merge
	parts []part
	order []int32 // by key: its part
}

func (r *round) init(shards int) {
	r.batches, r.cursors = make([]*shard.Batch, shards), make([]cursor, shards)
}

func (r *round) full() bool {
	return r.commands >= roundMost || r.across != nil && len(r.across.requests) >= roundMost
}

// reset forgets the round and gives its batches back, from where others may take
// them at once.
func (r *round) reset() {
	r.steps, r.commands, r.said, r.aside = r.steps[:0], 0, 0, false
	if r.set != nil {
		for _, b := range r.used {
			r.batches[b.Shard] = nil
		}
		r.set.giveBack(len(r.used))
		r.used, r.set = nil, nil
	}
	for i, m := range r.executed {
		m.release()
		r.executed[i] = nil
	}
	r.executed = r.executed[:0]
	clear(r.splits)
	r.splits = r.splits[:0]
	if r.parts != nil {
		r.parts.giveBack()
		r.parts = nil
	}
	r.together = false
	r.last = located{}
}

// batch returns the round's batch for a shard.
func (c *Client) batch(owner int) *shard.Batch {
	if b := c.round.batches[owner]; b != nil {
		return b
	}
	if c.round.set == nil {
		c.round.set = batchSets.Get().(*batchSet)
	}
	c.round.used = c.round.set.first(len(c.round.used) + 1)
	b := c.round.used[len(c.round.used)-1]
	b.Shard, b.Number, b.NoTouch, b.Origin = owner, c.number, c.noTouch, c
	b.Done, b.Round = c.done, &c.round.under
	b.Reader, b.Loans = c.reader(), c.outbox.Load() == nil
	b.Out.Proto = c.proto
	c.round.batches[owner] = b
	return b
}

// step notes where the next command's reply comes from.
func (c *Client) step(s step) {
	r := &c.round
	s.mute = c.mute != speak
	r.commands++
	r.aside = r.aside || s.mute || s.from != fromShard
	r.steps = append(r.steps, s)
}

// local notes that the reply to a command stands in c.replies.
func (c *Client) local() { c.localMute(c.mute != speak) }

// localMute is local, with a say in whether the reply is left out.
func (c *Client) localMute(mute bool) {
	r := &c.round
	end := len(c.replies.Buf)
	if end > r.said && c.replies.Buf[r.said] == '-' {
		c.failed(c.replies.Buf[r.said:])
	}
	r.commands++
	r.said, r.aside = end, true
	if n := len(r.steps); n > 0 && r.steps[n-1].from == fromLocal && r.steps[n-1].mute == mute {
		r.steps[n-1].index = int32(end)
		return
	}
	r.steps = append(r.steps, step{from: fromLocal, mute: mute, index: int32(end)})
}

// run sends the round's batches, waits for them, and puts the replies in order
// into the output.
func (c *Client) run() {
	if c.round.across != nil {
		c.runAcross()
	}
	if c.round.commands == 0 {
		return
	}
	c.sender.Sent()
	c.apart = len(c.round.used) == 0
	c.send()
	c.stitch()
	c.bookTally()
	c.traffic.commands.Add(int64(c.round.commands))
	c.round.reset()
	c.replies.Buf = c.replies.Buf[:0]
	if cap(c.replies.Buf) > keepReplies {
		c.replies.Buf = nil
	}
}

func (c *Client) send() {
	used := c.round.used
	if len(used) == 0 {
		return
	}
	if len(used) == 1 {
		used[0].Round = nil // nobody else is waited for
	}
	c.round.under.Begin(len(used))
	if c.round.together {
		c.env.Troupe.SendTogether(used)
	} else {
		for _, b := range used {
			c.env.Troupe.Send(b)
		}
	}
	<-c.done
	if len(used) > 1 && c.env.Troupe.OneProcessor() {
		runtime.Gosched() // the first shard to end would have one client write before the others go on
	}
}

// cursor reads the replies of a batch one after the other.
type cursor struct{ next, at, lent int }

// stitch appends the replies of the round to the output in the order of the
// commands.
func (c *Client) stitch() {
	out := c.output()
	if len(c.round.used) == 1 && !c.round.aside {
		b := c.round.used[0]
		out.take(&b.Out, &b.Lent)
		return
	}
	cursors := c.round.cursors
	clear(cursors)
	localAt := 0
	for i := range c.round.steps {
		s := &c.round.steps[i]
		start, lent := len(out.bytes), len(out.lent)
		switch s.from {
		case fromShard:
			from := cursors[s.shard].at
			replies, loans := c.reply(cursors, int(s.shard))
			out.append(replies, loans, from)
		case fromLocal:
			out.bytes = append(out.bytes, c.replies.Buf[localAt:s.index]...)
			localAt = int(s.index)
		case fromSplit:
			out.bytes = c.merge(out.bytes, cursors, &c.round.splits[s.index])
			if out.bytes[start] == '-' {
				c.failed(out.bytes[start:])
			}
		}
		if s.mute {
			clear(out.lent[lent:])
			out.bytes, out.lent = out.bytes[:start], out.lent[:lent]
		}
	}
}

// reply returns the next reply of a shard's batch, and what is lent to it.
func (c *Client) reply(cursors []cursor, owner int) (reply []byte, lent []resp.Lent) {
	b, cur := c.round.batches[owner], &cursors[owner]
	start, end, first := cur.at, b.Requests[cur.next].End, cur.lent
	cur.next++
	cur.at = end
	for cur.lent < len(b.Lent) && b.Lent[cur.lent].At < end {
		cur.lent++
	}
	return b.Out.Buf[start:end], b.Lent[first:cur.lent]
}
