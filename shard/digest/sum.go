package digest

import (
	"crypto/sha1"
	"encoding/hex"
)

// Sum is a digest. The zero Sum is that of nothing.
type Sum [sha1.Size]byte

// String returns the digest as 40 hexadecimal digits.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// xor takes data in so that the order of calls does not count.
func (s *Sum) xor(data []byte) {
	for i, b := range sha1.Sum(data) {
		s[i] ^= b
	}
}

// mix takes data in so that the order of calls counts.
func (s *Sum) mix(data []byte) {
	s.xor(data)
	*s = sha1.Sum(s[:])
}
