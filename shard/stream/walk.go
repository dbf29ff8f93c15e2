package stream

import "github.com/troupe-db/troupe/shard/command"

// walk goes over the entries that are there, in ascending order. It ends with the
// next change of the stream.
type walk struct {
	s     *Stream
	chunk int
	cur   cursor // over chunk, of which the entry last read is
	start ID     // entries before it are passed over
}

// from returns a walk over the entries from id on. O(log chunks).
func (s *Stream) from(id ID) walk {
	w := walk{s: s, chunk: s.ring.find(id), start: id}
	if s.length == 0 {
		w.chunk = s.ring.n
	} else if s.ring.at(w.chunk).last.Less(id) {
		w.chunk++
	}
	if w.chunk < s.ring.n {
		w.cur = s.readFrom(w.chunk, id)
	}
	return w
}

// next reads an entry and reports false at the end.
func (w *walk) next(e *entry) bool {
	for w.chunk < w.s.ring.n {
		for w.cur.next(e) {
			if !e.dead && !e.id.Less(w.start) {
				return true
			}
		}
		if w.chunk++; w.chunk < w.s.ring.n {
			w.cur = w.s.read(w.chunk)
		}
	}
	return false
}

// back goes over the entries that are there, in descending order. It reads a
// chunk at a time, forwards, and remembers as many of its last entries as are
// wanted.
type back struct {
	s     *Stream
	chunk int    // the one to read next, and all before it
	end   ID     // entries behind it are passed over
	want  int    // how many entries are still to be read at most
	cur   cursor // of the chunk at hand

	// The entries of the chunk at hand that are left are spots at-1, at-2, ...
	// in a circle, left of them.
	spots    []entry
	at, left int
}

// backRoom is how many entries of a chunk a caller of before usually has room for.
const backRoom = 8

// before returns a walk backwards over at most want entries from id on, 0 for all.
// What it remembers goes to room while that suffices. O(log chunks).
func (s *Stream) before(id ID, want int64, room []entry) back {
	b := back{s: s, end: id, chunk: -1, want: s.length, spots: room}
	if want > 0 && want < int64(s.length) {
		b.want = int(want)
	}
	if s.length > 0 {
		b.chunk = s.ring.find(id)
	}
	return b
}

// next reads an entry and reports false at the end.
func (b *back) next(e *entry) bool {
	for b.left == 0 {
		if b.chunk < 0 || b.want == 0 {
			return false
		}
		b.load()
	}
	if b.at--; b.at < 0 {
		b.at = len(b.spots) - 1
	}
	*e = b.spots[b.at]
	b.left--
	b.want--
	return true
}

// load reads the chunk that is next.
func (b *back) load() {
	c := b.s.ring.at(b.chunk)
	size := min(b.want, int(c.live))
	if size > cap(b.spots) {
		b.spots = make([]entry, size)
	}
	b.spots = b.spots[:size]
	b.cur = b.s.readFrom(b.chunk, b.end)
	if b.scan(); b.left < size { // more than is behind the late place
		b.cur = b.s.read(b.chunk)
		b.scan()
	}
	b.chunk--
}

// scan fills the circle with the last entries the cursor comes to.
func (b *back) scan() {
	b.at, b.left = 0, 0
	size := len(b.spots)
	var e entry
	for size > 0 && b.cur.next(&e) && !b.end.Less(e.id) {
		if e.dead {
			continue
		}
		if b.at == size {
			b.at = 0
		}
		b.spots[b.at] = e
		b.at++
		b.left = min(b.left+1, size)
	}
}

// replyEntry writes an entry as an array of its ID and its fields and values.
func replyEntry(ctx *command.Ctx, cur *cursor, e *entry) {
	ctx.Array(2)
	replyID(ctx, e.id)
	ctx.Array(2 * e.fields)
	name, off := cur.names, e.body
	for range e.fields {
		var t text
		if e.own {
			t, off = decodeText(cur.buf, off)
		} else {
			t, name = decodeText(cur.buf, name)
		}
		t.reply(ctx)
		t, off = decodeText(cur.buf, off)
		t.reply(ctx)
	}
}

// replyID writes an ID.
func replyID(ctx *command.Ctx, id ID) { writeID(&ctx.Writer, id) }

// replyRange writes an array of the entries from one ID to another, at most count
// of them, 0 for all.
func (s *Stream) replyRange(ctx *command.Ctx, from, to ID, count int64) {
	mark, n := ctx.DeferArray(), int64(0)
	w := s.from(from)
	var e entry
	for (count == 0 || n < count) && w.next(&e) && !to.Less(e.id) {
		replyEntry(ctx, &w.cur, &e)
		n++
	}
	ctx.CloseArray(mark, int(n))
}

// replyReverse is replyRange in descending order.
func (s *Stream) replyReverse(ctx *command.Ctx, from, to ID, count int64) {
	mark, n := ctx.DeferArray(), int64(0)
	var room [backRoom]entry
	b := s.before(to, count, room[:])
	var e entry
	for b.next(&e) && !e.id.Less(from) {
		replyEntry(ctx, &b.cur, &e)
		n++
	}
	ctx.CloseArray(mark, int(n))
}

// replyOne writes the entry id, and writes nothing and reports false when it is
// not there.
func (s *Stream) replyOne(ctx *command.Ctx, id ID) bool {
	var e entry
	chunk, ok := s.locate(id, &e)
	if ok {
		cur := s.ring.at(chunk).read()
		replyEntry(ctx, &cur, &e)
	}
	return ok
}
