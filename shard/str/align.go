package str

import "math/bits"

// alignment is the longest common subsequence of two strings. With L(i,j) for
// its length over the first i bytes of a and the first j of b, a row keeps one
// bit for each j:
//
//	bit j-1 of row i is 0   L(i,j) = L(i,j-1) + 1
//	                   1    L(i,j) = L(i,j-1)
//
// which is all that is needed to walk back from the end, and lets 64 cells be
// computed with one addition (Hyyrö, "Bit-parallel LCS-length computation
// revisited", 2004).
type alignment struct {
	a, b  []byte
	words int      // per row: len(b) bits, rounded up
	rows  []uint64 // row i at [(i-1)*words, i*words); nil when there will be no walk
	last  []uint64 // the row of all of a
}

// align computes the alignment of a and b. With walk it keeps all rows, else only
// the last, and each and text may not be called.
//
// Complexity: O(len(a) * words) time; with walk as many words of memory.
func align(a, b []byte, walk bool) *alignment {
	l := &alignment{a: a, b: b, words: (len(b) + 63) / 64}
	if walk {
		l.rows = make([]uint64, len(a)*l.words)
	}
	l.last = make([]uint64, l.words)
	for w := range l.last {
		l.last[w] = ^uint64(0)
	}
	var m masks // stays on the stack
	m.fill(a, b, l.words)
	for i, c := range a {
		row := l.last
		if walk {
			row = l.rows[i*l.words : (i+1)*l.words]
		}
		advance(row, l.last, m.of(c))
		l.last = row
	}
	return l
}

// advance computes the row that follows before for a byte that stands in b where
// mask has a bit. row may be before itself; all three have the same length.
func advance(row, before, mask []uint64) {
	carry := uint64(0)
	for w, v := range before {
		var sum uint64
		sum, carry = bits.Add64(v, v&mask[w], carry)
		row[w] = sum | v&^mask[w]
	}
}

// length returns how long the subsequence is. Bits beyond len(b) are never 0.
func (l *alignment) length() int {
	zeros := 0
	for _, v := range l.last {
		zeros += bits.OnesCount64(^v)
	}
	return zeros
}

// match is a run of bytes both strings have: a[a:a+n] is b[b:b+n].
type match struct{ a, b, n int }

// each calls fn with the runs that make up the subsequence, the last run first.
// Of several subsequences of the same length it takes the one whose runs begin
// latest in a. The alignment must have been made for walking.
//
// Complexity: O(len(a) + len(b)).
func (l *alignment) each(fn func(match)) {
	var run match
	i, j := len(l.a), len(l.b)
	for i > 0 && j > 0 {
		if l.a[i-1] == l.b[j-1] {
			i, j = i-1, j-1
			run = match{a: i, b: j, n: run.n + 1}
			continue
		}
		if l.rises(i, j) {
			i--
		} else {
			j--
		}
		if run.n > 0 {
			fn(run)
			run.n = 0
		}
	}
	if run.n > 0 {
		fn(run)
	}
}

// rises tells whether L(i,j) > L(i,j-1). Where the bytes at i and j differ, L(i,j)
// is the larger of L(i-1,j) and L(i,j-1), so this is also L(i-1,j) > L(i,j-1).
func (l *alignment) rises(i, j int) bool {
	word := l.rows[(i-1)*l.words+(j-1)/64]
	return word>>((j-1)%64)&1 == 0
}

// text returns the subsequence itself.
func (l *alignment) text() []byte {
	t := make([]byte, l.length())
	end := len(t)
	l.each(func(m match) {
		copy(t[end-m.n:end], l.a[m.a:m.a+m.n])
		end -= m.n
	})
	return t
}

// masks says for each byte value that a contains where it stands in b. There are
// no more of them than a has bytes, so they take no more than the rows.
type masks struct {
	words int
	index [256]uint16 // 1 + position among the masks, 0 for a byte a does not contain
	bits  []uint64
}

// fill makes m the masks of the bytes of a, words long each.
func (m *masks) fill(a, b []byte, words int) {
	m.words = words
	distinct := uint16(0)
	for _, c := range a {
		if m.index[c] == 0 {
			distinct++
			m.index[c] = distinct
		}
	}
	m.bits = make([]uint64, int(distinct)*words)
	for j, c := range b {
		if m.index[c] > 0 {
			m.of(c)[j/64] |= 1 << (j % 64)
		}
	}
}

// of returns the mask of c, which a contains.
func (m *masks) of(c byte) []uint64 {
	at := (int(m.index[c]) - 1) * m.words
	return m.bits[at : at+m.words]
}
