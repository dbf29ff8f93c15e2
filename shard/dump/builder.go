package dump

import (
	"errors"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard/hash"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/list"
	"github.com/troupe-db/troupe/shard/set"
	"github.com/troupe-db/troupe/shard/str"
	"github.com/troupe-db/troupe/shard/stream"
	"github.com/troupe-db/troupe/shard/zset"
)

// errTwice says that something came that is there, and errUnfit that something
// refers to what is not there or is out of range.
var (
	errTwice = errors.New("dump: element comes twice")
	errUnfit = errors.New("dump: part does not fit the value")
)

// builder makes a value of the pieces of a payload. It is an rdb.Visitor. Only the
// field of the kind that began is in use.
type builder struct {
	settings *keyspace.Settings
	now      int64 // unix milliseconds

	kind   rdb.Kind
	text   []byte
	list   *list.Quicklist
	set    *set.Builder
	zset   *zset.Builder
	hash   *hash.Builder
	stream *stream.Builder
}

// store gives k the value, without an expiry, in place of what it holds. It reports
// false, and leaves k alone, when nothing of the value is left.
func (b *builder) store(k keyspace.Key) bool {
	switch b.kind {
	case rdb.String:
		str.Put(k, b.text)
	case rdb.List:
		b.list.Store(k)
	case rdb.Set:
		b.set.Store(k)
	case rdb.SortedSet:
		b.zset.Store(k, b.settings)
	case rdb.Hash:
		if b.hash.Len() == 0 {
			return false
		}
		b.hash.Store(k, b.now)
	case rdb.Stream:
		b.stream.Store(k)
	}
	return true
}

// Begin prepares for a kind of value.
func (b *builder) Begin(kind rdb.Kind, count uint64) error {
	b.kind = kind
	switch kind {
	case rdb.List:
		b.list = list.NewQuicklist(list.LimitOf(b.settings.ListMaxListpackSize))
	case rdb.Set:
		b.set = set.NewBuilder(b.settings, count)
	case rdb.SortedSet:
		b.zset = zset.NewBuilder()
	case rdb.Hash:
		b.hash = hash.NewBuilder(b.settings)
	case rdb.Stream:
		b.stream = stream.NewBuilder(b.settings)
	}
	return nil
}

// Text keeps a view of the string, or a copy if it was compressed: what it is given
// then belongs to nobody else.
func (b *builder) Text(text []byte) error {
	b.text = text
	return nil
}

// Element adds an element of a list.
func (b *builder) Element(text []byte) error {
	b.list.PushTail(listpack.ItemOf(text))
	return nil
}

// Member adds a member of a set.
func (b *builder) Member(text []byte) error { return once(b.set.Add(text)) }

// Scored adds a member of a sorted set.
func (b *builder) Scored(member []byte, score float64) error {
	return once(b.zset.Add(member, score))
}

// Field adds a field of a hash, unless its time has come.
func (b *builder) Field(field, value []byte, until int64) error {
	switch {
	case until == rdb.None:
		until = keyspace.Never
	case until <= b.now:
		return nil
	}
	return once(b.hash.Add(field, value, until))
}

// Entry adds an entry of a stream.
func (b *builder) Entry(id rdb.ID, pairs [][]byte) error {
	return fits(b.stream.Entry(stream.ID(id), pairs))
}

// Stream ends the entries.
func (b *builder) Stream(info *rdb.StreamInfo) error {
	return fits(b.stream.Finish(stream.ID(info.Last), stream.ID(info.MaxDeleted), info.Added))
}

// Group adds a consumer group.
func (b *builder) Group(g *rdb.GroupInfo) error {
	return once(b.stream.Group(g.Name, stream.ID(g.Last), g.Read))
}

// Pending adds a pending entry of the group.
func (b *builder) Pending(p *rdb.Pending) error {
	return fits(b.stream.Pending(stream.ID(p.ID), p.At, p.Count))
}

// Consumer adds a consumer of the group.
func (b *builder) Consumer(c *rdb.Consumer) error {
	return once(b.stream.Consumer(c.Name, c.Seen, c.Active))
}

// Owned gives the consumer an entry.
func (b *builder) Owned(id rdb.ID) error { return fits(b.stream.Own(stream.ID(id))) }

// GroupEnd checks that nothing is pending for nobody.
func (b *builder) GroupEnd() error { return fits(b.stream.GroupDone()) }

func once(added bool) error {
	if added {
		return nil
	}
	return errTwice
}

func fits(ok bool) error {
	if ok {
		return nil
	}
	return errUnfit
}
