package script

import (
	"context"
	"runtime/metrics"
	"time"
)

const (
	// glance is how many instructions lie between two looks at the clock.
	glance = 1 << 12
	// weigh is how many looks lie between two at the memory.
	weigh = 1 << 5
	// weighBytes is how much the library may take before the memory is looked at.
	weighBytes = 64 << 20
	// heapMost is by how many bytes the heap of the process may grow while a script
	// runs for long.
	heapMost = 1 << 30
)

// ending is why a script must end, in words for the client.
type ending string

// Error returns the words.
func (e ending) Error() string { return string(e) }

// meter is the context of a machine. The VM asks for Done before each instruction,
// which makes it a counter: now and then it looks whether the script must end, runs for
// too long, or has taken too much memory.
type meter struct {
	machine *machine
	left    int   // instructions until the next look
	looks   int   // until the next look at the memory
	looked  int   // looks at the clock
	taken   int   // bytes that the library has taken since the last look at the memory
	heap    int64 // bytes of the heap when it was looked at first; 0 before
	began   time.Time
	overdue bool
	// deadline is when loading a library must be over.
	deadline time.Time
	reason   error // why the script must end, nil if it need not
	ended    chan struct{}
	sample   [1]metrics.Sample
}

var _ context.Context = (*meter)(nil)

func (m *meter) begin() {
	m.left, m.looks, m.looked, m.taken, m.heap = glance, weigh, 0, 0, 0
	m.began, m.overdue, m.reason, m.deadline = time.Time{}, false, nil, time.Time{}
}

// Done is called before each instruction. It returns nil, which is never ready, or a
// closed channel, which ends the script.
func (m *meter) Done() <-chan struct{} {
	if m.left--; m.left > 0 {
		return nil
	}
	return m.look()
}

// Err returns why the script must end.
func (m *meter) Err() error { return m.reason }

// Deadline tells that there is none.
func (m *meter) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value returns nil.
func (m *meter) Value(any) any { return nil }

// look ends the script if it must, or counts anew.
func (m *meter) look() <-chan struct{} {
	r, now := m.machine.run, time.Now()
	if r == nil { // a machine that is made, or loads a library
		return m.loading(now)
	}
	if m.looked++; m.began.IsZero() {
		m.began = now
	}
	if m.reason == nil {
		m.reason = r.mustEnd()
	}
	if m.looks--; m.looks == 0 && m.reason == nil {
		m.looks = weigh
		m.weigh()
	}
	if m.reason != nil {
		return m.end()
	}
	m.left = glance
	if threshold := r.engine.Threshold(); !m.overdue && threshold > 0 && now.Sub(m.began) >= threshold {
		m.overdue = true
		r.tarry(m.began)
	}
	return nil
}

// end makes every instruction from now on fail.
func (m *meter) end() <-chan struct{} {
	m.left = 0
	if m.ended == nil {
		m.ended = make(chan struct{})
		close(m.ended)
	}
	return m.ended
}

// loading is look for a machine that loads a library.
func (m *meter) loading(now time.Time) <-chan struct{} {
	m.left = glance
	if m.deadline.IsZero() || now.Before(m.deadline) {
		return nil
	}
	m.reason = ending(errLoadTimeout)
	return m.end()
}

// weigh compares the heap with what it was when the script was young. Others take
// memory too; a script is only blamed when there is a lot more.
func (m *meter) weigh() {
	m.sample[0].Name = "/memory/classes/heap/objects:bytes"
	metrics.Read(m.sample[:])
	m.taken = 0
	now := int64(m.sample[0].Value.Uint64())
	switch {
	case m.heap == 0:
		m.heap = now
	case now-m.heap > heapMost:
		m.reason = ending(errMemory)
	}
}

// grow tells whether the library may take n bytes for a script.
func (m *machine) grow(n int) bool {
	w := &m.meter
	if w.taken += n; w.taken < weighBytes {
		return true
	}
	w.weigh()
	return w.reason == nil
}
