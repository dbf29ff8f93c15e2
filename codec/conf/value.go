package conf

import (
	"math/bits"
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/codec/quote"
)

// ParseMemory reads a number of bytes: decimal digits and one of the units
//
//	b 1   k 1000   kb 1024   m 1000^2   mb 1024^2   g 1000^3   gb 1024^3
//
// in any case, or none. No digits mean zero. A sign, a fraction, another unit
// and a number of bytes that exceeds uint64 are refused.
func ParseMemory(s string) (uint64, bool) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	unit, ok := memoryUnit(s[i:])
	if !ok {
		return 0, false
	}
	if i == 0 {
		return 0, true
	}
	n, err := strconv.ParseUint(s[:i], 10, 64)
	if err != nil {
		return 0, false
	}
	over, v := bits.Mul64(n, unit)
	return v, over == 0
}

func memoryUnit(s string) (uint64, bool) {
	switch strings.ToLower(s) {
	case "", "b":
		return 1, true
	case "k":
		return 1000, true
	case "kb":
		return 1 << 10, true
	case "m":
		return 1000 * 1000, true
	case "mb":
		return 1 << 20, true
	case "g":
		return 1000 * 1000 * 1000, true
	case "gb":
		return 1 << 30, true
	}
	return 0, false
}

// ParseBool reads yes or no, in any case.
func ParseBool(s string) (value, ok bool) {
	switch {
	case strings.EqualFold(s, "yes"):
		return true, true
	case strings.EqualFold(s, "no"):
		return false, true
	}
	return false, false
}

// ParseOctal reads a file mode: octal digits, with or without a leading zero.
func ParseOctal(s string) (int64, bool) {
	v, err := strconv.ParseUint(s, 8, 32)
	return int64(v), err == nil
}

// Quote returns s in quotes, with escapes, as CONFIG REWRITE prints strings.
func Quote(s string) string { return string(quote.Append(nil, []byte(s))) }

// Join returns args as the values of a directive, each in quotes if it has to
// be: Parse gives them back.
func Join(args ...string) string {
	var out []byte
	for i, a := range args {
		if i > 0 {
			out = append(out, ' ')
		}
		if quote.Needed([]byte(a)) {
			out = quote.Append(out, []byte(a))
		} else {
			out = append(out, a...)
		}
	}
	return string(out)
}
