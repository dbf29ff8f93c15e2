package num

import (
	"math/bits"
	"strconv"
)

// LongDouble is a number in the x87 80-bit extended format: 64 bits of
// mantissa, exponents to 16383. The zero value is 0. It is a plain value.
//
// Numbers below the format's normal range keep their full precision here; the
// printed form has 17 decimals, so the difference cannot be seen.
type LongDouble struct {
	// mant has its top bit set, or is zero, and then exp is zero too.
	mant uint64
	// exp scales: the magnitude is mant * 2^exp. exp <= maxLongExp.
	exp int32
	neg bool
	// kind tells infinities and NaN from numbers; mant means nothing for them.
	kind longKind
}

type longKind uint8

const (
	longFinite longKind = iota
	longInf
	longNaN
)

const (
	// maxLongText is the first length of text that is refused.
	maxLongText = 5 * 1024
	// maxLongExp is the greatest exp: 16383 for a mantissa read as 1.xxx.
	maxLongExp = 16383 - 63
	// minLongExp is the least exp whose value does not round to the format's
	// zero; at it, only the least mantissa does.
	minLongExp = -16446 - 63
	// maxFastTen is the greatest power of five in pow5.
	maxFastTen = 27
)

// LongDoubleFromInt returns v, exactly.
func LongDoubleFromInt(v int64) LongDouble {
	u := uint64(v)
	if v < 0 {
		u = -u
	}
	return roundLong(v < 0, 0, u, 0, false)
}

// Finite reports whether x is neither infinite nor NaN.
func (x LongDouble) Finite() bool { return x.kind == longFinite }

// Add returns x + y rounded to nearest, ties to even; a sum that is too large
// is infinite, and infinities of opposite sign give NaN.
func (x LongDouble) Add(y LongDouble) LongDouble {
	switch {
	case x.kind != longFinite || y.kind != longFinite:
		return addSpecial(x, y)
	case y.mant == 0:
		return x
	case x.mant == 0:
		return y
	}
	if x.exp < y.exp || x.exp == y.exp && x.mant < y.mant {
		x, y = y, x
	}
	// Both mantissas stand in 128 bits below the top one, so that their sum
	// cannot overflow; y is then moved to the exponent of x.
	xhi, xlo := x.mant>>1, x.mant<<63
	yhi, ylo, sticky := shiftRight(y.mant>>1, y.mant<<63, uint(x.exp-y.exp))
	exp := x.exp - 63
	if x.neg == y.neg {
		lo, carry := bits.Add64(xlo, ylo, 0)
		hi, _ := bits.Add64(xhi, yhi, carry)
		return roundLong(x.neg, hi, lo, exp, sticky)
	}
	// Bits of y that were shifted out make the difference smaller by less than
	// one unit: borrow the unit and say that something is left of it.
	var borrow uint64
	if sticky {
		borrow = 1
	}
	lo, borrow := bits.Sub64(xlo, ylo, borrow)
	hi, _ := bits.Sub64(xhi, yhi, borrow)
	if hi|lo == 0 {
		return LongDouble{}
	}
	return roundLong(x.neg, hi, lo, exp, sticky)
}

func addSpecial(x, y LongDouble) LongDouble {
	switch {
	case x.kind == longNaN || y.kind == longNaN:
		return LongDouble{kind: longNaN}
	case x.kind == longInf && y.kind == longInf && x.neg != y.neg:
		return LongDouble{kind: longNaN}
	case x.kind == longInf:
		return x
	default:
		return y
	}
}

// shiftRight moves hi:lo right by n bits and reports whether a set bit was
// lost.
func shiftRight(hi, lo uint64, n uint) (rhi, rlo uint64, sticky bool) {
	switch {
	case n == 0:
		return hi, lo, false
	case n < 64:
		return hi >> n, hi<<(64-n) | lo>>n, lo<<(64-n) != 0
	case n < 128:
		// A shift by 64 or more bits gives zero, as is wanted for n == 64.
		return 0, hi >> (n - 64), lo != 0 || hi<<(128-n) != 0
	default:
		return 0, 0, hi|lo != 0
	}
}

// roundLong returns hi:lo * 2^exp, rounded. sticky says that the exact value is
// larger by less than one unit of lo; hi:lo then has at least 66 significant
// bits, so that the rounding bit is among them.
func roundLong(neg bool, hi, lo uint64, exp int32, sticky bool) LongDouble {
	if hi == 0 {
		hi, lo, exp = lo, 0, exp-64
	}
	if hi == 0 {
		return LongDouble{neg: neg}
	}
	if n := bits.LeadingZeros64(hi); n > 0 {
		hi, lo, exp = hi<<n|lo>>(64-n), lo<<n, exp-int32(n)
	}
	exp += 64
	const half = 1 << 63
	if lo > half || lo == half && (sticky || hi&1 == 1) {
		hi++
		if hi == 0 {
			hi, exp = half, exp+1
		}
	}
	if exp > maxLongExp {
		return LongDouble{neg: neg, kind: longInf}
	}
	return LongDouble{neg: neg, mant: hi, exp: exp}
}

// Append appends x in fixed notation with up to 17 decimals, correctly rounded,
// without trailing zeros and without a sign on zero. Magnitudes from 2^64 on
// take time and memory quadratic in their up to 4933 digits.
func (x LongDouble) Append(dst []byte) []byte {
	switch {
	case x.kind == longNaN:
		return append(dst, "nan"...)
	case x.kind == longInf && x.neg:
		return append(dst, "-inf"...)
	case x.kind == longInf:
		return append(dst, "inf"...)
	case x.exp > 0:
		return x.appendBig(dst)
	}
	whole, frac := x.decimals()
	if x.neg && whole|frac != 0 {
		dst = append(dst, '-')
	}
	dst = strconv.AppendUint(dst, whole, 10)
	if frac == 0 {
		return dst
	}
	dst = append(dst, '.')
	for unit := uint64(tenTo17 / 10); frac != 0; unit /= 10 {
		dst = append(dst, byte('0'+frac/unit))
		frac %= unit
	}
	return dst
}

const (
	tenTo17  = 100_000_000_000_000_000
	fiveTo17 = 762_939_453_125
)

// decimals returns the parts of |x| before and after the point, the second in
// units of 10^-17, rounded to nearest with ties to even. It requires exp <= 0.
func (x LongDouble) decimals() (whole, frac uint64) {
	// |x| * 10^17 = mant * 5^17 * 2^(exp+17), and the product fits 104 bits.
	hi, lo := bits.Mul64(x.mant, fiveTo17)
	if s := x.exp + 17; s >= 0 {
		hi, lo = hi<<uint(s)|lo>>uint(64-s), lo<<uint(s)
	} else {
		hi, lo = shiftRound(hi, lo, uint(-s))
	}
	// The whole part is below 2^64, since exp <= 0: hi < 10^17.
	return bits.Div64(hi, lo, tenTo17)
}

// shiftRound divides hi:lo by 2^n, rounding to nearest with ties to even.
// n >= 1, and hi:lo is below 2^127.
func shiftRound(hi, lo uint64, n uint) (rhi, rlo uint64) {
	hi, lo, sticky := shiftRight(hi, lo, n-1)
	odd := lo & 1
	lo = lo>>1 | hi<<63
	hi >>= 1
	if odd == 1 && (sticky || lo&1 == 1) {
		var carry uint64
		lo, carry = bits.Add64(lo, 1, 0)
		hi += carry
	}
	return hi, lo
}
