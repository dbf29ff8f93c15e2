package store

import "unsafe"

// pageState says which list a page is on.
type pageState uint8

const (
	pageNew     pageState = iota // never used, behind arena.top
	pageFree                     // no class, on the clean or the dirty list
	pageCurrent                  // arena.current[class]
	pageFull                     // no free record, on no list
	pagePartial                  // has free records, on partial[class]
	pageEvac                     // Tidy moves its records away, on no list
)

// page describes one page of records. It lives outside the Go heap.
type page struct {
	free  uint32 // first freed record, 0 = none; the link is in the record
	bump  uint32 // bytes handed out from the start: records beyond it are new
	high  uint32 // bytes that may be resident: bump <= high, or a page's reuse
	live  uint32 // records in use
	prev  uint32 // neighbours on the list of its state, 0 = none
	next  uint32
	class uint32
	state pageState
}

// arena hands out records. Page numbers start at 1, so that no record has
// reference 0.
//
// Invariants:
//
//	live       = sum over pages of page.live * classSize(page.class)
//	slack[c]   = sum over pages of class c of classSlots(c) - page.live
//	touched    = sum over all pages of page.high
//	pages      = number of pages with a class
type arena struct {
	mem  area
	meta area

	current [classCount]uint32 // page that records are taken from, 0 = none
	partial [classCount]uint32 // pages with freed records, 0 = none
	slack   [classCount]int32  // free slots in the pages of a class

	top       uint32 // pages ever used: 1..top
	limit     uint32 // pages there may be: 1..limit
	dirty     uint32 // free pages that may be resident
	clean     uint32 // free pages that have been given back
	dirtyLen  int
	dirtyHigh int64 // resident bytes of dirty free pages
	victim    uint32
	pages     int
	live      int64
	touched   int64
	freed     int64 // bytes freed since the last look for sparse pages
}

func newArena(mem, meta area) arena {
	limit := (mem.size-areaAlign)/pageBytes - 1
	limit = min(limit, meta.size/unsafe.Sizeof(page{})-1, 1<<(32+3-pageShift)-1)
	return arena{mem: mem, meta: meta, limit: uint32(limit)}
}

func (a *arena) page(n uint32) *page {
	return (*page)(unsafe.Add(a.meta.base, uintptr(n)*unsafe.Sizeof(page{})))
}

func pageOf(r Ref) uint32 { return uint32(r) >> (pageShift - 3) }

func (a *arena) word(r Ref) *uint64 {
	return (*uint64)(unsafe.Add(a.mem.base, uintptr(r)<<3))
}

// capacity returns the bytes that the record r may use.
func (a *arena) capacity(r Ref) uint32 { return classSize(a.page(pageOf(r)).class) }

// alloc returns a record of class c, its content unspecified, or 0 when there
// is no memory left.
func (a *arena) alloc(c uint32) Ref {
	n := a.current[c]
	if n == 0 {
		if n = a.nextPage(c); n == 0 {
			return 0
		}
	}
	p := a.page(n)
	size := classSize(c)
	var r Ref
	if p.free != 0 {
		r = Ref(p.free)
		p.free = uint32(*a.word(r) >> 32)
	} else {
		r = Ref(n<<(pageShift-3) + p.bump>>3)
		p.bump += size
		if p.bump > p.high {
			a.touch(p)
		}
	}
	p.live++
	a.slack[c]--
	a.live += int64(size)
	if p.free == 0 && p.bump+size > pageBytes {
		p.state = pageFull
		a.current[c] = 0
	}
	return r
}

// touch moves the resident mark of p past its bump mark.
func (a *arena) touch(p *page) {
	high := min((p.bump+osPage-1)&^(osPage-1), pageBytes)
	a.touched += int64(high - p.high)
	p.high = high
}

// free takes the record r back.
func (a *arena) free(r Ref) {
	n := pageOf(r)
	p := a.page(n)
	c := p.class
	size := int64(classSize(c))
	*a.word(r) = uint64(p.free) << 32
	p.free = uint32(r)
	p.live--
	a.slack[c]++
	a.live -= size
	a.freed += size
	if p.live == 0 {
		a.retire(n)
		return
	}
	if p.state == pageFull {
		p.state = pagePartial
		a.push(&a.partial[c], n)
	}
}

// nextPage makes a page current for class c: a partial one, or a free one, or
// a new one. It returns 0 when there is none.
func (a *arena) nextPage(c uint32) uint32 {
	n := a.partial[c]
	switch {
	case n != 0:
		a.unlink(&a.partial[c], n)
	default:
		if n = a.freePage(); n == 0 {
			return 0
		}
		p := a.page(n)
		p.free, p.bump, p.live, p.class = 0, 0, 0, c
		a.slack[c] += int32(classSlots(c))
		a.pages++
	}
	a.page(n).state = pageCurrent
	a.current[c] = n
	return n
}

// freePage takes a page off the free lists or from the end of the arena.
func (a *arena) freePage() uint32 {
	if n := a.dirty; n != 0 {
		a.unlink(&a.dirty, n)
		a.dirtyLen--
		a.dirtyHigh -= int64(a.page(n).high)
		return n
	}
	if n := a.clean; n != 0 {
		a.unlink(&a.clean, n)
		return n
	}
	n := a.top + 1
	if n > a.limit ||
		!a.meta.reserve(uintptr(n+1)*unsafe.Sizeof(page{})) ||
		!a.mem.reserve(uintptr(n+1)*pageBytes+osPage) {
		return 0
	}
	a.top = n
	*a.page(n) = page{}
	return n
}

// retire makes page n, which has no live record, free for any class.
func (a *arena) retire(n uint32) {
	p := a.page(n)
	switch p.state {
	case pageCurrent:
		a.current[p.class] = 0
	case pagePartial:
		a.unlink(&a.partial[p.class], n)
	case pageEvac:
		a.victim = 0
	}
	a.slack[p.class] -= int32(classSlots(p.class))
	a.pages--
	p.free, p.bump = 0, 0
	p.state = pageFree
	a.push(&a.dirty, n)
	a.dirtyLen++
	a.dirtyHigh += int64(p.high)
}

// giveBack returns one dirty free page to the system.
func (a *arena) giveBack() {
	n := a.dirty
	p := a.page(n)
	a.unlink(&a.dirty, n)
	a.dirtyLen--
	a.dirtyHigh -= int64(p.high)
	a.mem.release(uintptr(n)*pageBytes, uintptr(n)*pageBytes+uintptr(p.high))
	a.touched -= int64(p.high)
	p.high = 0
	a.push(&a.clean, n)
}

// push puts page n at the head of a list.
func (a *arena) push(head *uint32, n uint32) {
	p := a.page(n)
	p.prev, p.next = 0, *head
	if *head != 0 {
		a.page(*head).prev = n
	}
	*head = n
}

// unlink takes page n off the list with the given head.
func (a *arena) unlink(head *uint32, n uint32) {
	p := a.page(n)
	if p.prev != 0 {
		a.page(p.prev).next = p.next
	} else {
		*head = p.next
	}
	if p.next != 0 {
		a.page(p.next).prev = p.prev
	}
	p.prev, p.next = 0, 0
}
