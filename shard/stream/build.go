package stream

import (
	"math"

	"github.com/troupe-db/troupe/shard/keyspace"
)

// Builder makes a stream of parts that come one by one from outside, before it
// belongs to a key. Every call but Store checks what it is given and reports false,
// having changed nothing, when it does not fit. The zero value is not usable, see
// NewBuilder.
type Builder struct {
	stream   *Stream
	limit    Limit
	group    *group
	consumer *consumer
	unowned  int // pending entries of the group that no consumer owns yet
}

// nobody is the owner of a pending entry whose consumer has not come yet.
const nobody = math.MaxUint32

// NewBuilder returns an empty stream.
func NewBuilder(s *keyspace.Settings) *Builder {
	limit := LimitOf(s.StreamNodeMaxBytes, int64(s.StreamNodeMaxEntries))
	return &Builder{stream: &Stream{}, limit: limit}
}

// Entry adds an entry behind the ones before, of fields and values in turn, which
// are copied.
func (b *Builder) Entry(id ID, pairs [][]byte) bool {
	bytes := 0
	for _, p := range pairs {
		if bytes += len(p); bytes > maxEntry {
			return false
		}
	}
	if len(pairs) == 0 || !b.stream.last.Less(id) {
		return false
	}
	b.stream.Append(id, pairs, b.limit)
	return true
}

// Finish ends the entries: last is the last ID the stream has given, maxDeleted the
// greatest that was deleted, and added is how many entries there have ever been.
func (b *Builder) Finish(last, maxDeleted ID, added uint64) bool {
	if last.Less(b.stream.last) {
		return false
	}
	b.stream.last, b.stream.maxDeleted, b.stream.added = last, maxDeleted, added
	return true
}

// Group adds a group, to which the calls belong that follow. It has read entries of
// the stream, or -1 when that is not known.
func (b *Builder) Group(name []byte, last ID, read int64) bool {
	if read < unread {
		return false
	}
	b.consumer, b.unowned = nil, 0
	b.group = b.stream.addGroup(name, last, read)
	return b.group != nil
}

// Pending adds a pending entry, which was delivered count times, at at for the last
// time, unix milliseconds.
func (b *Builder) Pending(id ID, at int64, count uint64) bool {
	if count > math.MaxInt64 || b.group.pending.find(id) != nil {
		return false
	}
	b.group.pending.put(id, nack{at: at, count: int64(count), owner: nobody})
	b.unowned++
	return true
}

// Consumer adds a consumer, which asked at seen and got something at active, or -1
// for never, unix milliseconds.
func (b *Builder) Consumer(name []byte, seen, active int64) bool {
	i, ok := b.group.searchConsumer(name)
	if ok {
		return false
	}
	b.group.addConsumer(i, name, seen)
	b.consumer = b.group.consumers[i]
	b.consumer.active = active
	return true
}

// Own makes the consumer the one that a pending entry of the group, which nobody
// has yet, is pending for.
func (b *Builder) Own(id ID) bool {
	n := b.group.pending.findEdit(id)
	if n == nil || n.owner != nobody {
		return false
	}
	n.owner = b.consumer.number
	b.consumer.owned.put(id, struct{}{})
	b.unowned--
	return true
}

// GroupDone tells whether every pending entry of the group has got its consumer.
func (b *Builder) GroupDone() bool { return b.unowned == 0 }

// Store gives k the stream in place of what it holds. The Builder is not used again.
func (b *Builder) Store(k keyspace.Key) {
	k.PutObject(k.Write(), keyspace.Stream, keyspace.StreamTree, b.stream, keyspace.NoExpire)
}
