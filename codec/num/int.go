package num

import (
	"math"
	"math/bits"
	"slices"
)

// maxIntLen is the length of the longest int64 in decimal, "-9223372036854775808".
const maxIntLen = 20

// ParseInt reads a decimal int64 that fills b entirely. The only spelling of a
// value it accepts is the one AppendInt prints: no spaces, no '+', no leading
// zeros, no "-0". It reports false for anything else and for values outside
// int64.
func ParseInt(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > maxIntLen {
		return 0, false
	}
	if len(b) == 1 {
		d := b[0] - '0'
		return int64(d), d <= 9
	}
	digits, neg := b, b[0] == '-'
	if neg {
		digits = b[1:]
	}
	if digits[0] == '0' {
		return 0, false
	}
	v, ok := parseDigits(digits)
	switch {
	case !ok:
		return 0, false
	case neg:
		// The magnitude of the least int64 is one more than that of the greatest.
		return -int64(v), v <= math.MaxInt64+1
	default:
		return int64(v), v <= math.MaxInt64
	}
}

// parseDigits reads one or more decimal digits that fill b. It reports false
// for an empty b, for any other byte and for values that exceed uint64.
func parseDigits(b []byte) (uint64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	var v uint64
	for _, c := range b {
		d := c - '0'
		if d > 9 || v > math.MaxUint64/10 {
			return 0, false
		}
		v = v*10 + uint64(d)
		if v < uint64(d) {
			return 0, false
		}
	}
	return v, true
}

// ParseUint reads a decimal uint64 that fills b, as the halves of a stream ID
// are read: white space in front, leading zeros and one leading '+' are accepted,
// a minus sign, other bytes and values that exceed uint64 are not.
func ParseUint(b []byte) (uint64, bool) {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	if len(b) > 0 && b[0] == '+' {
		b = b[1:]
	}
	return parseDigits(b)
}

// isSpace tells white space as C does.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// ParseCursor reads the cursor of SCAN and its kin, with the laxity clients
// have come to know: as ParseUint, but for white space, and the empty string is 0, a byte 0 ends the
// number, and a negative number wraps around modulo 2^64.
func ParseCursor(b []byte) (uint64, bool) {
	for i, c := range b {
		if c == 0 {
			b = b[:i]
			break
		}
	}
	if len(b) == 0 {
		return 0, true
	}
	if isSpace(b[0]) {
		return 0, false
	}
	if b[0] == '-' {
		v, ok := parseDigits(b[1:])
		return -v, ok
	}
	return ParseUint(b)
}

// pairs are the numbers of two digits.
const pairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

// AppendInt appends v in decimal. It allocates only when dst lacks the room.
func AppendInt(dst []byte, v int64) []byte {
	switch {
	case v < 0:
		return appendUint(append(dst, '-'), -uint64(v))
	case v < 10:
		return append(dst, byte('0'+v))
	case v < 100:
		return append(dst, byte('0'+v/10), byte('0'+v%10))
	default:
		return appendUint(dst, uint64(v))
	}
}

// appendUint writes the digits where they belong, from the last one on.
func appendUint(dst []byte, u uint64) []byte {
	n := len(dst)
	at := n + uintLen(u)
	dst = slices.Grow(dst, at-n)[:at]
	for u >= 100 {
		at -= 2
		pair := u % 100 * 2
		u /= 100
		dst[at], dst[at+1] = pairs[pair], pairs[pair+1]
	}
	if u >= 10 {
		dst[at-2] = byte('0' + u/10)
	}
	dst[at-1] = byte('0' + u%10)
	return dst
}

// IntLen returns the number of bytes AppendInt would append for v.
func IntLen(v int64) int {
	if v < 0 {
		return 1 + uintLen(-uint64(v))
	}
	return uintLen(uint64(v))
}

// powers are the powers of ten that a uint64 can hold, and 0 in place of 1, since 0 has
// one digit, too.
var powers = func() (p [20]uint64) {
	power := uint64(1)
	for i := 1; i < len(p); i++ {
		power *= 10
		p[i] = power
	}
	return p
}()

// uintLen returns how many digits u has: its length in bits times log10(2), which
// may be one too few.
func uintLen(u uint64) int {
	n := bits.Len64(u) * 1233 >> 12
	if u >= powers[n] {
		n++
	}
	return n
}
