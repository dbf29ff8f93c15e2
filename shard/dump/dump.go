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
	if !e.Exists() || !WriteValue(w, e.Value(), ctx.Now) {
		ctx.Null()
		return
	}
	ctx.Bulk(w.Payload())
}

// WriteValue writes v, which may be frozen, as of now, unix milliseconds: to a
// payload, or behind its key to a file, which it goes to piece by piece. It reports
// false, and writes nothing, for a hash of which no field is left. Errors are the
// writer's. O(N), and memory for one piece: a node of a list or a stream, or an
// element.
func WriteValue(w *rdb.Writer, v keyspace.Value, now int64) bool {
	switch v.Type {
	case keyspace.String:
		var room [str.MaxIntText]byte
		w.Text(str.TextOf(v, room[:0]))
	case keyspace.List:
		writeList(w, v)
	case keyspace.Set:
		writeSet(w, v)
	case keyspace.ZSet:
		writeSorted(w, v)
	case keyspace.Hash:
		return writeHash(w, v, now)
	case keyspace.Stream:
		if s, ok := v.Object.(*stream.Stream); ok {
			writeStream(w, s)
		}
	}
	return true
}

// pack returns the listpack of a flat value without the room behind it.
func pack(v keyspace.Value) []byte { return v.Record[:listpack.Size(v.Record)] }

// text returns the text of v, which may be written to room.
func text(v listpack.Value, room []byte) []byte {
	if v.Str != nil {
		return v.Str
	}
	return num.AppendInt(room[:0], v.Int)
}

func writeList(w *rdb.Writer, v keyspace.Value) {
	q, ok := v.Object.(*list.Quicklist)
	if !ok {
		w.List(1)
		w.NodeListpack(pack(v))
		return
	}
	w.List(q.Chunks())
	for i := range q.Chunks() {
		w.Node(q.Chunk(i))
	}
}

func writeSet(w *rdb.Writer, v keyspace.Value) {
	switch v.Encoding {
	case keyspace.Intset:
		w.Intset(v.Record[:intset.Size(v.Record)])
		return
	case keyspace.Listpack:
		w.SetListpack(pack(v))
		return
	}
	m := set.ViewOf(v)
	w.Set(m.Len())
	var room [str.MaxIntText]byte
	m.Each(func(member listpack.Value) bool {
		w.Member(text(member, room[:]))
		return true
	})
}

func writeSorted(w *rdb.Writer, v keyspace.Value) {
	s, ok := v.Object.(*zset.Sorted)
	if !ok {
		w.SortedSetListpack(pack(v))
		return
	}
	n := s.Len()
	w.SortedSet(n)
	s.Each(n-1, n, true, func(member []byte, score float64) bool {
		w.Scored(member, score)
		return true
	})
}

func writeHash(w *rdb.Writer, v keyspace.Value, now int64) bool {
	fields, first := 0, int64(keyspace.Never)
	hash.Each(v, now, func(_, _ listpack.Value, until int64) bool {
		fields++
		first = min(first, until)
		return true
	})
	var rooms [2][str.MaxIntText]byte
	switch {
	case fields == 0:
		return false
	case v.Encoding == keyspace.Listpack:
		w.HashListpack(pack(v))
	case first == keyspace.Never:
		w.Hash(fields)
		hash.Each(v, now, func(field, value listpack.Value, _ int64) bool {
			w.Field(text(field, rooms[0][:]), text(value, rooms[1][:]))
			return true
		})
	case v.Encoding == keyspace.ListpackEx && listpack.Count(v.Record) == 3*fields:
		w.TimedHashListpack(pack(v), first)
	default:
		w.TimedHash(fields, first)
		hash.Each(v, now, func(field, value listpack.Value, until int64) bool {
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
