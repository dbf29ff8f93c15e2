package generic

import (
	"math"
	"slices"

	"github.com/troupe-db/troupe/codec/glob"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// scanCount is how many keys a call of SCAN looks at unless COUNT says so.
const scanCount = 10

// positions is the number of positions in a shard.
const positions = 1 << 48

// ScanShard returns the shard that a SCAN with this cursor goes to, out of shards,
// at least 1. A cursor that is no number goes to shard 0, where it is refused.
func ScanShard(cursor []byte, shards int) int {
	n, ok := num.ParseCursor(cursor)
	if !ok {
		return 0
	}
	return int(n % uint64(shards))
}

// runScan walks the shard its cursor names, which is the one it runs in.
func runScan(ctx *command.Ctx) {
	cursor, ok := num.ParseCursor(ctx.Args[1])
	if !ok {
		ctx.Error(command.ErrInvalidCursor)
		return
	}
	f, ok := parseScan(ctx)
	if !ok {
		return
	}
	mark, found := ctx.DeferArray(), 0
	next := uint64(0)
	if at := cursor / uint64(ctx.Shards()); at < positions {
		next = ctx.Own().DB(ctx.Number).Scan(at, f.count, func(name []byte, e keyspace.Entry) {
			if f.accepts(name, e) {
				ctx.Bulk(name)
				found++
			}
		})
	}
	ctx.CloseArray(mark, found)
	prefixCursor(ctx, mark, followUp(next, ctx.Own().Index(), ctx.Shards()))
}

// followUp returns the cursor for a walk that stands at a position of a shard; at
// position 0 it is through with that shard.
func followUp(at uint64, shard, shards int) uint64 {
	switch {
	case at != 0:
		return at*uint64(shards) + uint64(shard)
	case shard+1 < shards:
		return uint64(shard + 1)
	default:
		return 0
	}
}

// prefixCursor makes a pair of a cursor and the reply that begins at mark. The
// cursor comes first, but it is known last.
func prefixCursor(ctx *command.Ctx, mark int, cursor uint64) {
	var space [48]byte
	head := resp.Writer{Buf: space[:0]}
	head.Array(2)
	head.BulkInt(int64(cursor))
	ctx.Buf = slices.Insert(ctx.Buf, mark, head.Buf...)
}

// scanFilter is what a walk is asked for.
type scanFilter struct {
	count   int
	pattern []byte // nil for all
	typed   bool
	kind    keyspace.Type // if typed; None, which no key is, for an unknown name
}

func parseScan(ctx *command.Ctx) (f scanFilter, ok bool) {
	f.count = scanCount
	p := ctx.Parse(2)
	for p.More() {
		switch {
		case p.IsWith("COUNT", 1):
			f.count = int(p.IntIn(1, math.MaxInt, command.ErrSyntax))
		case p.IsWith("MATCH", 1):
			f.pattern = p.Bytes()
			if string(f.pattern) == "*" {
				f.pattern = nil
			}
		case p.IsWith("TYPE", 1):
			f.kind, _ = keyspace.ParseType(string(p.Bytes()))
			f.typed = true
		default:
			p.Syntax()
		}
	}
	return f, p.Done()
}

func (f *scanFilter) accepts(name []byte, e keyspace.Entry) bool {
	return (f.pattern == nil || glob.Match(f.pattern, name, false)) && (!f.typed || e.Type() == f.kind)
}

// runKeys replies with the keys of one shard; the router joins the shards' replies.
func runKeys(ctx *command.Ctx) {
	db, pattern := ctx.Own().DB(ctx.Number), ctx.Args[1]
	if glob.IsLiteral(pattern) {
		if !db.KeyOf(pattern).Glance().Exists() {
			ctx.Array(0)
			return
		}
		ctx.Array(1)
		ctx.Bulk(pattern)
		return
	}
	all := string(pattern) == "*"
	mark, found := ctx.DeferArray(), 0
	db.Scan(0, math.MaxInt, func(name []byte, _ keyspace.Entry) {
		if all || glob.Match(pattern, name, false) {
			ctx.Bulk(name)
			found++
		}
	})
	ctx.CloseArray(mark, found)
}

// runDbsize replies with the keys of one shard; the router adds them up.
func runDbsize(ctx *command.Ctx) {
	ctx.Int(int64(ctx.Own().DB(ctx.Number).Len()))
}

// runRandomkey chooses among all shards: first a shard, each as likely as it has
// keys, then one of its keys. A shard of nothing but expired keys passes the choice
// on to the others.
func runRandomkey(ctx *command.Ctx) {
	total := 0
	ctx.Spaces(func(ks *keyspace.Keyspace) { total += ks.DB(ctx.Number).Len() })
	if total == 0 {
		ctx.Null()
		return
	}
	left := int(ctx.Rand() % uint64(total))
	var name []byte
	ctx.Spaces(func(ks *keyspace.Keyspace) {
		db := ks.DB(ctx.Number)
		if left >= 0 && left < db.Len() {
			name = db.Random()
		}
		left -= db.Len()
	})
	if name == nil {
		ctx.Spaces(func(ks *keyspace.Keyspace) {
			if name == nil {
				name = ks.DB(ctx.Number).Random()
			}
		})
	}
	if name == nil {
		ctx.Null()
		return
	}
	ctx.Bulk(name)
}
