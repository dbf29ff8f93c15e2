package zset

import "github.com/troupe-db/troupe/shard/keyspace"

// Freeze returns a view of the set as it is now, for Len, Bytes, At and Each: it has
// no index. The nodes of the tree and the buffers of pages are shared. O(pages +
// nodes / 16), of which the pages, 32 bytes for 8 KiB, count.
func (s *Sorted) Freeze() keyspace.Object {
	return &Sorted{arena: s.arena.freeze(), tree: s.tree.freeze()}
}

// freeze returns a view for names. It copies the list of pages, which name, the
// innermost of all loops, reads without a detour through rows. Their buffers need not
// be copied before they change: no name of a record is written over as long as a view
// may have it. New records go behind those there are, and scores, which change, are
// read from the tree.
func (a *arena) freeze() arena {
	a.fixed = true
	return arena{pages: append([]page(nil), a.pages...), held: a.held}
}

// freeze returns a view. A node of an older epoch is copied before it changes.
func (t *tree) freeze() tree {
	return tree{
		leaves: t.leaves.freeze(), inners: t.inners.freeze(),
		root: t.root, height: t.height, count: t.count,
	}
}

// ownLeaf returns a leaf as one that no view has, so that it may be changed.
func (t *tree) ownLeaf(number uint32) *leaf {
	if lf := t.leaf(number); lf.epoch == t.leaves.epoch {
		return lf
	}
	return t.copyLeaf(number)
}

func (t *tree) copyLeaf(number uint32) *leaf {
	lf := *t.leaf(number)
	lf.epoch = t.leaves.epoch
	t.leaves.set(number, &lf)
	return &lf
}

// ownInner is ownLeaf for an inner node.
func (t *tree) ownInner(number uint32) *inner {
	if in := t.inner(number); in.epoch == t.inners.epoch {
		return in
	}
	return t.copyInner(number)
}

func (t *tree) copyInner(number uint32) *inner {
	in := *t.inner(number)
	in.epoch = t.inners.epoch
	t.inners.set(number, &in)
	return &in
}
