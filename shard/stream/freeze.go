package stream

import "github.com/troupe-db/troupe/shard/keyspace"

// Freeze returns a view of the stream as it is now, for those who read all of it in
// order: entries, groups, what is pending. It copies the lists of rows and blocks, and
// shares these, buffers and slabs: the epoch of the stream goes on, and what is of an
// older one is copied before it changes. Entries that are added change nothing of what
// a view has: they go behind it. O(chunks / 64 + groups + consumers + blocks).
func (s *Stream) Freeze() keyspace.Object {
	view := *s
	view.ring = s.ring.freeze()
	view.spare, view.slab = nil, nil
	view.groups = make([]*group, len(s.groups))
	for i, g := range s.groups {
		view.groups[i] = g.freeze()
	}
	s.epoch++
	return &view
}

// freeze returns a view of the group, in which nobody can be looked up by number.
func (g *group) freeze() *group {
	view := &group{name: g.name, last: g.last, read: g.read, pending: g.pending.freeze()}
	view.consumers = make([]*consumer, len(g.consumers))
	for i, c := range g.consumers {
		twin := *c
		twin.owned = c.owned.freeze()
		view.consumers[i] = &twin
	}
	return view
}

// freeze returns a view of the index, which shares its blocks.
func (x *index[V]) freeze() index[V] {
	view := index[V]{n: x.n, width: x.width, epoch: x.epoch}
	view.blocks = append([]block[V](nil), x.blocks...)
	x.epoch++
	return view
}

// own makes a chunk one whose entries no view has, so that they may be marked.
func (s *Stream) own(c *chunk) {
	if c.epoch == s.epoch {
		return
	}
	if home := c.home; home != nil {
		s.settleIn(c)
		s.leave(home)
		return
	}
	s.memory -= int64(cap(c.buf))
	c.buf = append(newBuffer(cap(c.buf)), c.buf...)
	c.epoch = s.epoch
	s.memory += int64(cap(c.buf))
}

// own makes a block one that no view has, so that it may be changed.
func (x *index[V]) own(b *block[V]) {
	if b.epoch != x.epoch {
		x.resize(b, cap(b.ids))
	}
}
