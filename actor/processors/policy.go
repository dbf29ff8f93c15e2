package processors

import "math"

const (
	settle    = 1    // samples left out after a change
	window    = 2    // samples that are compared
	worthIt   = 1.02 // how much better narrow must be
	quiet     = 0.3  // processors in use below which there is no load to speak of
	loaded    = 0.6  // and above which there is
	unused    = 0.75 // processors that others must be keeping from us
	busyIdle  = 0.20 // share of the machine that is idle when it is busy, at most
	spareIdle = 0.30 // and when it is not, at least
	firstGap  = 20   // samples until a width is tried again that was no better
	lastGap   = 300  // the same after many refusals; each doubles the gap
	keepFor   = 100  // samples that narrow is taken to be better for, once it was
	pause     = 50   // samples without load that narrow is kept for, should the load come back
)

// sample is what happened in one interval.
type sample struct {
	own  float64 // processors this process has used, on average
	idle float64 // processors of the machine that nobody has used
	work float64 // what was done, a second
	busy bool    // there is work beside the requests: every processor is welcome
}

// score is higher the more is done, and the less processor time that takes.
func score(samples []sample) float64 {
	var s sample
	for _, x := range samples {
		s.own += x.own
		s.work += x.work
	}
	if s.own <= 0 {
		return 0
	}
	return s.work * s.work / s.own
}

type stage int

const (
	full stage = iota
	trying
	narrow
)

// policy decides how many processors to run on, sample by sample.
type policy struct {
	most    int     // processors of the machine
	idleMax float64 // processors of the machine, as idle counts them

	stage  stage
	seen   []sample // the last window ones of this stage
	skip   int      // samples to leave out yet
	wait   int      // full: samples until it may be tried again
	gap    int      // the next wait
	paused int      // narrow: samples in a row without load
	left   int      // narrow samples that the last comparison is good for; 0 where full was better
	before float64  // trying: the score of full
}

func newPolicy(most, machine int) *policy {
	return &policy{most: most, idleMax: float64(machine), gap: firstGap}
}

// next takes a sample and returns how many processors to run on from now on.
func (p *policy) next(s sample, now int) int {
	if p.skip > 0 {
		p.skip--
		return now
	}
	p.seen = append(p.seen, s)
	if len(p.seen) > window {
		p.seen = p.seen[1:]
	}
	switch p.stage {
	case full:
		return p.whenFull(s)
	case trying:
		return p.whenTrying(s, now)
	default:
		return p.whenNarrow(s, now)
	}
}

// contended tells whether others want the processors that this process could use.
func (p *policy) contended(s sample) bool {
	return !s.busy && s.own >= loaded && float64(p.most)-s.own >= unused && s.idle <= busyIdle*p.idleMax
}

func (p *policy) whenFull(s sample) int {
	if s.own < quiet {
		p.gap, p.wait = firstGap, 0
	}
	if p.wait > 0 {
		p.wait--
		p.seen = p.seen[:0]
		return p.most
	}
	if !p.contended(s) {
		p.seen = p.seen[:0]
		return p.most
	}
	if p.left > 0 { // the load has paused, or there was something else to do
		p.enter(narrow)
		return p.used(s.own)
	}
	if len(p.seen) < window {
		return p.most
	}
	var own float64
	for _, x := range p.seen {
		own += x.own / window
	}
	p.before = score(p.seen)
	p.enter(trying)
	return p.used(own)
}

// used returns the number of processors that were used; a tenth more than a whole
// number is noise of the clock.
func (p *policy) used(own float64) int {
	return max(1, min(int(math.Ceil(own-0.1)), p.most-1))
}

func (p *policy) whenTrying(s sample, now int) int {
	if s.busy || s.own < quiet {
		return p.widen()
	}
	if len(p.seen) < window {
		return now
	}
	if score(p.seen) < worthIt*p.before {
		p.wait, p.gap = p.gap, min(2*p.gap, lastGap)
		return p.widen()
	}
	p.gap = firstGap
	p.enter(narrow)
	p.left = keepFor
	return now
}

func (p *policy) whenNarrow(s sample, now int) int {
	if s.own < quiet && !s.busy {
		if p.paused++; p.paused > pause {
			return p.widen()
		}
		return now
	}
	p.left--
	p.paused = 0
	if p.left <= 0 || s.busy || s.idle >= spareIdle*p.idleMax {
		return p.widen()
	}
	return now
}

// widen goes back to all processors.
func (p *policy) widen() int {
	p.enter(full)
	return p.most
}

func (p *policy) enter(s stage) {
	p.stage, p.skip, p.seen, p.paused = s, settle, p.seen[:0], 0
}
