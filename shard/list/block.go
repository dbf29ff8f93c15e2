package list

import (
	"time"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

func runBlpop(ctx *command.Ctx) { blockingPop(ctx, true) }
func runBrpop(ctx *command.Ctx) { blockingPop(ctx, false) }

// blockingPop takes one element of the first key that has any, or waits.
func blockingPop(ctx *command.Ctx, left bool) {
	last := len(ctx.Args) - 1
	p := ctx.Parse(last)
	timeout := p.Timeout()
	if !p.Done() {
		return
	}
	for i := 1; i < last; i++ {
		var l list
		if !l.openWrite(ctx, i) {
			return
		}
		if l.exists() {
			popPair(ctx, i, &l, left)
			return
		}
	}
	ctx.Block(command.Block{
		Type: keyspace.List, Keys: keyRange(1, last), Timeout: timeout,
		Serve: func(ctx *command.Ctx, i int) {
			var l list
			if l.openWrite(ctx, i) {
				popPair(ctx, i, &l, left)
			}
		},
		Empty: (*command.Ctx).NullArray,
	})
}

// popPair replies with the key of argument i and the element taken out of it.
func popPair(ctx *command.Ctx, i int, l *list, left bool) {
	ctx.Array(2)
	ctx.Bulk(ctx.Args[i])
	reply(ctx, l.end(left))
	l.drop(left, 1)
	l.notifyRemoved(popName(left))
	if w := ctx.Effect(2); w != nil {
		w.BulkString(popVerb(left))
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

func runBlmpop(ctx *command.Ctx) {
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
		Type: keyspace.List, Keys: keyRange(m.first, m.first+m.keys), Timeout: timeout,
		Serve: func(ctx *command.Ctx, i int) {
			var l list
			if l.openWrite(ctx, i) {
				m.serve(ctx, i, &l)
			}
		},
		Empty: (*command.Ctx).NullArray,
	})
}

func runBrpoplpush(ctx *command.Ctx) {
	p := ctx.Parse(3)
	if timeout := p.Timeout(); p.Done() {
		turning().runOrWait(ctx, timeout)
	}
}

func runBlmove(ctx *command.Ctx) {
	p := ctx.Parse(3)
	m := moving{fromLeft: side(&p), toLeft: side(&p)}
	if timeout := p.Timeout(); p.Done() {
		m.runOrWait(ctx, timeout)
	}
}

// runOrWait is run for a client that waits for the first key to have an element.
func (m moving) runOrWait(ctx *command.Ctx, timeout time.Duration) {
	var l list
	switch {
	case !l.openWrite(ctx, 1):
	case l.exists():
		m.serve(ctx, &l)
	default:
		ctx.Block(command.Block{
			Type: keyspace.List, Keys: []int{1}, Also: 2, Timeout: timeout,
			Serve: func(ctx *command.Ctx, _ int) {
				var l list
				if l.openWrite(ctx, 1) {
					m.serve(ctx, &l)
				}
			},
			Empty:  (*command.Ctx).NullArray,
			Denied: (*command.Ctx).Null,
		})
	}
}

// serve is from, said as a command that does not wait.
func (m moving) serve(ctx *command.Ctx, l *list) {
	if !m.from(ctx, l) {
		return
	}
	if w := ctx.Effect(5); w != nil {
		w.BulkString("LMOVE")
		w.Bulk(ctx.Args[1])
		w.Bulk(ctx.Args[2])
		w.BulkString(sideName(m.fromLeft))
		w.BulkString(sideName(m.toLeft))
	}
}
