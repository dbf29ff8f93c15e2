package stream

import (
	"slices"
	"strings"
)

// nack is what is known of an entry that was delivered and not acknowledged.
type nack struct {
	at    int64  // when it was delivered last, unix milliseconds
	count int64  // how often it was delivered
	owner uint32 // the consumer's number
}

// Sizes, for the books.
const (
	nackBytes     = idBytes + 24 // an ID and its nack
	ownedBytes    = idBytes      // an ID in a consumer's index
	groupBytes    = 160          // a group without its name
	consumerBytes = 112          // a consumer without its name
)

// unread is the entries-read counter of a group when it is not known.
const unread = -1

// group is a consumer group.
//
// Invariant: pending holds an ID exactly when the owned index of one consumer
// does, the one its nack names, and that of no other.
type group struct {
	name      string
	last      ID    // the last one delivered
	read      int64 // how many entries up to last the stream has ever had, or unread
	pending   index[nack]
	consumers []*consumer // by name
	roster    []*consumer // by number; nil for a number that is free
	memory    *int64      // the stream's account
}

// consumer is one of a group's consumers.
type consumer struct {
	name   string
	number uint32
	seen   int64 // when it last asked for something, unix milliseconds
	active int64 // when it last got something, or never
	owned  index[struct{}]
}

// never is the active time of a consumer that has got nothing yet.
const never = -1

// group returns the group called name, nil when there is none.
func (s *Stream) group(name []byte) *group {
	if i, ok := s.searchGroup(name); ok {
		return s.groups[i]
	}
	return nil
}

func (s *Stream) searchGroup(name []byte) (int, bool) {
	return slices.BinarySearchFunc(s.groups, name, func(g *group, name []byte) int {
		return strings.Compare(g.name, string(name))
	})
}

// addGroup creates a group that has got everything up to last, and returns nil
// when there is one of that name.
func (s *Stream) addGroup(name []byte, last ID, read int64) *group {
	i, ok := s.searchGroup(name)
	if ok {
		return nil
	}
	g := &group{name: string(name), last: last, read: read, memory: &s.memory}
	g.pending = index[nack]{width: nackBytes, memory: &s.memory}
	s.groups = slices.Insert(s.groups, i, g)
	s.memory += groupBytes + int64(len(name))
	return g
}

// removeGroup removes a group with all its consumers, and tells whether there was
// one. O(consumers + blocks of pending entries).
func (s *Stream) removeGroup(name []byte) bool {
	i, ok := s.searchGroup(name)
	if !ok {
		return false
	}
	g := s.groups[i]
	g.pending.drop()
	for _, c := range g.consumers {
		c.owned.drop()
		s.memory -= consumerBytes + int64(len(c.name))
	}
	s.memory -= groupBytes + int64(len(g.name))
	s.groups = slices.Delete(s.groups, i, i+1)
	return true
}

// consumer returns the consumer called name, nil when there is none.
func (g *group) consumer(name []byte) *consumer {
	if i, ok := g.searchConsumer(name); ok {
		return g.consumers[i]
	}
	return nil
}

func (g *group) searchConsumer(name []byte) (int, bool) {
	return slices.BinarySearchFunc(g.consumers, name, func(c *consumer, name []byte) int {
		return strings.Compare(c.name, string(name))
	})
}

// consumerOf returns the consumer called name, who asks at now and is created if
// there is none.
func (g *group) consumerOf(name []byte, now int64) *consumer {
	i, ok := g.searchConsumer(name)
	if !ok {
		g.addConsumer(i, name, now)
	}
	c := g.consumers[i]
	c.seen = now
	return c
}

// addConsumer creates a consumer as the i-th by name.
func (g *group) addConsumer(i int, name []byte, now int64) {
	c := &consumer{name: string(name), seen: now, active: never}
	c.owned = index[struct{}]{width: ownedBytes, memory: g.memory}
	number := slices.Index(g.roster, nil)
	if number < 0 || len(g.roster) == len(g.consumers) {
		number = len(g.roster)
		g.roster = append(g.roster, nil)
	}
	c.number = uint32(number)
	g.roster[number] = c
	g.consumers = slices.Insert(g.consumers, i, c)
	*g.memory += consumerBytes + int64(len(name))
}

// removeConsumer removes a consumer and what is pending for it.
func (g *group) removeConsumer(name []byte) (pending int) {
	i, ok := g.searchConsumer(name)
	if !ok {
		return 0
	}
	c := g.consumers[i]
	pending = c.owned.n
	for p := c.owned.seek(ID{}); c.owned.has(p); p = c.owned.next(p) {
		id, _ := c.owned.at(p)
		g.pending.remove(id)
	}
	c.owned.drop()
	g.roster[c.number] = nil
	g.consumers = slices.Delete(g.consumers, i, i+1)
	*g.memory -= consumerBytes + int64(len(c.name))
	return pending
}

// owner returns the consumer an entry is pending for.
func (g *group) owner(n *nack) *consumer { return g.roster[n.owner] }

// deliver makes id pending for c, as delivered at now for the first time,
// whomever it was pending for before.
func (g *group) deliver(id ID, c *consumer, now int64) {
	if n := g.pending.findEdit(id); n != nil {
		g.assign(id, n, c)
		n.at, n.count = now, 1
		return
	}
	g.pending.put(id, nack{at: now, count: 1, owner: c.number})
	c.owned.put(id, struct{}{})
}

// assign gives a pending entry to c.
func (g *group) assign(id ID, n *nack, c *consumer) {
	if n.owner == c.number {
		return
	}
	g.owner(n).owned.remove(id)
	c.owned.put(id, struct{}{})
	n.owner = c.number
}

// settle makes id no longer pending, and tells whether it was.
func (g *group) settle(id ID) bool {
	n := g.pending.find(id)
	if n == nil {
		return false
	}
	g.owner(n).owned.remove(id)
	return g.pending.remove(id)
}

// clone returns a copy on another account, which is charged for it.
func (g *group) clone(memory *int64) *group {
	twin := &group{name: g.name, last: g.last, read: g.read, memory: memory}
	twin.pending = g.pending.clone(memory)
	twin.roster = make([]*consumer, len(g.roster))
	*memory += groupBytes + int64(len(g.name))
	for _, c := range g.consumers {
		d := *c
		d.owned = c.owned.clone(memory)
		twin.consumers = append(twin.consumers, &d)
		twin.roster[d.number] = &d
		*memory += consumerBytes + int64(len(c.name))
	}
	return twin
}
