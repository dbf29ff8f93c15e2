package shard

import (
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/actor"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/effect"
	"github.com/troupe-db/troupe/shard/hash"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
)

// Shard owns one slice of the keyspace. Everything in it but ticked, resumed and
// pressed belongs to its actor's turn.
type Shard struct {
	troupe *Troupe
	index  int
	space  *keyspace.Keyspace

	ctx     command.Ctx     // of the batch at hand
	serving command.Ctx     // of those who waited
	stage   Execution       // of programs that need this shard only
	settles bool            // Settle is under way
	reader  keyspace.Reader // of the batch at hand
	// standing tells that a transaction holds all shards: this one may not borrow.
	standing bool
	chores   chores
	meter    meter
	hashes   []uint64 // of the batch at hand, for warming
	members  [][]byte // likewise

	captured time.Time // end of the last slice of a snapshot
	served   int64     // commands executed by the last look at what is to be captured

	effects   effect.Log // of a turn, and of fences whose first member this is
	records   bool       // what changes is recorded; set in fences over all shards
	published int64      // end of the stream when the shard appended last

	ticked  atomic.Bool // a tick is in the mailbox
	resumed atomic.Bool // likewise a resume
	pressed atomic.Bool // commands were executed with a snapshot's walk under way
}

var _ actor.Behaviour[*Shard] = (*Shard)(nil)

func newShard(t *Troupe, index int) *Shard {
	s := &Shard{
		troupe: t, index: index,
		space: keyspace.New(index, t.hasher.Sum, t.settings, t.gauges, uint64(time.Now().UnixNano())),
	}
	s.meter = meter{observer: t.observer, started: time.Now()}
	s.meter.begin(s.meter.started, nil)
	s.space.Sweeper = hash.Sweep
	s.ctx.Hold(t.hasher, s.space)
	s.serving.Hold(t.hasher, s.space)
	return s
}

// begin starts a turn, or the part of it that follows a wait, and returns the time.
func (s *Shard) begin() time.Time {
	at := time.Now()
	s.space.Begin(at.UnixMilli())
	s.ctx.Hold(s.troupe.hasher, s.space)
	return at
}

// makeRoom sees to it that memory is below maxmemory before a command that may
// take more. It returns the error for the client, or "".
func (s *Shard) makeRoom() string {
	latency := &s.meter.observer.Latency
	if s.space.Settings.MaxMemory <= 0 || !latency.On() {
		return s.room()
	}
	began := time.Now()
	refusal := s.room()
	latency.Sample(measure.EventEvictionCycle, time.Since(began))
	return refusal
}

func (s *Shard) room() string {
	if s.space.Full() {
		return command.ErrFull
	}
	if s.space.MakeRoom() != keyspace.RoomExhausted {
		return ""
	}
	if s.space.Settings.Policy != keyspace.NoEviction && s.evictElsewhere() {
		return ""
	}
	return command.ErrOOM
}

// evictElsewhere makes room in the other shards when this one has nothing left
// that may go.
func (s *Shard) evictElsewhere() bool {
	if len(s.troupe.shards) == 1 {
		return false
	}
	found := false
	evict := func(held []*Shard) {
		s.space.Begin(time.Now().UnixMilli())
		for _, other := range held {
			if other == s {
				continue
			}
			other.space.Begin(s.space.Now)
			found = other.space.MakeRoom() != keyspace.RoomExhausted || found
			other.space.End()
		}
	}
	if s.standing {
		evict(s.troupe.shards)
	} else {
		s.borrow(Everyone, evict)
	}
	return found
}
