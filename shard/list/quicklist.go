package list

import (
	"unsafe"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Quicklist is a list of many elements: a deque of chunks. Package doc has the
// drawing. The zero value is not usable, see NewQuicklist.
type Quicklist struct {
	limit  Limit   // of a chunk, fixed
	ring   []chunk // a power of two of slots; those in use are head, head+1, ... modulo its length
	head   int     // slot of the first chunk
	n      int     // chunks in use
	count  int     // elements in all chunks
	memory int64   // bytes of all buffers, the spare included
	spare  []byte  // a buffer for the next chunk, or nil
	epoch  uint32  // how often the list was frozen; a chunk of another epoch may be shared

	remains *keyspace.Remains // where buffers may come from, nil for nowhere; set when a command opens the list
}

const (
	// fewChunks is up to which number of chunks memory counts more than work:
	// buffers start small, and none is kept in reserve.
	fewChunks = 4
	// firstBuffer is the size at which the buffers of the first chunks start.
	firstBuffer = 1 << 10
	// firstRing is the size at which the ring starts.
	firstRing = 4
)

// NewQuicklist returns an empty quicklist with chunks up to limit.
func NewQuicklist(limit Limit) *Quicklist {
	return &Quicklist{limit: limit}
}

// QuicklistOf returns the quicklist of the count elements in a listpack's body,
// which is copied.
func QuicklistOf(limit Limit, body []byte, count int) *Quicklist {
	q := NewQuicklist(limit)
	q.AppendChunk(body, count)
	return q
}

// AppendChunk adds the count elements of body, which is copied, at the end, in a
// chunk of their own. It serves who rebuilds a list from its chunks.
func (q *Quicklist) AppendChunk(body []byte, count int) {
	c := q.addChunk(q.n, max(len(body), 1))
	c.end = uint32(copy(c.buf, body))
	c.count = uint32(count)
	q.count += count
}

// Len returns the number of elements.
func (q *Quicklist) Len() int { return q.count }

// Chunks returns the number of chunks.
func (q *Quicklist) Chunks() int { return q.n }

// Chunk returns the body of chunk i as a view, and how many elements it has.
func (q *Quicklist) Chunk(i int) (body []byte, count int) {
	c := q.chunk(i)
	return c.body(), int(c.count)
}

// Bytes returns what the list takes in memory, in O(1).
func (q *Quicklist) Bytes() int64 {
	return int64(unsafe.Sizeof(*q)) + int64(len(q.ring))*int64(unsafe.Sizeof(chunk{})) + q.memory
}

// Clone returns a copy with buffers that have no room to spare, in O(N).
func (q *Quicklist) Clone() keyspace.Object {
	clone := *q
	clone.ring = make([]chunk, len(q.ring))
	clone.head, clone.memory, clone.spare, clone.epoch, clone.remains = 0, 0, nil, 0, nil
	for i := range q.n {
		c := q.chunk(i)
		twin := chunk{buf: clone.allocate(c.used()), end: uint32(c.used()), count: c.count}
		copy(twin.buf, c.body())
		clone.ring[i] = twin
	}
	return &clone
}

// chunk returns chunk i, counted from the head.
func (q *Quicklist) chunk(i int) *chunk {
	return &q.ring[(q.head+i)&(len(q.ring)-1)]
}

// PushHead puts an element before the first one. O(1) amortised.
func (q *Quicklist) PushHead(it listpack.Item) {
	n := it.Size()
	c := q.headRoom(n)
	c.start -= uint32(n)
	c.put(0, it)
	c.count++
	q.count++
}

// PushTail puts an element behind the last one. O(1) amortised.
func (q *Quicklist) PushTail(it listpack.Item) {
	n := it.Size()
	c := q.tailRoom(n)
	c.put(c.used(), it)
	c.end += uint32(n)
	c.count++
	q.count++
}

// headRoom returns the first chunk, which has n bytes of room in front.
func (q *Quicklist) headRoom(n int) *chunk {
	if q.n > 0 {
		c := q.chunk(0)
		if q.limit.admits(c, n) && (c.front() >= n || q.makeRoom(c, n, true)) {
			q.own(c)
			return c
		}
	}
	c := q.addChunk(0, n)
	c.start = uint32(len(c.buf))
	c.end = c.start
	return c
}

// tailRoom returns the last chunk, which has n bytes of room behind.
func (q *Quicklist) tailRoom(n int) *chunk {
	if q.n > 0 {
		c := q.chunk(q.n - 1)
		if q.limit.admits(c, n) && (c.back() >= n || q.makeRoom(c, n, false)) {
			q.own(c)
			return c
		}
	}
	return q.addChunk(q.n, n)
}

// makeRoom gives a chunk at the end of the list n bytes of room on the side that
// is pushed to. A chunk that is both ends of the list shares its room between
// the sides. It reports false when sliding back and forth would cost more than
// a new chunk.
func (q *Quicklist) makeRoom(c *chunk, n int, front bool) bool {
	used := c.used()
	if free := len(c.buf) - used; free < n || q.n == 1 && free < len(c.buf)/8 {
		if len(c.buf) >= q.limit.Bytes && used > 0 {
			return false
		}
		q.regrow(c, max(used+n, min(2*len(c.buf), q.limit.Bytes)))
	}
	q.own(c)
	room := len(c.buf) - used
	if q.n == 1 && room/2 >= n {
		room /= 2
	}
	if front {
		c.slide(room)
	} else {
		c.slide(len(c.buf) - used - room)
	}
	return true
}

// regrow moves a chunk to a buffer of at least n bytes. It keeps its place there if
// it fits, and moves to the beginning otherwise.
func (q *Quicklist) regrow(c *chunk, n int) {
	old := *c
	c.buf, c.epoch = q.allocate(n), q.epoch
	if int(c.end) > len(c.buf) {
		c.start, c.end = 0, uint32(old.used())
	}
	copy(c.body(), old.body())
	q.release(&old)
}

// addChunk puts an empty chunk before chunk i, for an element of n bytes.
func (q *Quicklist) addChunk(i, n int) *chunk {
	size := q.limit.buffer(n)
	if q.n < fewChunks {
		size = max(min(size, firstBuffer), n)
	}
	c := q.insertSlot(i)
	c.buf, c.epoch = q.allocate(size), q.epoch
	return c
}

// allocate returns a buffer of at least n bytes and counts it.
func (q *Quicklist) allocate(n int) []byte {
	if len(q.spare) >= n {
		buf := q.spare
		q.spare = nil
		return buf
	}
	var buf []byte
	if n == q.limit.Bytes && q.remains != nil {
		buf = q.remains.Salvage(n)
	}
	if buf == nil {
		buf = newBuffer(n)
	}
	q.memory += int64(len(buf))
	return buf
}

// salvageTries is how many buffers are looked at for one that may be had.
const salvageTries = 8

// Salvage takes a buffer of n bytes out of a list that is deleted. One whose chunks have
// another size, or are in views, is given up after a few of them.
func (q *Quicklist) Salvage(n int) []byte {
	if len(q.spare) == n {
		buf := q.spare
		q.spare = nil
		q.memory -= int64(n)
		return buf
	}
	for range min(q.n, salvageTries) {
		q.n--
		slot := q.chunk(q.n)
		c := *slot
		*slot = chunk{}
		q.memory -= int64(len(c.buf))
		if len(c.buf) == n && c.epoch == q.epoch {
			return c.buf
		}
	}
	return nil
}

// release takes the buffer of a chunk that no longer uses it: as the spare one, so
// that pushing and popping around the end of a chunk, or a queue, allocates nothing.
// One that a view may have is left to the collector.
func (q *Quicklist) release(c *chunk) {
	if q.n >= fewChunks && q.spare == nil && len(c.buf) == q.limit.Bytes && c.epoch == q.epoch {
		q.spare = c.buf
		return
	}
	q.memory -= int64(len(c.buf))
}

// removeChunk takes chunk i out.
func (q *Quicklist) removeChunk(i int) {
	q.release(q.chunk(i))
	q.removeSlot(i)
	if q.n < fewChunks {
		q.memory -= int64(len(q.spare))
		q.spare = nil
	}
}

// DropHead removes the first k elements, 0 <= k <= Len, in O(chunks).
func (q *Quicklist) DropHead(k int) {
	q.count -= k
	for k > 0 {
		c := q.chunk(0)
		count := int(c.count)
		if k >= count {
			q.removeChunk(0)
			k -= count
			continue
		}
		c.start += uint32(listpack.Seek(c.body(), count, k))
		c.count -= uint32(k)
		return
	}
}

// DropTail removes the last k elements, 0 <= k <= Len, in O(chunks).
func (q *Quicklist) DropTail(k int) {
	q.count -= k
	for k > 0 {
		c := q.chunk(q.n - 1)
		count := int(c.count)
		if k >= count {
			q.removeChunk(q.n - 1)
			k -= count
			continue
		}
		c.end = c.start + uint32(listpack.Seek(c.body(), count, count-k))
		c.count -= uint32(k)
		return
	}
}
