package actor

import (
	"errors"
	"time"

	"github.com/panjf2000/ants/v2"
)

// ErrPoolFull is returned by Pool.Go when all its goroutines are busy.
var ErrPoolFull = errors.New("actor: all goroutines of the pool are busy")

// Pool is a bounded set of goroutines that are used again.
type Pool struct{ pool *ants.Pool }

// idleGoroutine is how long a goroutine without work is kept for the next task.
const idleGoroutine = 10 * time.Second

// NewPool returns a pool of at most size goroutines. crashed is called with the
// value of a panic that a task did not recover.
func NewPool(size int, crashed func(any)) (*Pool, error) {
	p, err := ants.NewPool(size, ants.WithNonblocking(true),
		ants.WithExpiryDuration(idleGoroutine), ants.WithPanicHandler(crashed))
	if err != nil {
		return nil, err
	}
	return &Pool{pool: p}, nil
}

// Go runs task on a goroutine of the pool, or returns ErrPoolFull. It never
// waits, so it may be called from a task.
func (p *Pool) Go(task func()) error {
	if err := p.pool.Submit(task); err != nil {
		return ErrPoolFull
	}
	return nil
}

// Resize changes how many goroutines there may be. Those at work go on.
func (p *Pool) Resize(size int) { p.pool.Tune(size) }

// Close ends the goroutines without work and returns when all others have
// finished, or with an error after timeout.
func (p *Pool) Close(timeout time.Duration) error { return p.pool.ReleaseTimeout(timeout) }
