package store

import (
	"math/bits"
	"unsafe"
)

const (
	groupSlots    = 12
	segmentGroups = 32
	segmentSlots  = groupSlots * segmentGroups
	segmentBytes  = segmentGroups * 64
	groupMask     = segmentGroups - 1
	homeShift     = 64 - 5 // the home group is the top 5 bits behind the prefix

	lowBytes  = 0x0101010101010101
	highBytes = 0x8080808080808080
	high4     = 0x80808080 // control bytes 8..11 in the second word
	overflow  = 32         // shift of the overflow count in the second word
	ttlShift  = 48         // shift of the ttl bitmap in the second word
	sticky    = 255        // an overflow count that is never decremented
)

// group is one cache line: twelve slots. The control bytes, the overflow count
// and the ttl bitmap are reached by shifts only, so the byte order of the
// machine does not matter.
//
// Invariant: slot i is in use <=> its control byte is not 0 <=> ref[i] != 0.
// A ttl bit is set only for a slot in use.
type group struct {
	lo, hi uint64
	ref    [groupSlots]Ref
}

// mask is a set of slots: bit 8i+7 stands for slot i, bit 8i+6 for slot 8+i.
// Folding both control words into one mask saves a branch on each look-up.
type mask uint64

func (m mask) slot() uint {
	b := uint(bits.TrailingZeros64(uint64(m)))
	return b>>3 + (^b&1)<<3
}

// tagOf returns the control byte of a hash.
func tagOf(h uint64) uint64 { return 0x80 | h&0x7f }

// match returns the slots whose control byte is probably tag. A false one is
// in use too, so its reference may be followed.
func (g *group) match(tag uint64) mask {
	t := tag * lowBytes
	x, y := g.lo^t, g.hi^t
	x = (x - lowBytes) &^ x & highBytes
	y = (y - lowBytes) &^ y & high4
	return mask(x | y>>1)
}

// empty returns the slots that are not in use.
func (g *group) empty() mask {
	return mask(^g.lo&highBytes | (^g.hi&high4)>>1)
}

// used returns the slots that are in use.
func (g *group) used() mask {
	return mask(g.lo&highBytes | (g.hi&high4)>>1)
}

func (g *group) passed() uint64 { return g.hi >> overflow & 0xff }

// pass counts a key that did not find room here.
func (g *group) pass() {
	if g.passed() != sticky {
		g.hi += 1 << overflow
	}
}

// unpass takes back one pass.
func (g *group) unpass() {
	if g.passed() != sticky {
		g.hi -= 1 << overflow
	}
}

func (g *group) put(slot uint, tag uint64, r Ref, ttl bool) {
	if slot < 8 {
		g.lo |= tag << (slot * 8)
	} else {
		g.hi |= tag << ((slot - 8) * 8)
	}
	g.ref[slot] = r
	if ttl {
		g.hi |= 1 << (ttlShift + slot)
	}
}

func (g *group) clear(slot uint) {
	if slot < 8 {
		g.lo &^= 0xff << (slot * 8)
	} else {
		g.hi &^= 0xff << ((slot - 8) * 8)
	}
	g.hi &^= 1 << (ttlShift + slot)
	g.ref[slot] = 0
}

func (g *group) ttl(slot uint) bool { return g.hi>>(ttlShift+slot)&1 != 0 }

// ttls returns the slots whose records have an expiry, bit i for slot i.
func (g *group) ttls() uint64 { return g.hi >> ttlShift }

func (g *group) setTTL(slot uint, on bool) {
	g.hi &^= 1 << (ttlShift + slot)
	if on {
		g.hi |= 1 << (ttlShift + slot)
	}
}

// segMeta describes one segment. It lives outside the Go heap.
type segMeta struct {
	prefix uint32 // top bits of the hashes of its keys; free: previous free one
	next   uint32 // next segment of the chain, 0 = none; free: next free one
	count  uint16 // slots in use
	ttl    uint16 // slots in use whose record has an expiry
	depth  uint8  // bits of prefix that count
	state  segState
}

type segState uint8

const (
	segFree    segState = iota
	segHead             // in the directory
	segChained          // behind another segment
)

func (t *table) meta(seg uint32) *segMeta {
	return (*segMeta)(unsafe.Add(t.metas.base, uintptr(seg)*unsafe.Sizeof(segMeta{})))
}

// groupAt returns group i of segment seg.
func (t *table) groupAt(seg uint32, i uint64) *group {
	return (*group)(unsafe.Add(t.segs.base, uintptr(seg)*segmentBytes+uintptr(i)*64))
}

// entry returns segment and depth for hash h.
func (t *table) entry(h uint64) (seg uint32, depth uint32) {
	e := *(*uint32)(unsafe.Add(t.dir.base, uintptr(h>>(t.shift&63))<<2))
	return e >> 6, e & 63
}

// home returns the home group of hash h in a segment of the given depth.
func home(h uint64, depth uint32) uint64 { return h << (depth & 63) >> homeShift }
