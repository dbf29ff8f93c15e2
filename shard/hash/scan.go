package hash

import (
	"math"
	"slices"

	"github.com/troupe-db/troupe/codec/glob"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/dict"
)

// scanCount is how many fields a call of HSCAN looks at unless COUNT says so.
const scanCount = 10

// scan is what HSCAN is asked for.
type scan struct {
	cursor  uint64
	count   int
	pattern []byte // nil for all
	keys    bool   // NOVALUES
}

// runHscan serves HSCAN key cursor [MATCH pattern] [COUNT count] [NOVALUES]. A flat
// hash is given as a whole. Options are looked at only when the key is there.
func runHscan(ctx *command.Ctx) {
	cursor, ok := num.ParseCursor(ctx.Args[2])
	if !ok {
		ctx.Error(command.ErrInvalidCursor)
		return
	}
	var h hash
	if !h.openRead(ctx, 1) {
		return
	}
	s := scan{cursor: cursor, count: scanCount}
	if h.exists() && !s.parse(ctx) {
		return
	}
	s.run(ctx, &h)
}

func (s *scan) parse(ctx *command.Ctx) bool {
	p := ctx.Parse(3)
	for p.More() {
		switch {
		case p.IsWith("COUNT", 1):
			s.count = int(p.IntIn(1, math.MaxInt, command.ErrSyntax))
		case p.IsWith("MATCH", 1):
			if s.pattern = p.Bytes(); string(s.pattern) == "*" {
				s.pattern = nil
			}
		case p.Is("NOVALUES"):
			s.keys = true
		default:
			p.Syntax()
		}
	}
	return p.Done()
}

// run replies with the next fields and the cursor behind them.
func (s *scan) run(ctx *command.Ctx, h *hash) {
	mark, n, next := ctx.DeferArray(), 0, uint64(0)
	var room [intText]byte
	visit := func(field, value listpack.Value) bool {
		if s.pattern != nil && !glob.Match(s.pattern, text(field, room[:0]), false) {
			return true
		}
		reply(ctx, field)
		n++
		if !s.keys {
			reply(ctx, value)
			n++
		}
		return true
	}
	if h.table != nil {
		next = h.table.Scan(s.cursor, s.count, func(e dict.Element) {
			if e.Until > h.now {
				visit(listpack.Value{Str: e.Key}, listpack.Value{Str: e.Value})
			}
		})
	} else {
		h.each(visit)
	}
	ctx.CloseArray(mark, n)
	prefixCursor(ctx, mark, next)
}

// prefixCursor makes a pair of a cursor, which is known last and comes first, and
// the reply that begins at mark.
func prefixCursor(ctx *command.Ctx, mark int, cursor uint64) {
	end := len(ctx.Buf)
	ctx.Array(2)
	ctx.BulkInt(int64(cursor)) // below 2^40
	var head [48]byte
	n := copy(head[:], ctx.Buf[end:])
	ctx.Buf = slices.Insert(ctx.Buf[:end], mark, head[:n]...)
}
