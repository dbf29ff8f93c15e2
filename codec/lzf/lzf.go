package lzf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// ErrCorrupt is wrapped by every error of Decompress.
var ErrCorrupt = errors.New("lzf: corrupt")

const (
	runMost     = 32      // bytes of a run
	offsetMost  = 1 << 13 // how far back a reference reaches
	refLeast    = 3       // bytes of a reference
	refMost     = 264
	longRef     = 7          // in place of a length: it follows
	tableBits   = 13         // of places, for long texts
	shortBits   = 9          // and for short ones, so that clearing the table is not most of the work
	shortText   = 512        // bytes of a short text at most
	hashFactor  = 2654435761 // 2^32 by the golden ratio
	growthFirst = 64 << 10   // the most that is set aside before anything is known
	// expansion is how many bytes a compressed byte stands for at most.
	expansion = refMost/3 + 1
)

// Append appends p in compressed form to dst. If that would take more than limit
// bytes it gives up, and returns dst as it was and false. p has less than 4 GiB.
func Append(dst, p []byte, limit int) ([]byte, bool) {
	if len(p) <= shortText {
		var places [1 << shortBits]uint32
		return appendWith(places[:], dst, p, limit)
	}
	var places [1 << tableBits]uint32
	return appendWith(places[:], dst, p, limit)
}

// appendWith is Append. places, whose length is a power of two, say by the hash of three
// bytes where they stood last, and 1; all are 0.
func appendWith(places []uint32, dst, p []byte, limit int) ([]byte, bool) {
	start, shift := len(dst), bits.LeadingZeros32(uint32(len(places)-1))
	from := 0 // of the bytes not written yet
	for at := 0; at+refLeast < len(p); {
		place := &places[hash(p[at:], shift)]
		back := at - int(*place) // offset of the reference, if it is one
		found := *place != 0 && back < offsetMost && same(p[at-back-1:], p[at:])
		*place = uint32(at) + 1
		if !found {
			at++
			continue
		}
		n := match(p, at-back-1, at)
		dst = appendRuns(dst, p[from:at])
		dst = appendReference(dst, back, n)
		if len(dst)-start > limit {
			return dst[:start], false
		}
		remember(places, shift, p, at+1, at+n)
		at += n
		from = at
	}
	dst = appendRuns(dst, p[from:])
	if len(dst)-start > limit {
		return dst[:start], false
	}
	return dst, true
}

// hash returns the place in the table for the three bytes that begin p, which has
// more. shift is how many bits of 32 the table leaves out.
func hash(p []byte, shift int) uint32 {
	three := binary.LittleEndian.Uint32(p) << 8
	return three * hashFactor >> shift
}

// same tells whether a and b, which has three, begin with the same three bytes.
func same(a, b []byte) bool { return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] }

// match returns how many bytes from at on are those from before on.
func match(p []byte, before, at int) int {
	n, most := refLeast, min(len(p)-at, refMost)
	for n < most && p[before+n] == p[at+n] {
		n++
	}
	return n
}

// remember notes the last places of a reference, from one position up to another.
func remember(places []uint32, shift int, p []byte, from, to int) {
	for at := max(from, to-2); at < to && at+refLeast < len(p); at++ {
		places[hash(p[at:], shift)] = uint32(at) + 1
	}
}

func appendRuns(dst, p []byte) []byte {
	for len(p) > 0 {
		n := min(len(p), runMost)
		dst = append(append(dst, byte(n-1)), p[:n]...)
		p = p[n:]
	}
	return dst
}

// appendReference appends a reference to n bytes that stand offset+1 bytes back.
func appendReference(dst []byte, offset, n int) []byte {
	n -= 2
	if n < longRef {
		return append(dst, byte(n<<5|offset>>8), byte(offset))
	}
	return append(dst, byte(longRef<<5|offset>>8), byte(n-longRef), byte(offset))
}

// Decompress appends the size bytes that p stands for to dst. When it fails, what
// it has appended so far means nothing.
func Decompress(dst, p []byte, size int) ([]byte, error) {
	if size < 0 || size/expansion > len(p) {
		return dst, fmt.Errorf("%w: %d bytes cannot stand for %d", ErrCorrupt, len(p), size)
	}
	start := len(dst)
	dst = reserve(dst, min(size, growthFirst))
	for at := 0; at < len(p); {
		head := int(p[at])
		at++
		if head < runMost {
			n := head + 1
			if n > len(p)-at || n > size-(len(dst)-start) {
				return dst, fmt.Errorf("%w: run of %d at %d", ErrCorrupt, n, at-1)
			}
			dst = append(dst, p[at:at+n]...)
			at += n
			continue
		}
		n, offset, next, ok := reference(p, head, at)
		back := len(dst) - start - offset - 1
		if !ok || back < 0 || n > size-(len(dst)-start) {
			return dst, fmt.Errorf("%w: reference at %d", ErrCorrupt, at-1)
		}
		dst = repeat(dst, start+back, n)
		at = next
	}
	if len(dst)-start != size {
		return dst, fmt.Errorf("%w: %d bytes, not %d", ErrCorrupt, len(dst)-start, size)
	}
	return dst, nil
}

// reference reads the rest of a reference, whose first byte is head.
func reference(p []byte, head, at int) (n, offset, next int, ok bool) {
	n = head >> 5
	if n == longRef {
		if at == len(p) {
			return 0, 0, at, false
		}
		n += int(p[at])
		at++
	}
	if at == len(p) {
		return 0, 0, at, false
	}
	return n + 2, head&31<<8 | int(p[at]), at + 1, true
}

// repeat appends n bytes of dst from a place on, those included that it appends. What
// is there from that place on is a whole number of periods, twice as many each time.
func repeat(dst []byte, from, n int) []byte {
	for n > 0 {
		k := min(n, len(dst)-from)
		dst = append(dst, dst[from:from+k]...)
		n -= k
	}
	return dst
}

// reserve makes room for n bytes.
func reserve(dst []byte, n int) []byte {
	if cap(dst)-len(dst) >= n {
		return dst
	}
	return append(dst, make([]byte, n)...)[:len(dst)]
}
