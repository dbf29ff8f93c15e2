package sort

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/list"
)

// pieceMost is how many elements one request of an effect has.
const pieceMost = 512

// effect says what was stored in k, which was there before or was not, in pieces,
// where the request does not determine it: elements of a set have no order, so that
// chance decides between equal ones, and fields of hashes may end by themselves.
func (s *sorting) effect(k keyspace.Key, was bool) {
	fields := s.by.field != nil
	for i := range s.gets {
		fields = fields || s.gets[i].field != nil
	}
	if !s.loose && !fields || !s.ctx.Recording() {
		return
	}
	s.ctx.NoEffect()
	if was {
		w := s.ctx.Effect(2)
		w.BulkString("DEL")
		w.Bulk(k.Name())
	}
	v := list.ViewOf(k.Glance())
	left, piece := v.Len(), 0
	var w *resp.Writer
	v.All(func(value listpack.Value) bool {
		if piece == 0 {
			piece = min(left, pieceMost)
			w = s.ctx.Effect(2 + piece)
			w.BulkString("RPUSH")
			w.Bulk(k.Name())
		}
		w.Bulk(s.text(value))
		left--
		piece--
		return true
	})
}
