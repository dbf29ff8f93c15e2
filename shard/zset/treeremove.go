package zset

const (
	// nodeFew is the number of entries below which a node tries to join a
	// neighbour.
	nodeFew = nodeMost / 4
	// nodeJoin is how many entries two nodes that join may have. What comes next
	// does not split them again.
	nodeJoin = nodeMost * 3 / 4
)

// remove takes e, which is in the tree, out.
func (t *tree) remove(a *arena, e *element) {
	t.removeRoot(a, e, 0)
}

// removeAt takes the element of a rank out. It looks at no record.
func (t *tree) removeAt(rank int) {
	t.removeRoot(nil, nil, rank)
}

// removeRoot takes e out or, when that is nil, the element of a rank.
func (t *tree) removeRoot(a *arena, e *element, rank int) {
	t.count--
	t.removeBelow(a, t.height, t.root, e, rank)
	for t.height > 0 && t.inner(t.root).n == 1 {
		old := t.root
		t.root = t.inner(old).kids[0]
		t.inners.drop(old)
		t.height--
	}
}

// removeBelow takes out e or, when that is nil, the element that has a rank below
// a node of a level.
func (t *tree) removeBelow(a *arena, level int, node uint32, e *element, rank int) {
	i := rank
	if level == 0 {
		lf := t.ownLeaf(node)
		if e != nil {
			i = lower(a, &lf.scores, &lf.refs, lf.n, e)
		}
		copy(lf.scores[i:lf.n-1], lf.scores[i+1:lf.n])
		copy(lf.refs[i:lf.n-1], lf.refs[i+1:lf.n])
		lf.n--
		return
	}
	in := t.ownInner(node)
	if e != nil {
		i = in.child(a, e)
	} else {
		i, rank = in.childAt(rank)
	}
	in.counts[i]--
	t.removeBelow(a, level-1, in.kids[i], e, rank)
	switch {
	case in.counts[i] == 0:
		t.drop(level-1, in.kids[i])
		in.close(i)
	case t.entries(level-1, in.kids[i]) >= nodeFew || !t.join(in, i, level-1):
		t.setLeast(in, i, level-1)
	}
}

// drop gives a node back.
func (t *tree) drop(level int, node uint32) {
	if level == 0 {
		t.dropLeaf(node)
	} else {
		t.inners.drop(node)
	}
}

// entries returns how many elements or children a node has itself.
func (t *tree) entries(level int, node uint32) uint32 {
	if level == 0 {
		return t.leaf(node).n
	}
	return t.inner(node).n
}

// join merges child i, a node of level, with a neighbour if both are small enough,
// and reports whether it did.
func (t *tree) join(in *inner, i, level int) bool {
	n := t.entries(level, in.kids[i])
	if i > 0 && n+t.entries(level, in.kids[i-1]) <= nodeJoin {
		i--
	} else if i+1 == int(in.n) || n+t.entries(level, in.kids[i+1]) > nodeJoin {
		return false
	}
	left, right := in.kids[i], in.kids[i+1]
	if level == 0 {
		t.ownLeaf(left).append(t.leaf(right))
	} else {
		t.ownInner(left).append(t.inner(right))
	}
	t.drop(level, right)
	in.counts[i] += in.counts[i+1]
	t.setLeast(in, i, level)
	in.close(i + 1)
	return true
}

// append adds the elements of a leaf that follows.
func (lf *leaf) append(next *leaf) {
	copy(lf.scores[lf.n:], next.scores[:next.n])
	copy(lf.refs[lf.n:], next.refs[:next.n])
	lf.n += next.n
}

// append adds the children of a node that follows.
func (in *inner) append(next *inner) {
	copy(in.scores[in.n:], next.scores[:next.n])
	copy(in.refs[in.n:], next.refs[:next.n])
	copy(in.kids[in.n:], next.kids[:next.n])
	copy(in.counts[in.n:], next.counts[:next.n])
	in.n += next.n
}

// close takes child i out.
func (in *inner) close(i int) {
	copy(in.scores[i:in.n-1], in.scores[i+1:in.n])
	copy(in.refs[i:in.n-1], in.refs[i+1:in.n])
	copy(in.kids[i:in.n-1], in.kids[i+1:in.n])
	copy(in.counts[i:in.n-1], in.counts[i+1:in.n])
	in.n--
}
