package shard

import (
	"time"

	"github.com/troupe-db/troupe/shard/measure"
)

// choreShare is the share of its time a shard may spend on housekeeping at an
// active-expire-effort of 1, as Redis's 25 %; each step of effort adds 2 %.
const (
	choreShare       = 25
	choreShareEffort = 2
	// choreSlice bounds how long a command may wait for housekeeping.
	choreSlice = 200 * time.Microsecond
	// choreGap is the least time between two slices while commands are waiting.
	choreGap = time.Millisecond
	// tidyRecords is how many records one step of tidying moves at most.
	tidyRecords = 64
)

// chores is the housekeeping of a shard: expired keys, room, defragmentation.
type chores struct {
	budget time.Duration // left until the next tick
	last   time.Time     // end of the last slice
}

// tick renews the budget.
type tick struct{ interval time.Duration }

// Receive renews the budget of the shard.
func (m tick) Receive(s *Shard) {
	s.ticked.Store(false)
	s.begin()
	s.space.TrimReadings()
	s.space.AgeRemains()
	share := choreShare + choreShareEffort*(s.space.Settings.ActiveExpireEffort-1)
	s.chores.budget = m.interval * time.Duration(share) / 100
	s.end()
}

// Rest does housekeeping between messages, as far as the budget goes: in small
// slices, a gap apart while commands are waiting. What a snapshot has to capture
// comes first.
func (s *Shard) Rest(idle bool) bool {
	again := s.space.Capturing() && s.capture(idle)
	return s.housekeep(idle) || again
}

// housekeep does a slice of housekeeping, and tells whether there is more to do.
func (s *Shard) housekeep(idle bool) bool {
	if s.chores.budget <= 0 {
		return false
	}
	start := time.Now()
	if !idle && start.Sub(s.chores.last) < choreGap {
		return true
	}
	s.meter.ended = 0
	s.space.Begin(start.UnixMilli())
	more := s.slice(start)
	if s.space.HasReady() { // somebody waits to hear that a key is gone
		s.Settle()
	}
	s.end()
	s.chores.last = time.Now()
	s.chores.budget -= s.chores.last.Sub(start)
	s.meter.observer.Latency.Sample(measure.EventExpireCycle, s.chores.last.Sub(start))
	if !more {
		s.chores.budget = 0
	}
	return s.chores.budget > 0
}

// slice works for at most choreSlice and tells whether there is more to do.
func (s *Shard) slice(start time.Time) bool {
	for time.Since(start) < choreSlice {
		expiring := s.space.ExpireStep()
		tidying := s.space.Tidy(tidyRecords)
		if !expiring && !tidying {
			return false
		}
	}
	return true
}

// purge has a shard give back the memory that deletions have left unused.
type purge struct {
	limit time.Duration // for how long the shard may work on it
	done  chan<- struct{}
}

// Receive tidies up as far as the limit goes.
func (m purge) Receive(s *Shard) {
	start := time.Now()
	s.begin()
	s.space.ForgetRemains()
	for time.Since(start) < m.limit && s.space.Tidy(tidyRecords) {
		continue
	}
	s.end()
	m.done <- struct{}{}
}

// Purge gives memory that deletions have left unused back to the system, for which
// every shard stands still no longer than limit.
func (t *Troupe) Purge(limit time.Duration) {
	done := make(chan struct{}, len(t.shards))
	for i := range t.shards {
		t.send(i, purge{limit: limit, done: done})
	}
	for range t.shards {
		<-done
	}
}
