package zset

// insert adds e, which is not in the tree.
func (t *tree) insert(a *arena, e *element) {
	t.count++
	right, split := t.insertBelow(a, t.height, t.root, e, edges{true, true})
	if !split {
		return
	}
	left := t.root
	t.root = t.newInner()
	t.height++
	in := t.inner(t.root)
	t.setChild(in, 0, t.height-1, left)
	t.setChild(in, 1, t.height-1, right)
	in.n = 2
}

// edges tells whether a node is the first or the last of its level. There full
// nodes do not split in half, so that elements that arrive in order fill them.
type edges struct{ first, last bool }

// insertBelow adds e below a node of a level, 0 for a leaf. When the node was
// full it returns the number of the node that now follows it.
func (t *tree) insertBelow(a *arena, level int, node uint32, e *element, at edges) (right uint32, split bool) {
	if level == 0 {
		return t.insertLeaf(a, node, e, at)
	}
	in := t.ownInner(node)
	i := in.child(a, e)
	if i == 0 && !before(a, in.scores[0], in.refs[0], e) {
		in.scores[0], in.refs[0] = e.score, e.ref
	}
	in.counts[i]++
	kid, split := t.insertBelow(a, level-1, in.kids[i], e,
		edges{at.first && i == 0, at.last && i == int(in.n)-1})
	if !split {
		return 0, false
	}
	in.counts[i] = t.size(level-1, in.kids[i])
	i++
	if in.n < nodeMost {
		in.open(i)
		t.setChild(in, i, level-1, kid)
		return 0, false
	}
	cut := splitAt(i, at, 1)
	right = t.newInner()
	next := t.inner(right)
	in.moveTail(cut, next)
	if i > cut || cut == nodeMost {
		in, i = next, i-cut
	}
	in.open(i)
	t.setChild(in, i, level-1, kid)
	return right, true
}

// splitAt returns how many entries of a full node stay in it when another one is
// to be entered at i: half, or as many as possible or least at an edge.
func splitAt(i int, at edges, least int) int {
	switch {
	case at.last && i == nodeMost:
		return nodeMost
	case at.first && i <= least:
		return least
	default:
		return nodeMost / 2
	}
}

func (t *tree) insertLeaf(a *arena, node uint32, e *element, at edges) (right uint32, split bool) {
	lf := t.ownLeaf(node)
	i := lower(a, &lf.scores, &lf.refs, lf.n, e)
	if lf.n == nodeMost {
		cut := splitAt(i, at, 0)
		right, split = t.newLeaf(), true
		next := t.leaf(right)
		lf.moveTail(cut, next)
		if i > cut || cut == nodeMost {
			lf, i = next, i-cut
		}
	}
	copy(lf.scores[i+1:lf.n+1], lf.scores[i:lf.n])
	copy(lf.refs[i+1:lf.n+1], lf.refs[i:lf.n])
	lf.scores[i], lf.refs[i] = e.score, e.ref
	lf.n++
	return right, split
}

// moveTail moves all elements but the first n to an empty leaf.
func (lf *leaf) moveTail(n int, to *leaf) {
	copy(to.scores[:], lf.scores[n:lf.n])
	copy(to.refs[:], lf.refs[n:lf.n])
	to.n = lf.n - uint32(n)
	lf.n = uint32(n)
}

// moveTail moves all children but the first n to an empty node.
func (in *inner) moveTail(n int, to *inner) {
	copy(to.scores[:], in.scores[n:in.n])
	copy(to.refs[:], in.refs[n:in.n])
	copy(to.kids[:], in.kids[n:in.n])
	copy(to.counts[:], in.counts[n:in.n])
	to.n = in.n - uint32(n)
	in.n = uint32(n)
}

// open makes room for a child at i of a node that is not full.
func (in *inner) open(i int) {
	copy(in.scores[i+1:in.n+1], in.scores[i:in.n])
	copy(in.refs[i+1:in.n+1], in.refs[i:in.n])
	copy(in.kids[i+1:in.n+1], in.kids[i:in.n])
	copy(in.counts[i+1:in.n+1], in.counts[i:in.n])
	in.n++
}

// setChild makes a node of level the child i.
func (t *tree) setChild(in *inner, i, level int, node uint32) {
	in.kids[i] = node
	in.counts[i] = t.size(level, node)
	t.setLeast(in, i, level)
}

// setLeast notes the least element below child i, a node of level.
func (t *tree) setLeast(in *inner, i, level int) {
	if node := in.kids[i]; level == 0 {
		in.scores[i], in.refs[i] = t.leaf(node).scores[0], t.leaf(node).refs[0]
	} else {
		in.scores[i], in.refs[i] = t.inner(node).scores[0], t.inner(node).refs[0]
	}
}

// size returns the number of elements below a node.
func (t *tree) size(level int, node uint32) uint32 {
	if level == 0 {
		return t.leaf(node).n
	}
	in, sum := t.inner(node), uint32(0)
	for _, n := range in.counts[:in.n] {
		sum += n
	}
	return sum
}

// load adds elements to an empty tree; they are in order and have their scores.
func (t *tree) load(a *arena, ordered []scored) {
	for i := range ordered {
		t.insert(a, &element{ordered[i].score, a.name(ordered[i].ref), ordered[i].ref})
	}
}
