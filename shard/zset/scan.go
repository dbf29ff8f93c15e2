package zset

import (
	"math"
	"slices"

	"github.com/troupe-db/troupe/codec/glob"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
)

// scanCount is how many members a call of ZSCAN looks at unless COUNT says so.
const scanCount = 10

// runZscan serves: key cursor [MATCH pattern] [COUNT count]. A flat set is
// returned as a whole. The options of a key that is not there are not looked at.
func runZscan(ctx *command.Ctx) {
	cursor, ok := num.ParseCursor(ctx.Args[2])
	if !ok {
		ctx.Error(command.ErrInvalidCursor)
		return
	}
	v, ok := OpenRead(ctx, 1)
	if !ok {
		return
	}
	if !v.Exists() {
		ctx.Array(2)
		ctx.BulkInt(0)
		ctx.Array(0)
		return
	}
	p := ctx.Parse(3)
	pattern, count := parseScan(&p)
	if p.Done() {
		v.scan(ctx, cursor, pattern, count)
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
func (v *Value) scan(ctx *command.Ctx, cursor uint64, pattern []byte, count int) {
	mark, found, next := ctx.DeferArray(), 0, uint64(0)
	var room, digits [textRoom]byte
	visit := func(member listpack.Value, score float64) bool {
		if pattern == nil || glob.Match(pattern, text(member, room[:0]), false) {
			reply(ctx, member)
			ctx.Bulk(v.scanText(digits[:0], score))
			found += 2
		}
		return true
	}
	if v.big != nil {
		next = v.big.Scan(cursor, count, func(name []byte, score float64) {
			visit(listpack.Value{Str: name}, score)
		})
	} else {
		v.All(visit)
	}
	ctx.CloseArray(mark, found)
	prefixCursor(ctx, mark, next)
}

// scanText appends a score as ZSCAN writes it: what a flat set keeps as an integer
// is one, however large.
func (v *Value) scanText(dst []byte, score float64) []byte {
	if n, ok := integer(score); ok && v.big == nil {
		return num.AppendInt(dst, n)
	}
	return num.AppendFloat(dst, score)
}

// prefixCursor makes a pair of a cursor, which is known last and comes first, and
// the reply that begins at mark.
func prefixCursor(ctx *command.Ctx, mark int, cursor uint64) {
	var space [48]byte
	head := resp.Writer{Buf: space[:0]}
	head.Array(2)
	head.BulkInt(int64(cursor)) // below 2^48
	ctx.Buf = slices.Insert(ctx.Buf, mark, head.Buf...)
}
