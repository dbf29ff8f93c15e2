// Package geohash turns positions on earth into numbers that sort near what is
// near, and back.
//
// A cell of step s is one of 4^s rectangles: the longitudes of the world are cut
// in half s times, and so are the latitudes. Its number interleaves the bits of
// the two, longitude first:
//
//	bit   2s-1  2s-2  …  3    2    1    0
//	      lon   lat      lon  lat  lon  lat
//	      └ first cut ┘            └ last ┘
//
// A position is kept as its cell of step 26, 52 bits, about 0.6 m wide: a float64
// holds it exactly, so that it can be the score of a sorted set. All positions in a
// larger cell have scores in one range, see Scores.
//
// The world is -180 to 180 degrees of longitude and, as in web maps, -85.05112878
// to 85.05112878 degrees of latitude. The textual geohash (geohash.org) cuts
// latitudes from -90 to 90, so that Text converts; it has 11 letters for 55 bits, of
// which the last is always zero here.
//
// # Complexity
//
// Everything is O(1) and allocates nothing. Results are those of IEEE double
// arithmetic, operation by operation, on every processor.
package geohash
