package set

import (
	"cmp"
	"slices"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// sources returns the sets of the arguments between two positions, absent ones
// included. It replies and reports false when one of them holds something else.
func sources(ctx *command.Ctx, from, to int) ([]Members, bool) {
	sets := make([]Members, 0, to-from)
	for i := from; i < to; i++ {
		m, ok := read(ctx, i)
		if !ok {
			return nil, false
		}
		sets = append(sets, m)
	}
	return sets, true
}

// runSinter serves SINTER key [key ...].
func runSinter(ctx *command.Ctx) {
	sets, ok := sources(ctx, 1, len(ctx.Args))
	if !ok {
		return
	}
	mark, n := ctx.DeferArray(), 0
	intersect(sets, func(v listpack.Value) bool {
		reply(ctx, v)
		n++
		return true
	})
	ctx.CloseSet(mark, n)
}

// runSinterstore serves SINTERSTORE destination key [key ...].
func runSinterstore(ctx *command.Ctx) {
	sets, ok := sources(ctx, 2, len(ctx.Args))
	if !ok {
		return
	}
	s := result(ctx)
	intersect(sets, s.take)
	s.storeResult(ctx, "sinterstore")
}

// runSintercard serves SINTERCARD numkeys key [key ...] [LIMIT limit].
func runSintercard(ctx *command.Ctx) {
	p := ctx.Parse(1)
	keys := countOf(&p, 1, command.ErrNumKeys)
	if keys > int64(p.Left()) {
		p.Fail(command.ErrTooManyKeys)
	}
	first := p.Index()
	if !p.Failed() {
		p.Skip(int(keys))
	}
	limit := int64(0)
	for p.More() {
		if !p.IsWith("LIMIT", 1) {
			p.Syntax()
			break
		}
		limit = countOf(&p, 0, command.ErrLimitNegative)
	}
	if !p.Done() {
		return
	}
	sets, ok := sources(ctx, first, first+int(keys))
	if !ok {
		return
	}
	n := int64(0)
	intersect(sets, func(listpack.Value) bool {
		n++
		return n != limit
	})
	ctx.Int(n)
}

// countOf returns the next argument as an integer of lo or more. Whatever is
// wrong with it, the error is text.
func countOf(p *command.Args, lo int64, text string) int64 {
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

// intersect calls fn with every member that all sets have, until fn reports
// false. It walks the smallest set. O(N*M) for the N members of that and M sets.
func intersect(sets []Members, fn func(listpack.Value) bool) {
	slices.SortFunc(sets, func(a, b Members) int { return cmp.Compare(a.Len(), b.Len()) })
	rest := sets[1:]
	sets[0].Each(func(v listpack.Value) bool {
		one := memberAt(v)
		for i := range rest {
			if !rest[i].has(&one) {
				return true
			}
		}
		return fn(v)
	})
}

// runSunion serves SUNION key [key ...].
func runSunion(ctx *command.Ctx) {
	sets, ok := sources(ctx, 1, len(ctx.Args))
	if !ok {
		return
	}
	if len(sets) == 1 {
		replyAll(ctx, &sets[0])
		return
	}
	s := result(ctx)
	s.join(sets)
	replyAll(ctx, &s.Members)
}

// runSunionstore serves SUNIONSTORE destination key [key ...].
func runSunionstore(ctx *command.Ctx) {
	sets, ok := sources(ctx, 2, len(ctx.Args))
	if !ok {
		return
	}
	s := result(ctx)
	s.join(sets)
	s.storeResult(ctx, "sunionstore")
}

// join makes s, which is empty and loose, the union of sets. The largest is copied
// as a whole, which costs less than adding one by one, if the result cannot be
// flat anyway.
func (s *set) join(sets []Members) {
	largest, most := -1, max(s.intsetMost(), s.settings.SetMaxListpackEntries)
	for i := range sets {
		if n := sets[i].Len(); sets[i].table != nil && n > most {
			largest, most = i, n
		}
	}
	if largest >= 0 {
		s.enc, s.table = keyspace.Hashtable, sets[largest].table.copy()
	}
	for i := range sets {
		if i != largest {
			sets[i].Each(s.take)
		}
	}
}

// take adds a member of another set. It reports true, for a walk to go on.
func (s *set) take(v listpack.Value) bool {
	one := memberAt(v)
	s.add(&one)
	return true
}

// runSdiff serves SDIFF key [key ...].
func runSdiff(ctx *command.Ctx) {
	sets, ok := sources(ctx, 1, len(ctx.Args))
	if !ok {
		return
	}
	mark, n := ctx.DeferArray(), 0
	subtract(ctx, sets, func(v listpack.Value) bool {
		reply(ctx, v)
		n++
		return true
	})
	ctx.CloseSet(mark, n)
}

// runSdiffstore serves SDIFFSTORE destination key [key ...].
func runSdiffstore(ctx *command.Ctx) {
	sets, ok := sources(ctx, 2, len(ctx.Args))
	if !ok {
		return
	}
	s := result(ctx)
	subtract(ctx, sets, s.take)
	s.storeResult(ctx, "sdiffstore")
}

// subtract calls fn with every member of the first set that none of the others
// has. It looks each up in all others, the largest first, or in their union when
// that is less work to make.
func subtract(ctx *command.Ctx, sets []Members, fn func(listpack.Value) bool) {
	first, rest := sets[0], sets[1:]
	sum := 0
	for i := range rest {
		sum += rest[i].Len()
	}
	if len(rest) > 1 && first.Len()/2*len(rest) > sum+first.Len() {
		union := result(ctx)
		union.join(rest)
		rest = []Members{union.Members}
	} else {
		slices.SortFunc(rest, func(a, b Members) int { return cmp.Compare(b.Len(), a.Len()) })
	}
	first.Each(func(v listpack.Value) bool {
		one := memberAt(v)
		for i := range rest {
			if rest[i].has(&one) {
				return true
			}
		}
		return fn(v)
	})
}
