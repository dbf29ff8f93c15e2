package zset

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// result is a sorted set that belongs to no key yet. Its members have no order
// before arrange.
type result struct {
	*Sorted
	width int // bytes of the longest member
}

func newResult() result { return result{Sorted: NewSorted()} }

// add adds a member that is not there.
func (r *result) add(member listpack.Value, score float64) {
	var room [textRoom]byte
	name := text(member, room[:0])
	r.width = max(r.width, len(name))
	r.gather(name, score)
}

// merge adds a member or, if it is there, gives it what join makes of the score
// it has and the one that comes.
func (r *result) merge(member listpack.Value, score float64, join aggregate) {
	var room [textRoom]byte
	if x, ok := r.find(text(member, room[:0])); ok {
		r.arena.setScore(x, join.of(r.arena.score(x), score))
		return
	}
	r.add(member, score)
}

// reply writes all members, with their scores if scores is set.
func (r *result) reply(ctx *command.Ctx, scores bool) {
	r.arrange()
	openPairs(ctx, r.Len(), scores)
	r.Each(0, r.Len(), false, func(name []byte, score float64) bool {
		replyPair(ctx, listpack.Value{Str: name}, score, scores)
		return true
	})
}

// store puts the members in place of what the key of argument i holds, which goes
// if there are none, tells of it as event, replies with their number, and reports
// whether that has changed anything.
func (r *result) store(ctx *command.Ctx, i int, event string) bool {
	r.arrange()
	k := ctx.Key(i)
	had := k.Glance().Exists()
	r.Sorted.store(k, limitsOf(ctx.Settings), r.width)
	switch {
	case r.Len() > 0:
		k.Notify(keyspace.EventZSet, event)
	case had:
		k.Notify(keyspace.EventGeneric, "del")
	}
	ctx.Int(int64(r.Len()))
	return had || r.Len() > 0
}
