package bitmap

import (
	"encoding/binary"
	"math/bits"
)

// bitAt returns the bit at an offset, 0 behind the end.
func bitAt(b []byte, offset int64) int64 {
	if offset>>3 >= int64(len(b)) {
		return 0
	}
	return int64(b[offset>>3]>>(7-offset&7)) & 1
}

// setBit sets the bit at an offset, which is not behind the end, to 0 or 1.
func setBit(b []byte, offset, bit int64) {
	shift := 7 - offset&7
	b[offset>>3] = b[offset>>3]&^(1<<shift) | byte(bit<<shift)
}

// count returns the number of bits that are set.
func count(b []byte) (n int64) {
	for ; len(b) >= 32; b = b[32:] {
		n += int64(bits.OnesCount64(binary.NativeEndian.Uint64(b)) +
			bits.OnesCount64(binary.NativeEndian.Uint64(b[8:])) +
			bits.OnesCount64(binary.NativeEndian.Uint64(b[16:])) +
			bits.OnesCount64(binary.NativeEndian.Uint64(b[24:])))
	}
	for _, c := range b {
		n += int64(bits.OnesCount8(c))
	}
	return n
}

// countBits returns the number of bits that are set from bit lo to bit hi, both
// included and in b.
func countBits(b []byte, lo, hi int64) int64 {
	first, last := lo>>3, hi>>3
	n := count(b[first : last+1])
	n -= int64(bits.OnesCount8(b[first] &^ (0xff >> (lo & 7))))
	n -= int64(bits.OnesCount8(b[last] & (0x7f >> (hi & 7))))
	return n
}

// find returns the first offset from lo to hi, both included and in b, at which
// the bit is as wanted, or -1.
func find(b []byte, lo, hi, bit int64) int64 {
	flip := byte(0)
	if bit == 0 {
		flip = 0xff
	}
	at, last := lo>>3, hi>>3
	c := (b[at] ^ flip) & (0xff >> (lo & 7))
	if c == 0 {
		at++
		at += skip(b[at:last+1], ^flip)
		if at > last {
			return -1
		}
		c = b[at] ^ flip
	}
	offset := at<<3 + int64(bits.LeadingZeros8(c))
	if offset > hi {
		return -1
	}
	return offset
}

// skip returns how many bytes at the beginning of b hold none of the bits that
// are looked for: 0x00 when others is 0xff, 0xff when it is 0.
func skip(b []byte, others byte) int64 {
	none := ^others
	words := uint64(none) * 0x0101010101010101
	i := 0
	for ; len(b)-i >= 32 && binary.NativeEndian.Uint64(b[i:]) == words && binary.NativeEndian.Uint64(b[i+8:]) == words &&
		binary.NativeEndian.Uint64(b[i+16:]) == words && binary.NativeEndian.Uint64(b[i+24:]) == words; i += 32 {
	}
	for ; len(b)-i >= 8 && binary.NativeEndian.Uint64(b[i:]) == words; i += 8 {
	}
	for ; i < len(b) && b[i] == none; i++ {
	}
	return int64(i)
}
