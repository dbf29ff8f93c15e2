package listpack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrCorrupt is wrapped by every error of Validate.
var ErrCorrupt = errors.New("listpack: corrupt")

// Validate checks that p is one whole pack and nothing else, in depth: sizes,
// the form and the backlen of every element, and the count. It returns the number
// of elements. Everything else in this package is safe to use on a pack that
// passed. O(len(p)).
func Validate(p []byte) (count int, err error) {
	if len(p) < EmptySize {
		return 0, fmt.Errorf("%w: %d bytes are too few", ErrCorrupt, len(p))
	}
	if size := binary.LittleEndian.Uint32(p); uint64(size) != uint64(len(p)) {
		return 0, fmt.Errorf("%w: size %d, but %d bytes", ErrCorrupt, size, len(p))
	}
	if p[len(p)-1] != end {
		return 0, fmt.Errorf("%w: no end byte", ErrCorrupt)
	}
	count, err = ValidateBody(p[HeaderSize : len(p)-1])
	if err != nil {
		return 0, err
	}
	if known := binary.LittleEndian.Uint16(p[4:]); known != uncounted && int(known) != count {
		return 0, fmt.Errorf("%w: count %d, but %d elements", ErrCorrupt, known, count)
	}
	return count, nil
}

// ValidateBody checks that body is a sequence of whole elements, and returns
// their number.
func ValidateBody(body []byte) (count int, err error) {
	for off := 0; off < len(body); count++ {
		n := validElement(body[off:])
		if n == 0 {
			return 0, fmt.Errorf("%w: bad element at offset %d", ErrCorrupt, off)
		}
		off += n
	}
	return count, nil
}

// validElement returns the size of the element that starts p, backlen included,
// or 0 when there is no whole element.
func validElement(p []byte) int {
	if !formFits(p) {
		return 0
	}
	n := length(p)
	size := n + backlenSize(n)
	if size > len(p) {
		return 0
	}
	var want [5]byte
	if !bytes.Equal(p[n:size], want[:putBacklen(want[:], n)]) {
		return 0
	}
	return size
}

// formFits tells whether p starts with a known form, and holds the bytes that
// length looks at.
func formFits(p []byte) bool {
	switch c := p[0]; {
	case c < formInt13:
		return true
	case c < formStr32:
		return len(p) >= 2
	case c == formStr32:
		return len(p) >= 5
	default:
		return c <= formInt64
	}
}
