package zset

import (
	"bytes"
	"math"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// textRoom is enough for the text of an integer or a score.
const textRoom = 32

// flatScore returns the score at an offset of a body, and where the next member
// begins.
func flatScore(body []byte, off int) (score float64, next int) {
	v, next := listpack.Decode(body, off)
	if v.Str == nil {
		return float64(v.Int), next
	}
	score, _ = num.ParseFloat(v.Str)
	return score, next
}

// scoreItem returns the element for a score, whose text may be written to room.
func scoreItem(score float64, room []byte) listpack.Item {
	if n, ok := integer(score); ok {
		return listpack.IntItem(n)
	}
	return listpack.ItemOf(num.AppendFloat(room, score))
}

// integer returns the number a flat set keeps as an integer for a score, among
// them 0 for minus zero.
func integer(score float64) (int64, bool) {
	const most = 1 << 62
	if !(score >= -most && score <= most) {
		return 0, false
	}
	n := int64(score)
	return n, float64(n) == score
}

// precedes tells whether a flat member comes before one of another score and
// name.
func precedes(member listpack.Value, at float64, name []byte, score float64) bool {
	if at != score {
		return at < score
	}
	var room [textRoom]byte
	return bytes.Compare(text(member, room[:0]), name) < 0
}

// text returns the text of a member, which may be written to room.
func text(member listpack.Value, room []byte) []byte {
	if member.Str != nil {
		return member.Str
	}
	return num.AppendInt(room, member.Int)
}

// flatPlace returns where in a body a member of that score and name belongs.
func flatPlace(body []byte, name []byte, score float64) int {
	for off := 0; off < len(body); {
		member, behind := listpack.Decode(body, off)
		at, next := flatScore(body, behind)
		if !precedes(member, at, name, score) {
			return off
		}
		off = next
	}
	return len(body)
}

// insertFlat adds a member to a set that is or becomes flat.
func (v *Value) insertFlat(name []byte, score float64) {
	var room [textRoom]byte
	member, value := listpack.ItemOf(name), scoreItem(score, room[:0])
	n := member.Size() + value.Size()
	if !v.Exists() {
		v.entry = v.key.Put(v.entry, keyspace.ZSet, keyspace.Listpack, listpack.EmptySize+n, keyspace.NoExpire)
		p := v.entry.Bytes()
		listpack.PutEmpty(p)
		putPair(p, 0, member, value)
		return
	}
	at := flatPlace(v.body(), name, score)
	v.entry = v.entry.Resize(len(v.entry.Bytes()) + n)
	putPair(v.entry.Bytes(), at, member, value)
}

// putPair puts a member and its score before the element at an offset.
func putPair(p []byte, off int, member, score listpack.Item) {
	listpack.Open(p, off, member.Size()+score.Size(), 2)
	b := p[listpack.HeaderSize+off:]
	score.Put(b[member.Put(b):])
}

// moveFlat gives the member at an offset another score and, with it, another
// place.
func (v *Value) moveFlat(off int, name []byte, score float64) {
	var room [textRoom]byte
	member, value := listpack.ItemOf(name), scoreItem(score, room[:0])
	p := v.entry.Bytes()
	body := listpack.Body(p)
	end := listpack.Next(body, listpack.Next(body, off))
	size := listpack.Delete(p, off, end, 2)
	at := flatPlace(listpack.Body(p), name, score)
	v.entry = v.entry.Resize(size + member.Size() + value.Size())
	putPair(v.entry.Bytes(), at, member, value)
}

// cutFlat takes n members out, but not all, from the one at an offset on.
func (v *Value) cutFlat(off, n int) {
	p := v.entry.Bytes()
	body := listpack.Body(p)
	end := off
	for range 2 * n {
		end = listpack.Next(body, end)
	}
	v.entry = v.entry.Resize(listpack.Delete(p, off, end, 2*n))
}

// eachFlat is Each for a body of count elements.
func eachFlat(body []byte, count, from, n int, back bool, fn func(listpack.Value, float64) bool) {
	off := listpack.Seek(body, count, 2*from)
	for ; n > 0; n-- {
		member, behind := listpack.Decode(body, off)
		score, next := flatScore(body, behind)
		if !fn(member, score) {
			return
		}
		switch {
		case !back:
			off = next
		case n > 1:
			off = listpack.Prev(body, listpack.Prev(body, off))
		}
	}
}

// sortedOf returns the Sorted with the members of a body.
func sortedOf(body []byte) *Sorted {
	s := NewSorted()
	var room [textRoom]byte
	for off := 0; off < len(body); {
		member, behind := listpack.Decode(body, off)
		score, next := flatScore(body, behind)
		s.insert(text(member, room[:0]), score)
		off = next
	}
	return s
}

// store gives a key the members of s, in order and in the encoding that fits
// them, or removes it when there are none.
func (s *Sorted) store(k keyspace.Key, most limits, width int) {
	old := k.Write()
	switch {
	case s.Len() == 0:
		if old.Exists() {
			old.Delete()
		}
	case most.admit(s.Len(), width, int(min(s.arena.held, math.MaxInt32))):
		s.storeFlat(k, old)
	default:
		k.PutObject(old, keyspace.ZSet, keyspace.Skiplist, s, keyspace.NoExpire)
	}
}

// storeFlat gives a key, whose record so far is old, the members of s as a
// listpack.
func (s *Sorted) storeFlat(k keyspace.Key, old keyspace.Entry) {
	var room [textRoom]byte
	size := listpack.EmptySize
	s.Each(0, s.Len(), false, func(name []byte, score float64) bool {
		size += listpack.ItemOf(name).Size() + scoreItem(score, room[:0]).Size()
		return true
	})
	p := k.Put(old, keyspace.ZSet, keyspace.Listpack, size, keyspace.NoExpire).Bytes()
	listpack.PutEmpty(p)
	s.Each(0, s.Len(), false, func(name []byte, score float64) bool {
		putPair(p, listpack.Size(p)-listpack.EmptySize, listpack.ItemOf(name), scoreItem(score, room[:0]))
		return true
	})
}
