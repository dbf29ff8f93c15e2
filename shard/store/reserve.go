//go:build unix

package store

import (
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	osPage     = 4 << 10  // the unit in which memory is counted as touched
	commitMin  = 1 << 20  // first step of commit
	commitMax  = 64 << 20 // largest step of commit
	areaAlign  = 2 << 20  // areas begin on a huge page
	hugeFrom   = 64 << 20 // areas smaller than this stay on plain pages
	minReserve = 16 << 20
)

// area is a part of a reservation that is committed from its start.
//
// Invariant: [base, base+committed) is readable and writable,
// [base+committed, base+size) faults.
type area struct {
	base      unsafe.Pointer
	size      uintptr
	committed uintptr
	huge      bool
}

// reserve makes the first n bytes usable. Its cost is one system call in
// every commitMax bytes. It fails when the area is exhausted or the system
// grants no more memory.
func (a *area) reserve(n uintptr) bool {
	if n <= a.committed {
		return true
	}
	if n > a.size {
		return false
	}
	step := min(max(a.committed, commitMin), commitMax)
	want := min((n+step-1)/step*step, a.size)
	b := unsafe.Slice((*byte)(unsafe.Add(a.base, a.committed)), want-a.committed)
	if unix.Mprotect(b, unix.PROT_READ|unix.PROT_WRITE) != nil {
		return false
	}
	if a.huge && a.committed >= hugeFrom {
		// Only what is filled already: the kernel then joins pages in the
		// background. Advised before its first use, each huge page would be
		// zeroed, and perhaps made room for, inside an insertion: some ms.
		adviseHuge(unsafe.Slice((*byte)(a.base), a.committed))
	}
	a.committed = want
	return true
}

// release gives the pages that lie wholly inside [from, to) back to the
// system. They stay usable; their content is unspecified from here on.
func (a *area) release(from, to uintptr) {
	from = (from + osPage - 1) &^ (osPage - 1)
	to = min(to, a.committed) &^ (osPage - 1)
	if from < to {
		// The kernel refuses only ranges that are not mapped. A refusal costs
		// memory, not correctness: nothing reads released pages as zero.
		_ = unix.Madvise(unsafe.Slice((*byte)(unsafe.Add(a.base, from)), to-from), unix.MADV_DONTNEED)
	}
}

// reservation is one mapping, cut into the areas of a store. It is never
// unmapped: a stale view into an address that has become Go heap would be
// corruption, while address space is not scarce.
type reservation struct {
	records  area // pages of records
	segments area // groups of the table
	dir      area // directory, uint32 each
	segMeta  area // one segMeta for each segment
	pageMeta area // one page for each page of records
}

// maxSegments is the number of segments a directory entry can name.
const maxSegments = 1 << 26

// newReservation maps address space for size bytes of records and the index
// that so many bytes can need. Where the system refuses, it tries half; it
// reports false when even minReserve is refused.
func newReservation(size uintptr, huge bool) (reservation, bool) {
	for ; size >= minReserve; size /= 2 {
		if res, ok := mapAreas(size, huge); ok {
			return res, true
		}
	}
	return reservation{}, false
}

func mapAreas(size uintptr, huge bool) (reservation, bool) {
	size = alignUp(size)
	segs := min(size/4*3/segmentBytes, maxSegments)
	entries := uintptr(1)
	for entries < segs*8 && entries < 1<<maxDepth {
		entries *= 2
	}
	var res reservation
	parts := []struct {
		a *area
		n uintptr
	}{
		{&res.records, size + areaAlign}, // Warm reads one line past a record
		{&res.segments, segs * segmentBytes},
		{&res.dir, entries * 4},
		{&res.segMeta, segs * unsafe.Sizeof(segMeta{})},
		{&res.pageMeta, size / pageBytes * unsafe.Sizeof(page{})},
	}
	total := uintptr(areaAlign)
	for _, p := range parts {
		total += alignUp(p.n)
	}
	base, err := unix.MmapPtr(-1, 0, nil, total, unix.PROT_NONE, unix.MAP_ANON|unix.MAP_PRIVATE|mapNoReserve)
	if err != nil {
		return reservation{}, false
	}
	at := -uintptr(base) & (areaAlign - 1)
	for _, p := range parts {
		*p.a = area{base: unsafe.Add(base, at), size: alignUp(p.n)}
		at += alignUp(p.n)
	}
	res.records.huge, res.segments.huge = huge, huge
	return res, true
}

func alignUp(n uintptr) uintptr { return (n + areaAlign - 1) &^ (areaAlign - 1) }

// drop gives all memory back and keeps the address space.
func (r *reservation) drop() {
	for _, a := range []*area{&r.records, &r.segments, &r.dir, &r.segMeta, &r.pageMeta} {
		a.release(0, a.committed)
	}
}

// Pool keeps the address space of closed stores for the next ones. Without a
// pool a closed store's address space (not its memory) stays reserved until
// the process ends. A Pool may be shared between goroutines.
type Pool struct {
	mu   sync.Mutex
	free map[poolKey][]reservation
}

// poolKey tells reservations apart that must not stand in for each other.
type poolKey struct {
	size uintptr
	huge bool
}

// NewPool returns an empty pool.
func NewPool() *Pool { return &Pool{free: make(map[poolKey][]reservation)} }

func (p *Pool) get(k poolKey) (reservation, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.free[k]
	if len(l) == 0 {
		return reservation{}, false
	}
	p.free[k] = l[:len(l)-1]
	return l[len(l)-1], true
}

func (p *Pool) put(k poolKey, r reservation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free[k] = append(p.free[k], r)
}
