package zset

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// notify tells of an event of the sorted set.
func (v *Value) notify(event string) { v.key.Notify(keyspace.EventZSet, event) }

// notifyRemoved tells of an event by which members have gone, and of the end of the
// key if they were the last.
func (v *Value) notifyRemoved(event string) {
	v.notify(event)
	if !v.Exists() {
		v.key.Notify(keyspace.EventGeneric, "del")
	}
}

// popEvent is the event of members that are taken from an end.
func popEvent(highest bool) string {
	if highest {
		return "zpopmax"
	}
	return "zpopmin"
}

// popVerb is the command that takes members from an end.
func popVerb(highest bool) string {
	if highest {
		return "ZPOPMAX"
	}
	return "ZPOPMIN"
}

// recordMost is how many members one effect has at most.
const recordMost = 1000

// mixed tells whether not all members have the same score. Then a range of names is
// one of ranks that depends on how the set is kept, and is recorded by its members.
func (v *Value) mixed() bool {
	if !v.Exists() {
		return false
	}
	return v.scoreAt(0) != v.scoreAt(v.Len()-1)
}

// scoreAt returns the score of the member of a rank, which is there.
func (v *Value) scoreAt(rank int) (score float64) {
	v.Each(rank, 1, false, func(_ listpack.Value, s float64) bool {
		score = s
		return false
	})
	return score
}

// recordRemoval records that the members of a span go.
func (v *Value) recordRemoval(ctx *command.Ctx, s span) {
	for lo := s.lo; lo < s.hi; lo += recordMost {
		n := min(recordMost, s.hi-lo)
		w := ctx.Effect(2 + n)
		w.BulkString("ZREM")
		w.Bulk(v.key.Name())
		v.Each(lo, n, false, func(member listpack.Value, _ float64) bool {
			writeMember(w, member)
			return true
		})
	}
}

// record records that the key of argument i holds the members of r, which are
// arranged, and nothing else.
func (r *result) record(ctx *command.Ctx, i int) {
	w := ctx.Effect(2)
	w.BulkString("DEL")
	w.Bulk(ctx.Args[i])
	for lo := 0; lo < r.Len(); lo += recordMost {
		n := min(recordMost, r.Len()-lo)
		w := ctx.Effect(2 + 2*n)
		w.BulkString("ZADD")
		w.Bulk(ctx.Args[i])
		r.Each(lo, n, false, func(name []byte, score float64) bool {
			var room [textRoom]byte
			w.Bulk(num.AppendFloat(room[:0], score))
			w.Bulk(name)
			return true
		})
	}
}

func writeMember(w *resp.Writer, member listpack.Value) {
	if member.Str != nil {
		w.Bulk(member.Str)
		return
	}
	w.BulkInt(member.Int)
}
