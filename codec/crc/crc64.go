package crc

import "encoding/binary"

// reversed is the polynomial with its lowest bit first.
const reversed = 0x95ac9329ac4bc9b5

// tables[i][b] is the sum of the byte b followed by i bytes 0.
var tables = makeTables()

func makeTables() *[8][256]uint64 {
	t := new([8][256]uint64)
	for b := range t[0] {
		crc := uint64(b)
		for range 8 {
			crc = crc>>1 ^ crc&1*reversed
		}
		t[0][b] = crc
	}
	for i := 1; i < len(t); i++ {
		for b := range t[i] {
			crc := t[i-1][b]
			t[i][b] = crc>>8 ^ t[0][byte(crc)]
		}
	}
	return t
}

// Update64 returns the sum of the bytes whose sum is crc, 0 for none, and p behind
// them.
func Update64(crc uint64, p []byte) uint64 {
	t := tables
	for ; len(p) >= 8; p = p[8:] {
		crc ^= binary.LittleEndian.Uint64(p)
		crc = t[7][byte(crc)] ^ t[6][byte(crc>>8)] ^ t[5][byte(crc>>16)] ^ t[4][byte(crc>>24)] ^
			t[3][byte(crc>>32)] ^ t[2][byte(crc>>40)] ^ t[1][byte(crc>>48)] ^ t[0][crc>>56]
	}
	for _, b := range p {
		crc = crc>>8 ^ t[0][byte(crc)^b]
	}
	return crc
}

// Sum64 returns the sum of p.
func Sum64(p []byte) uint64 { return Update64(0, p) }
