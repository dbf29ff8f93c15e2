package set

import (
	"github.com/troupe-db/troupe/codec/intset"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/dict"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Members is a view of what a set holds, for reading. It is valid as long as the
// Entry it was made of. The zero Members is an empty set.
type Members struct {
	enc   keyspace.Encoding // 0 when the set is absent
	flat  []byte            // an intset or a listpack, possibly with room behind
	table *table            // of a Hashtable, else nil
}

// View returns the members of e, which is absent or holds a set.
func View(e keyspace.Entry) Members {
	var m Members
	m.view(e)
	return m
}

// ViewOf returns the members of a set apart from its key.
func ViewOf(v keyspace.Value) Members {
	m := Members{enc: v.Encoding, flat: v.Record}
	m.table, _ = v.Object.(*table)
	return m
}

// view makes m, which is empty, the members of e.
func (m *Members) view(e keyspace.Entry) {
	if !e.Exists() {
		return
	}
	if m.enc = e.Encoding(); m.enc == keyspace.Hashtable {
		m.table, _ = e.Object().(*table)
		return
	}
	m.flat = e.Bytes()
}

// Len returns the number of members.
func (m *Members) Len() int {
	switch m.enc {
	case keyspace.Intset:
		return intset.Len(m.flat)
	case keyspace.Listpack:
		return listpack.Count(m.flat)
	case keyspace.Hashtable:
		return m.table.Len()
	default:
		return 0
	}
}

// Has tells whether text is a member: O(1), O(log N) in an intset, O(N) in a
// listpack.
func (m *Members) Has(text []byte) bool {
	var one member
	one.read(text)
	return m.has(&one)
}

func (m *Members) has(one *member) bool {
	switch m.enc {
	case keyspace.Intset:
		if !one.integer {
			return false
		}
		_, found := intset.Search(m.flat, one.n)
		return found
	case keyspace.Listpack:
		return listpack.Find(listpack.Body(m.flat), 0, 1, one.item()) >= 0
	case keyspace.Hashtable:
		var room [num20]byte
		return m.table.Has(one.bytes(room[:0]))
	default:
		return false
	}
}

// Each calls fn with every member, an integer where it is kept as one, until fn
// reports false. fn must not change the set, and what it is given is a view.
func (m *Members) Each(fn func(listpack.Value) bool) {
	switch m.enc {
	case keyspace.Intset:
		for i := range intset.Len(m.flat) {
			if !fn(listpack.Value{Int: intset.At(m.flat, i)}) {
				return
			}
		}
	case keyspace.Listpack:
		body := listpack.Body(m.flat)
		for off := 0; off < len(body); {
			v, next := listpack.Decode(body, off)
			if !fn(v) {
				return
			}
			off = next
		}
	case keyspace.Hashtable:
		m.table.Each(func(e dict.Element) bool { return fn(listpack.Value{Str: e.Key}) })
	}
}

// size returns the bytes of a flat set without the room behind.
func (m *Members) size() int {
	if m.enc == keyspace.Intset {
		return intset.Size(m.flat)
	}
	return listpack.Size(m.flat)
}

// num20 is the length of the longest integer in decimal.
const num20 = 20

// member is a text that may be or become a member, with the number it stands for.
type member struct {
	text    []byte // nil for a number that does not come from a text
	n       int64  // if integer
	integer bool
}

// read makes m the member that text is.
func (m *member) read(text []byte) {
	m.text = text
	m.n, m.integer = num.ParseInt(text)
}

// memberAt returns a member of another set.
func memberAt(v listpack.Value) (m member) {
	if v.Str == nil {
		return member{n: v.Int, integer: true}
	}
	m.read(v.Str)
	return m
}

// item returns the member as an element of a listpack.
func (m *member) item() listpack.Item {
	if m.integer {
		return listpack.IntItem(m.n)
	}
	return listpack.ItemOf(m.text)
}

// bytes returns the member's text, which is appended to room when it has to be
// made.
func (m *member) bytes(room []byte) []byte {
	if m.text == nil && m.integer {
		return num.AppendInt(room, m.n)
	}
	return m.text
}

// len returns the length of the member's text.
func (m *member) len() int {
	if m.text == nil && m.integer {
		return num.IntLen(m.n)
	}
	return len(m.text)
}

// text returns a member's text, which is appended to room when it has to be made.
func text(v listpack.Value, room []byte) []byte {
	if v.Str == nil {
		return num.AppendInt(room, v.Int)
	}
	return v.Str
}
