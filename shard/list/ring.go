package list

// insertSlot puts an empty slot before chunk i, 0 <= i <= n, and moves the
// shorter side of the ring.
func (q *Quicklist) insertSlot(i int) *chunk {
	if q.n == len(q.ring) {
		q.resizeRing(max(2*len(q.ring), firstRing))
	}
	q.n++
	if i < q.n/2 {
		q.head = (q.head - 1) & (len(q.ring) - 1)
		for j := range i {
			*q.chunk(j) = *q.chunk(j + 1)
		}
	} else {
		for j := q.n - 1; j > i; j-- {
			*q.chunk(j) = *q.chunk(j - 1)
		}
	}
	c := q.chunk(i)
	*c = chunk{}
	return c
}

// removeSlot takes the slot of chunk i out, and moves the shorter side.
func (q *Quicklist) removeSlot(i int) {
	if i < q.n/2 {
		for j := i; j > 0; j-- {
			*q.chunk(j) = *q.chunk(j - 1)
		}
		*q.chunk(0) = chunk{}
		q.head = (q.head + 1) & (len(q.ring) - 1)
	} else {
		for j := i; j < q.n-1; j++ {
			*q.chunk(j) = *q.chunk(j + 1)
		}
		*q.chunk(q.n - 1) = chunk{}
	}
	q.n--
	q.shrinkRing()
}

// shrinkRing halves a ring that is used to a quarter or less.
func (q *Quicklist) shrinkRing() {
	size := len(q.ring)
	for size > firstRing && q.n <= size/4 {
		size /= 2
	}
	if size < len(q.ring) {
		q.resizeRing(size)
	}
}

// resizeRing moves the chunks to a ring of size slots, a power of two.
func (q *Quicklist) resizeRing(size int) {
	ring := make([]chunk, size)
	for i := range q.n {
		ring[i] = *q.chunk(i)
	}
	q.ring, q.head = ring, 0
}
