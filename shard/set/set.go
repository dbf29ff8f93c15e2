package set

import (
	"github.com/troupe-db/troupe/codec/intset"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// aheadMost bounds how many bytes a flat set is given ahead of need.
const aheadMost = 4 << 10

// set is the value of a key as a command changes it, or a result that belongs to
// no key yet. Changes reach the books of the keyspace with done, which a command
// calls once, after its last change.
type set struct {
	Members
	settings *keyspace.Settings

	key   keyspace.Key
	entry keyspace.Entry
	loose bool // a result: flat is memory of its own, key and entry mean nothing

	hint    int   // members that come in this command, the next one included
	before  int64 // bytes of the table that the keyspace knows of
	changed bool
}

// open makes s, which is zero, the set of argument i, for a command that may change
// it. It replies and reports false when the key holds something else.
func (s *set) open(ctx *command.Ctx, i int) bool {
	s.key = ctx.Key(i)
	s.entry = s.key.Write()
	if !ctx.Holds(s.entry, keyspace.Set) {
		return false
	}
	s.settings, s.hint = ctx.Settings, 1
	s.view(s.entry)
	if s.table != nil {
		s.before = s.table.Bytes()
	}
	return true
}

// read returns the members of argument i for a command that returns them.
func read(ctx *command.Ctx, i int) (Members, bool) {
	e := ctx.Key(i).Read()
	if !ctx.Holds(e, keyspace.Set) {
		return Members{}, false
	}
	return View(e), true
}

// result returns an empty set that belongs to no key.
func result(ctx *command.Ctx) set {
	return set{settings: ctx.Settings, loose: true, hint: 1}
}

// add makes one a member and reports whether it was not. It converts a set that
// outgrows its encoding.
func (s *set) add(one *member) bool {
	switch s.enc {
	case keyspace.Intset:
		if !one.integer {
			s.leaveIntset(one)
			return s.add(one)
		}
		return s.addInt(one.n)
	case keyspace.Listpack:
		return s.addItem(one)
	case keyspace.Hashtable:
		return s.addText(one)
	default:
		s.create(one)
		return s.add(one)
	}
}

func (s *set) addInt(n int64) bool {
	i, found := intset.Search(s.flat, n)
	if found {
		return false
	}
	if intset.Len(s.flat) >= s.intsetMost() {
		s.toTable()
		return s.addText(&member{n: n, integer: true})
	}
	s.grow(intset.Grown(s.flat, n), intset.Width(s.flat))
	intset.Insert(s.flat, i, n)
	s.changed = true
	return true
}

func (s *set) addItem(one *member) bool {
	it := one.item()
	if listpack.Find(listpack.Body(s.flat), 0, 1, it) >= 0 {
		return false
	}
	size := listpack.Size(s.flat)
	if !s.fitsListpack(listpack.Count(s.flat)+1, one.len(), size+it.Size()) {
		s.toTable()
		return s.addText(one)
	}
	s.grow(size+it.Size(), it.Size())
	listpack.Append(s.flat, it)
	s.changed = true
	return true
}

func (s *set) addText(one *member) bool {
	var room [num20]byte
	added := s.table.add(one.bytes(room[:0]))
	s.changed = s.changed || added
	return added
}

// remove takes one out and reports whether it was a member. Done takes back the
// room, and the key of a set that is empty.
func (s *set) remove(one *member) bool {
	switch s.enc {
	case keyspace.Intset:
		if !one.integer {
			return false
		}
		i, found := intset.Search(s.flat, one.n)
		if !found {
			return false
		}
		intset.Delete(s.flat, i)
	case keyspace.Listpack:
		body := listpack.Body(s.flat)
		off := listpack.Find(body, 0, 1, one.item())
		if off < 0 {
			return false
		}
		listpack.Delete(s.flat, off, listpack.Next(body, off), 1)
	case keyspace.Hashtable:
		var room [num20]byte
		if !s.table.Delete(one.bytes(room[:0])) {
			return false
		}
	default:
		return false
	}
	s.changed = true
	return true
}

// done closes the books: the record has the size of what it holds, and a set
// without members is gone with its key.
func (s *set) done() {
	switch {
	case !s.changed || s.loose:
	case s.Len() == 0:
		s.drop()
	case s.table != nil:
		s.entry.Changed(s.table.Bytes() - s.before)
	case s.size() != len(s.flat):
		s.resize(s.size())
	}
}

// drop removes the key.
func (s *set) drop() {
	s.entry.Delete()
	s.entry, s.Members, s.changed = keyspace.Entry{}, Members{}, false
}

// grow makes the record hold n bytes. When more members follow in this command
// it gets room ahead, for as many of size bytes each.
func (s *set) grow(n, size int) {
	if n > len(s.flat) {
		s.resize(n + s.ahead(size))
	}
}

// ahead returns the bytes worth taking for the members that follow the next one.
func (s *set) ahead(size int) int {
	if size >= aheadMost {
		return 0
	}
	return min(max(s.hint-1, 0), aheadMost/size) * size
}

// resize makes the bytes of a flat set n long and keeps what fits of them.
func (s *set) resize(n int) {
	switch {
	case !s.loose:
		s.entry = s.entry.Resize(n)
		s.flat = s.entry.Bytes()
	case n <= cap(s.flat):
		s.flat = s.flat[:n]
	default:
		s.flat = append(s.flat, make([]byte, n-len(s.flat))...)
	}
}

// put makes an absent set one of n bytes, for the caller to fill in.
func (s *set) put(enc keyspace.Encoding, n int) {
	s.enc = enc
	if s.loose {
		s.flat = make([]byte, n)
		return
	}
	s.entry = s.key.Put(s.entry, keyspace.Set, enc, n, keyspace.NoExpire)
	s.flat = s.entry.Bytes()
}

// storeResult stores the set as the key of argument 1, tells of it as event, and
// replies with the number of members.
func (s *set) storeResult(ctx *command.Ctx, event string) {
	k := ctx.Key(1)
	switch had, n := k.Glance().Exists(), s.store(k); {
	case n > 0:
		k.Notify(keyspace.EventSet, event)
		ctx.Int(int64(n))
	default:
		if had {
			k.Notify(keyspace.EventGeneric, "del")
		}
		ctx.Int(0)
	}
}

// store gives k the set, which is loose, in place of what k holds; k is deleted
// when the set is empty. It returns the number of members.
func (s *set) store(k keyspace.Key) int {
	old, n := k.Write(), s.Len()
	switch {
	case n == 0:
		if old.Exists() {
			old.Delete()
		}
	case s.table != nil:
		k.PutObject(old, keyspace.Set, keyspace.Hashtable, s.table, keyspace.NoExpire)
	default:
		size := s.size()
		e := k.Put(old, keyspace.Set, s.enc, size, keyspace.NoExpire)
		copy(e.Bytes(), s.flat[:size])
	}
	return n
}

// reply writes a member.
func reply(ctx *command.Ctx, v listpack.Value) {
	if v.Str != nil {
		ctx.Bulk(v.Str)
		return
	}
	ctx.BulkInt(v.Int)
}
