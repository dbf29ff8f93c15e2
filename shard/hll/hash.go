package hll

import (
	"encoding/binary"
	"math/bits"
)

// hashSeed is the seed with which all sketches hash their elements.
const hashSeed = 0xadc83b19

// hash is MurmurHash64A (Austin Appleby, 2008) of an element.
func hash(b []byte) uint64 {
	const (
		m = 0xc6a4a7935bd1e995
		r = 47
	)
	h := uint64(hashSeed) ^ uint64(len(b))*m
	for ; len(b) >= 8; b = b[8:] {
		k := binary.LittleEndian.Uint64(b) * m
		k ^= k >> r
		h = (h ^ k*m) * m
	}
	if len(b) > 0 {
		var tail [8]byte
		copy(tail[:], b)
		h = (h ^ binary.LittleEndian.Uint64(tail[:])) * m
	}
	h = (h ^ h>>r) * m
	return h ^ h>>r
}

// place returns the register that an element belongs to and what it offers it:
// 1 to 51.
func place(element []byte) (register int, offer uint8) {
	h := hash(element)
	rest := h>>registerBits | 1<<hashBits
	return int(h & (registers - 1)), uint8(bits.TrailingZeros64(rest)) + 1
}
