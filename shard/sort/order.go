package sort

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/troupe-db/troupe/codec/num"
)

// element is an element on its way.
type element struct {
	text   []byte  // a view
	score  float64 // the weight, without ALPHA
	weight []byte  // the weight, with ALPHA; nil without one
	place  int     // in the source: decides between what is equal otherwise
}

// weigh finds the weights of all elements.
func (s *sorting) weigh() {
	for i := range s.elements {
		e := &s.elements[i]
		value := e.text
		if s.weighed {
			found, ok := s.look(&s.by, e.text)
			if !ok {
				continue
			}
			value = found
		}
		if s.alpha {
			e.weight = value
			continue
		}
		score, ok := parseScore(value)
		s.faulty = s.faulty || !ok
		e.score = score
	}
}

// parseScore reads a number as C's strtod does: with white space before it, up to
// a NUL, and nothing at all for 0. It refuses what is no number, and numbers that
// are too large or too small for a float64.
func parseScore(text []byte) (float64, bool) {
	text = untilNUL(text)
	if len(text) == 0 {
		return 0, true
	}
	for len(text) > 0 && (text[0] == ' ' || '\t' <= text[0] && text[0] <= '\r') {
		text = text[1:]
	}
	score, ok := num.ParseFloat(text)
	return score, ok
}

// compare says how a and b stand to each other.
func (s *sorting) compare(a, b element) int {
	var c int
	switch {
	case s.alpha:
		c = s.compareTexts(a.weight, b.weight)
	case a.score != b.score:
		c = cmp.Compare(a.score, b.score)
	default:
		c = bytes.Compare(a.text, b.text)
	}
	if s.desc {
		c = -c
	}
	if c == 0 {
		c = cmp.Compare(a.place, b.place)
	}
	return c
}

// compareTexts compares two weights; nil comes first.
func (s *sorting) compareTexts(a, b []byte) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	case s.destination == 0:
		return bytes.Compare(untilNUL(a), untilNUL(b))
	default:
		return bytes.Compare(a, b)
	}
}

// arrange brings the first elements into order, so many; what follows them is in
// no order.
func (s *sorting) arrange(first int) {
	all := s.elements
	if first <= len(all)/partly {
		s.gather(first)
		all = all[:first]
	}
	slices.SortFunc(all, s.compare)
}

// partly is the share of the elements, one in so many, up to which finding the
// first ones is less work than sorting all.
const partly = 4

// gather moves the k elements that come first to the front. They stand in a heap
// with the last of them on top, which gives way to each that comes before it.
func (s *sorting) gather(k int) {
	if k == 0 {
		return
	}
	heap := s.elements[:k]
	for i := k/2 - 1; i >= 0; i-- {
		s.sink(heap, i)
	}
	for i := k; i < len(s.elements); i++ {
		if s.compare(s.elements[i], heap[0]) < 0 {
			heap[0], s.elements[i] = s.elements[i], heap[0]
			s.sink(heap, 0)
		}
	}
}

// sink restores the heap below i: no element comes before one of its children
// 2i+1 and 2i+2.
func (s *sorting) sink(heap []element, i int) {
	for {
		last := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(heap); child++ {
			if s.compare(heap[child], heap[last]) > 0 {
				last = child
			}
		}
		if last == i {
			return
		}
		heap[i], heap[last] = heap[last], heap[i]
		i = last
	}
}
