package shard

import (
	"time"

	"github.com/troupe-db/troupe/shard/keyspace"
)

const (
	// captureSlice bounds how long a command may wait for a snapshot.
	captureSlice = 200 * time.Microsecond
	// captureGap is the least time between two slices while commands are waiting: a
	// fifth of the shard's time goes to the snapshot.
	captureGap = 800 * time.Microsecond
	// captureKeys is how many records one step looks at: a few µs, more where big
	// values have to be frozen.
	captureKeys = 64
)

// capture goes on with the walk of the snapshot under way, and tells whether it could
// do more at once.
func (s *Shard) capture(idle bool) bool {
	// A mailbox that is empty may be so because the senders cannot run.
	served := s.space.Stats.Commands
	if (!idle || served != s.served) && !s.pressed.Load() {
		s.pressed.Store(true)
	}
	s.served = served
	start := time.Now()
	if !idle && start.Sub(s.captured) < captureGap {
		return true
	}
	s.meter.ended = 0
	done := false
	for !done {
		done = s.space.CaptureStep(captureKeys, 0)
		if s.captured = time.Now(); s.captured.Sub(start) >= captureSlice {
			break
		}
	}
	return !done
}

// Pressed tells whether a shard with a walk under way has had commands to execute since
// it was last asked. Any goroutine may call it.
func (t *Troupe) Pressed() (pressed bool) {
	for _, s := range t.shards {
		pressed = s.pressed.Swap(false) || pressed
	}
	return pressed
}

// Resume tells a shard whose Sink had no room for a chunk that there is some. Any
// goroutine that is no shard's may call it.
func (t *Troupe) Resume(shard int) {
	if s := t.shards[shard]; s.resumed.CompareAndSwap(false, true) {
		t.group.Send(shard, resume{})
	}
}

// resume makes a shard that rests look at what is to be captured.
type resume struct{}

// Receive has nothing to do: what follows each message, does it.
func (resume) Receive(s *Shard) { s.resumed.Store(false) }

// EndCapture tells all shards that nothing of the snapshot is read any more, before
// anything that they are sent after it returns. It must follow the last chunk of each
// shard.
func (t *Troupe) EndCapture() {
	for i := range t.shards {
		t.group.Send(i, uncapture{})
	}
}

// uncapture ends a snapshot in a shard.
type uncapture struct{}

// Receive lets go of the snapshot.
func (uncapture) Receive(s *Shard) { s.space.EndCapture() }

// Visit has fn run in a shard's turn, some time after it returns, and before whatever
// the caller sends that shard later.
func (t *Troupe) Visit(shard int, fn func(*keyspace.Keyspace)) {
	t.send(shard, visit(fn))
}

// visit is something to do in a shard's turn.
type visit func(*keyspace.Keyspace)

// Receive does it.
func (v visit) Receive(s *Shard) {
	s.begin()
	v(s.space)
	s.end()
}

// Still runs fn while every shard stands still, with a Troupe whose methods work on
// them at once.
func (t *Troupe) Still(fn func(still *Troupe, spaces []*keyspace.Keyspace)) {
	t.fence(Everyone, func(held []*Shard) {
		if t.held != nil {
			fn(t, begun(held, now()))
			return
		}
		fn(t.standing(held), begun(held, now()))
		for _, s := range held {
			s.standing = false
			s.space.End()
		}
	})
}
