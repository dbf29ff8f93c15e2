package dump

import (
	"github.com/troupe-db/troupe/codec/intset"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/hash"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/list"
	"github.com/troupe-db/troupe/shard/set"
	"github.com/troupe-db/troupe/shard/str"
	"github.com/troupe-db/troupe/shard/stream"
	"github.com/troupe-db/troupe/shard/zset"
)

func runDump(ctx *command.Ctx) {
	e := ctx.Key(1).Read()
	w := rdb.NewPayload()
	if !e.Exists() || !Write(w, e, ctx.Now) {
		ctx.Null()
		return
	}
	ctx.Bulk(w.Payload())
}

// Write writes the value of e, which exists, as of now, unix milliseconds. It
// reports false, and writes nothing, for a hash of which no field is left. O(N).
func Write(w *rdb.Writer, e keyspace.Entry, now int64) bool {
	switch e.Type() {
	case keyspace.String:
		var room [str.MaxIntText]byte
		w.Text(str.Text(e, room[:0]))
	case keyspace.List:
		writeList(w, e)
	case keyspace.Set:
		writeSet(w, e)
	case keyspace.ZSet:
		writeSorted(w, e)
	case keyspace.Hash:
		return writeHash(w, e, now)
	case keyspace.Stream:
		writeStream(w, stream.Of(e))
	}
	return true
}

// pack returns the listpack of a flat value without the room behind it.
func pack(e keyspace.Entry) []byte {
	p := e.Bytes()
	return p[:listpack.Size(p)]
}

// text returns the text of v, which may be written to room.
func text(v listpack.Value, room []byte) []byte {
	if v.Str != nil {
		return v.Str
	}
	return num.AppendInt(room[:0], v.Int)
}

func writeList(w *rdb.Writer, e keyspace.Entry) {
	q, ok := e.Object().(*list.Quicklist)
	if !ok {
		w.List(1)
		w.NodeListpack(pack(e))
		return
	}
	w.List(q.Chunks())
	for i := range q.Chunks() {
		w.Node(q.Chunk(i))
	}
}

func writeSet(w *rdb.Writer, e keyspace.Entry) {
	switch e.Encoding() {
	case keyspace.Intset:
		p := e.Bytes()
		w.Intset(p[:intset.Size(p)])
		return
	case keyspace.Listpack:
		w.SetListpack(pack(e))
		return
	}
	v := set.View(e)
	w.Set(v.Len())
	var room [str.MaxIntText]byte
	v.Each(func(member listpack.Value) bool {
		w.Member(text(member, room[:]))
		return true
	})
}

func writeSorted(w *rdb.Writer, e keyspace.Entry) {
	if e.Encoding() == keyspace.Listpack {
		w.SortedSetListpack(pack(e))
		return
	}
	v := zset.View(e)
	n := v.Len()
	w.SortedSet(n)
	var room [str.MaxIntText]byte
	v.Each(n-1, n, true, func(member listpack.Value, score float64) bool {
		w.Scored(text(member, room[:]), score)
		return true
	})
}

func writeHash(w *rdb.Writer, e keyspace.Entry, now int64) bool {
	v := hash.ViewOf(e, now)
	fields, first := 0, int64(keyspace.Never)
	v.Each(func(_, _ listpack.Value, until int64) bool {
		fields++
		first = min(first, until)
		return true
	})
	var rooms [2][str.MaxIntText]byte
	switch {
	case fields == 0:
		return false
	case e.Encoding() == keyspace.Listpack:
		w.HashListpack(pack(e))
	case first == keyspace.Never:
		w.Hash(fields)
		v.Each(func(field, value listpack.Value, _ int64) bool {
			w.Field(text(field, rooms[0][:]), text(value, rooms[1][:]))
			return true
		})
	case e.Encoding() == keyspace.ListpackEx && listpack.Count(e.Bytes()) == 3*fields:
		w.TimedHashListpack(pack(e), first)
	default:
		w.TimedHash(fields, first)
		v.Each(func(field, value listpack.Value, until int64) bool {
			if until == keyspace.Never {
				until = rdb.None
			}
			w.TimedField(text(field, rooms[0][:]), text(value, rooms[1][:]), until, first)
			return true
		})
	}
	return true
}

func writeStream(w *rdb.Writer, s *stream.Stream) {
	w.Stream(s.Chunks())
	for i := range s.Chunks() {
		s.EachIn(i, func(id stream.ID, pairs [][]byte) { w.StreamEntry(rdb.ID(id), pairs) })
		w.StreamNode()
	}
	c := s.Counters()
	w.StreamEnd(&rdb.StreamInfo{
		Length: uint64(c.Length), Last: rdb.ID(c.Last), First: rdb.ID(c.First),
		MaxDeleted: rdb.ID(c.MaxDeleted), Added: c.Added,
	}, s.Groups())
	for i := range s.Groups() {
		writeGroup(w, s.Group(i))
	}
}

func writeGroup(w *rdb.Writer, g stream.Group) {
	w.Group(&rdb.GroupInfo{Name: []byte(g.Name()), Last: rdb.ID(g.Last()), Read: g.Read()}, g.Pending())
	g.EachPending(func(id stream.ID, at, count int64) {
		w.Pending(&rdb.Pending{ID: rdb.ID(id), At: at, Count: uint64(count)})
	})
	w.Consumers(g.Consumers())
	for i := range g.Consumers() {
		c := g.Consumer(i)
		w.Consumer(&rdb.Consumer{Name: []byte(c.Name), Seen: c.Seen, Active: c.Active}, c.Pending())
		c.EachPending(func(id stream.ID) { w.Owned(rdb.ID(id)) })
	}
}
