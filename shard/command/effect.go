package command

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/effect"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Effect says, in place of the request as it was received, what the command has
// done: a request of that many words that does the same whenever, and wherever, it
// is run. The handler writes all its words as bulk strings to the writer it gets. It
// may call Effect several times; what it says is one unit. The writer is nil while
// nobody wants to know.
//
// A handler whose request is not deterministic calls Effect, or NoEffect, whenever
// it has changed something. What has changed nothing is not recorded in any case.
func (c *Ctx) Effect(words int) *resp.Writer { return c.EffectIn(c.Number, words) }

// EffectIn is Effect for another database than the selected one.
func (c *Ctx) EffectIn(number, words int) *resp.Writer {
	c.stated = true
	if log := c.effects(); log != nil {
		return log.Request(number, words)
	}
	return nil
}

// NoEffect says that what the command has changed is none that others need to know.
func (c *Ctx) NoEffect() { c.stated = true }

// Recording tells whether effects are wanted, for handlers to which it is an effort
// to tell them.
func (c *Ctx) Recording() bool { return c.effects() != nil }

// effects returns the log of the turn, which all shards held have in common.
func (c *Ctx) effects() *effect.Log {
	if ks := c.some(); ks != nil {
		return ks.Effects
	}
	return nil
}

// Replaying tells that a log is played back: a time that has passed is kept, since
// what it has brought about follows in the log.
func (c *Ctx) Replaying() bool {
	ks := c.some()
	return ks != nil && ks.Replaying
}

// some returns one of the keyspaces held, nil if none is.
func (c *Ctx) some() *keyspace.Keyspace {
	if c.own != nil {
		return c.own
	}
	for _, ks := range c.held {
		if ks != nil {
			return ks
		}
	}
	return nil
}

// dirty counts the changes in all shards held, but for what goes because its time
// has come, which is recorded as it goes.
func (c *Ctx) dirty() (changes int64) {
	c.Spaces(func(ks *keyspace.Keyspace) { changes += ks.Stats.Dirty - ks.Stats.Lapsed })
	return changes
}

// Perform runs the handler of a command on the request at hand, and has what it
// changes recorded as one unit if somebody wants to know. What it reads is remembered
// for a client that tracks keys.
func (c *Ctx) Perform(cmd *Command) {
	c.Record(cmd.Flags, cmd.Run)
	if c.Remembers(cmd.Flags) {
		c.remember(cmd)
	}
}

// Record is Perform for what else runs on behalf of the request, with the flags of
// its command.
func (c *Ctx) Record(flags Flags, run func(*Ctx)) {
	log := c.effects()
	if log == nil {
		run(c)
		return
	}
	log.Begin()
	defer log.End() // also of a handler that panics
	before := c.dirty()
	run(c)
	if flags&Write != 0 && !c.stated && c.dirty() != before {
		log.Received(c.Number, c.Args)
	}
}
