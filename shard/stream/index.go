package stream

import (
	"slices"
	"sort"
)

// index is an ordered map from IDs to values without pointers: blocks of sorted
// IDs with their values beside them.
//
//	blocks  ┌─────┬─────┬─────┐
//	        │  ●  │  ●  │  ●  │         all IDs of a block are below those of the next
//	        └──┼──┴──┼──┴──┼──┘
//	           │     │     └ ids 9-0 9-1            vals v v
//	           │     └────── ids 4-0 5-0 7-0        vals v v v
//	           └──────────── ids 1-0 2-0 2-1 3-0    vals v v v v
//
// Finding is O(log N), adding and removing O(log N + blockMost) and, once in
// blockMost times, O(blocks). Adding in ascending order fills the blocks.
//
// Invariants: no block is empty; n is the sum of their lengths; memory, which
// belongs to the stream as a whole, includes what the blocks can hold.
type index[V any] struct {
	blocks []block[V]
	n      int
	width  int64  // bytes of an ID and its value
	memory *int64 // the account the index is on
	epoch  uint32 // how often the index was frozen
}

type block[V any] struct {
	ids   []ID
	vals  []V
	epoch uint32 // of the index when the block got ids and vals
}

const (
	// blockMost is how many IDs a block holds at most.
	blockMost = 128
	// blockFew is up to which length a block is joined with its neighbour.
	blockFew = 16
	// blockFirst is how much room a block starts with.
	blockFirst = 4
	// blockBytes is the size of a block without its room.
	blockBytes = 56
)

// place is where an ID stands in an index, until the index changes.
type place struct{ block, i int }

// seek returns the place of the first ID that is id or above, which is at the
// end when there is none.
func (x *index[V]) seek(id ID) place {
	b := len(x.blocks)
	if b == 0 {
		return place{}
	}
	if last := &x.blocks[b-1]; last.ids[len(last.ids)-1].Less(id) {
		return place{b, 0}
	}
	b = sort.Search(b, func(i int) bool {
		ids := x.blocks[i].ids
		return !ids[len(ids)-1].Less(id)
	})
	i, _ := slices.BinarySearchFunc(x.blocks[b].ids, id, ID.Compare)
	return place{b, i}
}

// has tells whether there is an ID at p.
func (x *index[V]) has(p place) bool { return p.block < len(x.blocks) }

// at returns the ID at p and its value, which must not be written to.
func (x *index[V]) at(p place) (ID, *V) {
	b := &x.blocks[p.block]
	return b.ids[p.i], &b.vals[p.i]
}

// edit returns the value at p, which may be written to until the index changes.
func (x *index[V]) edit(p place) *V {
	b := &x.blocks[p.block]
	x.own(b)
	return &b.vals[p.i]
}

// next returns the place behind p.
func (x *index[V]) next(p place) place {
	if p.i++; p.i == len(x.blocks[p.block].ids) {
		return place{p.block + 1, 0}
	}
	return p
}

// find returns the value of id, which must not be written to, nil when it is not
// there.
func (x *index[V]) find(id ID) *V {
	p := x.seek(id)
	if !x.has(p) {
		return nil
	}
	if at, v := x.at(p); at == id {
		return v
	}
	return nil
}

// findEdit is find for who may write to the value until the index changes.
func (x *index[V]) findEdit(id ID) *V {
	p := x.seek(id)
	if !x.has(p) || x.blocks[p.block].ids[p.i] != id {
		return nil
	}
	return x.edit(p)
}

// ends returns the least and the greatest ID of an index that is not empty.
func (x *index[V]) ends() (first, last ID) {
	b := &x.blocks[len(x.blocks)-1]
	return x.blocks[0].ids[0], b.ids[len(b.ids)-1]
}

// put gives id the value v, whether it was there or not.
func (x *index[V]) put(id ID, v V) {
	p := x.seek(id)
	if x.has(p) {
		if at, _ := x.at(p); at == id {
			*x.edit(p) = v
			return
		}
	} else if p.block > 0 { // behind all others
		p = place{p.block - 1, len(x.blocks[p.block-1].ids)}
	}
	p = x.makeRoom(p)
	b := &x.blocks[p.block]
	x.own(b)
	b.ids = slices.Insert(b.ids, p.i, id)
	b.vals = slices.Insert(b.vals, p.i, v)
	x.n++
}

