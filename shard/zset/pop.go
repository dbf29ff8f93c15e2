package zset

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

func runZpopmin(ctx *command.Ctx) { pop(ctx, false) }
func runZpopmax(ctx *command.Ctx) { pop(ctx, true) }

// pop serves: key [count]. Highest says which end of the set members come from.
func pop(ctx *command.Ctx, highest bool) {
	if len(ctx.Args) > 3 {
		ctx.Error(command.ErrSyntax)
		return
	}
	count, several := int64(1), len(ctx.Args) == 3
	p := ctx.Parse(2)
	if several {
		count = atLeast(&p, 0, command.ErrNotPositive)
	}
	if !p.Done() {
		return
	}
	v, ok := OpenWrite(ctx, 1)
	if !ok {
		return
	}
	n := v.atMost(count)
	if several || n == 0 {
		openPairs(ctx, n, true)
	} else {
		ctx.Array(2)
	}
	v.take(ctx, n, highest, several && ctx.Proto == 3)
}

// atLeast returns the next argument as an integer of lo or more. Whatever is
// wrong with it, the error is text.
func atLeast(p *command.Args, lo int64, text string) int64 {
	b := p.Bytes()
	if p.Failed() {
		return 0
	}
	n, ok := num.ParseInt(b)
	if !ok || n < lo {
		p.Fail(text)
		return 0
	}
	return n
}

// atMost returns how many of count members there are.
func (v *Value) atMost(count int64) int { return int(min(count, int64(v.Len()))) }

// take writes n members and their scores, as pairs if nested is set, and takes
// them out; they are there.
func (v *Value) take(ctx *command.Ctx, n int, highest, nested bool) {
	begin, from := 0, 0
	if highest {
		begin, from = v.Len()-1, v.Len()-n
	}
	v.Each(begin, n, highest, func(member listpack.Value, score float64) bool {
		if nested {
			ctx.Array(2)
		}
		reply(ctx, member)
		ctx.Double(score)
		return true
	})
	v.removeRanks(from, n)
	if n > 0 {
		v.notifyRemoved(popEvent(highest))
	}
}

// popping is what ZMPOP and BZMPOP are asked for.
type popping struct {
	keys    int // arguments that name keys, from first on
	first   int
	highest bool
	count   int64
}

// parsePopping reads "numkeys key... MIN|MAX [COUNT count]".
func parsePopping(p *command.Args) popping {
	m := popping{count: 1}
	n := atLeast(p, 1, command.ErrNumKeys)
	m.first = p.Index()
	if n >= int64(p.Left()) {
		p.Syntax()
		return m
	}
	m.keys = int(n)
	p.Skip(m.keys)
	if m.highest = p.Is("MAX"); !m.highest && !p.Is("MIN") {
		p.Syntax()
	}
	if p.IsWith("COUNT", 1) {
		m.count = atLeast(p, 1, command.ErrCountNotPositive)
	}
	if p.More() {
		p.Syntax()
	}
	return m
}

func runZmpop(ctx *command.Ctx) {
	p := ctx.Parse(1)
	m := parsePopping(&p)
	if p.Done() && !m.any(ctx) {
		ctx.NullArray()
	}
}

// any serves the first key that holds members, and reports false when none does.
// A key of another type ends the search with an error.
func (m *popping) any(ctx *command.Ctx) bool {
	for i := m.first; i < m.first+m.keys; i++ {
		v, ok := OpenWrite(ctx, i)
		if !ok {
			return true
		}
		if v.Exists() {
			m.serve(ctx, i, &v)
			return true
		}
	}
	return false
}

// serve replies with the key of argument i and the members taken out of it.
func (m *popping) serve(ctx *command.Ctx, i int, v *Value) {
	n := v.atMost(m.count)
	ctx.Array(2)
	ctx.Bulk(ctx.Args[i])
	ctx.Array(n)
	v.take(ctx, n, m.highest, true)
	if w := ctx.Effect(3); w != nil {
		w.BulkString(popVerb(m.highest))
		w.Bulk(ctx.Args[i])
		w.BulkInt(int64(n))
	}
}

func runBzpopmin(ctx *command.Ctx) { blockingPop(ctx, false) }
func runBzpopmax(ctx *command.Ctx) { blockingPop(ctx, true) }

// blockingPop takes one member of the first key that has any, or waits.
func blockingPop(ctx *command.Ctx, highest bool) {
	last := len(ctx.Args) - 1
	p := ctx.Parse(last)
	timeout := p.Timeout()
	if !p.Done() {
		return
	}
	for i := 1; i < last; i++ {
		v, ok := OpenWrite(ctx, i)
		if !ok {
			return
		}
		if v.Exists() {
			popTriple(ctx, i, &v, highest)
			return
		}
	}
	ctx.Block(command.Block{
		Type: keyspace.ZSet, Keys: keyRange(1, last), Timeout: timeout,
		Serve: func(ctx *command.Ctx, i int) {
			if v, ok := OpenWrite(ctx, i); ok {
				popTriple(ctx, i, &v, highest)
			}
		},
		Empty: (*command.Ctx).NullArray,
	})
}

// popTriple replies with the key of argument i, and the member taken out of it
// with its score.
func popTriple(ctx *command.Ctx, i int, v *Value, highest bool) {
	ctx.Array(3)
	ctx.Bulk(ctx.Args[i])
	v.take(ctx, 1, highest, false)
	if w := ctx.Effect(2); w != nil {
		w.BulkString(popVerb(highest))
		w.Bulk(ctx.Args[i])
	}
}

// keyRange returns the arguments from first up to, and without, end.
func keyRange(first, end int) []int {
	keys := make([]int, 0, end-first)
	for i := first; i < end; i++ {
		keys = append(keys, i)
	}
	return keys
}

func runBzmpop(ctx *command.Ctx) {
	p := ctx.Parse(2)
	m := parsePopping(&p)
	if !p.Done() {
		return
	}
	p = ctx.Parse(1)
	timeout := p.Timeout()
	if !p.OK() || m.any(ctx) {
		return
	}
	ctx.Block(command.Block{
		Type: keyspace.ZSet, Keys: keyRange(m.first, m.first+m.keys), Timeout: timeout,
		Serve: func(ctx *command.Ctx, i int) {
			if v, ok := OpenWrite(ctx, i); ok {
				m.serve(ctx, i, &v)
			}
		},
		Empty: (*command.Ctx).NullArray,
	})
}
