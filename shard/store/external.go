package store

// slabChunk is the number of entries of one chunk of a slab. A slab grows by
// whole chunks, so that no growth copies entries.
const slabChunk = 256

// slab is a table of Go values reached by handles. Handle 0 is never given
// out. All operations are O(1).
type slab[T any] struct {
	chunks []*[slabChunk]T
	free   []uint32 // handles to give out again
	top    uint32   // handles ever given out: 1..top
}

func (s *slab[T]) at(h uint32) *T { return &s.chunks[h/slabChunk][h%slabChunk] }

// put stores v and returns its handle.
func (s *slab[T]) put(v T) uint32 {
	var h uint32
	if n := len(s.free); n > 0 {
		h = s.free[n-1]
		s.free = s.free[:n-1]
	} else {
		s.top++
		h = s.top
		if int(h/slabChunk) >= len(s.chunks) {
			s.chunks = append(s.chunks, new([slabChunk]T))
		}
	}
	*s.at(h) = v
	return h
}

// drop forgets the value of handle h. When the last one goes, so does the
// table.
func (s *slab[T]) drop(h uint32) {
	var zero T
	*s.at(h) = zero
	s.free = append(s.free, h)
	if len(s.free) == int(s.top) {
		*s = slab[T]{}
	}
}

const (
	// bigRound is the unit in which the Go heap hands out large objects.
	bigRound = 8 << 10
	// bigDouble is the capacity up to which a growing value doubles. Beyond
	// it grows by a quarter, which is still amortised O(1) a byte.
	bigDouble = 1 << 20
)

// bigCost returns the bytes of Go heap behind a slice of capacity n.
func bigCost(n int) int64 { return (int64(n) + bigRound - 1) &^ (bigRound - 1) }

// putBig stores b outside the arena and accounts for it.
func (s *Store) putBig(b []byte) uint32 {
	s.bigBytes += bigCost(cap(b))
	return s.bigs.put(b)
}

// dropBig forgets an outside value or key.
func (s *Store) dropBig(h uint32) {
	s.bigBytes -= bigCost(cap(*s.bigs.at(h)))
	s.bigs.drop(h)
}

// resizeBig makes the outside value h n bytes long and keeps min(old, n) of
// them. Growth is amortised; a value that uses less than half of its capacity
// is copied to a fitting one.
func (s *Store) resizeBig(h uint32, n int) {
	p := s.bigs.at(h)
	b := *p
	if n <= cap(b) && n >= cap(b)/2 {
		*p = b[:n]
		return
	}
	size := n
	if c := cap(b); n > c {
		if c < bigDouble {
			size = max(n, 2*c)
		} else {
			size = max(n, c+c/4)
		}
	}
	nb := make([]byte, n, size)
	copy(nb, b)
	s.bigBytes += bigCost(size) - bigCost(cap(b))
	*p = nb
}

// renewBig makes the outside value h n bytes long without keeping any.
func (s *Store) renewBig(h uint32, n int) {
	p := s.bigs.at(h)
	if c := cap(*p); n <= c && n >= c/2 {
		*p = (*p)[:n]
		return
	}
	s.bigBytes -= bigCost(cap(*p))
	*p = make([]byte, n)
	s.bigBytes += bigCost(n)
}
