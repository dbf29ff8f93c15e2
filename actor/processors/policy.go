package processors

import "math"

const (
	settle    = 1    // samples left out after a change
	window    = 2    // samples that are compared, with one more behind them
	worthIt   = 1.02 // how much better narrow must be
	napWindow = 4    // the same for naps, which bring less
	napsBring = 1.03 // how much better it must be with naps
	napsLose  = 0.98 // and how much of what is done otherwise they must leave
	used      = 0.85 // share of a processor that is in use when there is always something to do
	quiet     = 0.3  // processors in use below which there is no load to speak of
	loaded    = 0.6  // and above which there is
	unused    = 0.75 // processors that others must be keeping from us
	busyIdle  = 0.20 // share of the machine that is idle when it is busy, at most
	spareIdle = 0.30 // and when it is not, at least
	firstGap  = 10   // samples until narrow is tried again when it was no better
	napsGap   = 30   // the same for naps, of which more is lost where they are bad
	lastGap   = 300  // the same after many refusals; each doubles the gap
	firstKeep = 100  // samples that narrow is taken to be better for, once it was
	lastKeep  = 300  // the same when it was so each time; each time doubles it
	pause     = 200  // samples without load that a choice is kept for, should the load come back
)

// sample is what happened in one interval.
type sample struct {
	own  float64 // processors this process has used, on average
	idle float64 // processors of the machine that nobody has used
	work float64 // what was done, a second
	busy bool    // there is work beside the requests: every processor is welcome

	senders int64 // connections that have sent something
}

// mean returns what the samples come to on average.
func mean(samples []sample) (s sample) {
	for _, x := range samples {
		s.own += x.own / float64(len(samples))
		s.work += x.work / float64(len(samples))
	}
	return s
}

// score is higher the more is done, and the less processor time that takes.
func (s sample) score() float64 {
	if s.own <= 0 {
		return 0
	}
	return s.work * s.work / s.own
}

// setting is what a policy chooses.
type setting struct {
	width int  // processors to run on
	naps  bool // whether to take naps
}

type stage int

const (
	full stage = iota
	trying
	doubting // all processors after a trial that was no better
	narrow   // and from here on few processors, found to be better
	tryingNaps
	doubtingNaps // as before a trial that spoke against naps
)

// trial is how long to wait until something is tried again that was no better.
type trial struct{ wait, gap int }

// due counts a sample, and tells whether it is time.
func (t *trial) due() bool {
	if t.wait > 0 {
		t.wait--
	}
	return t.wait == 0
}

// refused notes that it was no better.
func (t *trial) refused() { t.wait, t.gap = t.gap, min(2*t.gap, lastGap) }

// reset has it tried at once, and if that is refused after gap samples.
func (t *trial) reset(gap int) { t.wait, t.gap = 0, gap }

// policy decides how many processors to run on, and whether to nap, sample by sample.
type policy struct {
	most    int     // processors of the machine
	idleMax float64 // processors of the machine, as idle counts them

	stage  stage
	seen   []sample // of this stage, in a row: at most napWindow and one
	skip   int      // samples to leave out yet
	paused int      // samples in a row without load, while that is waited for
	before sample   // what the stage before the one that is tried has come to
	tried  sample   // what the trial has come to that is in doubt

	narrowing trial
	naps      trial // of naps, or of none while there are some
	napping   bool  // naps were better when they were compared last
	left      int   // samples that the last comparison is good for; 0 where full was better
	keep      int   // how long the next one will be
}

func newPolicy(most, machine int) *policy {
	p := &policy{most: most, idleMax: float64(machine), keep: firstKeep}
	p.narrowing.reset(firstGap)
	p.naps.reset(napsGap)
	return p
}

// next takes a sample and returns what to do from now on.
func (p *policy) next(s sample, now setting) setting {
	if p.skip > 0 {
		p.skip--
		return now
	}
	if p.stage != full {
		switch {
		case s.busy:
			return p.widen()
		case s.own < quiet:
			return p.wait(now)
		}
	}
	if p.paused > 0 { // the load has begun in the middle of this one
		p.paused, p.seen = 0, p.seen[:0]
		return now
	}
	p.seen = append(p.seen, s)
	if len(p.seen) > napWindow+1 {
		p.seen = p.seen[1:]
	}
	if p.stage >= narrow && p.spare(s, now) {
		return p.widen()
	}
	switch p.stage {
	case full:
		return p.whenFull(s, now)
	case trying:
		return p.whenTrying(now)
	case doubting:
		return p.whenDoubting(now)
	case tryingNaps:
		return p.whenTryingNaps(now)
	case doubtingNaps:
		return p.whenDoubtingNaps(now)
	default:
		return p.whenNarrow(s, now)
	}
}

// spare tells whether the machine has processors to spare, beside those it was left.
func (p *policy) spare(s sample, now setting) bool {
	idle := s.idle
	if now.naps { // what is idle while we sleep is not for others to give
		idle -= max(0, float64(now.width)-s.own)
	}
	return idle >= spareIdle*p.idleMax
}

