package sort

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/list"
	"github.com/troupe-db/troupe/shard/set"
	"github.com/troupe-db/troupe/shard/zset"
)

func runSort(ctx *command.Ctx)   { run(ctx, true) }
func runSortRO(ctx *command.Ctx) { run(ctx, false) }

func run(ctx *command.Ctx, store bool) {
	s := sorting{ctx: ctx}
	if !s.parse(store) {
		return
	}
	e := ctx.Key(1).Read()
	switch e.Type() {
	case keyspace.None, keyspace.List, keyspace.Set, keyspace.ZSet:
	default:
		ctx.Error(command.ErrWrongType)
		return
	}
	if s.asIs && e.Type() == keyspace.Set && s.destination > 0 {
		// A set has no order of its own that two servers would agree on.
		s.asIs, s.alpha, s.weighed = false, true, false
	}
	s.loose = e.Type() == keyspace.Set
	first := s.load(e)
	if s.faulty {
		ctx.Error(command.ErrSortScore)
		return
	}
	s.elements = s.elements[first:]
	if s.destination > 0 {
		s.store()
	} else {
		s.reply()
	}
}

// load makes elements what is asked for of e, in order, behind so many others.
func (s *sorting) load(e keyspace.Entry) (first int) {
	if !s.asIs || e.Type() == keyspace.Set {
		s.loadAll(e)
		first, size := s.window(len(s.elements))
		if !s.asIs {
			s.weigh()
			s.arrange(first + size)
		}
		s.elements = s.elements[:first+size]
		return first
	}
	s.loadPart(e)
	return 0
}

// loadAll loads every element of e.
func (s *sorting) loadAll(e keyspace.Entry) {
	switch e.Type() {
	case keyspace.List:
		v := list.ViewOf(e)
		s.room(v.Len())
		v.All(s.add)
	case keyspace.Set:
		v := set.View(e)
		s.room(v.Len())
		v.Each(s.add)
	case keyspace.ZSet:
		v := zset.View(e)
		s.room(v.Len())
		v.All(s.addMember)
	}
}

// loadPart loads what is asked for of a list or a sorted set in its own order.
func (s *sorting) loadPart(e keyspace.Entry) {
	switch e.Type() {
	case keyspace.List:
		v := list.ViewOf(e)
		from, n := s.part(v.Len())
		v.Each(from, n, s.desc, s.add)
	case keyspace.ZSet:
		v := zset.View(e)
		from, n := s.part(v.Len())
		v.Each(from, n, s.desc, s.addMember)
	}
}

// part returns where among n elements those asked for begin, seen from the end
// they are counted from, and how many there are.
func (s *sorting) part(n int) (from, size int) {
	from, size = s.window(n)
	if s.desc {
		from = n - 1 - from
	}
	s.room(size)
	return from, size
}

// room prepares for n elements, which are there.
func (s *sorting) room(n int) { s.elements = make([]element, 0, n) }

func (s *sorting) addMember(v listpack.Value, _ float64) bool { return s.add(v) }

func (s *sorting) add(v listpack.Value) bool {
	s.elements = append(s.elements, element{text: s.text(v), place: len(s.elements)})
	return true
}

// text returns the text of v, a view or, for an integer, bytes of its own. It is
// never nil.
func (s *sorting) text(v listpack.Value) []byte {
	if v.Str != nil {
		return v.Str
	}
	const most, block = 20, 4 << 10
	if cap(s.numbers)-len(s.numbers) < most {
		left := cap(s.elements) - len(s.elements)
		s.numbers = make([]byte, 0, max(min(left*most, block), most))
	}
	start := len(s.numbers)
	s.numbers = num.AppendInt(s.numbers, v.Int)
	return s.numbers[start:len(s.numbers):len(s.numbers)]
}

// reply writes the elements, or what the GET patterns lead to from each.
func (s *sorting) reply() {
	s.ctx.Array(len(s.elements) * max(len(s.gets), 1))
	for i := range s.elements {
		text := s.elements[i].text
		if len(s.gets) == 0 {
			s.ctx.Bulk(text)
		}
		for j := range s.gets {
			if value, ok := s.look(&s.gets[j], text); ok {
				s.ctx.Bulk(value)
			} else {
				s.ctx.Null()
			}
		}
	}
}

// store makes a list of the elements, or of what the GET patterns lead to, with an
// empty text for nothing, and replies with its length.
func (s *sorting) store() {
	q := list.NewQuicklist(list.LimitOf(s.ctx.Settings.ListMaxListpackSize))
	for i := range s.elements {
		text := s.elements[i].text
		if len(s.gets) == 0 {
			q.PushTail(listpack.ItemOf(text))
		}
		for j := range s.gets {
			value, _ := s.look(&s.gets[j], text)
			q.PushTail(listpack.ItemOf(value))
		}
	}
	n := q.Len()
	k := s.ctx.Key(s.destination)
	was := k.Glance().Exists()
	q.Store(k)
	switch {
	case n > 0:
		k.Notify(keyspace.EventList, "sortstore")
	case was:
		k.Notify(keyspace.EventGeneric, "del")
	}
	s.effect(k, was)
	s.ctx.Int(int64(n))
}
