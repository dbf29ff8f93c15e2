package zset

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
)

// Collection is the members of a sorted set that other packages put together.
type Collection struct{ members result }

// NewCollection returns a Collection without members.
func NewCollection() Collection { return Collection{newResult()} }

// Add adds a member that is not there, with a score that is not NaN. It copies the
// member.
func (c *Collection) Add(member listpack.Value, score float64) { c.members.add(member, score) }

// Store puts the members in place of what the key of argument i holds, which goes
// if there are none, tells of it as event, and replies with their number. With vague
// set the members are recorded as they are, in place of the request that has found
// them.
func (c *Collection) Store(ctx *command.Ctx, i int, event string, vague bool) {
	if c.members.store(ctx, i, event) && vague && ctx.Recording() {
		c.members.record(ctx, i)
	}
}

// Reply writes a member.
func Reply(ctx *command.Ctx, member listpack.Value) { reply(ctx, member) }
