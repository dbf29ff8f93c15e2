package script

import (
	"sync"
	"sync/atomic"
	"time"
)

// idleMost is how many machines of a kind are kept while nobody needs them.
const idleMost = 64

// Engine is everything a server has of scripts: those it knows, the libraries of
// functions, and the machines that run both. Any goroutine may use it.
type Engine struct {
	cache     cache
	libraries atomic.Pointer[Libraries] // never nil; the value does not change
	loading   sync.Mutex                // one change of the libraries at a time

	threshold atomic.Int64 // nanoseconds, see SetThreshold
	stopping  atomic.Bool

	mu    sync.Mutex // guards what follows
	evals []*machine // that nobody uses, for scripts
	calls []*machine // likewise, for functions
	tardy map[*Run]struct{}
	known Catalogue
}

// NewEngine returns an engine that knows no script. commands describes the commands
// that scripts may call; it is what scripts are checked against when they come.
func NewEngine(commands Catalogue) *Engine {
	e := &Engine{tardy: map[*Run]struct{}{}, known: commands}
	e.cache.init()
	e.libraries.Store(newLibraries())
	return e
}

// SetThreshold sets after what time others are told that a script runs for too long; 0
// is never.
func (e *Engine) SetThreshold(d time.Duration) { e.threshold.Store(int64(d)) }

// Threshold returns what SetThreshold was told.
func (e *Engine) Threshold() time.Duration { return time.Duration(e.threshold.Load()) }

// Stop ends all scripts, and those to come, whatever they have done: the server ends.
func (e *Engine) Stop() { e.stopping.Store(true) }

// take returns a machine for a script, or for a function when f is not nil.
func (e *Engine) take(f *Function) *machine {
	idle := &e.evals
	if f != nil {
		idle = &e.calls
	}
	e.mu.Lock()
	n := len(*idle)
	if n == 0 {
		e.mu.Unlock()
		m := newMachine(e)
		m.openRedis(f != nil)
		return m
	}
	m := (*idle)[n-1]
	(*idle)[n-1] = nil
	*idle = (*idle)[:n-1]
	e.mu.Unlock()
	return m
}

// give takes a machine back.
func (e *Engine) give(m *machine, f *Function) {
	idle := &e.evals
	if f != nil {
		idle = &e.calls
	}
	e.mu.Lock()
	if len(*idle) < idleMost {
		*idle = append(*idle, m)
	}
	e.mu.Unlock()
}

// remember notes a run that takes too long.
func (e *Engine) remember(r *Run) {
	e.mu.Lock()
	e.tardy[r] = struct{}{}
	e.mu.Unlock()
}

// forget notes that a run is over.
func (e *Engine) forget(r *Run) {
	if r.began.IsZero() {
		return
	}
	e.mu.Lock()
	delete(e.tardy, r)
	e.mu.Unlock()
}

// Kill ends the scripts, or the functions, that run for too long and have written
// nothing. It returns the error for the client, "" when one at least will end.
func (e *Engine) Kill(functions bool) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	refusal := ErrNotBusy
	for r := range e.tardy {
		switch {
		case r.state.Load() == stateDirty:
			refusal = ErrUnkillable
		case functions != (r.function != nil):
			if refusal == ErrNotBusy {
				refusal = r.busyText()
			}
		case r.state.CompareAndSwap(stateClean, stateKilled) || r.state.Load() == stateKilled:
			return ""
		default:
			refusal = ErrUnkillable
		}
	}
	return refusal
}

// Running describes a function or script that runs for too long.
type Running struct {
	Name    string
	Request [][]byte
	For     time.Duration
}

// RunningFunction returns what is known of a function that runs for too long, nil if
// there is none, and an error for the client while there are only scripts that do.
func (e *Engine) RunningFunction() (running *Running, refusal string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for r := range e.tardy {
		if r.function != nil {
			return &Running{Name: r.Name(), Request: r.request, For: time.Since(r.began)}, ""
		}
		refusal = ErrBusyScript
	}
	return nil, refusal
}

// Catalogue tells about the commands there are.
type Catalogue interface {
	// Lookup returns what is known of the command that a script names by two constants,
	// of which the second is "" when it is none, and whether it exists.
	Lookup(name, sub string) (Callee, bool)
}
