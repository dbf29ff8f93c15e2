package measure

import "math/bits"

const (
	fineBits = 4                               // log2 of the buckets between two powers of two
	fine     = 1 << fineBits                   // of them
	topBits  = 40                              // log2 of the longest time, in nanoseconds
	buckets  = (topBits - fineBits + 1) * fine // in a histogram
	longest  = int64(1)<<topBits - 1           // what is longer counts as this
	bandLow  = 10                              // log2 of the end of the first band of Bands
	bandMost = topBits - bandLow               // bands at most
	hdrHalf  = 128                             // see bandLabel
)

// Histogram counts times by their length, in nanoseconds from 0 to 2^40. The zero
// value is empty.
type Histogram struct {
	counts [buckets]int64
	total  int64
}

// Add counts n runs of nanos nanoseconds each.
func (h *Histogram) Add(nanos, n int64) {
	h.counts[bucketOf(nanos)] += n
	h.total += n
}

// Merge adds what another histogram has counted.
//
// Complexity: O(buckets).
func (h *Histogram) Merge(o *Histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.total += o.total
}

// Total returns how many runs were counted.
func (h *Histogram) Total() int64 { return h.total }

// bucketOf returns the bucket a time belongs to. Times below fine have one each;
// above, the leading bits of the number say which.
func bucketOf(nanos int64) int {
	nanos = min(max(nanos, 0), longest)
	if nanos < fine {
		return int(nanos)
	}
	shift := bits.Len64(uint64(nanos)) - fineBits - 1
	return shift*fine + int(nanos>>shift)
}

// topOf returns the longest time of a bucket.
func topOf(bucket int) int64 {
	if bucket < fine {
		return int64(bucket)
	}
	shift := bucket/fine - 1
	return int64(bucket-shift*fine+1)<<shift - 1
}

// Percentile returns the time, in nanoseconds, that the given share of runs did not
// exceed: the upper end of its bucket. share is a percentage from 0 to 100.
//
// Complexity: O(buckets).
func (h *Histogram) Percentile(share float64) int64 {
	need := max(int64(min(share, 100)/100*float64(h.total)+0.5), 1)
	seen := int64(0)
	for i, n := range h.counts {
		if seen += n; n > 0 && seen >= need {
			return topOf(i)
		}
	}
	return 0
}

// Band is a step of a cumulative distribution.
type Band struct {
	Micros int64 // runs that took no longer, in microseconds
	Count  int64 // how many there were, those of the bands before included
}

// Bands returns the distribution in steps of a power of two, from 1024 ns on: those
// in which something was counted.
//
// Complexity: O(buckets).
func (h *Histogram) Bands() []Band {
	var found []Band
	seen, next := int64(0), 0
	for k := range bandMost + 1 {
		before := seen
		for end := bucketOf(int64(1) << (bandLow + k)); next < buckets && (next < end || k == bandMost); next++ {
			seen += h.counts[next]
		}
		if seen > before {
			found = append(found, Band{Micros: bandLabel(k), Count: seen})
		}
	}
	return found
}

// bandLabel returns the microseconds that a band is called by: those of the end of
// the bucket at its power of two in a histogram of two decimal digits, as clients
// know them from Redis: 1, 2, 4, 8, 16, 33, 66, 132.
func bandLabel(k int) int64 {
	end := int64(1) << (bandLow + k)
	return (end + end/hdrHalf - 1) / 1000
}
