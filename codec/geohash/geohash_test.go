package geohash

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func drawPosition(rt *rapid.T) Position {
	return Position{
		Longitude: rapid.Float64Range(-MaxLongitude, MaxLongitude).Draw(rt, "longitude"),
		Latitude:  rapid.Float64Range(-MaxLatitude, MaxLatitude).Draw(rt, "latitude"),
	}
}

// TestKnownPlaces holds scores and texts against those of a redis-server.
func TestKnownPlaces(t *testing.T) {
	for _, c := range []struct {
		place Position
		score float64
		text  string
	}{
		{Position{13.361389, 38.115556}, 3479099956230698, "sqc8b49rny0"},
		{Position{15.087269, 37.502669}, 3479447370796909, "sqdtr74hyu0"},
		{Position{-180, -85.05112878}, 0, "00bh0hbj200"},
		{Position{180, 85.05112878}, 13510798882111488, "bp05b5048p0"},
		{Position{0, 0}, 3377699720527872, "s0000000000"},
	} {
		cell := CellOf(c.place, MaxStep)
		text := OfScore(cell.Score()).Center().Text()
		if cell.Score() != c.score || string(text[:]) != c.text {
			t.Errorf("%v: %.0f %s, want %.0f %s", c.place, cell.Score(), text, c.score, c.text)
		}
	}
}

func TestCellsHoldTheirPositions(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, step := drawPosition(rt), uint(rapid.IntRange(1, MaxStep).Draw(rt, "step"))
		cell, fine := CellOf(p, step), CellOf(p, MaxStep)
		a, size := cell.Area(), 360/math.Exp2(float64(step))
		const rounding = 1e-9
		if p.Longitude < a.Min.Longitude-rounding || p.Longitude > a.Max.Longitude+rounding ||
			p.Latitude < a.Min.Latitude-rounding || p.Latitude > a.Max.Latitude+rounding {
			rt.Fatalf("%v is not in %v", p, a)
		}
		if w := a.Max.Longitude - a.Min.Longitude; math.Abs(w-size) > rounding {
			rt.Fatalf("a cell of step %d is %v wide", step, w)
		}
		if lo, hi := cell.Scores(); fine.Score() < lo || fine.Score() >= hi {
			rt.Fatalf("score %.0f is not between %.0f and %.0f", fine.Score(), lo, hi)
		}
		if got := CellOf(fine.Center(), MaxStep); got != fine {
			rt.Fatalf("the middle of %v is in %v", fine, got)
		}
	})
}

func TestNeighbors(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, step := drawPosition(rt), uint(rapid.IntRange(1, MaxStep).Draw(rt, "step"))
		p.Longitude, p.Latitude = p.Longitude*0.999, p.Latitude*0.999
		cell := CellOf(p, step)
		for east := -1; east <= 1; east++ {
			for north := -1; north <= 1; north++ {
				n := cell.Neighbor(east, north)
				if n.Neighbor(-east, -north) != cell {
					rt.Fatalf("%v by %d, %d and back is not itself", cell, east, north)
				}
				a, b := cell.Area(), n.Area()
				if east == 1 && b.Min.Longitude != a.Max.Longitude && b.Min.Longitude != -MaxLongitude {
					rt.Fatalf("%v is not east of %v", b, a)
				}
				if north == -1 && b.Max.Latitude != a.Min.Latitude && b.Max.Latitude < MaxLatitude-1e-6 {
					rt.Fatalf("%v is not south of %v", b, a)
				}
			}
		}
	})
}

// TestAnyScore checks that scores which are no position lead to some place in the
// world all the same.
func TestAnyScore(t *testing.T) {
	for _, score := range []float64{
		math.Inf(1), math.Inf(-1), math.NaN(), -1, -1e300, 1e300, 1 << 52, 1 << 63, 1.5e19, 3.7, math.MaxFloat64, math.Copysign(0, -1),
	} {
		if p := OfScore(score).Center(); !p.Valid() {
			t.Errorf("%v leads to %v", score, p)
		}
	}
}

func TestSpread(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x, y := rapid.Uint32().Draw(rt, "x"), rapid.Uint32().Draw(rt, "y")
		both := spread(x) | spread(y)<<1
		if squeeze(both) != x || squeeze(both>>1) != y {
			rt.Fatalf("%x and %x became %x", x, y, both)
		}
	})
}
