package zset

import "bytes"

// nodeMost is how many elements a leaf, or children an inner node, can have.
const nodeMost = 63

// What a node, and a row of a table of nodes, take in the heap, with what the size
// class adds.
const (
	leafBytes  = 768
	innerBytes = 1280
	rowBytes   = 144
)

// leaf holds elements in order.
type leaf struct {
	scores [nodeMost]float64
	refs   [nodeMost]ref
	n      uint32
	epoch  uint32 // of the tree when the leaf was made, see tree.freeze
}

// inner holds children in order: leaves on level 1, inner nodes above. The
// element kept for a child is the least one below it, exactly.
type inner struct {
	scores [nodeMost]float64
	refs   [nodeMost]ref
	kids   [nodeMost]uint32 // numbers in tree.leaves or tree.inners
	counts [nodeMost]uint32 // elements below each child
	n      uint32
	epoch  uint32
}

// tree keeps elements in the order of their scores and, where those are equal,
// names: a B+ tree that counts, so that ranks take O(log N). Nodes are known by
// their numbers, and hold no pointers.
//
// Every node but the root of an empty tree has an element, and a root that is an
// inner node has two children. Other nodes may have any number of entries: those
// with few join a neighbour when both together leave room in one node.
type tree struct {
	leaves table[leaf]
	inners table[inner]
	spare  *leaf // an empty one for the next to be needed, or nil
	root   uint32
	height int // levels above the leaves
	count  int
}

// element is a member as the tree needs it.
type element struct {
	score float64
	name  []byte
	ref   ref
}

func newTree() tree {
	var t tree
	t.root = t.newLeaf()
	return t
}

func (t *tree) leaf(number uint32) *leaf   { return t.leaves.at(number) }
func (t *tree) inner(number uint32) *inner { return t.inners.at(number) }

// before tells whether the element of a node, at score and ref, comes before e.
func before(a *arena, score float64, r ref, e *element) bool {
	if score != e.score {
		return score < e.score
	}
	return r != e.ref && bytes.Compare(a.name(r), e.name) < 0
}

// lower returns how many of the n elements of a node come before e.
func lower(a *arena, scores *[nodeMost]float64, refs *[nodeMost]ref, n uint32, e *element) int {
	lo, hi := 0, int(n)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if before(a, scores[mid], refs[mid], e) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// child returns which child of a node e belongs to. An element of the tree is
// told by its ref.
func (in *inner) child(a *arena, e *element) int {
	i := lower(a, &in.scores, &in.refs, in.n, e)
	if i < int(in.n) && in.refs[i] == e.ref && in.scores[i] == e.score {
		return i
	}
	return max(i-1, 0)
}

// rank returns how many elements come before e.
func (t *tree) rank(a *arena, e *element) int {
	rank, node := 0, t.root
	for range t.height {
		in := t.inner(node)
		i := in.child(a, e)
		for _, n := range in.counts[:i] {
			rank += int(n)
		}
		node = in.kids[i]
	}
	lf := t.leaf(node)
	return rank + lower(a, &lf.scores, &lf.refs, lf.n, e)
}

// partition returns how many elements come first for which before is true. It
// must be true for all elements up to some place and false behind it.
func (t *tree) partition(before func(score float64, r ref) bool) int {
	rank, node := 0, t.root
	for range t.height {
		in := t.inner(node)
		i := max(partition(&in.scores, &in.refs, in.n, before)-1, 0)
		for _, n := range in.counts[:i] {
			rank += int(n)
		}
		node = in.kids[i]
	}
	lf := t.leaf(node)
	return rank + partition(&lf.scores, &lf.refs, lf.n, before)
}

func partition(scores *[nodeMost]float64, refs *[nodeMost]ref, n uint32, before func(float64, ref) bool) int {
	lo, hi := 0, int(n)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if before(scores[mid], refs[mid]) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// at returns the leaf with the element of that rank, 0 <= rank < count, and its
// place there.
func (t *tree) at(rank int) (lf *leaf, i int) {
	node := t.root
	for range t.height {
		in := t.inner(node)
		var kid int
		kid, rank = in.childAt(rank)
		node = in.kids[kid]
	}
	return t.leaf(node), rank
}

// childAt returns which child the element of a rank below the node is in, and its
// rank there.
func (in *inner) childAt(rank int) (i, left int) {
	for rank >= int(in.counts[i]) {
		rank -= int(in.counts[i])
		i++
	}
	return i, rank
}

// place returns the number of the leaf that holds e, which is in the tree, and its
// place.
func (t *tree) place(a *arena, e *element) (node uint32, i int) {
	node = t.root
	for range t.height {
		in := t.inner(node)
		node = in.kids[in.child(a, e)]
	}
	lf := t.leaf(node)
	return node, lower(a, &lf.scores, &lf.refs, lf.n, e)
}

// move makes the tree point to now where it points to the record of e.
func (t *tree) move(a *arena, e *element, now ref) {
	node := t.root
	for range t.height {
		in := t.inner(node)
		i := in.child(a, e)
		if in.refs[i] == e.ref {
			in = t.ownInner(node)
			in.refs[i] = now
		}
		node = in.kids[i]
	}
	lf := t.ownLeaf(node)
	lf.refs[lower(a, &lf.scores, &lf.refs, lf.n, e)] = now
}

// rescore changes the score of an element in its place, when it stays between
// its neighbours in a leaf, and reports false when it does not.
func (t *tree) rescore(a *arena, e *element, score float64) bool {
	node, i := t.place(a, e)
	lf := t.leaf(node)
	if i == 0 || i+1 >= int(lf.n) {
		return false
	}
	moved := element{score, e.name, e.ref}
	if !before(a, lf.scores[i-1], lf.refs[i-1], &moved) || before(a, lf.scores[i+1], lf.refs[i+1], &moved) {
		return false
	}
	t.ownLeaf(node).scores[i] = score
	return true
}

func (t *tree) newLeaf() uint32 {
	fresh := t.spare
	if t.spare = nil; fresh == nil {
		fresh = &leaf{}
	}
	fresh.epoch = t.leaves.epoch
	return t.leaves.add(fresh)
}

func (t *tree) newInner() uint32 {
	return t.inners.add(&inner{epoch: t.inners.epoch})
}

// dropLeaf gives a leaf back. One that no view has is kept, so that a set whose
// first or last leaf comes and goes allocates nothing.
func (t *tree) dropLeaf(number uint32) {
	if lf := t.leaf(number); lf.epoch == t.leaves.epoch {
		t.spare = lf
		t.spare.n = 0
	}
	t.leaves.drop(number)
}

func (t *tree) clone() tree {
	c := *t
	c.spare = nil
	c.leaves, c.inners = t.leaves.clone(), t.inners.clone()
	return c
}

// bytes returns what the tree takes.
func (t *tree) bytes() int64 {
	leaves := int64(t.leaves.len())
	if t.spare != nil {
		leaves++
	}
	return leaves*leafBytes + int64(t.inners.len())*innerBytes + t.leaves.bytes() + t.inners.bytes()
}
