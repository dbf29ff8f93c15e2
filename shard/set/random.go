package set

import (
	"math"

	"github.com/troupe-db/troupe/codec/intset"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

const (
	// sparse is the share of a table, one in so many, up to which different
	// members are drawn one by one. To get more of them it is walked once.
	sparse = 4
	// leastReply is the bytes of the shortest member in a reply.
	leastReply = len("$0\r\n\r\n")
)

// pick returns a random member of a set that has any, each with the same
// probability, and where a flat set has it: the index in an intset, the offset in
// the body of a listpack.
func (m *Members) pick(ctx *command.Ctx) (v listpack.Value, at int) {
	switch m.enc {
	case keyspace.Intset:
		at = below(ctx, intset.Len(m.flat))
		return listpack.Value{Int: intset.At(m.flat, at)}, at
	case keyspace.Listpack:
		body, n := listpack.Body(m.flat), listpack.Count(m.flat)
		at = listpack.Seek(body, n, below(ctx, n))
		v, _ = listpack.Decode(body, at)
		return v, at
	default:
		e, _ := m.table.Random(ctx.Rand)
		return listpack.Value{Str: e.Key}, 0
	}
}

// below returns a random number from 0 to n-1.
func below(ctx *command.Ctx, n int) int { return int(ctx.Rand() % uint64(n)) }

// sample decides about total things, one after the other, so that wanted of them
// are taken and every choice of so many is as likely as another.
type sample struct{ total, wanted int }

func (s *sample) takes(ctx *command.Ctx) bool {
	taken := below(ctx, s.total) < s.wanted
	s.total--
	if taken {
		s.wanted--
	}
	return taken
}

// runSrandmember serves SRANDMEMBER key [count]. A negative count asks for that
// many members of which some may be the same.
func runSrandmember(ctx *command.Ctx) {
	if len(ctx.Args) == 2 {
		if m, ok := read(ctx, 1); ok {
			m.replyRandom(ctx)
		}
		return
	}
	if len(ctx.Args) > 3 {
		ctx.Error(command.ErrSyntax)
		return
	}
	p := ctx.Parse(2)
	count := p.IntIn(-math.MaxInt64, math.MaxInt64, command.ErrRankRange)
	if !p.Done() {
		return
	}
	m, ok := read(ctx, 1)
	switch n := m.Len(); {
	case !ok:
	case n == 0 || count == 0:
		ctx.Array(0)
	case count < 0:
		m.replyDraws(ctx, -count)
	case count < int64(n):
		m.replySome(ctx, int(count))
	default:
		m.replySome(ctx, n)
	}
}

func (m *Members) replyRandom(ctx *command.Ctx) {
	if m.Len() == 0 {
		ctx.Null()
		return
	}
	v, _ := m.pick(ctx)
	reply(ctx, v)
}

// replyDraws replies with count members, each drawn from all. The reply must not
// become larger than the longest string a client may build: a few bytes of
// request could otherwise ask for all memory there is.
func (m *Members) replyDraws(ctx *command.Ctx, count int64) {
	most := ctx.Settings.ProtoMaxBulkLen
	if count > most/int64(leastReply) {
		ctx.Error(command.ErrOutOfRange)
		return
	}
	mark := len(ctx.Buf)
	ctx.Array(int(count))
	for range count {
		m.replyRandom(ctx)
		if int64(len(ctx.Buf)-mark) > most {
			ctx.Buf = ctx.Buf[:mark]
			ctx.Error(command.ErrOutOfRange)
			return
		}
	}
}

// replySome replies with count different members, 1 <= count <= Len.
func (m *Members) replySome(ctx *command.Ctx, count int) {
	ctx.Array(count)
	n := m.Len()
	if m.table != nil && count < n/sparse {
		m.replySparse(ctx, count)
		return
	}
	s := sample{n, count}
	m.Each(func(v listpack.Value) bool {
		if s.takes(ctx) {
			reply(ctx, v)
		}
		return s.wanted > 0
	})
}

// replySparse draws until it has count different members. The set it keeps of
// them has as many members as the reply.
func (m *Members) replySparse(ctx *command.Ctx, count int) {
	seen := result(ctx)
	for count > 0 {
		v, _ := m.pick(ctx)
		one := memberAt(v)
		if seen.add(&one) {
			reply(ctx, v)
			count--
		}
	}
}

// runSpop serves SPOP key [count].
func runSpop(ctx *command.Ctx) {
	if len(ctx.Args) == 2 {
		popOne(ctx)
		return
	}
	if len(ctx.Args) > 3 {
		ctx.Error(command.ErrSyntax)
		return
	}
	p := ctx.Parse(2)
	count := countOf(&p, 0, command.ErrNotPositive)
	if !p.Done() {
		return
	}
	var s set
	ok := s.open(ctx, 1)
	switch n := s.Len(); {
	case !ok:
	case n == 0 || count == 0:
		ctx.Set(0)
	case count >= int64(n):
		replyAll(ctx, &s.Members)
		s.drop()
		s.notifyRemoved("spop")
		if w := ctx.Effect(2); w != nil {
			w.BulkString("DEL")
			w.Bulk(ctx.Args[1])
		}
	default:
		ctx.Set(int(count))
		s.pop(ctx, removal(ctx, int(count)), int(count))
		s.done()
		s.notify("spop")
	}
}

func popOne(ctx *command.Ctx) {
	var s set
	switch {
	case !s.open(ctx, 1):
	case s.Len() == 0:
		ctx.Null()
	default:
		s.popRandom(ctx, removal(ctx, 1))
		s.done()
		s.notifyRemoved("spop")
	}
}

// removal begins to say, in place of SPOP, which members it takes out. Nobody wants
// to know if it is nil.
func removal(ctx *command.Ctx, members int) *resp.Writer {
	w := ctx.Effect(2 + members)
	if w != nil {
		w.BulkString("SREM")
		w.Bulk(ctx.Args[1])
	}
	return w
}

// yield replies with a member that is taken out, and has it recorded by w.
func yield(ctx *command.Ctx, w *resp.Writer, v listpack.Value) {
	reply(ctx, v)
	switch {
	case w == nil:
	case v.Str != nil:
		w.Bulk(v.Str)
	default:
		w.BulkInt(v.Int)
	}
}

// popRandom yields a random member and takes it out.
func (s *set) popRandom(ctx *command.Ctx, w *resp.Writer) {
	v, at := s.pick(ctx)
	yield(ctx, w, v)
	switch s.enc {
	case keyspace.Intset:
		intset.Delete(s.flat, at)
	case keyspace.Listpack:
		listpack.Delete(s.flat, at, listpack.Next(listpack.Body(s.flat), at), 1)
	default:
		// The text in the reply does not move when the table does.
		end := len(ctx.Buf) - len("\r\n")
		s.table.Delete(ctx.Buf[end-len(v.Str) : end])
	}
	s.changed = true
}

// pop yields count random members and takes them out, 1 <= count < Len.
func (s *set) pop(ctx *command.Ctx, w *resp.Writer, count int) {
	switch s.enc {
	case keyspace.Intset:
		s.popInts(ctx, w, count)
	case keyspace.Listpack:
		s.popItems(ctx, w, count)
	default:
		for range count {
			s.popRandom(ctx, w)
		}
	}
	s.changed = true
}

func (s *set) popInts(ctx *command.Ctx, w *resp.Writer, count int) {
	n, kept := intset.Len(s.flat), 0
	choice := sample{n, count}
	for i := range n {
		if choice.takes(ctx) {
			yield(ctx, w, listpack.Value{Int: intset.At(s.flat, i)})
			continue
		}
		intset.Keep(s.flat, kept, i)
		kept++
	}
	intset.Cut(s.flat, kept)
}

func (s *set) popItems(ctx *command.Ctx, w *resp.Writer, count int) {
	body, n := listpack.Body(s.flat), listpack.Count(s.flat)
	choice, kept := sample{n, count}, 0
	for off := 0; off < len(body); {
		v, next := listpack.Decode(body, off)
		if choice.takes(ctx) {
			yield(ctx, w, v)
		} else {
			kept += copy(body[kept:], body[off:next])
		}
		off = next
	}
	listpack.Wrap(s.flat[:kept+listpack.EmptySize], body[:kept], n-count)
}
