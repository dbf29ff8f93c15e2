package zset

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Value is the sorted set of a key as a command works on it: absent, one listpack
// in the record, or a Sorted. Ranks count from 0 for the member that comes first.
type Value struct {
	key   keyspace.Key
	entry keyspace.Entry
	big   *Sorted // nil when the set is flat or absent
	most  limits  // in force now
}

// limits is how large a flat set may be.
type limits struct {
	entries int // members
	width   int // bytes of a member's text
}

func limitsOf(s *keyspace.Settings) limits {
	return limits{s.ZSetMaxListpackEntries, s.ZSetMaxListpackValue}
}

// flatMost bounds a listpack whatever the configuration says: its header counts
// bytes in 32 bits.
const flatMost = 1 << 30

// OpenRead looks the sorted set of argument i up for a command that returns
// members. It replies and reports false when the key holds something else.
func OpenRead(ctx *command.Ctx, i int) (Value, bool) {
	k := ctx.Key(i)
	return open(ctx, k, k.Read())
}

// OpenWrite looks the sorted set of argument i up for a command that may change
// it. It replies and reports false when the key holds something else.
func OpenWrite(ctx *command.Ctx, i int) (Value, bool) {
	k := ctx.Key(i)
	return open(ctx, k, k.Write())
}

func open(ctx *command.Ctx, k keyspace.Key, e keyspace.Entry) (Value, bool) {
	if !ctx.Holds(e, keyspace.ZSet) {
		return Value{}, false
	}
	v := View(e)
	v.key, v.most = k, limitsOf(ctx.Settings)
	return v, true
}

// View returns the value of e, which is absent or holds a sorted set, for
// reading.
func View(e keyspace.Entry) Value {
	v := Value{entry: e}
	if e.Exists() && e.Encoding() == keyspace.Skiplist {
		v.big, _ = e.Object().(*Sorted)
	}
	return v
}

// Exists tells whether the key is there. A set that is there is not empty.
func (v *Value) Exists() bool { return v.entry.Exists() }

// Len returns the number of members.
func (v *Value) Len() int {
	switch {
	case v.big != nil:
		return v.big.Len()
	case v.Exists():
		return listpack.Count(v.entry.Bytes()) / 2
	default:
		return 0
	}
}

// body returns the members and scores of a flat set.
func (v *Value) body() []byte { return listpack.Body(v.entry.Bytes()) }

// place is where a member is, until the next change.
type place struct {
	score float64
	ref   ref // in a Sorted
	off   int // in a listpack
}

// find returns where the member called name is.
func (v *Value) find(name []byte) (p place, ok bool) {
	switch {
	case v.big != nil:
		if p.ref, ok = v.big.find(name); ok {
			p.score = v.big.arena.score(p.ref)
		}
	case v.Exists():
		body := v.body()
		if p.off = listpack.Find(body, 0, 2, listpack.ItemOf(name)); p.off >= 0 {
			p.score, _ = flatScore(body, listpack.Next(body, p.off))
			ok = true
		}
	}
	return p, ok
}

// Score returns the score of the member called name: O(1), O(N) in a flat set.
func (v *Value) Score(name []byte) (score float64, ok bool) {
	p, ok := v.find(name)
	return p.score, ok
}

// Rank returns how many members come before the one called name, and its score:
// O(log N), O(N) in a flat set.
func (v *Value) Rank(name []byte) (rank int, score float64, ok bool) {
	p, ok := v.find(name)
	switch {
	case !ok:
		return 0, 0, false
	case v.big != nil:
		rank = v.big.tree.rank(&v.big.arena, &element{p.score, name, p.ref})
	default:
		rank = listpack.CountBody(v.body()[:p.off]) / 2
	}
	return rank, p.score, true
}

// Set gives the member called name a score, which is not NaN, and adds it if it
// is not there.
func (v *Value) Set(name []byte, score float64) (added bool) {
	if p, ok := v.find(name); ok {
		v.rescore(p, name, score)
		return false
	}
	v.insert(name, score)
	return true
}

// insert adds a member that is not there. It makes the set big when it would not
// be small any more.
func (v *Value) insert(name []byte, score float64) {
	switch {
	case v.big != nil:
	case !v.Exists():
		if !v.most.admit(1, len(name), 0) {
			v.big = NewSorted()
			v.big.insert(name, score)
			v.entry = v.key.PutObject(v.entry, keyspace.ZSet, keyspace.Skiplist, v.big, keyspace.NoExpire)
			return
		}
	case !v.most.admit(v.Len()+1, len(name), len(v.entry.Bytes())):
		v.big = sortedOf(v.body())
		v.entry = v.entry.Promote(keyspace.Skiplist, v.big)
	}
	if v.big == nil {
		v.insertFlat(name, score)
		return
	}
	before := v.big.Bytes()
	v.big.insert(name, score)
	v.entry.Changed(v.big.Bytes() - before)
}

// admit tells whether a set of so many members, one of which is so long and which
// took size bytes before it came, may be flat.
func (l limits) admit(entries, width, size int) bool {
	return entries <= l.entries && width <= l.width && size+width <= flatMost
}

// rescore changes the score of a member.
func (v *Value) rescore(p place, name []byte, score float64) {
	if v.big == nil {
		v.moveFlat(p.off, name, score)
		return
	}
	before := v.big.Bytes()
	v.big.rescore(name, p.ref, score)
	v.entry.Changed(v.big.Bytes() - before)
}

// Remove takes the member called name out, and the key with the last one, and
// reports whether it was there.
func (v *Value) Remove(name []byte) bool {
	p, ok := v.find(name)
	switch {
	case !ok:
		return false
	case v.Len() == 1:
		v.delete()
	case v.big != nil:
		before := v.big.Bytes()
		v.big.Remove(name)
		v.entry.Changed(v.big.Bytes() - before)
	default:
		v.cutFlat(p.off, 1)
	}
	return true
}

// removeRanks takes n members out from a rank on, which are there, and the key
// with the last one.
func (v *Value) removeRanks(from, n int) {
	switch {
	case n == 0:
	case n == v.Len():
		v.delete()
	case v.big != nil:
		before := v.big.Bytes()
		v.big.RemoveRanks(from, n)
		v.entry.Changed(v.big.Bytes() - before)
	default:
		body := v.body()
		v.cutFlat(listpack.Seek(body, 2*v.Len(), 2*from), n)
	}
}

// delete removes the key.
func (v *Value) delete() {
	v.entry.Delete()
	v.entry, v.big = keyspace.Entry{}, nil
}

// Each calls fn with n members from a rank on, backwards if back is set, until it
// returns false. They are there. Members are views that die with the next change,
// and fn must make none.
func (v *Value) Each(from, n int, back bool, fn func(member listpack.Value, score float64) bool) {
	switch {
	case n == 0:
	case v.big != nil:
		v.big.Each(from, n, back, func(name []byte, score float64) bool {
			return fn(listpack.Value{Str: name}, score)
		})
	default:
		eachFlat(v.body(), 2*v.Len(), from, n, back, fn)
	}
}

// All calls fn with every member in order, until it returns false.
func (v *Value) All(fn func(member listpack.Value, score float64) bool) {
	v.Each(0, v.Len(), false, fn)
}
