package geo

import (
	"github.com/troupe-db/troupe/codec/geohash"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/zset"
)

// position reads a longitude and a latitude.
func position(p *command.Args) geohash.Position {
	at := geohash.Position{Longitude: p.Float(), Latitude: p.Float()}
	if !p.Failed() && !at.Valid() {
		p.Fail(command.InvalidPosition(at.Longitude, at.Latitude))
	}
	return at
}

// unit reads a unit of length and returns it in meters.
func unit(p *command.Args) float64 {
	switch {
	case p.Is("M"):
		return 1
	case p.Is("KM"):
		return 1000
	case p.Is("FT"):
		return 0.3048
	case p.Is("MI"):
		return 1609.34
	default:
		p.Fail(command.ErrUnit)
		return 1
	}
}

// runGeoadd serves GEOADD key [NX | XX] [CH] longitude latitude member...
func runGeoadd(ctx *command.Ctx) {
	var nx, xx, ch bool
	p := ctx.Parse(2)
options:
	for {
		switch {
		case p.Is("NX"):
			nx = true
		case p.Is("XX"):
			xx = true
		case p.Is("CH"):
			ch = true
		default:
			break options
		}
	}
	if p.Left() == 0 || p.Left()%3 != 0 || nx && xx {
		p.Syntax()
	}
	first := p.Index()
	for p.More() {
		position(&p)
		p.Skip(1)
	}
	if !p.Done() {
		return
	}
	v, ok := zset.OpenWrite(ctx, 1)
	if !ok {
		return
	}
	count, changed := int64(0), false
	for i := first; i < len(ctx.Args); i += 3 {
		score := scoreAt(ctx, i)
		old, there := v.Score(ctx.Args[i+2])
		if there && (nx || old == score) || !there && xx {
			continue
		}
		v.Set(ctx.Args[i+2], score)
		changed = true
		if !there || ch {
			count++
		}
	}
	if changed {
		ctx.Key(1).Notify(keyspace.EventZSet, "zadd")
	}
	ctx.Int(count)
}

// scoreAt returns the score of the position in argument i and the next, which have
// been found valid.
func scoreAt(ctx *command.Ctx, i int) float64 {
	lon, _ := num.ParseFloat(ctx.Args[i])
	lat, _ := num.ParseFloat(ctx.Args[i+1])
	return geohash.CellOf(geohash.Position{Longitude: lon, Latitude: lat}, geohash.MaxStep).Score()
}
