package admin

import (
	"sync"
	"time"
)

const (
	rateCount = 3                     // commands, bytes in, bytes out
	rateSlots = 16                    // samples the rates are the mean of
	rateEvery = 90 * time.Millisecond // least time between samples
)

// rates turns counters that only grow into figures per second: the mean of the
// last rateSlots samples, about 1.6 seconds. Slots not filled yet count as 0.
type rates struct {
	mu    sync.Mutex
	at    time.Time        // of the last sample, zero before the first
	last  [rateCount]int64 // the counters then
	slots [rateSlots][rateCount]int64
	next  int
}

// sample notes the counters as of now. A sample too soon after the last one is
// left out.
func (r *rates) sample(now time.Time, counters ...int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	elapsed := now.Sub(r.at)
	if !r.at.IsZero() && elapsed < rateEvery {
		return
	}
	slot := &r.slots[r.next]
	for i := range slot {
		if !r.at.IsZero() {
			slot[i] = max(counters[i]-r.last[i], 0) * int64(time.Second) / int64(elapsed)
		}
		r.last[i] = counters[i]
	}
	if !r.at.IsZero() {
		r.next = (r.next + 1) % rateSlots
	}
	r.at = now
}

// read returns the figures per second.
func (r *rates) read() (perSecond [rateCount]int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range perSecond {
		for _, slot := range r.slots {
			perSecond[i] += slot[i]
		}
		perSecond[i] /= rateSlots
	}
	return perSecond
}

// reset forgets all samples.
func (r *rates) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at, r.next = time.Time{}, 0
	clear(r.slots[:])
}
