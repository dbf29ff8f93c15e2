package set

import (
	"github.com/troupe-db/troupe/codec/intset"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/keyspace"
)

const (
	// intsetMost is how many members an intset has at most, whatever the
	// configuration says.
	intsetMost = 1 << 30
	// listpackMost is how many bytes a listpack has at most.
	listpackMost = 1 << 30
)

// intsetMost returns how many members an intset may have.
func (s *set) intsetMost() int { return min(s.settings.SetMaxIntsetEntries, intsetMost) }

// fitsListpack tells whether a listpack may have so many members, the longest of
// so many bytes, and take size bytes.
func (s *set) fitsListpack(members, longest, size int) bool {
	return members <= s.settings.SetMaxListpackEntries && longest <= s.settings.SetMaxListpackValue && size <= listpackMost
}

// create makes an absent set one without members, in the encoding that suits its
// first member and the number of them that comes.
func (s *set) create(first *member) {
	switch {
	case first.integer && s.hint <= s.intsetMost():
		var none [intset.HeaderSize]byte
		intset.PutEmpty(none[:])
		need := intset.Grown(none[:], first.n)
		s.put(keyspace.Intset, need+s.ahead(need-intset.HeaderSize))
		intset.PutEmpty(s.flat)
	case s.fitsListpack(s.hint, first.len(), 0):
		it := first.item()
		s.put(keyspace.Listpack, listpack.EmptySize+it.Size()+s.ahead(it.Size()))
		listpack.PutEmpty(s.flat)
	default:
		s.table, s.enc = newTable(), keyspace.Hashtable
		if !s.loose {
			s.before = s.table.Bytes()
			s.entry = s.key.PutObject(s.entry, keyspace.Set, keyspace.Hashtable, s.table, keyspace.NoExpire)
		}
	}
}

// expect prepares for count members that come in this command: a set that could
// not hold them in its encoding is converted at once.
func (s *set) expect(count int) {
	s.hint = count
	if s.enc == keyspace.Intset && count > s.intsetMost() || s.enc == keyspace.Listpack && !s.fitsListpack(count, 0, 0) {
		s.toTable()
	}
}

// leaveIntset converts an intset that one, which is no integer, is to join: to a
// listpack if that may hold all of them, else to a table.
func (s *set) leaveIntset(one *member) {
	n, longest, size := intset.Len(s.flat), one.len(), listpack.EmptySize+one.item().Size()
	if n > 0 {
		longest = max(longest, num.IntLen(intset.Min(s.flat)), num.IntLen(intset.Max(s.flat)))
	}
	if !s.fitsListpack(n+1, longest, size) {
		s.toTable()
		return
	}
	total := listpack.EmptySize
	for i := range n {
		total += listpack.IntItem(intset.At(s.flat, i)).Size()
	}
	if size += total; !s.fitsListpack(n+1, longest, size) {
		s.toTable()
		return
	}
	s.toListpack(total)
}

// toListpack makes an intset a listpack of total bytes.
func (s *set) toListpack(total int) {
	var room [1 << 10]byte
	old := append(room[:0], s.flat[:intset.Size(s.flat)]...)
	s.resize(total)
	listpack.PutEmpty(s.flat)
	for i := range intset.Len(old) {
		listpack.Append(s.flat, listpack.IntItem(intset.At(old, i)))
	}
	s.enc, s.changed = keyspace.Listpack, true
	if !s.loose {
		s.entry.SetEncoding(keyspace.Listpack)
	}
}

// toTable makes a flat set a table.
func (s *set) toTable() {
	t := newTable()
	var room [num20]byte
	s.Each(func(v listpack.Value) bool {
		t.add(text(v, room[:0]))
		return true
	})
	if !s.loose {
		s.before = t.Bytes()
		s.entry = s.entry.Promote(keyspace.Hashtable, t)
	}
	s.enc, s.flat, s.table = keyspace.Hashtable, nil, t
}
