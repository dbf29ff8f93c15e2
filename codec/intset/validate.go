package intset

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrCorrupt is wrapped by every error of Validate.
var ErrCorrupt = errors.New("intset: corrupt")

// Validate checks that p is one whole set and nothing else: the width, the size
// and the order of the values. Everything else in this package is safe to use on
// a set that passed. O(len(p)).
func Validate(p []byte) error {
	if len(p) < HeaderSize {
		return fmt.Errorf("%w: %d bytes are too few", ErrCorrupt, len(p))
	}
	width := binary.LittleEndian.Uint32(p)
	if width != 2 && width != 4 && width != 8 {
		return fmt.Errorf("%w: width %d", ErrCorrupt, width)
	}
	count := binary.LittleEndian.Uint32(p[4:])
	if size := HeaderSize + uint64(count)*uint64(width); size != uint64(len(p)) {
		return fmt.Errorf("%w: %d values of %d bytes in %d bytes", ErrCorrupt, count, width, len(p))
	}
	for i := 1; i < int(count); i++ {
		if At(p, i-1) >= At(p, i) {
			return fmt.Errorf("%w: value %d is not greater than the one before", ErrCorrupt, i)
		}
	}
	return nil
}
