package session

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/shard/command"
)

// Pause is the gate that CLIENT PAUSE closes: commands wait at it until the time
// is over or CLIENT UNPAUSE opens it.
type Pause struct {
	active atomic.Bool // false is the fast path: nothing is paused

	mu      sync.Mutex
	until   time.Time
	writes  bool          // only commands that may write wait
	changed chan struct{} // closed when until or writes changes
}

// Start pauses until the given time, all commands or only those that may write.
// While a pause is on, a second one can only make it longer and stricter.
func (p *Pause) Start(until time.Time, writesOnly bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.active.Load() && time.Now().Before(p.until) {
		if p.until.After(until) {
			until = p.until
		}
		writesOnly = writesOnly && p.writes
	}
	p.until, p.writes = until, writesOnly
	p.active.Store(true)
	p.announce()
}

// Stop lets everything pass.
func (p *Pause) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = time.Time{}
	p.active.Store(false)
	p.announce()
}

func (p *Pause) announce() {
	if p.changed != nil {
		close(p.changed)
	}
	p.changed = make(chan struct{})
}

// holds tells whether commands with these flags must wait now, for how long, and
// what announces a change.
func (p *Pause) holds(flags command.Flags) (time.Duration, <-chan struct{}) {
	if !p.active.Load() {
		return 0, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	left := time.Until(p.until)
	if left <= 0 {
		p.active.Store(false)
		return 0, nil
	}
	if p.writes && flags&command.Write == 0 {
		return 0, nil
	}
	return left, p.changed
}

// pass waits until a command with these flags may run, or the client is closed.
func (p *Pause) pass(flags command.Flags, closed <-chan struct{}) {
	for {
		left, changed := p.holds(flags)
		if left == 0 {
			return
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-changed:
		case <-closed:
			timer.Stop()
			return
		}
		timer.Stop()
	}
}
