package processors

import (
	"os"
	"runtime"
	"sync"
	"time"
)

// interval is the time between samples.
const interval = 100 * time.Millisecond

// Options say what there is to know about the load.
type Options struct {
	Work func() int64 // what was done since the start; only grows, and costs little
	Busy func() bool  // whether there is work beside that
}

// Fitter fits the number of processors to the load until it is stopped.
type Fitter struct {
	options Options
	quit    chan struct{}
	ended   sync.WaitGroup
}

// Start begins to fit. It does nothing on a single processor, where the environment
// has set GOMAXPROCS, and where the system does not tell what is idle.
func Start(o Options) *Fitter {
	f := &Fitter{options: o, quit: make(chan struct{})}
	most := runtime.GOMAXPROCS(0)
	_, given := os.LookupEnv("GOMAXPROCS")
	if _, ok := idle(); ok && !given && most > 1 {
		f.ended.Go(func() { f.run(newPolicy(most, runtime.NumCPU())) })
	}
	return f
}

// Stop ends it, with all processors in use again.
func (f *Fitter) Stop() {
	close(f.quit)
	f.ended.Wait()
}

func (f *Fitter) run(p *policy) {
	chosen := setting{width: p.most}
	defer func() {
		SetNaps(false, 0)
		apply(p.most, p.most)
	}()
	last := f.read()
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-f.quit:
			return
		case <-ticker.C:
		}
		now := f.read()
		if s, ok := now.since(last); ok {
			s.busy = f.options.Busy()
			s.senders = census()
			next := p.next(s, chosen)
			SetNaps(next.naps, s.senders)
			if next.width != chosen.width {
				apply(next.width, p.most)
			}
			chosen = next
		}
		last = now
	}
}

// apply sets the number of processors. All of them are the runtime's own choice, which it
// keeps up with the limits of a container.
func apply(width, most int) {
	switch now := runtime.GOMAXPROCS(0); {
	case width == most:
		runtime.SetDefaultGOMAXPROCS()
	case width != now: // which stops the world
		runtime.GOMAXPROCS(width)
	}
}

// reading is what gauges that only grow show.
type reading struct {
	at        time.Time
	own, idle time.Duration
	work      int64
}

func (f *Fitter) read() reading {
	r := reading{at: time.Now(), own: own(), work: f.options.Work()}
	r.idle, _ = idle()
	return r
}

// since returns what has happened between two readings.
func (r reading) since(last reading) (s sample, ok bool) {
	elapsed := r.at.Sub(last.at).Seconds()
	if elapsed <= 0 {
		return sample{}, false
	}
	return sample{
		own:  (r.own - last.own).Seconds() / elapsed,
		idle: (r.idle - last.idle).Seconds() / elapsed,
		work: max(0, float64(r.work-last.work)) / elapsed, // counters may be reset
	}, true
}
