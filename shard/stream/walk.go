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
		w.cur = s.read(w.chunk)
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
// chunk at a time and remembers where its entries are.
type back struct {
	s       *Stream
	chunk   int     // the one to read next, and all before it
	end     ID      // entries behind it are passed over
	entries []entry // of the chunk at hand, those that are left
	cur     cursor  // of the chunk at hand
}

// before returns a walk backwards over the entries from id on. O(log chunks).
func (s *Stream) before(id ID) back {
	b := back{s: s, chunk: -1, end: id}
	if s.length > 0 {
		b.chunk = s.ring.find(id)
	}
	return b
}

// next reads an entry and reports false at the end.
func (b *back) next(e *entry) bool {
	for len(b.entries) == 0 {
		if b.chunk < 0 {
			return false
		}
		b.load()
	}
	last := len(b.entries) - 1
	*e = b.entries[last]
	b.entries = b.entries[:last]
	return true
}

// load reads the chunk that is next.
func (b *back) load() {
	b.cur = b.s.read(b.chunk)
	b.entries = b.entries[:0]
	var e entry
	for b.cur.next(&e) && !b.end.Less(e.id) {
		if !e.dead {
			b.entries = append(b.entries, e)
		}
	}
	b.chunk--
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
func replyID(ctx *command.Ctx, id ID) {
	var room [48]byte
	ctx.Bulk(id.Append(room[:0]))
}

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
	b := s.before(to)
	var e entry
	for (count == 0 || n < count) && b.next(&e) && !e.id.Less(from) {
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
