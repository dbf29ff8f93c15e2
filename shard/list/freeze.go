package list

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Freeze returns a view of the list as it is now. It copies the ring, and the
// chunks are shared from then on: the epoch of the list goes on, and a chunk of an
// older one gets a buffer of its own before anything in it is written. O(chunks).
func (q *Quicklist) Freeze() keyspace.Object {
	view := *q
	view.ring = make([]chunk, len(q.ring))
	view.head, view.spare, view.remains = 0, nil, nil
	view.memory -= int64(len(q.spare))
	n := copy(view.ring[:q.n], q.ring[q.head:])
	copy(view.ring[n:q.n], q.ring)
	q.epoch++
	return &view
}

// own makes the buffer of a chunk one that no view has, so that it may be written
// to.
func (q *Quicklist) own(c *chunk) {
	if c.epoch != q.epoch {
		q.regrow(c, len(c.buf))
	}
}

// holds tells whether it is in a chunk, if that is shared with a view: who only
// looks for something need not copy it.
func (q *Quicklist) holds(c *chunk, it listpack.Item) bool {
	return c.epoch == q.epoch || listpack.Find(c.body(), 0, 1, it) >= 0
}
