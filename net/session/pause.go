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

	mu     sync.Mutex
	until  time.Time
	writes bool                 // only commands that may write wait
	held   map[*Client]struct{} // clients that wait, to be woken when this changes
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
	for c := range p.held {
		c.wake()
	}
}

// Holds tells whether a command with these flags must wait now.
func (p *Pause) Holds(flags command.Flags) bool {
	if !p.active.Load() {
		return false
	}
	return !p.state(flags).IsZero()
}

// state returns until when commands with these flags must wait, the zero time if
// not at all.
func (p *Pause) state(flags command.Flags) (until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !time.Now().Before(p.until):
		p.active.Store(false)
		return time.Time{}
	case p.writes && flags&(command.Write|command.MayReplicate) == 0:
		return time.Time{}
	}
	return p.until
}

// join makes changes wake c, until part.
func (p *Pause) join(c *Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = map[*Client]struct{}{}
	}
	p.held[c] = struct{}{}
}

func (p *Pause) part(c *Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.held, c)
}
