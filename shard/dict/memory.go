package dict

import "encoding/binary"

const (
	// dictBytes and restBytes are the sizes of a Dict and of its seldom used part.
	dictBytes = 112
	restBytes = 288

	// maxSpare is how many buffers are kept for the next rebuild.
	maxSpare = 8

	// sliceBytes is the size of a slice's header, chunkBytes that of a chunk or a
	// bigChunk.
	sliceBytes = 24
	chunkBytes = 32

	// bigLen is how many elements outside a bigChunk has room for.
	bigLen = 64
)

// bigChunk is some of what stands outside, by handle: key size, key, value.
type bigChunk struct {
	slots [][]byte
	epoch uint32 // of the table when it got slots, see Freeze
}

// rest is what a small table can do without.
type rest struct {
	big     []bigChunk // what stands outside
	freeBig []uint32   // handles to give out again
	spare   [maxSpare][]byte
	spares  int
	handles uint32 // ever given out: those below it

	next  int64 // no element ends before it
	timed int   // elements with a deadline

	// The walk of Expire: the segment it goes on with, and the earliest time
	// found so far, which changes behind its back keep correct.
	walk  int
	least int64
}

// more returns the seldom used part.
func (d *Dict) more() *rest {
	if d.rest == nil {
		d.rest = &rest{next: Never, least: Never}
		d.bytes += restBytes
	}
	return d.rest
}

// buffer returns an empty buffer for n bytes and a little growth.
func (d *Dict) buffer(n int) []byte {
	n += n >> 4
	if r := d.rest; r != nil {
		for i := range r.spare[:r.spares] {
			if c := cap(r.spare[i]); c >= n && c <= n+n>>2 {
				b := r.spare[i]
				r.spares--
				r.spare[i], r.spare[r.spares] = r.spare[r.spares], nil
				return b[:0]
			}
		}
	}
	b := append([]byte(nil), make([]byte, n)...) // the capacity is that of the size class
	d.bytes += int64(cap(b))
	return b[:0]
}

// release takes a buffer back.
func (d *Dict) release(b []byte) {
	switch r := d.rest; {
	case cap(b) == 0:
	case r == nil || len(d.dir) == 0:
		d.bytes -= int64(cap(b))
	case r.spares < maxSpare:
		r.spare[r.spares] = b
		r.spares++
	default:
		// The spare that nobody has fetched for longest makes room.
		d.bytes -= int64(cap(r.spare[0]))
		copy(r.spare[:], r.spare[1:])
		r.spare[maxSpare-1] = b
	}
}

// keepOutside stores key and value of an element that stands outside.
func (d *Dict) keepOutside(f *form) {
	d.more()
	b := make([]byte, binary.MaxVarintLen64+len(f.key)+len(f.value))
	n := binary.PutUvarint(b, uint64(len(f.key)))
	n += copy(b[n:], f.key)
	n += copy(b[n:], f.value)
	b = b[:n]
	d.bytes += int64(cap(b))
	f.handle = d.handle()
	d.ownBig(f.handle / bigLen).slots[f.handle%bigLen] = b
}

// handle returns a handle that is not in use.
func (d *Dict) handle() uint32 {
	r := d.rest
	if k := len(r.freeBig); k > 0 {
		handle := r.freeBig[k-1]
		r.freeBig = r.freeBig[:k-1]
		return handle
	}
	handle := r.handles
	r.handles++
	if int(handle/bigLen) == len(r.big) {
		before := cap(r.big)
		r.big = append(r.big, bigChunk{epoch: d.epoch})
		d.bytes += int64(cap(r.big)-before) * chunkBytes
	}
	last := d.ownBig(handle / bigLen)
	if before := cap(last.slots); len(last.slots) == before {
		size := bigLen
		if handle < bigLen {
			size = max(2*before, 1)
		}
		last.slots = append(make([][]byte, 0, size), last.slots...)
		d.bytes += int64(size-before) * sliceBytes
	}
	last.slots = append(last.slots, nil)
	return handle
}

// outside returns key and value of the element with this handle.
func (d *Dict) outside(handle uint32) (key, value []byte) {
	b := d.rest.big[handle/bigLen].slots[handle%bigLen]
	size, n := binary.Uvarint(b)
	end := n + int(size)
	return b[n:end:end], b[end:]
}

// dropOutside forgets what stands outside for an element whose bytes begin p.
func (d *Dict) dropOutside(p []byte) {
	if p[0]&outside == 0 {
		return
	}
	r := d.rest
	handle := binary.LittleEndian.Uint32(p[d.size(p)-handleSize:])
	slot := &d.ownBig(handle / bigLen).slots[handle%bigLen]
	d.bytes -= int64(cap(*slot))
	*slot = nil
	before := cap(r.freeBig)
	r.freeBig = append(r.freeBig, handle)
	d.bytes += int64(cap(r.freeBig)-before) * 4
	if len(r.freeBig) == int(r.handles) {
		for i := range r.big {
			d.bytes -= int64(cap(r.big[i].slots)) * sliceBytes
		}
		d.bytes -= int64(cap(r.big))*chunkBytes + int64(cap(r.freeBig))*4
		r.big, r.freeBig, r.handles = nil, nil, 0
	}
}
