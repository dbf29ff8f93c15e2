package str

import (
	"math/bits"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// lcsCellBytes is what one pair of positions counts against the memory limit of
// LCS. It is what Redis takes per pair, so that the same requests are refused;
// alignment needs at most as much, and a bit in most cases.
const lcsCellBytes = 4

// lcsOptions are the options of LCS.
type lcsOptions struct {
	length    bool  // LEN: only the length
	matches   bool  // IDX: where the runs of the subsequence stand
	runLength bool  // WITHMATCHLEN: with the length of each run
	shortest  int64 // MINMATCHLEN: shorter runs are left out
}

func (o *lcsOptions) parse(ctx *command.Ctx) bool {
	p := ctx.Parse(3)
	for p.More() {
		switch {
		case p.Is("LEN"):
			o.length = true
		case p.Is("IDX"):
			o.matches = true
		case p.Is("WITHMATCHLEN"):
			o.runLength = true
		case p.IsWith("MINMATCHLEN", 1):
			o.shortest = p.Int()
		default:
			p.Syntax()
		}
	}
	if o.length && o.matches {
		p.Fail(command.ErrLCSOptions)
	}
	return p.Done()
}

// runLcs serves LCS key1 key2 [LEN] [IDX] [MINMATCHLEN n] [WITHMATCHLEN]. The
// types of the keys are checked before the options.
func runLcs(ctx *command.Ctx) {
	x, y := ctx.Key(1).Read(), ctx.Key(2).Read()
	if !x.Is(keyspace.String) || !y.Is(keyspace.String) {
		ctx.Error(command.ErrLCSType)
		return
	}
	var o lcsOptions
	if !o.parse(ctx) {
		return
	}
	var scratch [2]digits
	a, b := operand(x, &scratch[0]), operand(y, &scratch[1])
	if !alignable(a, b, ctx.Settings.ProtoMaxBulkLen) {
		ctx.Error(command.ErrLCSMemory)
		return
	}
	l := align(a, b, !o.length)
	switch {
	case o.length:
		ctx.Int(int64(l.length()))
	case o.matches:
		replyMatches(ctx, l, o)
	default:
		ctx.Bulk(l.text())
	}
}

// operand returns the string's text, nothing for an absent key.
func operand(e keyspace.Entry, scratch *digits) []byte {
	if !e.Exists() {
		return nil
	}
	return text(e, scratch)
}

// alignable tells whether a table over all prefixes of a and b stays within
// limit bytes.
func alignable(a, b []byte, limit int64) bool {
	high, cells := bits.Mul64(uint64(len(a)+1), uint64(len(b)+1))
	return high == 0 && cells <= uint64(limit)/lcsCellBytes
}

// replyMatches replies with the runs, the last one first, and the length of the
// whole subsequence.
func replyMatches(ctx *command.Ctx, l *alignment, o lcsOptions) {
	ctx.Map(2)
	ctx.BulkString("matches")
	mark, n := ctx.DeferArray(), 0
	l.each(func(m match) {
		if int64(m.n) < o.shortest {
			return
		}
		n++
		if o.runLength {
			ctx.Array(3)
		} else {
			ctx.Array(2)
		}
		replySpan(ctx, m.a, m.n)
		replySpan(ctx, m.b, m.n)
		if o.runLength {
			ctx.Int(int64(m.n))
		}
	})
	ctx.CloseArray(mark, n)
	ctx.BulkString("len")
	ctx.Int(int64(l.length()))
}

// replySpan replies with the first and the last position of a run.
func replySpan(ctx *command.Ctx, first, n int) {
	ctx.Array(2)
	ctx.Int(int64(first))
	ctx.Int(int64(first + n - 1))
}
