package measure

import "sync"

// stripes is how many parts Striped counts in. Connections meet only those of their
// own part.
const stripes = 32

// Striped counts for many goroutines: what connections serve themselves. The zero
// value is empty.
type Striped struct{ parts [stripes]stripe }

// stripe is one part. It ends with what keeps it out of its neighbour's cache line.
type stripe struct {
	mu       sync.Mutex
	commands Commands
	errors   Errors
	_        [64]byte
}

// Count runs fn with the counters of the part that a number, such as that of a
// connection, belongs to.
func (s *Striped) Count(number uint64, fn func(*Commands, *Errors)) {
	p := &s.parts[number%stripes]
	p.mu.Lock()
	defer p.mu.Unlock()
	fn(&p.commands, &p.errors)
}

// AddTo adds everything to the given counters.
func (s *Striped) AddTo(commands *Commands, errors *Errors) {
	for i := range s.parts {
		p := &s.parts[i]
		p.mu.Lock()
		commands.Merge(&p.commands)
		errors.Merge(&p.errors)
		p.mu.Unlock()
	}
}

// Reset forgets everything.
func (s *Striped) Reset() {
	for i := range s.parts {
		p := &s.parts[i]
		p.mu.Lock()
		p.commands.Reset()
		p.errors.Reset()
		p.mu.Unlock()
	}
}
