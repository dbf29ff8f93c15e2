package zset

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/troupe-db/troupe/shard/store"
)

// A record of the arena is a score, the length of a name and the name, rounded
// up to whole units:
//
//	┌─────────┬─────────────┬──────────────┬─ ─ ─ ─ ┐
//	│ score 8 │ length 1, 5 │ name         │ filler │
//	└─────────┴─────────────┴──────────────┴─ ─ ─ ─ ┘
//
// A length of 255 and more is the byte 255 and four bytes. The score of a record
// that was given back is NaN, which no member has.
const (
	unit      = 8
	unitBits  = 10 // units a page can number
	pageSize  = unit << unitBits
	firstPage = 512          // the only page of a small arena begins so large
	ownPage   = pageSize / 4 // a larger record has a page of its own
	mostPages = 1<<(32-unitBits) - 1
	longName  = 255
)

// ref names a record: the number of its page and, in units, where it begins.
type ref uint32

func (r ref) page() int   { return int(r >> unitBits) }
func (r ref) offset() int { return int(r&(1<<unitBits-1)) * unit }

// arena holds the records of a sorted set in pages. The zero value is ready.
type arena struct {
	pages []page
	free  []uint32 // numbers of pages that were given back
	fill  int      // the page that new records go to, if it has room
	fixed bool     // a view has that page: its records are never written over
	held  int64    // bytes of all buffers
}

// page is a buffer of records that follow each other. 0 <= live <= used <=
// len(buf); buf is nil for a page that was given back.
type page struct {
	buf  []byte
	used uint32 // bytes from the beginning on that are records, given back or not
	live uint32 // bytes of records that were not given back
}

// recordSize returns the bytes a record with a name of n bytes takes.
func recordSize(n int) int {
	head := 9
	if n >= longName {
		head = 13
	}
	return (head + n + unit - 1) &^ (unit - 1)
}

// add makes a record. It panics with an error that wraps store.ErrFull when the
// pages cannot be numbered any more, at 32 GiB.
func (a *arena) add(score float64, name []byte) ref {
	n := recordSize(len(name))
	number := a.room(n)
	p := &a.pages[number]
	at := p.used
	p.used += uint32(n)
	p.live += uint32(n)
	b := p.buf[at:p.used]
	binary.LittleEndian.PutUint64(b, math.Float64bits(score))
	if len(name) < longName {
		b[8] = byte(len(name))
		copy(b[9:], name)
	} else {
		b[8] = longName
		binary.LittleEndian.PutUint32(b[9:], uint32(len(name)))
		copy(b[13:], name)
	}
	return ref(number<<unitBits | int(at)/unit)
}

// room returns the number of a page that has n bytes left.
func (a *arena) room(n int) int {
	if n > ownPage {
		return a.open(n)
	}
	if len(a.pages) > 0 {
		p := &a.pages[a.fill]
		switch need := int(p.used) + n; {
		case p.buf == nil:
		case need <= len(p.buf):
			return a.fill
		case need <= pageSize && len(p.buf) < pageSize && a.fill == 0:
			a.enlarge(p, need)
			return a.fill
		}
		a.leave()
	}
	size := pageSize
	if len(a.pages) == 0 {
		size = max(firstPage, n)
	}
	a.fill, a.fixed = a.open(size), false
	return a.fill
}

// enlarge gives the first page, which begins small, a buffer for need bytes.
func (a *arena) enlarge(p *page, need int) {
	size := len(p.buf)
	for size < need {
		size = min(2*size, pageSize)
	}
	buf := make([]byte, size)
	copy(buf, p.buf[:p.used])
	a.held += int64(size - len(p.buf))
	p.buf, a.fixed = buf, false
}

// leave gives the page that was filled back if nothing in it is live.
func (a *arena) leave() {
	if p := &a.pages[a.fill]; p.live == 0 && p.buf != nil {
		a.release(a.fill)
	}
}

// open makes a page of size bytes.
func (a *arena) open(size int) int {
	fresh := page{buf: make([]byte, size)}
	a.held += int64(size)
	if n := len(a.free); n > 0 {
		number := a.free[n-1]
		a.free = a.free[:n-1]
		a.pages[number] = fresh
		return int(number)
	}
	if len(a.pages) >= mostPages {
		panic(fmt.Errorf("zset: no more pages for members: %w", store.ErrFull))
	}
	a.pages = append(a.pages, fresh)
	return len(a.pages) - 1
}

// release gives a page back.
func (a *arena) release(number int) {
	a.held -= int64(len(a.pages[number].buf))
	a.pages[number] = page{}
	a.free = append(a.free, uint32(number))
}

// drop gives a record back. It reports true when so little of its page is live
// that what is left had better move elsewhere.
func (a *arena) drop(r ref) (sparse bool) {
	number := r.page()
	p := &a.pages[number]
	p.live -= uint32(recordSize(len(a.name(r))))
	a.setScore(r, math.NaN())
	switch {
	case number == a.fill:
		if p.live == 0 {
			a.restart(p)
		}
		return false
	case p.live == 0:
		a.release(number)
		return false
	default:
		return a.sparse(number)
	}
}

// restart makes the page that is filled, of which nothing is live, an empty one.
func (a *arena) restart(p *page) {
	if p.used = 0; a.fixed {
		p.buf, a.fixed = make([]byte, len(p.buf)), false
	}
}

// sparse tells whether less than a quarter of a page is live.
func (a *arena) sparse(number int) bool {
	p := &a.pages[number]
	return p.buf != nil && int(p.live)*4 < len(p.buf)
}

// next returns the first live record of a page from offset on, and where the one
// behind it begins. It reports false when there is none.
func (a *arena) next(number, offset int) (r ref, behind int, ok bool) {
	p := &a.pages[number]
	for offset < int(p.used) {
		r = ref(number<<unitBits | offset/unit)
		offset += recordSize(len(a.name(r)))
		if !math.IsNaN(a.score(r)) {
			return r, offset, true
		}
	}
	return 0, offset, false
}

func (a *arena) score(r ref) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(a.pages[r.page()].buf[r.offset():]))
}

func (a *arena) setScore(r ref, score float64) {
	binary.LittleEndian.PutUint64(a.pages[r.page()].buf[r.offset():], math.Float64bits(score))
}

// name returns the name of a record as a view, which stays as it is until the
// record has been given back.
func (a *arena) name(r ref) []byte {
	b := a.pages[r.page()].buf[r.offset()+8:]
	if n := int(b[0]); n < longName {
		return b[1 : 1+n : 1+n]
	}
	n := 5 + int(binary.LittleEndian.Uint32(b[1:]))
	return b[5:n:n]
}

func (a *arena) clone() arena {
	c := *a
	c.fixed = false
	c.free = append([]uint32(nil), a.free...)
	c.pages = append([]page(nil), a.pages...)
	for i := range c.pages {
		if buf := c.pages[i].buf; buf != nil {
			c.pages[i].buf = append(make([]byte, 0, len(buf)), buf...)
		}
	}
	return c
}

// bytes returns what the arena takes.
func (a *arena) bytes() int64 {
	return a.held + int64(cap(a.pages))*32 + int64(cap(a.free))*4
}
