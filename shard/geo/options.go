package geo

import (
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/zset"
)

// order is how the members that a search finds are sorted.
type order int8

const (
	unsorted order = iota
	nearestFirst
	farthestFirst
)

// dialect is what the commands differ in.
type dialect struct {
	source    int  // argument that names the set
	options   int  // argument of the first option
	store     int  // argument that names the destination, 0 for none
	named     bool // the options say around what and how far: GEOSEARCH and GEOSEARCHSTORE
	storeWord bool // STORE and STOREDIST name a destination: GEORADIUS and GEORADIUSBYMEMBER
}

// search is what a client asks for.
type search struct {
	dialect
	set    zset.Value
	shape  shape
	length float64 // of the unit, in meters

	member, place, circle, box bool // options that were given
	coord, dist, hash          bool // what to return with each member
	byDistance                 bool // the scores of the destination are distances
	any                        bool // any count members will do
	count                      int64
	order                      order
}

// read reads all options and reports false after it has replied with an error.
func (s *search) read(ctx *command.Ctx) bool {
	p := ctx.Parse(s.options)
	for p.More() {
		switch {
		case s.readReply(&p):
		case s.named && s.readShape(&p):
		case s.storeWord && p.IsWith("STORE", 1):
			s.store, s.byDistance = p.Index(), false
			p.Skip(1)
		case s.storeWord && p.IsWith("STOREDIST", 1):
			s.store, s.byDistance = p.Index(), true
			p.Skip(1)
		case s.named && s.store > 0 && p.Is("STOREDIST"):
			s.byDistance = true
		default:
			p.Syntax()
		}
	}
	s.check(ctx, &p)
	return p.Done()
}

// readReply reads an option about what is returned.
func (s *search) readReply(p *command.Args) bool {
	switch {
	case p.Is("WITHDIST"):
		s.dist = true
	case p.Is("WITHHASH"):
		s.hash = true
	case p.Is("WITHCOORD"):
		s.coord = true
	case p.Is("ANY"):
		s.any = true
	case p.Is("ASC"):
		s.order = nearestFirst
	case p.Is("DESC"):
		s.order = farthestFirst
	case p.IsWith("COUNT", 1):
		if s.count = p.Int(); s.count <= 0 {
			p.Fail(command.ErrSweepCount)
		}
	default:
		return false
	}
	return true
}

// readShape reads an option of GEOSEARCH about where to look.
func (s *search) readShape(p *command.Args) bool {
	switch {
	case !s.place && p.IsWith("FROMMEMBER", 1):
		s.member = true
		s.around(p)
	case !s.member && p.IsWith("FROMLONLAT", 2):
		s.place = true
		s.shape.center = position(p)
	case !s.box && p.IsWith("BYRADIUS", 2):
		s.circle = true
		s.radius(p)
	case !s.circle && p.IsWith("BYBOX", 3):
		s.box = true
		s.sides(p)
	default:
		return false
	}
	return true
}

// around reads a member to look around. A set that is not there has none, and
// nothing will be looked for.
func (s *search) around(p *command.Args) {
	name := p.Bytes()
	if !s.set.Exists() {
		return
	}
	at, ok := find(&s.set, name)
	if !ok {
		p.Fail(command.ErrCenterMember)
	}
	s.shape.center = at
}

// radius reads a radius and its unit.
func (s *search) radius(p *command.Args) {
	r := length(p, command.ErrRadiusNotNumber)
	if r < 0 {
		p.Fail(command.ErrRadiusNegative)
	}
	s.length = unit(p)
	s.shape.radius = r * s.length
}

// sides reads a width, a height and their unit.
func (s *search) sides(p *command.Args) {
	w, h := length(p, command.ErrWidthNotNumber), length(p, command.ErrHeightNotNumber)
	if w < 0 || h < 0 {
		p.Fail(command.ErrBoxNegative)
	}
	s.length = unit(p)
	s.shape.box, s.shape.width, s.shape.height = true, w*s.length, h*s.length
}

func length(p *command.Args, refusal string) float64 {
	n, ok := num.ParseFloat(p.Bytes())
	if !ok {
		p.Fail(refusal)
	}
	return n
}

// check refuses options that do not go together, and shapes that are not said.
func (s *search) check(ctx *command.Ctx, p *command.Args) {
	if p.Failed() {
		return
	}
	switch {
	case s.store > 0 && (s.coord || s.dist || s.hash) && s.named:
		p.Fail(command.ErrGeosearchStore)
	case s.store > 0 && (s.coord || s.dist || s.hash):
		p.Fail(command.ErrGeoradiusStore)
	case s.named && !s.member && !s.place:
		p.Fail(command.NoCenter(ctx.Args[0]))
	case s.named && !s.circle && !s.box:
		p.Fail(command.NoShape(ctx.Args[0]))
	case s.any && s.count == 0:
		p.Fail(command.ErrAnyWithoutCount)
	}
}
