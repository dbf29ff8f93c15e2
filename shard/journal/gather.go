package journal

import "time"

// A sync costs the same for one reply that waits for it as for a hundred, and clients
// that were answered together tend to come back together. So under Always the log does
// not write the first request that arrives by itself: it waits until as many wait for
// the disk as did when the last group had become durable, which is all of them as a
// rule. In the meantime it sleeps, and nobody is woken for single requests.
//
//	sync ── release 50 ── clients come back … 48, 49, 50 ── write, sync ── release 50
//
// It waits no longer than gatherSyncs syncs have taken. Where that was in vain, since
// clients do not come back at once, the next groups go without, twice as many each time.

const (
	// shortSync is how short a sync must be for company not to be worth waiting for.
	shortSync = 100 * time.Microsecond
	// gatherSyncs is how long the log waits for company at most, in times of a sync.
	gatherSyncs = 4
	// gatherMost is how long it waits at most in any case.
	gatherMost = 5 * time.Millisecond
	// vainMost is the most groups that go without waiting after it was in vain.
	vainMost = 64
)

// gathering is what the log knows about those who wait for it.
type gathering struct {
	// Guarded by Journal.mu.
	crowd  int // how many waited when the last group had become durable
	enough int // while the log waits for company: how many end that; else 0

	// Owned by the goroutine of the log.
	timer *time.Timer   // stopped, but while the log waits
	sync  time.Duration // how long the last one took
	vain  int           // groups that went without after the last wait, if that was in vain
	skip  int           // groups that go without now
}

// gather returns when what has come together is to be written.
func (j *Journal) gather() {
	g := &j.gathering
	if !j.Gated() || g.sync < shortSync || j.writer.detached.Load() || !j.lacking() {
		return
	}
	if g.skip > 0 {
		g.skip--
		return
	}
	g.timer.Reset(min(gatherSyncs*g.sync, gatherMost))
	defer g.timer.Stop()
	for j.short() {
		select {
		case <-j.work:
		case <-g.timer.C:
			j.enoughIs(0)
			g.vain = min(2*g.vain+1, vainMost)
			g.skip = g.vain
			return
		}
	}
	g.vain = 0
}

// lacking tells whether there is something to write and fewer wait than did before.
func (j *Journal) lacking() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.open.bytes) > 0 && len(j.waiting) < j.gathering.crowd
}

// short tells whether company is still to be waited for; park wakes the log when it is
// there then.
func (j *Journal) short() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	g := &j.gathering
	g.enough = 0
	if len(j.waiting) < g.crowd && len(j.queue) == 0 && !j.quit && j.Gated() {
		g.enough = g.crowd
	}
	return g.enough > 0
}

func (j *Journal) enoughIs(n int) {
	j.mu.Lock()
	j.gathering.enough = n
	j.mu.Unlock()
}

// gathered notes that a group has become durable, for which the disk took that long.
func (j *Journal) gathered(took time.Duration) {
	j.gathering.sync = took
	j.mu.Lock()
	j.gathering.crowd = len(j.waiting)
	j.mu.Unlock()
}
