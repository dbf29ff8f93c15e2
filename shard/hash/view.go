package hash

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/dict"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// View is a hash for reading by other types' commands. It is valid as long as the
// Entry it was made of, and leaves fields whose time has come where they are, but
// does not show them.
type View struct{ hash hash }

// ViewOf returns the fields of e, which is absent or holds a hash, as of now, unix
// milliseconds.
func ViewOf(e keyspace.Entry, now int64) View {
	v := View{hash{entry: e, now: now, stride: pair, due: never}}
	if !e.Exists() {
		return v
	}
	switch e.Encoding() {
	case keyspace.Hashtable:
		t, _ := e.Object().(Table)
		v.hash.table = t.Dict
	case keyspace.ListpackEx:
		v.hash.stride = triple
	}
	return v
}

// Get returns the value of a field, a view.
func (v *View) Get(field []byte) (value listpack.Value, ok bool) {
	value, until, ok := v.hash.get(field)
	return value, ok && until > v.hash.now
}

// Each calls fn with every field, its value and the time at which it ends,
// keyspace.Never for none, until it returns false. fn must not change the hash,
// and what it is given is a view.
func (v *View) Each(fn func(field, value listpack.Value, until int64) bool) {
	if v.hash.exists() {
		Each(v.hash.entry.Value(), v.hash.now, fn)
	}
}

// Each is View.Each for a hash apart from its key.
func Each(v keyspace.Value, now int64, fn func(field, value listpack.Value, until int64) bool) {
	if t, ok := v.Object.(Table); ok {
		t.Each(func(e dict.Element) bool {
			return e.Until <= now || fn(listpack.Value{Str: e.Key}, listpack.Value{Str: e.Value}, e.Until)
		})
		return
	}
	flat := hash{stride: pair}
	if v.Encoding == keyspace.ListpackEx {
		flat.stride = triple
	}
	body := listpack.Body(v.Record)
	for off := 0; off < len(body); {
		var field, value listpack.Value
		field, off = listpack.Decode(body, off)
		value, off = listpack.Decode(body, off)
		until := flat.deadline(body, off)
		if until > now && !fn(field, value, until) {
			return
		}
		off = flat.skipDeadline(body, off)
	}
}
