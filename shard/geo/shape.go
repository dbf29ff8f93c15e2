package geo

import (
	"math"

	"github.com/troupe-db/troupe/codec/geohash"
)

// earthRadius is in meters.
const earthRadius = 6372797.560856

// degree is one in radians. Both numbers are rounded before they are divided.
const degree = float64(math.Pi) / 180

func radians(degrees float64) float64 { return degrees * degree }
func degrees(radians float64) float64 { return radians / degree }

// distance returns the meters between two positions. The conversions keep every
// product rounded by itself, on all processors.
func distance(a, b geohash.Position) float64 {
	v := sin((radians(b.Longitude) - radians(a.Longitude)) / 2)
	if v == 0 {
		return distanceNorth(a.Latitude, b.Latitude)
	}
	lat1, lat2 := radians(a.Latitude), radians(b.Latitude)
	u := sin((lat2 - lat1) / 2)
	h := float64(u*u) + float64(float64(float64(cos(lat1)*cos(lat2))*v)*v)
	return 2 * earthRadius * asin(math.Sqrt(min(h, 1)))
}

// distanceNorth returns the meters between two latitudes.
func distanceNorth(a, b float64) float64 {
	return earthRadius * math.Abs(radians(b)-radians(a))
}

// shape is what a search looks in, in meters: a circle, or a box with sides along
// the degrees.
type shape struct {
	center        geohash.Position
	box           bool
	radius        float64 // of a circle
	width, height float64 // of a box
	cosine        float64 // of the center's latitude, roughly; set by aim
}

// aim prepares the shape, whose center is known, for contains.
func (s *shape) aim() { s.cosine = math.Cos(radians(s.center.Latitude)) }

// rough returns about how far p is from the center: much faster than distance, and
// off by less than a tenth of nearly and least.
func (s *shape) rough(p geohash.Position) float64 {
	u := math.Sin((radians(p.Latitude) - radians(s.center.Latitude)) / 2)
	v := math.Sin((radians(p.Longitude) - radians(s.center.Longitude)) / 2)
	h := u*u + s.cosine*math.Cos(radians(p.Latitude))*v*v
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))
}

// roughEast is rough for the part of the way along the latitude of p.
func (s *shape) roughEast(p geohash.Position) float64 {
	v := math.Sin((radians(p.Longitude) - radians(s.center.Longitude)) / 2)
	return 2 * earthRadius * math.Asin(math.Abs(v)*math.Cos(radians(p.Latitude)))
}

// nearly is the share by which two rough distances must differ to be known to
// differ, and least the meters. Halfway round the earth the arcsine leaves no more
// digits than that.
const (
	nearly = 1e-7
	least  = 1e-6
)

// compareRough compares distances by rough ones, and reports false when it takes
// exact ones to tell.
func compareRough(a, b float64) (order int, ok bool) {
	switch margin := nearly*max(a, b) + least; {
	case a < b-margin:
		return -1, true
	case a > b+margin:
		return 1, true
	}
	return 0, false
}

// contains tells whether p is in the shape, and roughly how far from its center.
func (s *shape) contains(p geohash.Position) (rough float64, ok bool) {
	if !s.box {
		if north := distanceNorth(p.Latitude, s.center.Latitude); north > s.radius+nearly*north+least {
			return 0, false
		}
		rough = s.rough(p)
		if order, ok := compareRough(rough, s.radius); ok {
			return rough, order < 0
		}
		return rough, distance(s.center, p) <= s.radius
	}
	if distanceNorth(p.Latitude, s.center.Latitude) > s.height/2 {
		return 0, false
	}
	order, ok := compareRough(s.roughEast(p), s.width/2)
	if !ok && distance(p, geohash.Position{Longitude: s.center.Longitude, Latitude: p.Latitude}) > s.width/2 {
		order = 1
	}
	if order > 0 {
		return 0, false
	}
	return s.rough(p), true
}

// reach returns how far the shape goes from its center, at most.
func (s *shape) reach() float64 {
	if !s.box {
		return s.radius
	}
	w, h := s.width/2, s.height/2
	return math.Sqrt(float64(w*w) + float64(h*h))
}

// bounds returns an area that holds the shape, nearly: it is as wide as the shape
// is at its end next to the pole.
func (s *shape) bounds() geohash.Area {
	w, h := s.radius, s.radius
	if s.box {
		w, h = s.width/2, s.height/2
	}
	at := s.center
	north := degrees(h / earthRadius)
	far := at.Latitude + north
	if at.Latitude < 0 {
		far = at.Latitude - north
	}
	east := degrees(w / earthRadius / cos(radians(far)))
	return geohash.Area{
		Min: geohash.Position{Longitude: at.Longitude - east, Latitude: at.Latitude - north},
		Max: geohash.Position{Longitude: at.Longitude + east, Latitude: at.Latitude + north},
	}
}
