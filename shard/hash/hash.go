package hash

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/dict"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// never is the deadline of a field without one.
const never = keyspace.Never

// Table is a hash that is no longer flat. Fields whose deadline has come may still
// be in it.
type Table struct{ *dict.Dict }

// Clone returns a copy that shares nothing with t.
func (t Table) Clone() keyspace.Object { return Table{t.Dict.Clone()} }

// Freeze returns a view of t as it is now.
func (t Table) Freeze() keyspace.Object { return Table{t.Dict.Freeze()} }

// openBudget and sweepBudget bound what a command, and a step of housekeeping,
// removes of a Table because its time has come: eight segments of 64 fields, and
// one.
const (
	openBudget  = 8 * dict.DueSegment
	sweepBudget = dict.DueSegment
)

// A hash that Redis would call a hashtable stays a listpack here up to so many
// fields and bytes, if none has a deadline: a table would take some 200 bytes more.
const (
	wideFields = 64
	wideBytes  = 2 << 10
)

// hash is the value of a key as a command works on it: absent, a listpack in the
// record, or a table. Whoever changes it calls commit once at the end.
type hash struct {
	key      keyspace.Key
	entry    keyspace.Entry
	table    *dict.Dict // nil when the hash is flat or absent
	stride   int        // elements of the listpack per field, of a flat hash
	wide     bool       // it is flat, or will be, and called a hashtable
	now      int64
	settings *keyspace.Settings

	before int64 // what the table took when it was opened
	due    int64 // when the key is swept, as of the opening
	stale  bool  // a field was removed because its time has come
}

// openRead looks up the hash that argument i names for a command that returns
// fields. It replies and reports false when the key holds something else.
func (h *hash) openRead(ctx *command.Ctx, i int) bool {
	h.key = ctx.Key(i)
	return h.open(ctx, h.key.Read())
}

// openWrite is openRead for a command that may change the hash.
func (h *hash) openWrite(ctx *command.Ctx, i int) bool {
	h.key = ctx.Key(i)
	return h.open(ctx, h.key.Write())
}

func (h *hash) open(ctx *command.Ctx, e keyspace.Entry) bool {
	if !ctx.Holds(e, keyspace.Hash) {
		return false
	}
	h.settings = ctx.Settings
	h.load(e, h.key.Due(), openBudget)
	return true
}

// load makes e, absent or a hash, the value, and removes fields whose time has come
// as far as budget allows.
func (h *hash) load(e keyspace.Entry, now int64, budget int) {
	h.entry, h.now, h.stride, h.due = e, now, pair, never
	if !e.Exists() {
		return
	}
	switch e.Encoding() {
	case keyspace.Hashtable:
		if t, ok := e.Object().(Table); ok {
			h.table, h.before = t.Dict, t.Bytes()
		} else {
			h.wide = true
		}
	case keyspace.ListpackEx:
		h.stride = triple
	}
	if h.due = h.next(); h.due <= now {
		h.expire(budget)
	}
}

// expire removes fields whose time has come: all of a flat hash, what the budget
// allows of a table.
func (h *hash) expire(budget int) {
	h.entry.Alter()
	var removed int
	if h.table != nil {
		removed = h.table.Expire(h.now, budget, func(e dict.Element) { h.noteEnd(e.Key) })
	} else {
		removed = h.expireFlat()
	}
	h.key.Swept(removed)
	h.key.Lapse(h.commit)
	if removed > 0 {
		h.notify("hexpired")
		h.notifyGone(true)
	}
	if !h.exists() {
		h.table, h.stride, h.wide, h.due = nil, pair, false, never
		return
	}
	if h.table != nil {
		h.before = h.table.Bytes()
	}
}

// Sweep removes fields whose time has come from the hash e, which k names. It is a
// keyspace.Sweeper.
func Sweep(k keyspace.Key, e keyspace.Entry, now int64) {
	if e.Type() != keyspace.Hash {
		return
	}
	h := hash{key: k}
	h.load(e, now, sweepBudget)
	if h.exists() {
		k.SweepAt(h.next())
	}
}

// exists tells whether the key is there. A hash that is there has a field.
func (h *hash) exists() bool { return h.entry.Exists() }

// next returns a time before which no field ends, or never.
func (h *hash) next() int64 {
	switch {
	case h.table != nil:
		return h.table.Next()
	case h.stride == triple && h.exists():
		return h.firstDeadline()
	default:
		return never
	}
}

// crowded tells whether fields whose time has come may still be there.
func (h *hash) crowded() bool { return h.table != nil && h.table.Next() <= h.now }

// len returns the number of fields, those of a crowded hash included whose time
// has come.
func (h *hash) len() int {
	switch {
	case h.table != nil:
		return h.table.Len()
	case h.exists():
		return listpack.Count(h.entry.Bytes()) / h.stride
	default:
		return 0
	}
}

// get returns the value of a field and when the field ends. The value is a view
// that dies with the next change.
func (h *hash) get(field []byte) (v listpack.Value, until int64, ok bool) {
	switch {
	case h.table != nil:
		e, found := h.table.Get(field)
		if !found || e.Until <= h.now {
			return v, 0, false
		}
		return listpack.Value{Str: e.Value}, e.Until, true
	case h.exists():
		body := listpack.Body(h.entry.Bytes())
		if off := h.find(body, listpack.ItemOf(field)); off >= 0 {
			v, off = listpack.Decode(body, listpack.Next(body, off))
			return v, h.deadline(body, off), true
		}
	}
	return v, 0, false
}

