package list

import "github.com/troupe-db/troupe/codec/listpack"

// place is where an element stands: in a chunk, at an offset of its body. Behind
// the last element of a chunk the offset is the length of the body.
type place struct{ chunk, off int }

// seek returns the place of element index, 0 <= index < Len. It counts chunks
// from the nearer end, then elements from the nearer end of the chunk.
func (q *Quicklist) seek(index int) place {
	i, before := 0, 0
	if index < q.count/2 {
		for before+int(q.chunk(i).count) <= index {
			before += int(q.chunk(i).count)
			i++
		}
	} else {
		i = q.n - 1
		before = q.count - int(q.chunk(i).count)
		for before > index {
			i--
			before -= int(q.chunk(i).count)
		}
	}
	c := q.chunk(i)
	return place{i, listpack.Seek(c.body(), int(c.count), index-before)}
}

// insert puts an element before the one at a place, in O(bytes of a chunk +
// chunks).
func (q *Quicklist) insert(at place, it listpack.Item) {
	i, n := at.chunk, it.Size()
	c := q.chunk(i)
	switch {
	case at.off == 0 && i == 0:
		q.PushHead(it)
	case at.off == c.used() && i == q.n-1:
		q.PushTail(it)
	case q.limit.admits(c, n):
		q.insertInto(c, at.off, it)
	case at.off == 0 && q.limit.admits(q.chunk(i-1), n):
		c = q.chunk(i - 1)
		q.insertInto(c, c.used(), it)
	case at.off == c.used() && q.limit.admits(q.chunk(i+1), n):
		q.insertInto(q.chunk(i+1), 0, it)
	case at.off == 0:
		q.insertInto(q.addChunk(i, n), 0, it)
	default:
		q.insertSplit(at, it)
	}
}

// insertInto puts an element into a chunk that admits it.
func (q *Quicklist) insertInto(c *chunk, off int, it listpack.Item) {
	n, used := it.Size(), c.used()
	if used+n > len(c.buf) {
		q.regrow(c, max(used+n, min(2*len(c.buf), q.limit.Bytes)))
	}
	q.own(c)
	c.open(off, n)
	c.put(off, it)
	q.count++
}

// insertSplit cuts a full chunk in two at a place other than its beginning, and
// puts an element between the parts.
func (q *Quicklist) insertSplit(at place, it listpack.Item) {
	i, n := at.chunk, it.Size()
	if q.chunk(i).used() > at.off {
		q.split(at)
	}
	switch c := q.chunk(i); {
	case q.limit.admits(c, n):
		q.insertInto(c, c.used(), it)
	case q.limit.admits(q.chunk(i+1), n):
		q.insertInto(q.chunk(i+1), 0, it)
	default:
		q.insertInto(q.addChunk(i+1, n), 0, it)
	}
}

// split moves the elements of a chunk from a place on into a new chunk.
func (q *Quicklist) split(at place) {
	tail := q.chunk(at.chunk).body()[at.off:]
	moved := listpack.CountBody(tail)
	fresh := q.addChunk(at.chunk+1, len(tail))
	fresh.end = uint32(copy(fresh.buf, tail))
	fresh.count = uint32(moved)
	c := q.chunk(at.chunk) // the ring may have moved
	c.end -= uint32(len(tail))
	c.count -= uint32(moved)
}

// replace puts an element in place of the one at a place.
func (q *Quicklist) replace(at place, it listpack.Item) {
	c := q.chunk(at.chunk)
	q.own(c)
	n := listpack.Next(c.body(), at.off) - at.off
	if n == it.Size() {
		c.put(at.off, it)
		return
	}
	c.cut(at.off, n, 1)
	q.count--
	if c.count == 0 && len(c.buf) > q.limit.Bytes {
		q.regrow(c, it.Size()) // what held one huge element
	}
	q.insert(at, it)
}

// remove takes up to most elements that are it out, from the head on, or from
// the tail on when back is set, and returns how many. O(N).
func (q *Quicklist) remove(it listpack.Item, most int, back bool) int {
	removed := 0
	for j := 0; j < q.n && removed < most; j++ {
		i := j
		if back {
			i = q.n - 1 - j
		}
		c := q.chunk(i)
		if !q.holds(c, it) {
			continue
		}
		q.own(c)
		from, to, n := filter(c.body(), it, most-removed, back)
		c.start, c.end = c.start+uint32(from), c.start+uint32(to)
		c.count -= uint32(n)
		removed += n
	}
	q.count -= removed
	if removed > 0 {
		q.sweep()
	}
	return removed
}

// filter takes up to most elements that are it out of a body, and returns where
// the others then stand: body[from:to]. back begins at the end.
func filter(body []byte, it listpack.Item, most int, back bool) (from, to, removed int) {
	if back {
		from, removed = filterBack(body, it, most)
		return from, len(body), removed
	}
	to, removed = filterFront(body, it, most)
	return 0, to, removed
}

// filterFront moves what it keeps to the beginning of body, in runs.
func filterFront(body []byte, it listpack.Item, most int) (to, removed int) {
	run := 0 // kept and not moved yet: body[run:off]
	for off := 0; off < len(body) && removed < most; {
		next := listpack.Next(body, off)
		if it.Equal(body, off) {
			to += copy(body[to:], body[run:off])
			run = next
			removed++
		}
		off = next
	}
	if removed == 0 {
		return len(body), 0
	}
	to += copy(body[to:], body[run:])
	return to, removed
}

// filterBack moves what it keeps to the end of body, in runs.
func filterBack(body []byte, it listpack.Item, most int) (from, removed int) {
	from = len(body)
	run := len(body) // kept and not moved yet: body[next:run]
	for next := len(body); next > 0 && removed < most; {
		off := listpack.Prev(body, next)
		if it.Equal(body, off) {
			from -= run - next
			copy(body[from:], body[next:run])
			run = off
			removed++
		}
		next = off
	}
	if removed == 0 {
		return 0, 0
	}
	from -= run
	copy(body[from:], body[:run])
	return from, removed
}

// sweep removes empty chunks and joins neighbours that are small together, in
// one pass.
func (q *Quicklist) sweep() {
	kept := 0
	for i := range q.n {
		c := *q.chunk(i)
		*q.chunk(i) = chunk{}
		switch {
		case c.count == 0:
			q.release(&c)
		case kept > 0 && q.join(q.chunk(kept-1), &c):
			q.release(&c)
		default:
			*q.chunk(kept) = c
			kept++
		}
	}
	q.n = kept
	q.shrinkRing()
	q.memory -= int64(len(q.spare))
	q.spare = nil
}

// join appends the elements of c to those of the chunk before it, if both
// together fill no more than three quarters of a chunk.
func (q *Quicklist) join(before, c *chunk) bool {
	used := before.used() + c.used()
	if used > q.limit.Bytes/4*3 || int(before.count+c.count) > q.limit.Count {
		return false
	}
	if len(before.buf) < used {
		q.regrow(before, used)
	}
	q.own(before)
	if before.back() < c.used() {
		before.slide(0)
	}
	before.end += uint32(copy(before.buf[before.end:], c.body()))
	before.count += c.count
	return true
}
