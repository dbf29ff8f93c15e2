package session

import "github.com/troupe-db/troupe/shard"

// part is one shard's share of a split command.
type part struct {
	shard int
	key   int    // the argument that hash belongs to, 0 for none
	hash  uint64 // of its first key
	args  [][]byte
}

// partsMost bounds how much of each kind of memory for parts is kept for the next use.
const partsMost = 1024

// partMemory is what the split commands of a round are made of: slices that are cut
// off longer ones, all given back together, so that a pipeline of MGET allocates as
// good as nothing. It is pooled: a connection holds none between rounds. A slice that is
// too short for the next piece is replaced; the pieces before keep the old one alive for
// as long as the round needs it.
type partMemory struct {
	parts  []part
	order  []int32
	args   [][]byte
	wholes []*shard.Special
	used   int   // wholes that are in use
	counts []int // by shard, for count
}

func (r *round) partMemory() *partMemory {
	if r.parts == nil {
		r.parts = partMemories.Get().(*partMemory)
	}
	return r.parts
}

// cut takes n elements off the free end of memory.
func cut[T any](memory *[]T, n int) []T {
	have := *memory
	if cap(have)-len(have) < n {
		have = make([]T, 0, max(n, min(2*cap(have), partsMost), 16))
	}
	end := len(have) + n
	*memory = have[:end]
	return have[end-n : end : end]
}

// take returns n parts, takeOrder n numbers, and takeArgs an empty slice with room
// for n arguments.
func (m *partMemory) take(n int) []part       { return cut(&m.parts, n) }
func (m *partMemory) takeOrder(n int) []int32 { return cut(&m.order, n) }
func (m *partMemory) takeArgs(n int) [][]byte { return cut(&m.args, n)[:0] }

// takeWhole returns what the requests for the parts of a command share, of which
// nothing is known yet.
func (m *partMemory) takeWhole() *shard.Special {
	if m.used == len(m.wholes) {
		m.wholes = append(m.wholes, &shard.Special{Split: new(shard.Split)})
	}
	m.used++
	return m.wholes[m.used-1]
}

// count returns how many of the keys each shard has, in memory that is valid until
// the next call.
func (m *partMemory) count(where []located, shards int) []int {
	if len(m.counts) != shards { // the pool serves all servers of the process
		m.counts = make([]int, shards)
	}
	clear(m.counts)
	for i := range where {
		m.counts[where[i].owner]++
	}
	return m.counts
}

// giveBack takes everything back, for others to use.
func (m *partMemory) giveBack() {
	clear(m.parts)
	clear(m.args)
	for _, whole := range m.wholes[:m.used] {
		whole.Split.Reset()
	}
	m.used = 0
	m.parts, m.order, m.args = kept(m.parts), kept(m.order), kept(m.args)
	if len(m.wholes) > partsMost {
		m.wholes = nil
	}
	partMemories.Put(m)
}

// kept returns memory for the next round, empty, or nothing if that is much.
func kept[T any](memory []T) []T {
	if cap(memory) > partsMost {
		return nil
	}
	return memory[:0]
}
