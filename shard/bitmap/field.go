package bitmap

import (
	"encoding/binary"
	"math"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// kind is the type of a field: its width in bits and whether it has a sign. A
// signed field has 1 to 64 bits, an unsigned one 1 to 63.
type kind struct {
	width  int64
	signed bool
}

// parseKind reads a type such as i16 or u8.
func parseKind(p *command.Args) kind {
	b := p.Bytes()
	k, most := kind{}, int64(63)
	if len(b) > 0 && b[0] == 'i' {
		k.signed, most = true, 64
	}
	if len(b) > 0 && (k.signed || b[0] == 'u') {
		k.width, _ = num.ParseInt(b[1:])
	}
	if k.width < 1 || k.width > most {
		p.Fail(command.ErrBitfieldType)
		return kind{width: 1}
	}
	return k
}

// load returns the field at a bit offset; what lies behind the end of b is zero.
func (k kind) load(b []byte, offset int64) int64 {
	var window [16]byte // nine bytes hold any field
	if at := offset >> 3; at < int64(len(b)) {
		copy(window[:9], b[at:])
	}
	high := binary.BigEndian.Uint64(window[:])
	if shift := offset & 7; shift > 0 {
		high = high<<shift | uint64(window[8])>>(8-shift)
	}
	if k.signed {
		return int64(high) >> (64 - k.width)
	}
	return int64(high >> (64 - k.width))
}

// store writes the field at a bit offset, all of which lies in b.
func (k kind) store(b []byte, offset, value int64) {
	for left := k.width; left > 0; {
		shift := offset & 7
		n := min(8-shift, left) // bits of this byte
		left -= n
		mask := byte(0xff>>(8-n)) << (8 - shift - n)
		part := byte(value>>left) << (8 - shift - n)
		b[offset>>3] = b[offset>>3]&^mask | part&mask
		offset += n
	}
}

// limits returns the smallest and the greatest value of the field.
func (k kind) limits() (lo, hi int64) {
	if k.signed {
		hi = math.MaxInt64 >> (64 - k.width)
		return -hi - 1, hi
	}
	return 0, math.MaxInt64 >> (63 - k.width)
}

// wrap cuts a value down to the bits of the field.
func (k kind) wrap(value int64) int64 {
	high := value << (64 - k.width)
	if k.signed {
		return high >> (64 - k.width)
	}
	return int64(uint64(high) >> (64 - k.width))
}

// overflow is what happens to a value that does not fit its field.
type overflow uint8

const (
	overflowWrap overflow = iota
	overflowSaturate
	overflowFail
)

// add returns value + by as the field holds it; value fits the field. It reports
// false when the sum does not fit and o says to fail.
func (k kind) add(value, by int64, o overflow) (int64, bool) {
	lo, hi := k.limits()
	above := by > 0 && value > hi-by
	below := by < 0 && (value >= 0 && value+by < lo || value < 0 && value < lo-by) // neither side overflows
	return k.settle(value+by, above, below, o)
}

// fit returns value as the field holds it. Two kinds of values count as too great
// although they are negative: all of them for an unsigned field, and for a signed
// one those so far away from its greatest value that 64 bits do not hold the
// distance, with which Redis finds out.
func (k kind) fit(value int64, o overflow) (int64, bool) {
	lo, hi := k.limits()
	above := value > hi || hi-value < 0 && k.width < 64 || !k.signed && value < 0
	return k.settle(value, above, value < lo, o)
}

func (k kind) settle(value int64, above, below bool, o overflow) (int64, bool) {
	if !above && !below {
		return value, true
	}
	lo, hi := k.limits()
	switch {
	case o == overflowFail:
		return 0, false
	case o == overflowWrap:
		return k.wrap(value), true
	case above:
		return hi, true
	default:
		return lo, true
	}
}
