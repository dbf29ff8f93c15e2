package admin

import (
	"strconv"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/str"
)

const (
	populateKeys  = 4096    // keys sent to the shards at a time
	populateBytes = 1 << 20 // bytes of values sent at a time, unless one has more
)

// populate creates keys for tests.
type populate struct {
	troupe  *shard.Troupe
	set     *command.Command // SETNX
	number  int              // the database
	prefix  string
	size    int // of values, -1 for as long as their text
	batches []*shard.Batch
	done    chan *shard.Batch
	pending int // bytes of values in batches
	keys    int // keys in batches
}

// debugPopulate answers DEBUG POPULATE count [prefix] [size]. Memory limits
// hold: the first key they refuse ends it with their error.
func (a *Admin) debugPopulate(c *session.Client, args [][]byte) {
	p := populate{
		troupe: c.Troupe(), set: setnx(), number: c.Database(), prefix: "key", size: -1,
		batches: make([]*shard.Batch, a.troupe.Shards()), done: make(chan *shard.Batch, a.troupe.Shards()),
	}
	count, ok := num.ParseInt(args[0])
	if len(args) > 1 {
		p.prefix = string(args[1])
	}
	size, sized := int64(0), len(args) > 2
	if sized {
		var valid bool
		size, valid = num.ParseInt(args[2])
		ok = ok && valid
	}
	switch {
	case !ok || count < 0 || size < 0:
		c.Reply.Error(command.ErrNotPositive)
		return
	case size > a.config.Values().Data.ProtoMaxBulkLen:
		c.Reply.Error(command.ErrStringTooLong)
		return
	case sized && size > 0:
		p.size = int(size)
	}
	if refusal := p.run(count); refusal != "" {
		c.Reply.Error(refusal)
		return
	}
	c.Reply.OK()
}

// setnx returns the row of SETNX.
func setnx() *command.Command {
	for i := range str.Commands {
		if str.Commands[i].Name == "setnx" {
			return &str.Commands[i]
		}
	}
	return nil
}

// run creates count keys and returns an error for the client, or "".
func (p *populate) run(count int64) string {
	for i := range count {
		p.add(i)
		if p.keys == populateKeys || p.pending >= populateBytes {
			if refusal := p.send(); refusal != "" {
				return refusal
			}
		}
	}
	return p.send()
}

// add puts one key into the batch of its shard.
func (p *populate) add(i int64) {
	name := strconv.AppendInt(append([]byte(p.prefix), ':'), i, 10)
	value := strconv.AppendInt([]byte("value:"), i, 10)
	if p.size >= 0 {
		padded := make([]byte, p.size)
		copy(padded, value)
		value = padded
	}
	hash, owner := p.troupe.Locate(name)
	b := p.batches[owner]
	if b == nil {
		b = &shard.Batch{Shard: owner, Number: p.number, Done: p.done}
		p.batches[owner] = b
	}
	b.Requests = append(b.Requests, shard.Request{
		Command: p.set, Args: [][]byte{[]byte("setnx"), name, value}, Key: 1, Hash: hash,
	})
	p.keys++
	p.pending += len(value)
}

// send has the shards execute the batches, and returns the first error among
// the replies or "".
func (p *populate) send() (refusal string) {
	sent := 0
	for _, b := range p.batches {
		if b != nil && len(b.Requests) > 0 {
			p.troupe.Send(b)
			sent++
		}
	}
	for range sent {
		b := <-p.done
		if refusal == "" {
			refusal = firstError(b)
		}
		b.Reset()
	}
	p.keys, p.pending = 0, 0
	return refusal
}

// firstError returns the text of the first reply of a batch that is an error,
// or "".
func firstError(b *shard.Batch) string {
	start := 0
	for i := range b.Requests {
		reply := b.Out.Buf[start:b.Requests[i].End]
		if len(reply) > 3 && reply[0] == '-' {
			return string(reply[1 : len(reply)-2])
		}
		start = b.Requests[i].End
	}
	return ""
}
