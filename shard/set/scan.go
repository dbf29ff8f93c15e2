package set

import (
	"math"
	"slices"

	"github.com/troupe-db/troupe/codec/glob"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/dict"
)

// scanCount is how many members a call of SSCAN looks at unless COUNT says so.
const scanCount = 10

// runSscan serves SSCAN key cursor [MATCH pattern] [COUNT count]. A flat set is
// returned as a whole. The options of a key that is not there are not looked at.
func runSscan(ctx *command.Ctx) {
	cursor, ok := num.ParseCursor(ctx.Args[2])
	if !ok {
		ctx.Error(command.ErrInvalidCursor)
		return
	}
	m, ok := read(ctx, 1)
	if !ok {
		return
	}
	if m.Len() == 0 {
		ctx.Array(2)
		ctx.BulkInt(0)
		ctx.Array(0)
		return
	}
	p := ctx.Parse(3)
	pattern, count := parseScan(&p)
	if p.Done() {
		m.scan(ctx, cursor, pattern, count)
	}
}

// parseScan reads the options; a nil pattern matches all.
func parseScan(p *command.Args) (pattern []byte, count int) {
	count = scanCount
	for p.More() {
		switch {
		case p.IsWith("COUNT", 1):
			count = int(p.IntIn(1, math.MaxInt, command.ErrSyntax))
		case p.IsWith("MATCH", 1):
			pattern = p.Bytes()
			if string(pattern) == "*" {
				pattern = nil
			}
		default:
			p.Syntax()
		}
	}
	return pattern, count
}

// scan replies with the next members from a cursor on, and the cursor behind them.
func (m *Members) scan(ctx *command.Ctx, cursor uint64, pattern []byte, count int) {
	mark, found, next := ctx.DeferArray(), 0, uint64(0)
	var room [num20]byte
	visit := func(v listpack.Value) bool {
		if pattern == nil || glob.Match(pattern, text(v, room[:0]), false) {
			reply(ctx, v)
			found++
		}
		return true
	}
	if m.table != nil {
		next = m.table.Scan(cursor, count, func(e dict.Element) { visit(listpack.Value{Str: e.Key}) })
	} else {
		m.Each(visit)
	}
	ctx.CloseArray(mark, found)
	prefixCursor(ctx, mark, next)
}

// prefixCursor makes a pair of a cursor, which is known last and comes first, and
// the reply that begins at mark.
func prefixCursor(ctx *command.Ctx, mark int, cursor uint64) {
	var space [48]byte
	head := resp.Writer{Buf: space[:0]}
	head.Array(2)
	head.BulkInt(int64(cursor)) // below 2^40
	ctx.Buf = slices.Insert(ctx.Buf, mark, head.Buf...)
}
