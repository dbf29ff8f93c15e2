package hash

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// What the listpack of a flat hash has per field: the value, and in one with
// deadlines the deadline behind it.
const (
	pair   = 2
	triple = 3
)

// noDeadline is how a listpack says that a field does not end.
const noDeadline = 0

// find returns the offset of a field, or -1.
func (h *hash) find(body []byte, field listpack.Item) int {
	return listpack.Find(body, 0, h.stride, field)
}

// deadline returns the deadline behind a value, which ends at off.
func (h *hash) deadline(body []byte, off int) int64 {
	if h.stride == pair {
		return never
	}
	v, _ := listpack.Decode(body, off)
	if v.Int == noDeadline {
		return never
	}
	return v.Int
}

// skipDeadline returns the offset of the field behind a value, which ends at off.
func (h *hash) skipDeadline(body []byte, off int) int {
	if h.stride == pair {
		return off
	}
	return listpack.Next(body, off)
}

// deadlineItem is how a deadline is written.
func deadlineItem(until int64) listpack.Item {
	if until == never {
		return listpack.IntItem(noDeadline)
	}
	return listpack.IntItem(until)
}

// firstDeadline returns the earliest deadline of a flat hash with deadlines, which
// the first field has.
func (h *hash) firstDeadline() int64 {
	body := listpack.Body(h.entry.Bytes())
	if len(body) == 0 {
		return never
	}
	return h.deadline(body, listpack.Next(body, listpack.Next(body, 0)))
}

// create makes an absent hash an empty listpack with room for n bytes.
func (h *hash) create(n int) {
	enc := keyspace.Listpack
	if h.wide {
		enc = keyspace.Hashtable
	}
	h.entry = h.key.Put(h.entry, keyspace.Hash, enc, listpack.EmptySize+n, keyspace.NoExpire)
	listpack.PutEmpty(h.entry.Bytes())
}

// grow sees to it that there are n bytes behind the listpack, and returns the
// record.
func (h *hash) grow(n int) []byte {
	p := h.entry.Bytes()
	if size := listpack.Size(p); len(p)-size < n {
		h.entry = h.entry.Resize(size + n)
		p = h.entry.Bytes()
	}
	return p
}

// setFlat is set for a flat hash or an absent one.
func (h *hash) setFlat(field, value listpack.Item, until int64) (added bool) {
	if !h.exists() {
		h.create(field.Size() + value.Size())
	}
	if until != never {
		h.addDeadlines()
	}
	p := h.entry.Bytes()
	body := listpack.Body(p)
	off := h.find(body, field)
	if off < 0 {
		h.insertFlat(field, value, until)
		return true
	}
	from := listpack.Next(body, off)
	to := listpack.Next(body, from)
	if h.deadline(body, to) == until {
		p = h.grow(max(value.Size()-(to-from), 0))
		listpack.Replace(p, from, to, value)
		return false
	}
	listpack.Delete(p, off, listpack.Next(body, to), triple)
	h.insertFlat(field, value, until)
	return false
}

// insertFlat adds a field that is not there.
func (h *hash) insertFlat(field, value listpack.Item, until int64) {
	n, end := field.Size()+value.Size(), deadlineItem(until)
	if h.stride == triple {
		n += end.Size()
	}
	p := h.grow(n)
	off := h.place(listpack.Body(p), until)
	listpack.Open(p, off, n, h.stride)
	at := listpack.HeaderSize + off
	at += field.Put(p[at:])
	at += value.Put(p[at:])
	if h.stride == triple {
		end.Put(p[at:])
	}
}

// place returns where a field with this deadline goes: behind those that end
// before it or at the same time.
func (h *hash) place(body []byte, until int64) int {
	if until == never {
		return len(body)
	}
	off := 0
	for off < len(body) {
		at := listpack.Next(body, listpack.Next(body, off))
		if h.deadline(body, at) > until {
			break
		}
		off = listpack.Next(body, at)
	}
	return off
}

// addDeadlines makes room for a deadline behind every value of a flat hash.
func (h *hash) addDeadlines() {
	if h.stride == triple {
		return
	}
	none := deadlineItem(never)
	p := h.entry.Bytes()
	fields := listpack.Count(p) / pair
	p = h.grow(fields * none.Size())
	body := listpack.Body(p)
	// From the back on, so that every value moves once.
	for off := len(body); off > 0; off = listpack.Prev(body, listpack.Prev(body, off)) {
		listpack.Insert(p, off, none)
	}
	h.entry.SetEncoding(keyspace.ListpackEx)
	h.stride = triple
}

// deleteFlat is delete for a flat hash.
func (h *hash) deleteFlat(field listpack.Item) bool {
	p := h.entry.Bytes()
	body := listpack.Body(p)
	off := h.find(body, field)
	if off < 0 {
		return false
	}
	end := h.skipDeadline(body, listpack.Next(body, listpack.Next(body, off)))
	listpack.Delete(p, off, end, h.stride)
	return true
}

// setDeadlineFlat is setDeadline for a flat hash.
func (h *hash) setDeadlineFlat(field listpack.Item, until int64) {
	h.addDeadlines()
	p := h.entry.Bytes()
	body := listpack.Body(p)
	off := h.find(body, field)
	mid := listpack.Next(body, listpack.Next(body, off))
	var room [256]byte
	raw := append(room[:0], body[off:mid]...) // field and value, as they are written
	listpack.Delete(p, off, listpack.Next(body, mid), triple)
	end := deadlineItem(until)
	p = h.grow(len(raw) + end.Size())
	to := h.place(listpack.Body(p), until)
	listpack.Open(p, to, len(raw)+end.Size(), triple)
	at := listpack.HeaderSize + to
	at += copy(p[at:], raw)
	end.Put(p[at:])
}

// expireFlat removes the fields of a flat hash with deadlines whose time has come
// and returns how many they were. They are the first.
func (h *hash) expireFlat() (removed int) {
	p := h.entry.Bytes()
	body := listpack.Body(p)
	to := h.place(body, h.now)
	removed = listpack.CountBody(body[:to]) / triple
	for off := 0; off < to; off = listpack.Next(body, listpack.Next(body, listpack.Next(body, off))) {
		var room [intText]byte
		field, _ := listpack.Decode(body, off)
		h.noteEnd(text(field, room[:0]))
	}
	listpack.Delete(p, 0, to, removed*triple)
	return removed
}
