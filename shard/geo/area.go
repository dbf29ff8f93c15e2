package geo

import "github.com/troupe-db/troupe/codec/geohash"

// mercatorMax is half the width of the world in meters, on the map that cells are
// drawn on.
const mercatorMax = 20037726.37

// The cells of a search: the one that holds the center, and those around it, in
// the order in which they are searched.
const (
	middle = iota
	north
	south
	east
	west
	northEast
	northWest
	southEast
	southWest
	cellCount
)

// cells are the cells of a search. Those that are the zero Cell are left out.
type cells [cellCount]geohash.Cell

// stepFor returns the step at which a shape that reaches so far fits a cell and
// its neighbours. Towards the poles cells are narrower than they look.
func stepFor(meters, latitude float64) uint {
	if meters == 0 {
		return geohash.MaxStep
	}
	step := -1
	for ; meters < mercatorMax; meters *= 2 {
		step++
	}
	if latitude > 66 || latitude < -66 {
		step--
		if latitude > 80 || latitude < -80 {
			step--
		}
	}
	return uint(min(max(step, 1), geohash.MaxStep))
}

// around returns the cell of p of a step and its neighbours.
func around(p geohash.Position, step uint) cells {
	c := geohash.CellOf(p, step)
	return cells{
		middle: c,
		north:  c.Neighbor(0, 1), south: c.Neighbor(0, -1), east: c.Neighbor(1, 0), west: c.Neighbor(-1, 0),
		northEast: c.Neighbor(1, 1), northWest: c.Neighbor(-1, 1),
		southEast: c.Neighbor(1, -1), southWest: c.Neighbor(-1, -1),
	}
}

// covering returns cells that hold all positions in the shape.
func covering(s *shape) cells {
	bounds := s.bounds()
	step := stepFor(s.reach(), s.center.Latitude)
	c := around(s.center, step)
	short := c[north].Area().Max.Latitude < bounds.Max.Latitude ||
		c[south].Area().Min.Latitude > bounds.Min.Latitude ||
		c[east].Area().Max.Longitude < bounds.Max.Longitude ||
		c[west].Area().Min.Longitude > bounds.Min.Longitude
	if short && step > 1 {
		step--
		c = around(s.center, step)
	}
	if step >= 2 {
		c.leaveOut(bounds)
	}
	return c
}

// leaveOut drops the neighbours on the sides on which bounds ends in the middle.
func (c *cells) leaveOut(bounds geohash.Area) {
	area := c[middle].Area()
	drop := func(list ...int) {
		for _, i := range list {
			c[i] = geohash.Cell{}
		}
	}
	if area.Min.Latitude < bounds.Min.Latitude {
		drop(south, southWest, southEast)
	}
	if area.Max.Latitude > bounds.Max.Latitude {
		drop(north, northEast, northWest)
	}
	if area.Min.Longitude < bounds.Min.Longitude {
		drop(west, southWest, northWest)
	}
	if area.Max.Longitude > bounds.Max.Longitude {
		drop(east, southEast, northEast)
	}
}

// each calls fn with the cells to search until it returns false. In a world of few
// cells neighbours meet at the back: one that is the same as the one before it is
// passed over, but for the middle.
func (c *cells) each(fn func(geohash.Cell) bool) {
	last := middle
	for i := range c {
		switch {
		case c[i] == geohash.Cell{}:
			continue
		case last != middle && c[i] == c[last]:
			continue
		case !fn(c[i]):
			return
		}
		last = i
	}
}
