package num

import (
	"encoding/binary"
	"math"
	"math/bits"
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

// AppendInt appends v in decimal. It allocates only when dst lacks the room, and room
// for maxIntLen bytes is always enough: bytes behind the text may be written, too.
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

// appendUint writes eight digits at a time. Those of the first word that are leading
// zeros are shifted out, and as many bytes behind its digits are given back.
func appendUint(dst []byte, u uint64) []byte {
	if u >= 1e8 {
		dst = appendUint(dst, u/1e8)
		return binary.LittleEndian.AppendUint64(dst, eightDigits(u%1e8)|asciiZeros)
	}
	digits := eightDigits(u)
	blank := bits.TrailingZeros64(digits|1<<56) &^ 7
	dst = binary.LittleEndian.AppendUint64(dst, (digits|asciiZeros)>>blank)
	return dst[:len(dst)-blank/8]
}

// asciiZeros makes the digits in the bytes of a word text.
const asciiZeros = 0x3030303030303030

// eightDigits returns the digits of u, which is less than 10^8, in the bytes of a word,
// the first one in the lowest. Each step divides all parts of the word at once: the
// quotient of a part stays in its lower half, the remainder goes to the upper half.
// The products by 5243>>19 and 103>>10 are the quotients by 100 and by 10 for all
// parts there can be, and the masks take away what a part spills into the one below.
func eightDigits(u uint64) uint64 {
	q := u / 10000
	w := q | (u-q*10000)<<32
	q = w * 5243 >> 19 & 0x0000007f_0000007f
	w = q | (w-q*100)<<16
	q = w * 103 >> 10 & 0x000f_000f_000f_000f
	return q | (w-q*10)<<8
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
