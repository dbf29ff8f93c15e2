package geo

import (
	"math/bits"
	"slices"
)

// partialSort puts the first count members of list in place, 0 < count < len(list);
// the others are in no order. It is the quicksort of Bentley and McIlroy
// ("Engineering a Sort Function", 1993), which leaves parts alone that no asked-for
// member can be in. Redis uses the same, so that members at equal distances come in
// the same order here.
//
// Parts that it does not get smaller soon enough are sorted by merging: O(N log² N)
// in the worst case, O(N + count log count) on average.
func partialSort(list []found, count int, compare func(a, b found) int) {
	p := partial{compare}
	p.sort(list, count, 8*bits.Len(uint(len(list))))
}

type partial struct{ compare func(a, b found) int }

// small is the length up to which a part is sorted without being cut in two.
const small = 7

// sort puts the first count members of list in place, with a number of cuts left.
func (p partial) sort(list []found, count, cuts int) {
	for count > 0 {
		if len(list) < small || cuts == 0 {
			slices.SortStableFunc(list, p.compare)
			return
		}
		cuts--
		less, more := p.cut(list)
		if less > 1 {
			p.sort(list[:less], min(count, less), cuts)
		}
		count -= len(list) - more
		list = list[len(list)-more:]
	}
}

// cut orders list around one of its members: less members that come before it at
// the beginning, more that come after it at the end, those equal to it between
// them.
func (p partial) cut(list []found) (less, more int) {
	last := len(list) - 1
	swap := func(i, j int) { list[i], list[j] = list[j], list[i] }
	swap(0, p.pivot(list))
	// Equal members gather at both ends: [0, a) and (d, last].
	a, b, c, d := 1, 1, last, last
	for {
		for ; b <= c; b++ {
			order := p.compare(list[b], list[0])
			if order > 0 {
				break
			}
			if order == 0 {
				swap(a, b)
				a++
			}
		}
		for ; b <= c; c-- {
			order := p.compare(list[c], list[0])
			if order < 0 {
				break
			}
			if order == 0 {
				swap(c, d)
				d--
			}
		}
		if b > c {
			break
		}
		swap(b, c)
		b++
		c--
	}
	less, more = b-a, d-c
	for i, n := 0, min(a, less); i < n; i++ {
		swap(i, b-n+i)
	}
	for i, n := 0, min(more, last-d); i < n; i++ {
		swap(b+i, last+1-n+i)
	}
	return less, more
}

// pivot returns the position of a member likely to be in the middle.
func (p partial) pivot(list []found) int {
	n := len(list)
	mid := n / 2
	if n == small {
		return mid
	}
	lo, hi := 0, n-1
	if n > 40 {
		eighth := n / 8
		lo = p.median(list, lo, lo+eighth, lo+2*eighth)
		mid = p.median(list, mid-eighth, mid, mid+eighth)
		hi = p.median(list, hi-2*eighth, hi-eighth, hi)
	}
	return p.median(list, lo, mid, hi)
}

// median returns which of three members is in the middle.
func (p partial) median(list []found, a, b, c int) int {
	if p.compare(list[a], list[b]) < 0 {
		switch {
		case p.compare(list[b], list[c]) < 0:
			return b
		case p.compare(list[a], list[c]) < 0:
			return c
		}
		return a
	}
	switch {
	case p.compare(list[b], list[c]) > 0:
		return b
	case p.compare(list[a], list[c]) < 0:
		return a
	}
	return c
}
