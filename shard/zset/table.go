package zset

// rowLen is how many nodes a row of a table has room for.
const rowLen = 16

// table is nodes of one sort by number, in rows:
//
//	rows   ┌───┬───┬───┐
//	       │ ● │ ● │ ● │     freeze copies these
//	       └─┼─┴─┼─┴─┼─┘
//	         │   │   └ 32 33
//	         │   └──── 16 17 18 … 31
//	         └────────  0  1  2 … 15
//
// The zero value is ready.
//
// Invariant: nothing is written to a row whose epoch is not the table's.
type table[T any] struct {
	rows  []*row[T]
	free  []uint32 // numbers to give out again, whose nodes are nil
	top   uint32   // numbers ever given out: those below it
	epoch uint32   // how often the table was frozen
}

// row is some of a table's nodes.
type row[T any] struct {
	nodes [rowLen]*T
	epoch uint32 // of the table when the row was made
}

// at returns the node of a number.
func (t *table[T]) at(number uint32) *T {
	return t.rows[number/rowLen].nodes[number%rowLen]
}

// set gives a number that was given out another node.
func (t *table[T]) set(number uint32, node *T) {
	r := t.rows[number/rowLen]
	if r.epoch != t.epoch {
		r = t.copyRow(number / rowLen)
	}
	r.nodes[number%rowLen] = node
}

// copyRow makes a row one that no view has.
func (t *table[T]) copyRow(i uint32) *row[T] {
	r := *t.rows[i]
	r.epoch = t.epoch
	t.rows[i] = &r
	return &r
}

// add gives a node a number. O(1) amortised.
func (t *table[T]) add(node *T) uint32 {
	number := t.top
	if n := len(t.free); n > 0 {
		number = t.free[n-1]
		t.free = t.free[:n-1]
	} else {
		if t.top++; int(number/rowLen) == len(t.rows) {
			t.rows = append(t.rows, &row[T]{epoch: t.epoch})
		}
	}
	t.set(number, node)
	return number
}

// drop takes the node of a number out.
func (t *table[T]) drop(number uint32) {
	t.set(number, nil)
	t.free = append(t.free, number)
}

// len returns how many nodes there are.
func (t *table[T]) len() int { return int(t.top) - len(t.free) }

// freeze returns a view of the nodes as they are now, for at. O(nodes / rowLen).
func (t *table[T]) freeze() table[T] {
	t.epoch++
	return table[T]{rows: append([]*row[T](nil), t.rows...), top: t.top}
}

// clone returns a copy of the table and its nodes.
func (t *table[T]) clone() table[T] {
	c := *t
	c.free = append([]uint32(nil), t.free...)
	c.rows = append([]*row[T](nil), t.rows...)
	for i := range c.rows {
		r := c.copyRow(uint32(i))
		for k, node := range r.nodes {
			if node != nil {
				twin := *node
				r.nodes[k] = &twin
			}
		}
	}
	return c
}

// bytes returns what the table takes without its nodes, in O(1).
func (t *table[T]) bytes() int64 {
	return int64(len(t.rows))*rowBytes + int64(cap(t.rows))*8 + int64(cap(t.free))*4
}
