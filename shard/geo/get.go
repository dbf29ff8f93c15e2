package geo

import (
	"bytes"
	"strconv"

	"github.com/troupe-db/troupe/codec/geohash"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/zset"
)

// find returns where a member is.
func find(v *zset.Value, member []byte) (geohash.Position, bool) {
	score, ok := v.Score(member)
	if !ok {
		return geohash.Position{}, false
	}
	return geohash.OfScore(score).Center(), true
}

// runGeopos serves GEOPOS key [member...].
func runGeopos(ctx *command.Ctx) {
	v, ok := zset.OpenRead(ctx, 1)
	if !ok {
		return
	}
	ctx.Array(len(ctx.Args) - 2)
	for _, member := range ctx.Args[2:] {
		if at, ok := find(&v, member); ok {
			replyPosition(ctx, at)
		} else {
			ctx.NullArray()
		}
	}
}

// runGeohash serves GEOHASH key [member...].
func runGeohash(ctx *command.Ctx) {
	v, ok := zset.OpenRead(ctx, 1)
	if !ok {
		return
	}
	ctx.Array(len(ctx.Args) - 2)
	for _, member := range ctx.Args[2:] {
		if at, ok := find(&v, member); ok {
			text := at.Text()
			ctx.Bulk(text[:])
		} else {
			ctx.Null()
		}
	}
}

// runGeodist serves GEODIST key member1 member2 [unit].
func runGeodist(ctx *command.Ctx) {
	length := 1.0
	p := ctx.Parse(4)
	switch p.Left() {
	case 0:
	case 1:
		length = unit(&p)
	default:
		p.Syntax()
	}
	if !p.Done() {
		return
	}
	v, ok := zset.OpenRead(ctx, 1)
	if !ok {
		return
	}
	a, okA := find(&v, ctx.Args[2])
	b, okB := find(&v, ctx.Args[3])
	if !okA || !okB {
		ctx.Null()
		return
	}
	replyDistance(ctx, distance(a, b)/length)
}

// replyDistance writes a distance, with four decimals.
func replyDistance(ctx *command.Ctx, d float64) {
	var room [32]byte // enough for distances on earth
	ctx.Bulk(strconv.AppendFloat(room[:0], d, 'f', 4, 64))
}

// replyPosition writes a pair of degrees.
func replyPosition(ctx *command.Ctx, at geohash.Position) {
	ctx.Array(2)
	replyDegrees(ctx, at.Longitude)
	replyDegrees(ctx, at.Latitude)
}

// replyDegrees writes a number with 17 decimals but no zeros at the end: more
// digits than the doubles of other replies have.
func replyDegrees(ctx *command.Ctx, d float64) {
	var room [32]byte // a sign, three digits, a point and 17 decimals
	text := strconv.AppendFloat(room[:0], d, 'f', 17, 64)
	text = bytes.TrimRight(bytes.TrimRight(text, "0"), ".")
	switch string(text) {
	case "", "-", "-0":
		text = append(room[:0], '0')
	}
	if ctx.Proto != 3 {
		ctx.Bulk(text)
		return
	}
	ctx.Buf = append(append(append(ctx.Buf, ','), text...), '\r', '\n')
}
