package digest

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/hash"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/list"
	"github.com/troupe-db/troupe/shard/set"
	"github.com/troupe-db/troupe/shard/str"
	"github.com/troupe-db/troupe/shard/stream"
	"github.com/troupe-db/troupe/shard/zset"
)

// kind is what a digest takes of the values of a type.
type kind struct {
	number uint32 // of the type, as Redis numbers them
	walk   func(*walk, keyspace.Entry)
}

// kinds has an element for every type a key can have.
var kinds = [...]kind{
	keyspace.String: {0, (*walk).str},
	keyspace.List:   {1, (*walk).list},
	keyspace.Set:    {2, (*walk).set},
	keyspace.ZSet:   {3, (*walk).zset},
	keyspace.Hash:   {4, (*walk).hash},
	keyspace.Stream: {6, (*walk).stream}, // 5 is for what modules bring
}

// Value returns the digest of the value of e, which exists, as of now, unix
// milliseconds.
func Value(e keyspace.Entry, now int64) Sum {
	w := walk{now: now}
	w.value(e)
	return w.sum
}

// walk is the way over one value.
type walk struct {
	sum  Sum
	now  int64
	room [64]byte // for the text of a number
}

func (w *walk) value(e keyspace.Entry) {
	k := &kinds[e.Type()]
	w.sum.mix(binary.BigEndian.AppendUint32(w.room[:0], k.number))
	k.walk(w, e)
	if e.Expiry() != keyspace.NoExpire {
		w.sum.xor([]byte("!!expire!!"))
	}
}

// text returns the text of v, which dies with the next call.
func (w *walk) text(v listpack.Value) []byte {
	if v.Str != nil {
		return v.Str
	}
	return num.AppendInt(w.room[:0], v.Int)
}

func (w *walk) str(e keyspace.Entry) { w.sum.mix(str.Text(e, w.room[:0])) }

func (w *walk) list(e keyspace.Entry) {
	v := list.ViewOf(e)
	v.All(func(element listpack.Value) bool {
		w.sum.mix(w.text(element))
		return true
	})
}

func (w *walk) set(e keyspace.Entry) {
	v := set.View(e)
	v.Each(func(member listpack.Value) bool {
		w.sum.xor(w.text(member))
		return true
	})
}

func (w *walk) zset(e keyspace.Entry) {
	v := zset.View(e)
	v.All(func(member listpack.Value, score float64) bool {
		var one Sum
		one.mix(w.text(member))
		one.mix(appendScore(w.room[:0], score))
		w.sum.xor(one[:])
		return true
	})
}

func (w *walk) hash(e keyspace.Entry) {
	v := hash.ViewOf(e, w.now)
	v.Each(func(field, value listpack.Value, until int64) bool {
		var one Sum
		one.mix(w.text(field))
		one.mix(w.text(value))
		if until != keyspace.Never {
			one.xor([]byte("!!hexpire!!"))
		}
		w.sum.xor(one[:])
		return true
	})
}

func (w *walk) stream(e keyspace.Entry) {
	stream.Of(e).All(func(id stream.ID) {
		text := strconv.AppendUint(w.room[:0], id.MS, 10)
		w.sum.mix(strconv.AppendUint(append(text, '.'), id.Seq, 10))
	}, func(field, value listpack.Value) {
		w.sum.mix(w.text(field))
		w.sum.mix(w.text(value))
	})
}

// appendScore appends a score as C's %.17g writes it.
func appendScore(dst []byte, score float64) []byte {
	if math.IsInf(score, 0) {
		if score < 0 {
			dst = append(dst, '-')
		}
		return append(dst, "inf"...)
	}
	return strconv.AppendFloat(dst, score, 'g', 17, 64)
}
