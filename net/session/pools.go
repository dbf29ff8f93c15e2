package session

import (
	"sync"

	"github.com/troupe-db/troupe/shard"
)

const (
	inputSize  = 16 << 10 // of a fresh input buffer
	outputSize = 16 << 10 // of a fresh output buffer
	keepSize   = 1 << 20  // larger buffers are not kept for the next user
)

// buffer is a pooled byte slice. The pools hold pointers to it, so that taking
// one and giving it back allocates nothing.
type buffer struct{ bytes []byte }

var (
	inputs  = sync.Pool{New: func() any { return &buffer{make([]byte, inputSize)} }}
	outputs = sync.Pool{New: func() any { return &buffer{make([]byte, 0, outputSize)} }}
	batches = sync.Pool{New: func() any { return new(shard.Batch) }}

	partMemories = sync.Pool{New: func() any { return new(partMemory) }}

	queues       = sync.Pool{New: func() any { return new(frames) }}
	pushes       = sync.Pool{New: func() any { return new(Push) }}
	convoys      = sync.Pool{New: func() any { return &convoy{boxes: make([]*outbox, 0, convoyMost)} }}
	transactions = sync.Pool{New: func() any { return new(multi) }}
)

// giveBack returns a batch whose replies were copied.
func giveBack(b *shard.Batch) {
	b.Reset()
	if cap(b.Out.Buf) > keepSize {
		b.Out.Buf = nil
	}
	b.Done, b.Origin = nil, nil
	batches.Put(b)
}
