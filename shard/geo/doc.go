// Package geo is the commands that see a sorted set as places on earth.
//
// # Representation
//
// There is no value of its own: a geospatial set is a sorted set (see package
// zset) whose scores are the cells of positions (see package codec/geohash), and
// every sorted set is one. A position is exact to about 0.6 m.
//
// # How a search works
//
// A shape is a circle or a box around a center. area.go finds the step at which one
// cell is about as large as the shape, so that the shape lies in the cell of its
// center and the eight around it; those that cannot contain any of it are left
// out. The members of a cell have scores in one range, which the sorted set gives
// in order; each of them is then measured.
//
//	NW │ N │ NE
//	───┼───┼───     in this order: the middle, N, S, E, W, NE, NW, SE, SW
//	 W │ ● │ E
//	───┼───┼───
//	SW │ S │ SE
//
// Members come in that order unless a search sorts them; those at the same
// distance keep it.
//
// # Distances
//
// The earth is a sphere with a radius of 6,372,797.560856 m, and distances are
// those of the haversine formula in double arithmetic. STOREDIST shows all digits
// of them, so that sines and arcsines have to be those of a C library to the last
// bit: trig.go computes them with twice the precision and rounds once, which is
// right but for some cases in a thousand. That takes time: what only has to be
// compared is computed roughly first, and exactly where that does not tell.
//
// # Complexity
//
// A search takes O(log N) for each of at most nine cells, and one measurement for
// each member in them; with ANY it ends once it has enough. Results are kept, 48
// bytes each, until they are sorted and returned. Everything else is the look-ups
// of the sorted set.
package geo
