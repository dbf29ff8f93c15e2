package geo

import (
	"cmp"
	"slices"

	"github.com/troupe-db/troupe/codec/geohash"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/zset"
)

// found is a member that a search has found. The member is a view of the set.
type found struct {
	member listpack.Value
	score  float64
	rough  float64 // about how many meters from the center
}

// at returns where f is.
func (f found) at() geohash.Position { return geohash.OfScore(f.score).Center() }

// units returns how far f is from the center, in the unit that was asked for.
func (s *search) units(f found) float64 {
	return distance(s.shape.center, f.at()) / s.length
}

// compare tells which of two members is nearer to the center.
func (s *search) compare(a, b found) int {
	if order, ok := compareRough(a.rough, b.rough); ok {
		return order
	}
	return cmp.Compare(distance(s.shape.center, a.at()), distance(s.shape.center, b.at()))
}

// runGeoradius serves GEORADIUS key longitude latitude radius unit [option...].
func runGeoradius(ctx *command.Ctx) { radiusOfPosition(ctx, true) }

// runGeoradiusRo serves GEORADIUS_RO, which has no STORE.
func runGeoradiusRo(ctx *command.Ctx) { radiusOfPosition(ctx, false) }

func radiusOfPosition(ctx *command.Ctx, storeWord bool) {
	s := search{dialect: dialect{source: 1, options: 6, storeWord: storeWord}}
	s.run(ctx, func(p *command.Args) {
		s.shape.center = position(p)
		if !p.Failed() {
			s.radius(p)
		}
	})
}

// runGeoradiusbymember serves GEORADIUSBYMEMBER key member radius unit [option...].
func runGeoradiusbymember(ctx *command.Ctx) { radiusOfMember(ctx, true) }

// runGeoradiusbymemberRo serves GEORADIUSBYMEMBER_RO, which has no STORE.
func runGeoradiusbymemberRo(ctx *command.Ctx) { radiusOfMember(ctx, false) }

// radiusOfMember does not look at the radius when the key is not there.
func radiusOfMember(ctx *command.Ctx, storeWord bool) {
	s := search{dialect: dialect{source: 1, options: 5, storeWord: storeWord}}
	s.run(ctx, func(p *command.Args) {
		s.around(p)
		if s.set.Exists() && !p.Failed() {
			s.radius(p)
		}
	})
}

// runGeosearch serves GEOSEARCH key option...
func runGeosearch(ctx *command.Ctx) {
	s := search{dialect: dialect{source: 1, options: 2, named: true}}
	s.run(ctx, func(*command.Args) {})
}

// runGeosearchstore serves GEOSEARCHSTORE destination source option...
func runGeosearchstore(ctx *command.Ctx) {
	s := search{dialect: dialect{source: 2, options: 3, named: true, store: 1}}
	s.run(ctx, func(*command.Args) {})
}

// run opens the set, reads the arguments, fixed those at fixed places, and
// searches.
func (s *search) run(ctx *command.Ctx, fixed func(*command.Args)) {
	var ok bool
	if s.set, ok = zset.OpenRead(ctx, s.source); !ok {
		return
	}
	p := ctx.Parse(2)
	if fixed(&p); !p.OK() || !s.read(ctx) {
		return
	}
	var list []found
	if s.set.Exists() {
		list = s.collect()
	}
	if s.store > 0 {
		s.keep(ctx, list)
		return
	}
	s.reply(ctx, list)
}

// collect returns the members to return, in order.
func (s *search) collect() []found {
	enough := int64(0) // members after which the search may end, 0 for none
	if s.any {
		enough = s.count
	} else if s.count > 0 && s.order == unsorted {
		s.order = nearestFirst
	}
	var list []found
	ok := false
	full := func() bool { return enough > 0 && int64(len(list)) >= enough }
	s.shape.aim()
	area := covering(&s.shape)
	area.each(func(c geohash.Cell) bool {
		if full() {
			return false
		}
		lo, hi := c.Scores()
		s.set.EachByScore(zset.ScoreRange{Min: lo, Max: hi, MaxEx: true}, func(member listpack.Value, score float64) bool {
			f := found{member: member, score: score}
			if f.rough, ok = s.shape.contains(f.at()); ok {
				list = append(list, f)
			}
			return !full()
		})
		return true
	})
	return s.arrange(list)
}

// arrange sorts the members as asked for and drops those that are too many.
func (s *search) arrange(list []found) []found {
	compare := s.compare
	if s.order == farthestFirst {
		compare = func(a, b found) int { return s.compare(b, a) }
	}
	tooMany := s.count > 0 && s.count < int64(len(list))
	switch {
	case s.order == unsorted:
	case tooMany:
		partialSort(list, int(s.count), compare)
	default:
		slices.SortStableFunc(list, compare)
	}
	if tooMany {
		list = list[:s.count]
	}
	return list
}

// keep puts the members into the destination and replies with their number.
func (s *search) keep(ctx *command.Ctx, list []found) {
	members := zset.NewCollection()
	for _, f := range list {
		score := f.score
		if s.byDistance {
			score = s.units(f)
		}
		members.Add(f.member, score)
	}
	// The last digits of a distance depend on the processor.
	members.Store(ctx, s.store, s.event(), s.byDistance)
}

// event is what a search that stores its result is told of as.
func (s *search) event() string {
	if s.named {
		return "geosearchstore"
	}
	return "georadiusstore"
}

// reply writes the members, each with what was asked for.
func (s *search) reply(ctx *command.Ctx, list []found) {
	extras := 0
	for _, wanted := range []bool{s.dist, s.hash, s.coord} {
		if wanted {
			extras++
		}
	}
	ctx.Array(len(list))
	for _, f := range list {
		if extras > 0 {
			ctx.Array(extras + 1)
		}
		zset.Reply(ctx, f.member)
		if s.dist {
			replyDistance(ctx, s.units(f))
		}
		if s.hash {
			ctx.Int(int64(f.score))
		}
		if s.coord {
			replyPosition(ctx, f.at())
		}
	}
}
