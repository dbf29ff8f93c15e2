package processors

import (
	"sync/atomic"
	"time"
)

// napFor is how long a nap is asked to be. Linux rounds up: it lasts some 55 µs.
const napFor = time.Microsecond

// napGap is the least time between two naps.
const napGap = 250 * time.Microsecond

// naps are taken by one goroutine at a time, as long as there is one processor.
var naps struct {
	on   atomic.Bool
	last atomic.Int64 // when the last one ended, as since counts
}

var began = time.Now()

func since() int64 { return int64(time.Since(began)) }

// SetNaps says whether naps are good. The Fitter does.
func SetNaps(good bool) { naps.on.Store(good) }

// NapDue tells whether it is time for a nap. It is for actors to ask that have nothing to
// do, and costs next to nothing while naps are not found to be good.
func NapDue() bool {
	return naps.on.Load() && since()-naps.last.Load() >= int64(napGap)
}

// Nap stops the processor that the caller runs on for a moment, with everything that
// could run there. What arrives meanwhile is then dealt with in one go, and so are the
// answers to it by whoever gets them.
func Nap() {
	sleep(napFor)
	naps.last.Store(since())
}
