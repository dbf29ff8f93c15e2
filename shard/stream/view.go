package stream

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Of returns the stream that e, which exists, holds.
func Of(e keyspace.Entry) *Stream {
	s, _ := e.Object().(*Stream)
	return s
}

// All calls each with the ID of every entry, in order, and after each of them
// pair with its fields and values, in order. These are views, and neither function
// may change the stream.
func (s *Stream) All(each func(ID), pair func(field, value listpack.Value)) {
	w := s.from(ID{})
	var e entry
	for w.next(&e) {
		each(e.id)
		w.cur.pairs(&e, func(field, value text) {
			pair(listpack.Value{Str: field.str, Int: field.n}, listpack.Value{Str: value.str, Int: value.n})
		})
	}
}
