package snapshot

import (
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/shard/keyspace"
)

// chunksPerShard is how many chunks of each shard may wait for the encoder.
const chunksPerShard = 8

// sink is the way of chunks from the shards to the encoder, and of empty ones back.
// It is a keyspace.Sink.
type sink struct {
	full      chan *keyspace.Chunk
	empty     chan *keyspace.Chunk
	later     func(func())
	abandoned *atomic.Bool
	resume    func(shard int) // nil while the shards stand still
	hungry    []atomic.Bool   // by shard: it was refused
	waiting   atomic.Int64    // bytes of chunks that were given out and did not come back
}

var _ keyspace.Sink = (*sink)(nil)

func newSink(shards int, later func(func()), abandoned *atomic.Bool) *sink {
	room := chunksPerShard * shards
	return &sink{
		full: make(chan *keyspace.Chunk, room), empty: make(chan *keyspace.Chunk, room),
		later: later, abandoned: abandoned, hungry: make([]atomic.Bool, shards),
	}
}

// Chunk returns an empty chunk.
func (s *sink) Chunk() (c *keyspace.Chunk) {
	select {
	case c = <-s.empty:
	default:
		c = keyspace.NewChunk()
	}
	s.waiting.Add(int64(c.Bytes()))
	return c
}

// Offer hands a chunk to the encoder, if it has room within the given time. A shard
// that was refused is resumed when there is room.
func (s *sink) Offer(c *keyspace.Chunk, patience time.Duration) bool {
	select {
	case s.full <- c:
		return true
	default:
	}
	if patience == 0 {
		s.hungry[c.Shard].Store(true)
		select { // the encoder may have emptied the channel before it could see that
		case s.full <- c:
			return true
		default:
			return false
		}
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case s.full <- c:
		return true
	case <-timer.C:
		return false
	}
}

// Abandoned tells that nobody wants the snapshot any more.
func (s *sink) Abandoned() bool { return s.abandoned.Load() }

// Later has work done off the shards.
func (s *sink) Later(work func()) { s.later(work) }

// next returns the next chunk, for the encoder.
func (s *sink) next() *keyspace.Chunk {
	c := <-s.full
	if s.resume != nil && len(s.full) <= cap(s.full)/2 {
		for i := range s.hungry {
			if s.hungry[i].Load() && s.hungry[i].CompareAndSwap(true, false) {
				s.resume(i)
			}
		}
	}
	return c
}

// giveBack takes a chunk back that was encoded.
func (s *sink) giveBack(c *keyspace.Chunk) {
	s.waiting.Add(-int64(c.Bytes()))
	if !c.Reset() {
		return
	}
	select {
	case s.empty <- c:
	default:
	}
}
