package geohash

import "math"

// The limits of the world, in degrees.
const (
	MaxLongitude = 180
	MaxLatitude  = 85.05112878
)

// MaxStep is the step of the cells in which positions are kept.
const MaxStep = 26

// Position is a place on earth, in degrees.
type Position struct{ Longitude, Latitude float64 }

// Valid tells whether p is in the world.
func (p Position) Valid() bool {
	return p.Longitude >= -MaxLongitude && p.Longitude <= MaxLongitude &&
		p.Latitude >= -MaxLatitude && p.Latitude <= MaxLatitude
}

// Cell is a rectangle of the world. The zero Cell is none.
type Cell struct {
	Bits uint64
	Step uint // 1 to MaxStep
}

// CellOf returns the cell of a step that p, which is valid, lies in. A p at the
// eastern or northern limit lies in a cell just outside of the world.
func CellOf(p Position, step uint) Cell {
	return encode(p, MaxLatitude, step)
}

// encode is CellOf with latitudes up to maxLatitude.
func encode(p Position, maxLatitude float64, step uint) Cell {
	across := float64(uint64(1) << step)
	lat := (p.Latitude + maxLatitude) / (maxLatitude + maxLatitude) * across
	lon := (p.Longitude + MaxLongitude) / (MaxLongitude + MaxLongitude) * across
	return Cell{Bits: spread(uint32(lat)) | spread(uint32(lon))<<1, Step: step}
}

// OfScore returns the cell of a position that is kept as a score, and some cell
// for any other score.
func OfScore(score float64) Cell {
	const top = 1 << 63
	bits := uint64(0)
	switch {
	case math.IsNaN(score) || score < -top || math.IsInf(score, 0) && score < 0:
		bits = top
	case score < top:
		bits = uint64(int64(score))
	case score < 2*top:
		bits = uint64(int64(score-top)) + top
	}
	return Cell{Bits: bits, Step: MaxStep}
}

// Score returns the score that the cell, of step MaxStep, is kept as.
func (c Cell) Score() float64 { return float64(c.Bits) }

// Scores returns the scores of all positions in the cell: from lo up to and
// without hi.
func (c Cell) Scores() (lo, hi float64) {
	shift := 52 - 2*c.Step
	return float64(c.Bits << shift), float64((c.Bits + 1) << shift)
}

// Area is the rectangle between two corners.
type Area struct{ Min, Max Position }

// Area returns where the cell is.
func (c Cell) Area() Area {
	across := float64(uint64(1) << c.Step)
	x, y := squeeze(c.Bits>>1), squeeze(c.Bits)
	at := func(n uint32, most float64) float64 {
		return -most + float64(float64(n)/across*(most+most))
	}
	return Area{
		Min: Position{at(x, MaxLongitude), at(y, MaxLatitude)},
		Max: Position{at(x+1, MaxLongitude), at(y+1, MaxLatitude)},
	}
}

// Center returns the middle of the cell, brought into the world if it is outside.
func (c Cell) Center() Position {
	a := c.Area()
	return Position{
		Longitude: min(max((a.Min.Longitude+a.Max.Longitude)/2, -MaxLongitude), MaxLongitude),
		Latitude:  min(max((a.Min.Latitude+a.Max.Latitude)/2, -MaxLatitude), MaxLatitude),
	}
}

// Neighbor returns the cell so many cells to the east and to the north. The world
// is round both ways: north of the northernmost cells are the southernmost.
func (c Cell) Neighbor(east, north int) Cell {
	mask := uint32(1)<<c.Step - 1
	x, y := squeeze(c.Bits>>1), squeeze(c.Bits)
	if east != 0 {
		x = (x + uint32(east)) & mask
	}
	if north != 0 {
		y = (y + uint32(north)) & mask
	}
	return Cell{Bits: spread(x)<<1 | spread(y), Step: c.Step}
}

// Text returns the textual geohash of a position.
func (p Position) Text() [11]byte {
	const letters = "0123456789bcdefghjkmnpqrstuvwxyz"
	bits := encode(p, 90, MaxStep).Bits
	var text [11]byte
	for i := range text {
		index := uint64(0)
		if i < len(text)-1 { // ten letters are 50 of the 52 bits
			index = bits >> (47 - 5*i) & 31
		}
		text[i] = letters[index]
	}
	return text
}

// spread puts the bits of n at the even places (see "Interleave bits by Binary
// Magic Numbers" in Sean Anderson's Bit Twiddling Hacks).
func spread(n uint32) uint64 {
	x := uint64(n)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
	x = (x | x<<2) & 0x3333333333333333
	return (x | x<<1) & 0x5555555555555555
}

// squeeze is the reverse of spread; it ignores the odd places.
func squeeze(x uint64) uint32 {
	x &= 0x5555555555555555
	x = (x | x>>1) & 0x3333333333333333
	x = (x | x>>2) & 0x0f0f0f0f0f0f0f0f
	x = (x | x>>4) & 0x00ff00ff00ff00ff
	x = (x | x>>8) & 0x0000ffff0000ffff
	return uint32(x | x>>16)
}