// set gives a field a value and a deadline, or never, and tells whether it is new.
// Both are copied and must not be views of this hash.
func (h *hash) set(field, value []byte, until int64) (added bool) {
	if h.table == nil && max(len(field), len(value)) > h.settings.HashMaxListpackValue {
		h.widen()
	}
	if h.wide && (until != never || !h.fits(len(field)+len(value))) {
		h.promote()
	}
	if h.table != nil {
		if h.table.Timed() > 0 {
			h.dropExpired(field)
		}
		return h.table.SetUntil(field, value, until)
	}
	added = h.setFlat(listpack.ItemOf(field), listpack.ItemOf(value), until)
	if added && !h.wide && h.len() > h.settings.HashMaxListpackEntries {
		h.widen()
	}
	return added
}

// widen makes the hash, absent or flat, what is called a hashtable.
func (h *hash) widen() {
	h.wide = true
	switch {
	case h.stride == triple || !h.fits(0):
		h.promote()
	case h.exists():
		h.entry.SetEncoding(keyspace.Hashtable)
	}
}

// fits tells whether a hash that is called a hashtable can be flat with one more
// field, of so many bytes with its value.
func (h *hash) fits(bytes int) bool {
	if !h.exists() {
		return bytes <= wideBytes
	}
	return h.len() < wideFields && listpack.Size(h.entry.Bytes())+bytes <= wideBytes
}

// delete removes a field and tells whether it was there.
func (h *hash) delete(field []byte) bool {
	switch {
	case h.table != nil:
		if h.table.Timed() > 0 && h.dropExpired(field) {
			return false
		}
		return h.table.Delete(field)
	case h.exists():
		return h.deleteFlat(listpack.ItemOf(field))
	default:
		return false
	}
}

// dropExpired removes a field of a table if its time has come.
func (h *hash) dropExpired(field []byte) bool {
	e, ok := h.table.Get(field)
	if !ok || e.Until > h.now {
		return false
	}
	h.table.Delete(field)
	h.noteEnd(field)
	h.notify("hexpired")
	h.key.Swept(1)
	h.stale = true
	return true
}

// setDeadline makes a field that is there end at until, or never.
func (h *hash) setDeadline(field []byte, until int64) {
	if h.table != nil {
		h.table.SetDeadline(field, until)
		return
	}
	if h.wide {
		h.promote()
		h.table.SetDeadline(field, until)
		return
	}
	h.setDeadlineFlat(listpack.ItemOf(field), until)
}

// each calls fn with every field until it returns false.
func (h *hash) each(fn func(field, value listpack.Value) bool) {
	switch {
	case h.table != nil:
		h.table.Each(func(e dict.Element) bool {
			return e.Until <= h.now || fn(listpack.Value{Str: e.Key}, listpack.Value{Str: e.Value})
		})
	case h.exists():
		body := listpack.Body(h.entry.Bytes())
		for off := 0; off < len(body); {
			var field, value listpack.Value
			field, off = listpack.Decode(body, off)
			value, off = listpack.Decode(body, off)
			if !fn(field, value) {
				return
			}
			off = h.skipDeadline(body, off)
		}
	}
}

// promote makes the hash, absent or flat, a table.
func (h *hash) promote() {
	d := dict.New(true)
	if h.exists() {
		var room [2 * intText]byte
		body := listpack.Body(h.entry.Bytes())
		for off := 0; off < len(body); {
			var field, value listpack.Value
			field, off = listpack.Decode(body, off)
			value, off = listpack.Decode(body, off)
			d.SetUntil(text(field, room[:0:intText]), text(value, room[intText:intText]), h.deadline(body, off))
			off = h.skipDeadline(body, off)
		}
		h.entry = h.entry.Promote(keyspace.Hashtable, Table{d})
	} else {
		h.entry = h.key.PutObject(h.entry, keyspace.Hash, keyspace.Hashtable, Table{d}, keyspace.NoExpire)
	}
	h.table, h.wide, h.before = d, false, d.Bytes()
}

// commit ends a change: the key goes with its last field, the record gets its
// size, and the keyspace knows what the value takes and when it is to be swept.
func (h *hash) commit() {
	switch {
	case !h.exists():
		return
	case h.len() == 0:
		if h.table != nil {
			h.entry.Changed(h.table.Bytes() - h.before)
		}
		h.entry.Delete()
		h.entry = keyspace.Entry{}
		return
	case h.table != nil:
		h.entry.Changed(h.table.Bytes() - h.before)
	default:
		h.entry = h.entry.Resize(listpack.Size(h.entry.Bytes()))
	}
	if next := h.next(); next != h.due {
		h.key.SweepAt(next)
		h.due = next
	}
}

// intText is the length of the longest integer as text.
const intText = 20

// text returns the text of an element, which is written to room when it is an
// integer.
func text(v listpack.Value, room []byte) []byte {
	if v.Str != nil {
		return v.Str
	}
	return v.Append(room)
}

// reply writes an element.
func reply(ctx *command.Ctx, v listpack.Value) {
	if v.Str != nil {
		ctx.Bulk(v.Str)
		return
	}
	ctx.BulkInt(v.Int)
}
