package stream

import "sort"

// ring is a deque of chunks, which may also lose chunks in the middle.
//
// Invariants: the chunks are slots head, head+1, ... modulo size; head is below that
// unless it is 0; their IDs ascend; nothing is written to a row whose epoch is not
// the ring's.
type ring struct {
	rows  []row // the slots, ringRow in each but the last
	size  int   // slots
	head  int
	n     int
	epoch uint32 // how often the ring was frozen
}

// row is some of a ring's slots.
type row struct {
	slots []chunk
	epoch uint32 // of the ring when the row was made
}

const (
	// firstRing is the size at which a ring starts.
	firstRing = 1
	// ringRow is how many slots a row has: what is copied when one of them changes
	// that is shared with a view.
	ringRow = 64
	// rowBytes is the size of a row without its slots.
	rowBytes = 32
	// quickRing is the size up to which a ring doubles. Beyond, it grows by a quarter.
	quickRing = 32
)

// slot returns where chunk i is.
func (r *ring) slot(i int) int {
	if i += r.head; i >= r.size {
		i -= r.size
	}
	return i
}

// at returns chunk i, 0 <= i < n, for reading. It stays where it is until the ring
// changes.
func (r *ring) at(i int) *chunk {
	i = r.slot(i)
	return &r.rows[i/ringRow].slots[i%ringRow]
}

// edit is at for who may write to the chunk.
func (r *ring) edit(i int) *chunk {
	i = r.slot(i)
	w := &r.rows[i/ringRow]
	if w.epoch != r.epoch {
		w.slots, w.epoch = append([]chunk(nil), w.slots...), r.epoch
	}
	return &w.slots[i%ringRow]
}

// tail returns the last chunk, which may be written to, nil when there is none.
func (r *ring) tail() *chunk {
	if r.n == 0 {
		return nil
	}
	return r.edit(r.n - 1)
}

// push adds an empty chunk at the end. O(1) amortised.
func (r *ring) push() *chunk {
	if r.n == r.size {
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
			*r.edit(i) = *r.at(i - 1)
		}
		*r.edit(0) = chunk{}
		if r.head++; r.head == r.size {
			r.head = 0
		}
	} else {
		for ; i < r.n-1; i++ {
			*r.edit(i) = *r.at(i + 1)
		}
		*r.edit(r.n - 1) = chunk{}
	}
	r.n--
	if r.size > firstRing && r.n <= r.size/4 {
		r.resize(max(r.size/2, firstRing))
	}
}

// larger returns how many slots a ring has after size.
func larger(size int) int {
	if size < quickRing {
		return max(2*size, firstRing)
	}
	return size + size/4
}

// resize moves the chunks to size slots that no view has.
func (r *ring) resize(size int) {
	fresh := ring{size: size, n: r.n, epoch: r.epoch, rows: make([]row, (size+ringRow-1)/ringRow)}
	for i := range fresh.rows {
		fresh.rows[i] = row{make([]chunk, min(size-i*ringRow, ringRow)), r.epoch}
	}
	for i := range r.n {
		*fresh.at(i) = *r.at(i)
	}
	*r = fresh
}

// freeze returns a view of the chunks as they are now, for at. O(chunks / ringRow).
func (r *ring) freeze() ring {
	view := *r
	view.rows = append([]row(nil), r.rows...)
	r.epoch++
	return view
}

// bytes returns what the ring takes, in O(1).
func (r *ring) bytes() int64 { return int64(r.size)*chunkBytes + int64(cap(r.rows))*rowBytes }

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
