package session

import (
	"sync"

	"github.com/troupe-db/troupe/shard"
)

const (
	inputSize  = 16 << 10                        // of a fresh input buffer
	widening   = 4                               // how much larger the next one is, for a client that has filled it
	widest     = inputSize * widening * widening // up to which it is widened so
	outputSize = 16 << 10                        // of a fresh output buffer
	keepInput  = 1 << 20                         // larger input buffers are not kept for the next user

	// keepReplies is the same for replies. A pipeline of 64 ranges of 600 elements of 64
	// bytes fills two thirds of it: what is not kept is grown anew, copied on the way and
	// collected, for three quarters of the time that such ranges take.
	keepReplies = 4 << 20
)

// buffer is a pooled byte slice. The pools hold pointers to it, so that taking
// one and giving it back allocates nothing.
type buffer struct{ bytes []byte }

var (
	inputs    = [...]sync.Pool{inputsOf(inputSize), inputsOf(inputSize * widening), inputsOf(widest)}
	outputs   = sync.Pool{New: func() any { return &buffer{make([]byte, 0, outputSize)} }}
	outgoings = sync.Pool{New: func() any { return &outgoing{bytes: make([]byte, 0, outputSize)} }}
	batchSets = sync.Pool{New: func() any { return new(batchSet) }}

	partMemories = sync.Pool{New: func() any { return new(partMemory) }}
	acrosses     = sync.Pool{New: func() any { return new(across) }}

	queues       = sync.Pool{New: func() any { return new(frames) }}
	pushes       = sync.Pool{New: func() any { return new(Push) }}
	convoys      = sync.Pool{New: func() any { return &convoy{boxes: make([]*outbox, 0, convoyMost)} }}
	transactions = sync.Pool{New: func() any { return new(multi) }}
)

func inputsOf(size int) sync.Pool {
	return sync.Pool{New: func() any { return &buffer{make([]byte, size)} }}
}

// inputClass returns the pool that input buffers of that size, or a little more, go to.
func inputClass(size int) int {
	class := 0
	for least := inputSize * widening; class < len(inputs)-1 && size >= least; least *= widening {
		class++
	}
	return class
}

// batchSet is the batches of one round, in the order of first use whatever their shards
// are: what few batches need is always the same memory. They are pooled together since
// a pool that many batches go to and from costs a good part of what a small one does.
type batchSet struct{ batches []*shard.Batch }

// first returns the first n batches, and makes the last of them if there is none.
func (s *batchSet) first(n int) []*shard.Batch {
	if n > len(s.batches) {
		s.batches = append(s.batches, new(shard.Batch))
	}
	return s.batches[:n]
}

// giveBack returns the set. The replies in the first n batches, which were used, are
// copied.
func (s *batchSet) giveBack(n int) {
	for _, b := range s.batches[:n] {
		b.Reset()
		if cap(b.Out.Buf) > keepReplies {
			b.Out.Buf = nil
		}
		b.Done, b.Round, b.Origin = nil, nil, nil
	}
	batchSets.Put(s)
}
