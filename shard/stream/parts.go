package stream

import "github.com/troupe-db/troupe/codec/num"

// Counters is what a stream knows beside its entries and groups.
type Counters struct {
	Length     int
	First      ID // of the entries that are there; 0-0 when there is none
	Last       ID // the last one given
	MaxDeleted ID // the greatest that was deleted
	Added      uint64
}

// Counters returns what the stream knows beside its entries and groups.
func (s *Stream) Counters() Counters {
	c := Counters{Length: s.length, Last: s.last, MaxDeleted: s.maxDeleted, Added: s.added}
	if s.length > 0 {
		c.First = s.first()
	}
	return c
}

// Chunks returns in how many chunks the entries are.
func (s *Stream) Chunks() int { return s.ring.n }

// EachIn calls fn with every entry of chunk i, in order: its ID, and its fields and
// values in turn, views that die when fn returns. There is at least one. fn must not
// change the stream.
func (s *Stream) EachIn(i int, fn func(id ID, pairs [][]byte)) {
	var pairs [][]byte
	var room []byte
	add := func(t text) {
		if t.str != nil {
			pairs = append(pairs, t.str)
			return
		}
		at := len(room)
		room = num.AppendInt(room, t.n)
		pairs = append(pairs, room[at:len(room):len(room)])
	}
	cur := s.read(i)
	var e entry
	for cur.next(&e) {
		if e.dead {
			continue
		}
		pairs, room = pairs[:0], room[:0]
		cur.pairs(&e, func(field, value text) {
			add(field)
			add(value)
		})
		fn(e.id, pairs)
	}
}

// Group is a consumer group, for reading by other types' commands.
type Group struct{ group *group }

// Groups returns the number of consumer groups.
func (s *Stream) Groups() int { return len(s.groups) }

// Group returns group i by name.
func (s *Stream) Group(i int) Group { return Group{s.groups[i]} }

// Name returns the group's name.
func (g Group) Name() string { return g.group.name }

// Last returns the last ID the group was given.
func (g Group) Last() ID { return g.group.last }

// Read returns how many entries the stream has ever had up to Last, -1 when that is
// not known.
func (g Group) Read() int64 { return g.group.read }

// Pending returns the number of pending entries.
func (g Group) Pending() int { return g.group.pending.n }

// EachPending calls fn with every pending entry, in ascending order: when it was
// delivered last, unix milliseconds, and how often.
func (g Group) EachPending(fn func(id ID, at, count int64)) {
	g.group.eachPending(nil, ID{}, func(id ID, n *nack) bool {
		fn(id, n.at, n.count)
		return true
	})
}

// Consumer is a consumer of a group, for reading by other types' commands.
type Consumer struct {
	Name   string
	Seen   int64 // when it last asked for something, unix milliseconds
	Active int64 // when it last got something, -1 for never
	owned  *index[struct{}]
}

// Consumers returns the number of consumers.
func (g Group) Consumers() int { return len(g.group.consumers) }

// Consumer returns consumer i by name.
func (g Group) Consumer(i int) Consumer {
	c := g.group.consumers[i]
	return Consumer{Name: c.name, Seen: c.seen, Active: c.active, owned: &c.owned}
}

// Pending returns how many entries are pending for the consumer.
func (c Consumer) Pending() int { return c.owned.n }

// EachPending calls fn with the ID of every entry that is pending for the consumer,
// in ascending order.
func (c Consumer) EachPending(fn func(ID)) {
	for p := c.owned.seek(ID{}); c.owned.has(p); p = c.owned.next(p) {
		id, _ := c.owned.at(p)
		fn(id)
	}
}