// makeRoom sees to it that one more ID fits at p, and returns where it belongs.
func (x *index[V]) makeRoom(p place) place {
	if len(x.blocks) == 0 {
		x.insertBlock(0)
		return place{}
	}
	b := &x.blocks[p.block]
	switch n := len(b.ids); {
	case n < cap(b.ids):
	case n < blockMost:
		x.resize(b, min(2*n, blockMost))
	case p.i == n && p.block == len(x.blocks)-1:
		x.insertBlock(p.block + 1)
		x.resize(&x.blocks[p.block+1], blockMost)
		return place{p.block + 1, 0}
	default:
		x.split(p.block)
		if p.i > blockMost/2 {
			return place{p.block + 1, p.i - blockMost/2}
		}
	}
	return p
}

// split moves the upper half of a full block to a block of its own.
func (x *index[V]) split(i int) {
	x.insertBlock(i + 1)
	low, high := &x.blocks[i], &x.blocks[i+1]
	x.resize(high, blockMost)
	high.ids = append(high.ids, low.ids[blockMost/2:]...)
	high.vals = append(high.vals, low.vals[blockMost/2:]...)
	low.ids, low.vals = low.ids[:blockMost/2], low.vals[:blockMost/2]
}

// resize gives a block room for n IDs.
func (x *index[V]) resize(b *block[V], n int) {
	*x.memory += x.width * int64(n-cap(b.ids))
	ids, vals := make([]ID, len(b.ids), n), make([]V, len(b.vals), n)
	copy(ids, b.ids)
	copy(vals, b.vals)
	b.ids, b.vals, b.epoch = ids, vals, x.epoch
}

// insertBlock puts a block with little room before block i.
func (x *index[V]) insertBlock(i int) {
	x.blocks = slices.Insert(x.blocks, i, block[V]{})
	*x.memory += blockBytes
	x.resize(&x.blocks[i], blockFirst)
}

// removeBlock takes block i out.
func (x *index[V]) removeBlock(i int) {
	*x.memory -= blockBytes + x.width*int64(cap(x.blocks[i].ids))
	if i == 0 { // the rule, since what was delivered first is acknowledged first
		x.blocks[0] = block[V]{}
		x.blocks = x.blocks[1:]
	} else {
		x.blocks = slices.Delete(x.blocks, i, i+1)
	}
	if len(x.blocks) == 0 {
		x.blocks = nil
	}
}

// remove takes id out and tells whether it was there.
func (x *index[V]) remove(id ID) bool {
	p := x.seek(id)
	if !x.has(p) {
		return false
	}
	b := &x.blocks[p.block]
	if b.ids[p.i] != id {
		return false
	}
	x.own(b)
	b.ids = slices.Delete(b.ids, p.i, p.i+1)
	b.vals = slices.Delete(b.vals, p.i, p.i+1)
	x.n--
	switch {
	case len(b.ids) == 0:
		x.removeBlock(p.block)
	case len(b.ids) <= blockFew && p.block+1 < len(x.blocks):
		x.join(p.block)
	}
	return true
}

// join moves what block i holds to the one behind it, if that has room left then.
func (x *index[V]) join(i int) {
	b, next := &x.blocks[i], &x.blocks[i+1]
	total := len(b.ids) + len(next.ids)
	if total > blockMost/2 {
		return
	}
	if total > cap(next.ids) {
		x.resize(next, blockMost)
	}
	x.own(next)
	next.ids = slices.Insert(next.ids, 0, b.ids...)
	next.vals = slices.Insert(next.vals, 0, b.vals...)
	x.removeBlock(i)
}

// drop empties the index.
func (x *index[V]) drop() {
	for i := range x.blocks {
		*x.memory -= blockBytes + x.width*int64(cap(x.blocks[i].ids))
	}
	x.blocks, x.n = nil, 0
}

// clone returns a copy on another account, which is charged for it.
func (x *index[V]) clone(memory *int64) index[V] {
	c := *x
	c.memory = memory
	c.blocks = make([]block[V], len(x.blocks))
	for i := range x.blocks {
		b := &x.blocks[i]
		c.blocks[i] = block[V]{
			ids:   append(make([]ID, 0, cap(b.ids)), b.ids...),
			vals:  append(make([]V, 0, cap(b.vals)), b.vals...),
			epoch: c.epoch,
		}
		*memory += blockBytes + x.width*int64(cap(b.ids))
	}
	return c
}
