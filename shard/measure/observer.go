package measure

import (
	"math"
	"sync/atomic"
	"time"
)

// Origin is the client a command came from.
type Origin interface {
	// Origin returns the client's address, and its name or "". Any goroutine may
	// call it.
	Origin() (address, name string)
}

// Thresholds say what is worth noting. They are immutable; a change stores new
// ones.
type Thresholds struct {
	SlowerThan int  // microseconds from which a command is slow; 0 for all, below 0 for none
	SlowMost   int  // slow commands that are kept
	Latency    int  // milliseconds from which LATENCY notes an event, 0 for none
	Tracking   bool // lengths of commands are kept for percentiles
}

// DefaultThresholds returns Redis's.
func DefaultThresholds() Thresholds {
	return Thresholds{SlowerThan: 10_000, SlowMost: 128, Tracking: true}
}

// notable returns the nanoseconds from which a command is noted anywhere.
func (t *Thresholds) notable() int64 {
	least := int64(math.MaxInt64)
	if t.SlowerThan >= 0 {
		least = min(int64(t.SlowerThan), least/1000) * 1000
	}
	if t.Latency > 0 {
		least = min(least, min(int64(t.Latency), math.MaxInt64/1_000_000)*1_000_000)
	}
	return least
}

// exactBelow is the threshold below which commands are measured one by one.
const exactBelow = int64(time.Millisecond)

// Policy is what Thresholds mean to whoever measures.
type Policy struct {
	Thresholds
	Notable int64 // nanoseconds from which Observer.Note is to be told
	Exact   bool  // every command is to be measured by itself
}

// Observer is told of what took notably long. Build it with NewObserver; any
// goroutine may use it.
type Observer struct {
	Slow    Slowlog
	Latency Latency
	// Feed is shown the commands that scripts run, with the selected database, in the
	// turns that run them. Nil while nobody wants to see them.
	Feed   atomic.Pointer[func(number int, args [][]byte)]
	policy atomic.Pointer[Policy]
}

// NewObserver returns an Observer with default thresholds.
func NewObserver() *Observer {
	o := &Observer{}
	o.Configure(DefaultThresholds())
	return o
}

// Configure puts thresholds in force.
func (o *Observer) Configure(t Thresholds) {
	p := &Policy{Thresholds: t, Notable: t.notable()}
	p.Exact = p.Notable < exactBelow
	o.policy.Store(p)
	o.Slow.limit(t.SlowMost)
	o.Latency.threshold.Store(int64(t.Latency))
}

// Policy returns the thresholds in force.
func (o *Observer) Policy() *Policy { return o.policy.Load() }

// Run is a command that has run.
type Run struct {
	Args   [][]byte
	Took   time.Duration
	From   Origin // nil for none
	Fast   bool   // it is flagged fast
	Hidden bool   // it is not for the slow log
}

// Note keeps a command where it is worth it. It takes a few locks, and is meant for
// runs of Policy.Notable and longer.
func (o *Observer) Note(r Run) {
	event := EventCommand
	if r.Fast {
		event = EventFastCommand
	}
	o.Latency.Sample(event, r.Took)
	if p := o.Policy(); p.SlowerThan >= 0 && !r.Hidden && r.Took.Microseconds() >= int64(p.SlowerThan) {
		o.Slow.record(r.Args, r.Took, r.From)
	}
}
