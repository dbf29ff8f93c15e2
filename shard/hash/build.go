package hash

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/dict"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Builder makes a hash of fields that come one by one from outside, before it
// belongs to a key. The zero value is not usable, see NewBuilder.
type Builder struct {
	settings *keyspace.Settings
	table    *dict.Dict
	// order is field, value and deadline of every field, in order of arrival, as
	// long as the hash may be small enough to be flat.
	order []byte
	big   bool
}

// NewBuilder returns an empty hash.
func NewBuilder(s *keyspace.Settings) *Builder {
	return &Builder{settings: s, table: dict.New(true)}
}

// Add adds a field, of which it keeps copies, that ends at until, unix milliseconds,
// or keyspace.Never. It reports false if the field is there already.
func (b *Builder) Add(field, value []byte, until int64) bool {
	if !b.table.SetUntil(field, value, until) {
		return false
	}
	if b.big {
		return true
	}
	if b.table.Len() > max(b.settings.HashMaxListpackEntries, wideFields) ||
		max(len(field), len(value)) > max(b.settings.HashMaxListpackValue, wideBytes) {
		b.big, b.order = true, nil
		return true
	}
	b.order = listpack.ItemOf(field).Append(b.order)
	b.order = listpack.ItemOf(value).Append(b.order)
	b.order = listpack.IntItem(until).Append(b.order)
	return true
}

// Len returns the number of fields.
func (b *Builder) Len() int { return b.table.Len() }

// Store gives k the hash in place of what it holds, at now, unix milliseconds. The
// hash has a field, and the Builder is not used again. O(N), and for a hash small
// enough to be flat O(N²).
func (b *Builder) Store(k keyspace.Key, now int64) {
	old := k.Write()
	if b.big {
		k.PutObject(old, keyspace.Hash, keyspace.Hashtable, Table{b.table}, keyspace.NoExpire)
		return
	}
	if old.Exists() {
		old.Delete()
		old = k.Write()
	}
	h := hash{key: k, entry: old, stride: pair, due: never, now: now, settings: b.settings}
	var room [2 * intText]byte
	for off := 0; off < len(b.order); {
		var field, value, until listpack.Value
		field, off = listpack.Decode(b.order, off)
		value, off = listpack.Decode(b.order, off)
		until, off = listpack.Decode(b.order, off)
		h.set(text(field, room[:0:intText]), text(value, room[intText:intText]), until.Int)
	}
	h.commit()
}
