package list

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// View is a list for reading, also by other types' commands. It is valid as long
// as the Entry it was made of.
type View struct{ list list }

// ViewOf returns the elements of e, which is absent or holds a list.
func ViewOf(e keyspace.Entry) View {
	v := View{list{entry: e}}
	if e.Exists() && e.Encoding() == keyspace.Quicklist {
		v.list.quick, _ = e.Object().(*Quicklist)
	}
	return v
}

// Len returns the number of elements.
func (v *View) Len() int { return v.list.len() }

// Each calls fn with n elements from an index on, backwards if back is set, until
// it returns false. They are there. Elements are views that die with the next
// change, and fn must make none. O(N + chunks).
func (v *View) Each(from, n int, back bool, fn func(listpack.Value) bool) {
	if n == 0 {
		return
	}
	l := &v.list
	at := l.seek(from)
	w := walk{l: l, back: back, i: at.chunk}
	w.enter()
	w.edge = at.off
	if back {
		w.edge = listpack.Next(w.body, at.off)
	}
	for ; n > 0 && w.next(); n-- {
		if value, _ := listpack.Decode(w.body, w.off); !fn(value) {
			return
		}
	}
}

// All calls fn with every element in order, until it returns false.
func (v *View) All(fn func(listpack.Value) bool) { v.Each(0, v.Len(), false, fn) }

// Store gives k the elements of q, whose owner gives it up, in place of what k
// holds, in the encoding that suits them. Without elements it removes k.
func (q *Quicklist) Store(k keyspace.Key) {
	old := k.Write()
	switch {
	case q.count == 0:
		if old.Exists() {
			old.Delete()
		}
	case q.n == 1 && !q.limit.exceeded(q.chunk(0).used()+listpack.EmptySize, q.count):
		body := q.chunk(0).body()
		e := k.Put(old, keyspace.List, keyspace.Listpack, len(body)+listpack.EmptySize, keyspace.NoExpire)
		listpack.Wrap(e.Bytes(), body, q.count)
	default:
		k.PutObject(old, keyspace.List, keyspace.Quicklist, q, keyspace.NoExpire)
	}
}
