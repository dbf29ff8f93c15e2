package hll

import (
	"encoding/binary"
	"math"
)

// histogram counts the registers by their value.
type histogram [most + 1]int

// histogramOf counts the registers of a sketch. It reports false when the sketch
// is corrupt.
func histogramOf(b []byte) (h histogram, ok bool) {
	if isDense(b) {
		for at := headerBytes; at < denseBytes; at += 3 {
			for _, v := range four(b[at : at+3]) {
				h[v]++
			}
		}
		return h, true
	}
	i := 0
	for at := headerBytes; at < len(b); {
		var v uint8
		var run int
		v, run, at = opcode(b, at)
		if i += run; i > registers {
			return h, false
		}
		h[v] += run
	}
	return h, i == registers
}

// histogram counts the registers.
func (m *maxima) histogram() (h histogram) {
	for _, v := range m {
		h[v&most]++
	}
	return h
}

// estimate returns how many elements there probably were.
func (h *histogram) estimate() uint64 {
	const m = float64(registers)
	z := m * tau((m-float64(h[hashBits+1]))/m)
	for k := hashBits; k >= 1; k-- {
		z += float64(h[k])
		z *= 0.5
	}
	z += float64(m * sigma(float64(h[0])/m))
	alpha := 0.721347520444481703680 // 1 / (2 ln 2)
	e := math.Round(alpha * m * m / z)
	if !(e < math.MaxInt64) {
		return 1 << 63 // registers that no elements give; Redis's conversion ends here
	}
	return uint64(e)
}

// sigma and tau are the corrections for small and for large numbers of elements,
// series that are summed up until they do not change any more. The conversions
// keep every product rounded by itself, on all processors.
func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	y, z := 1.0, x
	for {
		x *= x
		before := z
		z += float64(x * y)
		y += y
		if z == before {
			return z
		}
	}
}

func tau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	y, z := 1.0, 1-x
	for {
		x = math.Sqrt(x)
		before := z
		y *= 0.5
		z -= float64(float64((1-x)*(1-x)) * y)
		if z == before {
			return z / 3
		}
	}
}

// cached returns the cardinality in the header of a sketch, unless it is out of
// date.
func cached(b []byte) (uint64, bool) {
	return binary.LittleEndian.Uint64(b[cardAt:]), b[headerBytes-1]&stale == 0
}

// cache writes the cardinality to the header of a sketch.
func cache(b []byte, n uint64) { binary.LittleEndian.PutUint64(b[cardAt:], n) }
