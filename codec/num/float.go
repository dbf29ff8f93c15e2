package num

import (
	"math"
	"strconv"
)

// ParseFloat reads a float64 that fills b: an optional sign, then decimal
// digits with an optional fraction and exponent, or a hexadecimal number after
// "0x", or "inf" or "infinity" in any case. Spaces, the empty string, NaN,
// numbers too large for a float64 and numbers that round to zero without being
// zero are refused. Subnormal numbers are accepted. It allocates for texts over
// 32 bytes and for refused ones only.
func ParseFloat(b []byte) (float64, bool) {
	if v, ok := parseSmallFloat(b); ok {
		return v, true
	}
	form := classify(b)
	switch form {
	case formInvalid:
		return 0, false
	case formInf:
		return math.Inf(signOf(b)), true
	}
	v, err := parseFloatText(b, form)
	if err != nil {
		return 0, false
	}
	if v == 0 && !allZero(b, form) {
		return 0, false
	}
	return v, true
}

// parseFloatText hands a text that classify accepted to strconv, which
// requires a binary exponent on hexadecimal numbers where C does not.
func parseFloatText(b []byte, form numberForm) (float64, error) {
	if form == formHex && !hasByte(b, 'p') {
		return strconv.ParseFloat(string(b)+"p0", 64)
	}
	return strconv.ParseFloat(string(b), 64)
}

// parseSmallFloat is the fast path: integers of at most 15 digits, which are
// exact as a float64.
func parseSmallFloat(b []byte) (float64, bool) {
	if len(b) == 0 || len(b) > 15 {
		return 0, false
	}
	digits, neg := b, b[0] == '-'
	if neg {
		digits = b[1:]
	}
	v, ok := parseDigits(digits)
	if neg {
		return -float64(v), ok
	}
	return float64(v), ok
}

// numberForm is what a text is, before its value is computed.
type numberForm uint8

const (
	formInvalid numberForm = iota
	formDecimal
	formHex
	formInf
)

// classify decides whether b is a whole number in the grammar of strtod and
// which kind. NaN counts as invalid.
func classify(b []byte) numberForm {
	s := trimSign(b)
	if equalFold(s, "inf") || equalFold(s, "infinity") {
		return formInf
	}
	form, exponent := formDecimal, byte('e')
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		form, exponent, s = formHex, 'p', s[2:]
	}
	i, digits := 0, 0
	for dot := false; i < len(s); i++ {
		if s[i] == '.' && !dot {
			dot = true
			continue
		}
		if !isDigit(s[i], form) {
			break
		}
		digits++
	}
	if digits == 0 {
		return formInvalid
	}
	if i == len(s) {
		return form
	}
	if s[i]|0x20 != exponent {
		return formInvalid
	}
	s = trimSign(s[i+1:])
	if len(s) == 0 {
		return formInvalid
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return formInvalid
		}
	}
	return form
}

// allZero reports whether every digit before the exponent of a text that
// classify accepted is zero, so that its value is zero exactly.
func allZero(b []byte, form numberForm) bool {
	s := trimSign(b)
	if form == formHex {
		s = s[2:]
	}
	for _, c := range s {
		if c == '.' || c == '0' {
			continue
		}
		return !isDigit(c, form)
	}
	return true
}

func isDigit(c byte, form numberForm) bool {
	if c >= '0' && c <= '9' {
		return true
	}
	return form == formHex && c|0x20 >= 'a' && c|0x20 <= 'f'
}

func trimSign(b []byte) []byte {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		return b[1:]
	}
	return b
}

func signOf(b []byte) int {
	if len(b) > 0 && b[0] == '-' {
		return -1
	}
	return 1
}

// hasByte reports whether b holds the lower-case letter c in either case.
func hasByte(b []byte, c byte) bool {
	for _, x := range b {
		if x|0x20 == c {
			return true
		}
	}
	return false
}

// equalFold reports whether b is the lower-case word in any mix of cases.
func equalFold(b []byte, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i, c := range b {
		if c|0x20 != word[i] {
			return false
		}
	}
	return true
}

// AppendFloat appends f as replies print a double: the shortest of fixed and
// exponent form with 17 significant digits and no trailing zeros, so that
// reading it back gives f. Infinities are "inf" and "-inf"; NaN, which no
// stored value may be, is "nan". It allocates only when dst lacks the room.
func AppendFloat(dst []byte, f float64) []byte {
	// Integers below 2^53 have at most 16 digits and print as they are. The
	// comparison fails for fractions, infinities, NaN; minus zero has a sign.
	if i := int64(f); float64(i) == f && i > -1<<53 && i < 1<<53 && (i != 0 || !math.Signbit(f)) {
		return AppendInt(dst, i)
	}
	switch {
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	case math.IsNaN(f):
		return append(dst, "nan"...)
	}
	return strconv.AppendFloat(dst, f, 'g', 17, 64)
}
