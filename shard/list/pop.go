package list

import (
	"math"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

func runLpop(ctx *command.Ctx) { pop(ctx, true) }
func runRpop(ctx *command.Ctx) { pop(ctx, false) }

// pop takes one element or, with a count, an array of up to so many.
func pop(ctx *command.Ctx, left bool) {
	if len(ctx.Args) > 3 {
		ctx.Error(command.WrongArity(popName(left)))
		return
	}
	if len(ctx.Args) == 3 {
		popCount(ctx, left)
		return
	}
	var l list
	switch {
	case !l.openWrite(ctx, 1):
	case !l.exists():
		ctx.Null()
	default:
		reply(ctx, l.end(left))
		l.drop(left, 1)
		l.notifyRemoved(popName(left))
	}
}

// popName is the command that takes elements from an end, and its event.
func popName(left bool) string {
	if left {
		return "lpop"
	}
	return "rpop"
}

func popCount(ctx *command.Ctx, left bool) {
	p := ctx.Parse(2)
	count := atLeast(&p, 0, command.ErrNotPositive)
	if !p.Done() {
		return
	}
	var l list
	switch {
	case !l.openWrite(ctx, 1):
	case !l.exists():
		ctx.NullArray()
	case count == 0:
		ctx.Array(0)
	default:
		l.take(ctx, left, count)
	}
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

// take replies with an array of up to count elements, 1 <= count, removes them from
// an end, and returns how many they are.
func (l *list) take(ctx *command.Ctx, left bool, count int64) int {
	n := l.len()
	k := int(min(count, int64(n)))
	ctx.Array(k)
	if left {
		l.replyRange(ctx, 0, k)
	} else {
		l.replyTail(ctx, k)
	}
	l.drop(left, k)
	l.notifyRemoved(popName(left))
	return k
}

// replyTail writes the last k elements, last first.
func (l *list) replyTail(ctx *command.Ctx, k int) {
	for i := l.chunks() - 1; k > 0; i-- {
		body, count := l.chunk(i)
		off := len(body)
		for range min(k, count) {
			off = listpack.Prev(body, off)
			v, _ := listpack.Decode(body, off)
			reply(ctx, v)
		}
		k -= min(k, count)
	}
}

// popping is what LMPOP and BLMPOP are asked for.
type popping struct {
	keys  int // arguments that name keys, from first on
	first int
	left  bool
	count int64
}

// parsePopping reads "numkeys key... LEFT|RIGHT [COUNT count]".
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
	m.left = side(p)
	if p.IsWith("COUNT", 1) {
		m.count = atLeast(p, 1, command.ErrCountNotPositive)
	}
	if p.More() {
		p.Syntax()
	}
	return m
}

// side reads LEFT, for which it reports true, or RIGHT.
func side(p *command.Args) (left bool) {
	if p.Is("LEFT") {
		return true
	}
	if !p.Is("RIGHT") {
		p.Syntax()
	}
	return false
}

func runLmpop(ctx *command.Ctx) {
	p := ctx.Parse(1)
	m := parsePopping(&p)
	if !p.Done() {
		return
	}
	if !m.any(ctx) {
		ctx.NullArray()
	}
}

// any serves the first key that holds elements, and reports false when none
// does. A key of another type ends the search with an error.
func (m *popping) any(ctx *command.Ctx) bool {
	for i := m.first; i < m.first+m.keys; i++ {
		var l list
		if !l.openWrite(ctx, i) {
			return true
		}
		if l.exists() {
			m.serve(ctx, i, &l)
			return true
		}
	}
	return false
}

// serve replies with the key of argument i and its elements, which are taken out.
func (m *popping) serve(ctx *command.Ctx, i int, l *list) {
	ctx.Array(2)
	ctx.Bulk(ctx.Args[i])
	taken := l.take(ctx, m.left, m.count)
	if w := ctx.Effect(3); w != nil {
		w.BulkString(popVerb(m.left))
		w.Bulk(ctx.Args[i])
		w.BulkInt(int64(taken))
	}
}

// noLimit is a count that no list reaches.
const noLimit = math.MaxInt
