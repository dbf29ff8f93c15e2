package lualib

import (
	"math"
	"strconv"
	"strings"
)

// wholeMost bounds the numbers that fourteen digits can say exactly.
const wholeMost = 1e14

// formatNumber returns a number as scripts see it: fourteen significant digits,
// like %.14g of C.
func formatNumber(v float64) string {
	var space [32]byte
	return string(appendNumber(space[:0], v, 14))
}

// appendNumber appends a number like %.<precision>g of C.
func appendNumber(b []byte, v float64, precision int) []byte {
	if whole := int64(v); precision == 14 && float64(whole) == v && v > -wholeMost && v < wholeMost && (whole != 0 || !math.Signbit(v)) {
		return strconv.AppendInt(b, whole, 10)
	}
	switch {
	case math.IsNaN(v):
		if math.Signbit(v) {
			b = append(b, '-')
		}
		return append(b, "nan"...)
	case math.IsInf(v, 0):
		if v < 0 {
			b = append(b, '-')
		}
		return append(b, "inf"...)
	}
	return strconv.AppendFloat(b, v, 'g', precision, 64)
}

// truncate converts to an integer as amd64 does: toward zero, and to the
// smallest integer what does not fit or is no number.
func truncate(v float64) int64 {
	if v >= -9223372036854775808 && v < 9223372036854775808 {
		return int64(v)
	}
	return math.MinInt64
}

// unsigned converts to an unsigned integer, as amd64 compilers of C do: what is
// negative or too large for int64 wraps where it can.
func unsigned(v float64) uint64 {
	if v >= 9223372036854775808 {
		return uint64(truncate(v-9223372036854775808)) ^ 1<<63
	}
	return uint64(truncate(v))
}

// parseNumber reads a whole string as a number the way strtod of C does, with
// white space around it: decimal, hexadecimal (with or without binary exponent),
// inf and nan. Neither octal nor binary nor underscores.
func parseNumber(s string) (float64, bool) {
	s = strings.Trim(s, " \t\n\v\f\r")
	v, n := scanNumber(s)
	return v, n > 0 && n == len(s)
}

// scanNumber reads the longest number at the start of a string, and how many
// bytes it has; none if there is none. Time is linear.
func scanNumber(s string) (v float64, n int) {
	n = signs(s, 0)
	rest := s[n:]
	switch {
	case len(rest) >= 3 && strings.EqualFold(rest[:3], "inf"):
		end := n + 3
		if len(rest) >= 8 && strings.EqualFold(rest[:8], "infinity") {
			end = n + 8
		}
		return signed(s, math.Inf(1)), end
	case len(rest) >= 3 && strings.EqualFold(rest[:3], "nan"):
		return signed(s, math.NaN()), n + 3
	case len(rest) >= 3 && rest[0] == '0' && rest[1]|0x20 == 'x':
		if end := hexadecimal(s, n+2); end > 0 {
			return parseHexadecimal(s[:end]), end
		}
		return signed(s, 0), n + 1
	}
	end := decimal(s, n)
	if end == 0 {
		return 0, 0
	}
	v, err := strconv.ParseFloat(s[:end], 64)
	if err != nil && !math.IsInf(v, 0) {
		return 0, 0
	}
	return v, end
}

// signed applies the sign at the start of a text.
func signed(s string, v float64) float64 {
	if s != "" && s[0] == '-' {
		return math.Copysign(v, -1)
	}
	return v
}

// signs returns the index behind an optional sign.
func signs(s string, at int) int {
	if at < len(s) && (s[at] == '-' || s[at] == '+') {
		return at + 1
	}
	return at
}

// decimal returns the end of digits with point and exponent that begin at an
// index; 0 if there are none.
func decimal(s string, at int) int {
	end, found := run(s, at, isDigit)
	if end < len(s) && s[end] == '.' {
		more, fraction := run(s, end+1, isDigit)
		if found || fraction {
			end, found = more, true
		}
	}
	if !found {
		return 0
	}
	return exponent(s, end, 'e')
}

// hexadecimal is decimal for what follows 0x.
func hexadecimal(s string, at int) int {
	end, found := run(s, at, isHexDigit)
	if end < len(s) && s[end] == '.' {
		more, fraction := run(s, end+1, isHexDigit)
		if found || fraction {
			end, found = more, true
		}
	}
	if !found {
		return 0
	}
	return exponent(s, end, 'p')
}

// exponent returns the end of an exponent at an index, or the index.
func exponent(s string, at int, letter byte) int {
	if at >= len(s) || s[at]|0x20 != letter {
		return at
	}
	if end, found := run(s, signs(s, at+1), isDigit); found {
		return end
	}
	return at
}

// run returns the end of a run of bytes of a class.
func run(s string, at int, class func(byte) bool) (end int, found bool) {
	end = at
	for end < len(s) && class(s[end]) {
		end++
	}
	return end, end > at
}

// parseHexadecimal reads what hexadecimal has found well formed.
func parseHexadecimal(s string) float64 {
	if !strings.ContainsAny(s, "pP") {
		s += "p0" // which Go demands
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHexDigit(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// parseInBase reads a whole string as an unsigned integer in a base from 2 to 36,
// with white space around it and an optional sign, as strtoul of C does: what is
// too large becomes the largest, and a minus wraps.
func parseInBase(s string, base uint64) (float64, bool) {
	s = strings.Trim(s, " \t\n\v\f\r")
	at := signs(s, 0)
	if base == 16 && len(s) > at+2 && s[at] == '0' && s[at+1]|0x20 == 'x' && isHexDigit(s[at+2]) {
		at += 2
	}
	if at == len(s) {
		return 0, false
	}
	v, full := uint64(0), false
	for i := at; i < len(s); i++ {
		d := digit(s[i])
		if d >= base {
			return 0, false
		}
		if v > (math.MaxUint64-d)/base {
			full = true
		}
		v = v*base + d
	}
	switch {
	case full:
		v = math.MaxUint64
	case s[0] == '-':
		v = -v
	}
	return float64(v), true
}

// digit is the value of a digit, up to 35; 36 for what is none.
func digit(c byte) uint64 {
	switch {
	case isDigit(c):
		return uint64(c - '0')
	case isAlpha(c):
		return uint64(c|0x20-'a') + 10
	}
	return 36
}
