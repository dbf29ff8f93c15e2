package stream

import "sort"

// ring is a deque of chunks, which may also lose chunks in the middle.
//
// Invariants: the chunks are slots head, head+1, ... modulo len(slots); head is
// below that unless it is 0; their IDs ascend.
type ring struct {
	slots []chunk
	head  int
	n     int
}

// firstRing is the size at which a ring starts.
const firstRing = 1

// quickRing is the size up to which a ring doubles. Beyond, it grows by a quarter.
const quickRing = 32

// at returns chunk i, 0 <= i < n. It stays where it is until a chunk is added or
// removed.
func (r *ring) at(i int) *chunk {
	if i += r.head; i >= len(r.slots) {
		i -= len(r.slots)
	}
	return &r.slots[i]
}

// tail returns the last chunk, nil when there is none.
func (r *ring) tail() *chunk {
	if r.n == 0 {
		return nil
	}
	return r.at(r.n - 1)
}

// push adds an empty chunk at the end. O(1) amortised.
func (r *ring) push() *chunk {
	if r.n == len(r.slots) {
		r.resize(larger(r.n))
	}
	r.n++
	c := r.tail()
	*c = chunk{}
	return c
}

// remove takes chunk i out: O(1) at the ends, else it moves the shorter side.
func (r *ring) remove(i int) {
	if i < r.n/2 {
		for ; i > 0; i-- {
			*r.at(i) = *r.at(i - 1)
		}
		*r.at(0) = chunk{}
		if r.head++; r.head == len(r.slots) {
			r.head = 0
		}
	} else {
		for ; i < r.n-1; i++ {
			*r.at(i) = *r.at(i + 1)
		}
		*r.at(r.n - 1) = chunk{}
	}
	r.n--
	if size := len(r.slots); size > firstRing && r.n <= size/4 {
		r.resize(max(size/2, firstRing))
	}
}

// larger returns how many slots a ring has after size.
func larger(size int) int {
	if size < quickRing {
		return max(2*size, firstRing)
	}
	return size + size/4
}

// resize moves the chunks to size slots.
func (r *ring) resize(size int) {
	slots := make([]chunk, size)
	for i := range r.n {
		slots[i] = *r.at(i)
	}
	r.slots, r.head = slots, 0
}

// find returns the last chunk that starts at id or before it, 0 when there is
// none. O(log chunks).
func (r *ring) find(id ID) int {
	if r.n == 0 || !id.Less(r.at(r.n-1).first) {
		return max(r.n-1, 0)
	}
	after := sort.Search(r.n, func(i int) bool { return id.Less(r.at(i).first) })
	return max(after-1, 0)
}

// radixNodes returns how many nodes the radix tree of Redis has that holds the
// chunks by the 16 bytes of their first IDs: inner nodes with several children,
// runs of bytes without a choice, and a leaf for each chunk. O(chunks).
func (r *ring) radixNodes() int {
	if r.n == 0 {
		return 1
	}
	nodes := r.n // the leaves
	// forks are the inner nodes above the last key, by depth.
	var forks [idBytes + 1]bool
	above := func(depth int) int { // the depth of the fork above depth, or -1
		for d := depth - 1; d >= 0; d-- {
			if forks[d] {
				return d
			}
		}
		return -1
	}
	// closeBelow ends the nodes of the last key below depth, where a fork is or is
	// about to be, and counts the runs that lead to them.
	closeBelow := func(depth int) {
		for d := idBytes; d > depth; d-- {
			if d < idBytes && !forks[d] {
				continue
			}
			if d-max(above(d), depth) > 1 {
				nodes++
			}
			forks[d] = false
		}
	}
	for i := 1; i < r.n; i++ {
		depth := sharedBytes(r.at(i-1).first, r.at(i).first)
		closeBelow(depth)
		if !forks[depth] {
			forks[depth] = true
			nodes++
		}
	}
	top := -1
	for d := range forks {
		if forks[d] {
			top = d
			break
		}
	}
	if top < 0 {
		return nodes + 1 // a single key: one run
	}
	closeBelow(top)
	if top > 0 {
		nodes++
	}
	return nodes
}

// idBytes is how long an ID is as a key of Redis's radix tree.
const idBytes = 16

// sharedBytes returns how many leading bytes the two have in common when written
// big endian.
func sharedBytes(a, b ID) int {
	n := 0
	for shift := 56; shift >= 0; shift -= 8 {
		if byte(a.MS>>shift) != byte(b.MS>>shift) {
			return n
		}
		n++
	}
	for shift := 56; shift >= 0; shift -= 8 {
		if byte(a.Seq>>shift) != byte(b.Seq>>shift) {
			return n
		}
		n++
	}
	return n
}
