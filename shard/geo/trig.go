package geo

import "math"

// wide is a number with twice the precision of a float64: the sum of two, the
// second of which is too small to change the first.
type wide struct{ hi, lo float64 }

// sum returns x + y exactly.
func sum(x, y float64) wide {
	s := x + y
	part := s - x
	return wide{s, (x - (s - part)) + (y - part)}
}

// product returns x * y exactly.
func product(x, y float64) wide {
	p := x * y
	return wide{p, math.FMA(x, y, -p)}
}

func (a wide) add(b wide) wide {
	s := sum(a.hi, b.hi)
	return sum(s.hi, s.lo+a.lo+b.lo)
}

func (a wide) times(b wide) wide {
	p := product(a.hi, b.hi)
	return sum(p.hi, math.FMA(a.hi, b.lo, math.FMA(a.lo, b.hi, p.lo)))
}

// The coefficients of the series, of which the first need both halves.
var (
	sixth        = wide{-1.0 / 6, -9.25185853854297e-18}
	twentyFourth = wide{1.0 / 24, 2.3129646346357427e-18}
)

// halfPi is a quarter of a turn in three parts.
var halfPi = [3]float64{1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33}

// reduce returns x, at most a few turns, without the quarters of a turn in it.
func reduce(x float64) (rest wide, quarters int) {
	k := math.RoundToEven(x / halfPi[0])
	rest = product(-k, halfPi[0]).add(wide{x, 0})
	rest = rest.add(product(-k, halfPi[1]))
	return rest.add(wide{-k * halfPi[2], 0}), int(k) & 3
}

// sineNear and cosineNear are for x of at most an eighth of a turn. Beyond the terms
// in both halves, those of a float64 are exact enough.
func sineNear(x wide) wide {
	z := x.times(x)
	tail := 1.0/120 + z.hi*(-1.0/5040+z.hi*(1.0/362880+z.hi*(-1.0/39916800+
		z.hi*(1.0/6227020800+z.hi*(-1.0/1307674368000+z.hi/355687428096000)))))
	factor := sixth.add(product(z.hi, tail))
	return x.add(x.times(z).times(factor))
}

func cosineNear(x wide) wide {
	z := x.times(x)
	tail := -1.0/720 + z.hi*(1.0/40320+z.hi*(-1.0/3628800+z.hi*(1.0/479001600+
		z.hi*(-1.0/87178291200+z.hi*(1.0/20922789888000-z.hi/6402373705728000)))))
	factor := twentyFourth.add(product(z.hi, tail)).times(z)
	return wide{1, 0}.add(wide{-z.hi / 2, -z.lo / 2}.add(factor.times(z)))
}

// sine is the sine of x in both halves.
func sine(x float64) wide {
	rest, quarters := reduce(x)
	var s wide
	if quarters&1 == 0 {
		s = sineNear(rest)
	} else {
		s = cosineNear(rest)
	}
	if quarters&2 != 0 {
		s = wide{-s.hi, -s.lo}
	}
	return s
}

// sin, cos and asin are correctly rounded but for some cases in a thousand. The
// angles are at most a few turns, and x is 0 to 1.
func sin(x float64) float64 { return sine(x).hi }

func cos(x float64) float64 {
	rest, quarters := reduce(x)
	var c float64
	if quarters&1 == 0 {
		c = cosineNear(rest).hi
	} else {
		c = -sineNear(rest).hi
	}
	if quarters&2 != 0 {
		return -c
	}
	return c
}

func asin(x float64) float64 {
	y := math.Asin(x)
	c := math.Cos(y)
	if c == 0 || math.IsNaN(y) {
		return y
	}
	s := sine(y)
	return y + ((x-s.hi)-s.lo)/c
}
