package measure

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// The events that are watched, by the names LATENCY knows them by. Those of files
// are named by who writes them.
const (
	EventCommand       = "command"            // a command that is not flagged fast
	EventFastCommand   = "fast-command"       // one that is
	EventExpireCycle   = "expire-cycle"       // a slice of housekeeping: keys that have expired
	EventEvictionCycle = "eviction-cycle"     // making room before a command
	EventUnblocking    = "command-unblocking" // serving a client that has waited for a key
)

// sampleMost is how many samples of an event are kept.
const sampleMost = 160

// Sample is the longest of an event's waits within a second.
type Sample struct {
	At     int64 // unix seconds
	Millis int64
}

// History is what is known of an event.
type History struct {
	Event   string
	Samples []Sample // the oldest first, at least one
	Max     int64    // milliseconds, of all samples ever
}

// Latest returns the newest sample.
func (h *History) Latest() Sample { return h.Samples[len(h.Samples)-1] }

// Latency keeps the waits that were longer than latency-monitor-threshold, by
// event. The zero value is switched off. Any goroutine may use it.
type Latency struct {
	threshold atomic.Int64 // milliseconds, 0 keeps nothing

	mu     sync.Mutex
	events map[string]*History
}

// On tells whether anything is kept at all, so that who would have to measure first
// need not.
func (l *Latency) On() bool { return l.threshold.Load() > 0 }

// Sample notes that an event took that long. A program has but a few events, whose
// names are constants.
func (l *Latency) Sample(event string, took time.Duration) {
	threshold, ms := l.threshold.Load(), took.Milliseconds()
	if threshold <= 0 || ms < threshold {
		return
	}
	l.add(event, Sample{At: time.Now().Unix(), Millis: ms})
}

func (l *Latency) add(event string, s Sample) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.events[event]
	if h == nil {
		if l.events == nil {
			l.events = map[string]*History{}
		}
		h = &History{Event: event}
		l.events[event] = h
	}
	h.Max = max(h.Max, s.Millis)
	if n := len(h.Samples); n > 0 && h.Samples[n-1].At == s.At {
		h.Samples[n-1].Millis = max(h.Samples[n-1].Millis, s.Millis)
		return
	}
	if len(h.Samples) == sampleMost {
		h.Samples = slices.Delete(h.Samples, 0, 1)
	}
	h.Samples = append(h.Samples, s)
}

// Histories returns a copy of what is known, by the names of the events.
func (l *Latency) Histories() []History {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]History, 0, len(l.events))
	for _, name := range slices.Sorted(maps.Keys(l.events)) {
		h := *l.events[name]
		h.Samples = slices.Clone(h.Samples)
		all = append(all, h)
	}
	return all
}

// History returns a copy of what is known of an event, and whether it is anything.
func (l *Latency) History(event string) (h History, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := l.events[event]
	if found == nil {
		return History{}, false
	}
	h = *found
	h.Samples = slices.Clone(h.Samples)
	return h, true
}

// Reset forgets events, all if none is named, and returns how many there were.
func (l *Latency) Reset(events ...string) (forgotten int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(events) == 0 {
		forgotten = len(l.events)
		l.events = nil
		return forgotten
	}
	for _, name := range events {
		if l.events[name] != nil {
			delete(l.events, name)
			forgotten++
		}
	}
	return forgotten
}
