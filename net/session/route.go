package session

import (
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/generic"
)

// route puts a command that may run where it belongs: into the round, or, when
// it needs the connection or several shards for itself, behind it.
func (c *Client) route(cmd *Command, args [][]byte) {
	if c.shown && (cmd.Serve == nil || cmd.Flags&command.SkipMonitor != 0) {
		c.feed(cmd.Flags, c.number, args)
	}
	switch {
	case cmd.Serve != nil:
		c.serve(cmd, args)
	case cmd.Program != nil:
		c.program(cmd, args)
	case cmd.Flags&command.Blocking != 0 && (cmd.Waits == nil || cmd.Waits(args)):
		c.runBlocking(cmd, args)
	default:
		c.routeKeys(cmd, args)
	}
}

func (c *Client) routeKeys(cmd *Command, args [][]byte) {
	switch cmd.Route {
	case command.RouteAll:
		if cmd.NeedsAll(args) {
			c.call(cmd, args, nil)
			return
		}
		c.routeSeveral(cmd, args)
	case command.RouteEach:
		c.each(cmd, args)
	case command.RouteCursor:
		c.add(cmd, args, generic.ScanShard(args[1], c.env.Troupe.Shards()), 0, 0)
	default:
		if i := cmd.first; i != 0 {
			hash, owner := c.locate(args[i])
			c.add(cmd, args, owner, i, hash)
			return
		}
		c.routeSeveral(cmd, args)
	}
}

// serve runs a command on the connection itself.
func (c *Client) serve(cmd *Command, args [][]byte) {
	switch {
	case cmd.Places:
		c.measured(cmd, args)
		return
	case cmd.Pure:
		c.measured(cmd, args)
		c.local()
		return
	}
	c.run()
	c.measured(cmd, args)
	if c.lingers != nil {
		return
	}
	c.localMute(c.mute != speak && !cmd.Pushes)
	c.run()
}

// located is a key of the round and what Locate says of it. Pipelines often name
// one key many times over: a queue, a counter.
type located struct {
	key   []byte
	hash  uint64
	owner int
}

// locate is Troupe.Locate, with the last key remembered.
func (c *Client) locate(key []byte) (hash uint64, owner int) {
	last := &c.round.last
	if last.key == nil || string(key) != string(last.key) {
		last.key = key
		last.hash, last.owner = c.env.Troupe.Locate(key)
	}
	return last.hash, last.owner
}

// add puts a command for one shard into the round.
func (c *Client) add(cmd *Command, args [][]byte, owner, key int, hash uint64) {
	r := c.batch(owner).Add()
	r.Command, r.Args, r.Key, r.Hash = &cmd.Command, args, int32(key), hash
	c.step(step{from: fromShard, shard: int32(owner)})
}

// keysMost is how many keys of a command may be looked at in memory that the
// connection keeps: 8 KB.
const keysMost = 512

// routeSeveral routes a command by all its keys.
func (c *Client) routeSeveral(cmd *Command, args [][]byte) {
	keys, err := cmd.AppendKeys(c.round.keys, args)
	if cap(keys) <= keysMost {
		c.round.keys = keys[:0]
	}
	if err != nil || len(keys) == 0 {
		c.call(cmd, args, nil) // the handler says what is wrong
		return
	}
	where, alone := c.locateAll(args, keys)
	if c.round.across != nil {
		if c.round.across.holds(where) {
			c.call(cmd, args, where)
			return
		}
		c.run()
	}
	if !alone {
		c.routeAcross(cmd, args, keys, where)
		return
	}
	c.add(cmd, args, where[0].owner, keys[0].Index, where[0].hash)
}

// locateAll locates every key, and tells whether all have the same owner. What it
// returns is valid until the next call.
func (c *Client) locateAll(args [][]byte, keys []command.KeyRef) (where []located, alone bool) {
	where, alone = c.round.where[:0], true
	for _, k := range keys {
		hash, owner := c.env.Troupe.Locate(args[k.Index])
		where = append(where, located{hash: hash, owner: owner})
		alone = alone && owner == where[0].owner
	}
	if cap(where) <= keysMost {
		c.round.where = where
	}
	return where, alone
}

// routeAcross routes a command whose keys several shards own. One that may take
// memory is not split under maxmemory: a part could be refused after others
// were done. Nor is one whose events are told, which they are in the order of its keys.
func (c *Client) routeAcross(cmd *Command, args [][]byte, keys []command.KeyRef, where []located) {
	settings := c.env.Settings.Load()
	whole := cmd.Flags&command.DenyOOM != 0 && settings.Limited || cmd.Flags&command.Write != 0 && (settings.Told || settings.Journaled)
	if cmd.Route != command.RouteSplit || whole || cmd.invalid(args) {
		c.call(cmd, args, where)
		return
	}
	c.split(cmd, args, keys, where)
}

// invalid tells whether a command that could be split has arguments beside
// whole groups of key and values, which its handler must see together.
func (c *Command) invalid(args [][]byte) bool {
	_, _, stepSize := c.Range()
	return stepSize > 1 && (len(args)-1)%stepSize != 0
}

// each gives every shard a part of a command that concerns all its data.
func (c *Client) each(cmd *Command, args [][]byte) {
	n := c.env.Troupe.Shards()
	if n == 1 {
		c.add(cmd, args, 0, 0, 0)
		return
	}
	s := split{merge: cmd.Merge, parts: c.round.partMemory().take(n)}
	for i := range s.parts {
		s.parts[i] = part{shard: i, args: args}
	}
	c.addSplit(cmd, args, s)
}

// split gives every shard the part of a command it owns: the same command with
// its keys, and what belongs to them.
func (c *Client) split(cmd *Command, args [][]byte, keys []command.KeyRef, where []located) {
	_, _, stepSize := cmd.Range()
	memory := c.round.partMemory()
	s := split{merge: cmd.Merge, order: memory.takeOrder(len(keys))}
	at := memory.count(where, c.env.Troupe.Shards()) // by shard: how many keys it has
	s.parts = memory.take(shardsIn(at))
	n := 0
	for i, k := range keys {
		owner := where[i].owner
		if at[owner] > 0 { // its first: from here on the part, as the number below 0
			p := &s.parts[n]
			*p = part{shard: owner, key: 1, hash: where[i].hash, args: memory.takeArgs(1 + at[owner]*stepSize)}
			p.args = append(p.args, args[0])
			n++
			at[owner] = -n
		}
		number := -at[owner] - 1
		p := &s.parts[number]
		p.args = append(p.args, args[k.Index:k.Index+stepSize]...)
		s.order[i] = int32(number)
	}
	c.addSplit(cmd, args, s)
}

// shardsIn returns how many shards have keys.
func shardsIn(at []int) int {
	n := 0
	for _, keys := range at {
		if keys > 0 {
			n++
		}
	}
	return n
}

func (c *Client) addSplit(cmd *Command, args [][]byte, s split) {
	whole := c.round.parts.takeWhole()
	whole.Split.Args = args
	for i := range s.parts {
		p := &s.parts[i]
		b := c.batch(p.shard)
		b.Requests = append(b.Requests, shard.Request{
			Command: &cmd.Command, Args: p.args, Key: int32(p.key), Hash: p.hash, Special: whole, Further: i > 0,
		})
	}
	c.round.splits = append(c.round.splits, s)
	c.round.together = true
	c.step(step{from: fromSplit, index: int32(len(c.round.splits) - 1)})
}