// wait keeps what was chosen while there is no load, for a while.
func (p *policy) wait(now setting) setting {
	if p.paused++; p.paused > pause {
		return p.widen()
	}
	return now
}

// ripe tells whether there are n samples to judge by. The last one is not among them: the
// load may have ended in it.
func (p *policy) ripe(n int) bool { return len(p.seen) > n }

// judged returns what the n samples before the last one come to on average.
func (p *policy) judged(n int) sample {
	end := len(p.seen) - 1
	return mean(p.seen[end-n : end])
}

// contended tells whether others want the processors that this process could use.
func (p *policy) contended(s sample) bool {
	return !s.busy && s.own >= loaded && float64(p.most)-s.own >= unused && s.idle <= busyIdle*p.idleMax
}

func (p *policy) whenFull(s sample, now setting) setting {
	if s.own < quiet {
		p.narrowing.reset(firstGap)
	}
	if !p.narrowing.due() || !p.contended(s) {
		p.seen = p.seen[:0]
		return now
	}
	if p.left > 0 { // the load has paused, or there was something else to do
		return p.narrowed(p.width(s.own))
	}
	if !p.ripe(window) {
		return now
	}
	p.before = p.judged(window)
	p.enter(trying)
	return setting{width: p.width(p.before.own)}
}

// width returns the number of processors that were used; a tenth more than a whole
// number is noise of the clock.
func (p *policy) width(own float64) int {
	return max(1, min(int(math.Ceil(own-0.1)), p.most-1))
}

func (p *policy) whenTrying(now setting) setting {
	if !p.ripe(window) {
		return now
	}
	tried := p.judged(window)
	if tried.score() < worthIt*p.before.score() {
		p.tried = tried
		p.enter(doubting)
		return setting{width: p.most}
	}
	return p.better(now.width)
}

// whenDoubting compares a trial that was no better than what had been before with what
// comes after it. A machine whose others have slowed it down meanwhile makes whatever is
// tried look bad; what comes after is as slow.
func (p *policy) whenDoubting(now setting) setting {
	if !p.ripe(window) {
		return now
	}
	after := p.judged(window)
	if p.tried.score() < worthIt*after.score() {
		p.narrowing.refused()
		p.keep = firstKeep
		return p.widen()
	}
	return p.better(p.width(after.own))
}

// better notes that so few processors were better.
func (p *policy) better(width int) setting {
	p.narrowing.reset(firstGap)
	p.left, p.keep = p.keep, min(2*p.keep, lastKeep)
	return p.narrowed(width)
}

// narrowed is what was chosen for that many processors.
func (p *policy) narrowed(width int) setting {
	p.enter(narrow)
	return setting{width: width, naps: p.napping && width == 1}
}

func (p *policy) whenNarrow(s sample, now setting) setting {
	p.left--
	switch {
	case p.left <= 0:
		return p.widen()
	case p.ripe(napWindow) && now.width == 1 && p.naps.due() && s.senders >= napLeast:
		p.before = p.judged(napWindow)
		p.enter(tryingNaps)
		return setting{width: now.width, naps: !now.naps}
	}
	return now
}

// napsPay tells whether naps are good, by what was done with and without them: more, or,
// where there is always something to do, as much in less processor time. Where there is
// not, as much is done in any case, and naps only have it wait.
func napsPay(with, without sample) bool {
	if with.work >= napsBring*without.work {
		return true
	}
	return without.own >= used && with.work >= napsLose*without.work && with.score() >= napsBring*without.score()
}

// whenTryingNaps compares what was done with and without naps. Where less is done it sees
// that sooner. What speaks against naps is doubted, as in whenDoubting.
func (p *policy) whenTryingNaps(now setting) setting {
	n := napWindow
	if !p.ripe(napWindow) && p.ripe(window) && p.judged(window).work < p.before.work {
		n = window
	}
	if !p.ripe(n) {
		return now
	}
	tried := p.judged(n)
	if p.napsPaid(tried, p.before) {
		return p.decided(now.width, true)
	}
	p.tried = tried
	p.enter(doubtingNaps)
	return setting{width: now.width, naps: p.napping}
}

func (p *policy) whenDoubtingNaps(now setting) setting {
	if !p.ripe(napWindow) {
		return now
	}
	return p.decided(now.width, p.napsPaid(p.tried, p.judged(napWindow)))
}

// napsPaid tells whether naps pay by a trial of what was not done until then, and what was
// done otherwise.
func (p *policy) napsPaid(tried, otherwise sample) bool {
	if p.napping {
		return napsPay(otherwise, tried)
	}
	return napsPay(tried, otherwise)
}

// decided notes whether naps are good from now on.
func (p *policy) decided(width int, naps bool) setting {
	if naps == p.napping {
		p.naps.refused()
	} else {
		p.naps = trial{wait: napsGap, gap: napsGap}
	}
	p.napping = naps
	return p.narrowed(width)
}

// widen goes back to all processors.
func (p *policy) widen() setting {
	p.enter(full)
	return setting{width: p.most}
}

func (p *policy) enter(s stage) {
	p.stage, p.skip, p.seen, p.paused = s, settle, p.seen[:0], 0
}
