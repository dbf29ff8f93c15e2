package num

import (
	"math/big"
	"math/bits"
)

// pow5 returns 5^n, for n from 0 to maxFastTen, which all fit 64 bits.
func pow5(n int) uint64 {
	v := uint64(1)
	for ; n > 0; n-- {
		v *= 5
	}
	return v
}

// ParseLongDouble reads a number that fills b, in the grammar of ParseFloat and
// correctly rounded. Texts of 5120 bytes or more are refused, and so are NaN,
// numbers too large for the format and those that round to zero without being
// zero. Infinities are accepted: test the sum with Finite.
func ParseLongDouble(b []byte) (LongDouble, bool) {
	if len(b) >= maxLongText {
		return LongDouble{}, false
	}
	form := classify(b)
	neg := signOf(b) < 0
	switch {
	case form == formInvalid:
		return LongDouble{}, false
	case form == formInf:
		return LongDouble{neg: neg, kind: longInf}, true
	case allZero(b, form):
		return LongDouble{neg: neg}, true
	}
	var x LongDouble
	var ok bool
	if form == formHex {
		x, ok = parseLongHex(b)
	} else {
		x, ok = parseLongDecimal(scanDecimal(b))
	}
	if !ok || x.kind != longFinite {
		return LongDouble{}, false
	}
	if x.exp < minLongExp || x.exp == minLongExp && x.mant == 1<<63 {
		return LongDouble{}, false
	}
	return x, true
}

// decimal is a scanned decimal number: the digits of text, without the point,
// times 10^exp.
type decimal struct {
	neg  bool
	text []byte // sign, digits, point; the exponent is cut off
	// mant is the value of the digits if they fit, which exact tells.
	mant   uint64
	exact  bool
	digits int // significant digits: leading zeros do not count
	exp    int
}

// maxExponent bounds what is read of an exponent; it is far outside the format
// even after the point has moved by the longest text.
const maxExponent = 1 << 20

// scanDecimal takes apart a text that classify called decimal.
func scanDecimal(b []byte) decimal {
	d := decimal{neg: signOf(b) < 0, text: b, exact: true}
	point := false
	i := len(b) - len(trimSign(b))
	for ; i < len(b) && b[i]|0x20 != 'e'; i++ {
		if b[i] == '.' {
			point = true
			continue
		}
		if point {
			d.exp--
		}
		if d.digits == 0 && b[i] == '0' {
			continue
		}
		d.digits++
		d.exact = d.digits <= 19
		d.mant = d.mant*10 + uint64(b[i]-'0')
	}
	d.text = b[:i]
	if i == len(b) {
		return d
	}
	sign, exp := signOf(b[i+1:]), 0
	for _, c := range trimSign(b[i+1:]) {
		exp = min(exp*10+int(c-'0'), maxExponent)
	}
	d.exp += sign * exp
	return d
}

// parseLongDecimal computes a non-zero decimal. With at most 19 digits and a
// power of ten within 10^27 two machine words hold everything exactly.
func parseLongDecimal(d decimal) (LongDouble, bool) {
	switch {
	case !d.exact || d.exp > maxFastTen || d.exp < -maxFastTen:
		return parseLongExact(d)
	case d.exp >= 0:
		hi, lo := bits.Mul64(d.mant, pow5(d.exp))
		return roundLong(d.neg, hi, lo, int32(d.exp), false), true
	}
	m, by := d.mant, pow5(-d.exp)
	ms, bs := bits.LeadingZeros64(m), bits.LeadingZeros64(by)
	m, by = m<<ms, by<<bs
	// hi:lo = floor(m * 2^127 / by), long division by one word in two steps.
	hi, rest := bits.Div64(m>>1, m<<63, by)
	lo, rest := bits.Div64(rest, 0, by)
	return roundLong(d.neg, hi, lo, int32(bs-ms-127+d.exp), rest != 0), true
}

// parseLongExact computes any non-zero decimal over math/big. Whatever is
// outside the range of the format is refused before a number is built, so that
// its size is bounded by the text and by the range.
func parseLongExact(d decimal) (LongDouble, bool) {
	if top := d.digits + d.exp; top > 4935 || top < -4960 {
		return LongDouble{}, false
	}
	digits := make([]byte, 0, len(d.text))
	for _, c := range trimSign(d.text) {
		if c != '.' {
			digits = append(digits, c)
		}
	}
	m, ok := new(big.Int).SetString(string(digits), 10)
	if !ok {
		return LongDouble{}, false
	}
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(d.exp, -d.exp))), nil)
	f := new(big.Float).SetPrec(64).SetMode(big.ToNearestEven)
	if d.exp >= 0 {
		f.SetInt(m.Mul(m, ten))
	} else {
		// SetInt takes the precision of its argument where none is set, so both
		// operands are exact and only the quotient is rounded.
		f.Quo(new(big.Float).SetInt(m), new(big.Float).SetInt(ten))
	}
	return fromBig(d.neg, f)
}

// parseLongHex reads a text that classify called hexadecimal. Its exponent is
// binary, so that math/big rounds it once only.
func parseLongHex(b []byte) (LongDouble, bool) {
	text := string(trimSign(b))
	if !hasByte(b, 'p') {
		text += "p0"
	}
	f, _, err := big.ParseFloat(text, 0, 64, big.ToNearestEven)
	if err != nil {
		return LongDouble{}, false
	}
	return fromBig(signOf(b) < 0, f)
}

// fromBig converts f, which is not negative and has a precision of 64 bits.
func fromBig(neg bool, f *big.Float) (LongDouble, bool) {
	if f.Sign() == 0 || f.IsInf() {
		return LongDouble{}, false
	}
	mant := new(big.Float)
	exp := f.MantExp(mant) - 64
	if exp > maxLongExp || exp < minLongExp {
		return LongDouble{}, false
	}
	u, _ := mant.SetMantExp(mant, 64).Uint64()
	return LongDouble{neg: neg, mant: u, exp: int32(exp)}, true
}

// appendBig appends x, a whole number because exp > 0.
func (x LongDouble) appendBig(dst []byte) []byte {
	n := new(big.Int).SetUint64(x.mant)
	n.Lsh(n, uint(x.exp))
	if x.neg {
		dst = append(dst, '-')
	}
	return n.Append(dst, 10)
}
