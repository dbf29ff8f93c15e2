package processors

import (
	"runtime"
	"sync/atomic"
	"time"
)

const (
	// napFor is how long a nap is asked to be. Linux rounds up: it lasts some 55 µs.
	napFor = time.Microsecond
	// napShare says what a small round is: fewer than one in napShare of the senders
	// that are active have a part in it. The others are about to send, or their clients
	// have answers to read.
	napShare = 5
	// napRounds is after how many small rounds in a row there is a nap.
	napRounds = 4
	// napLeast is how many senders there must be for naps to be tried: with fewer, a
	// client that waits keeps many of them from sending.
	napLeast = 4 * napShare
)

// naps are what is known of rounds and of who sends. While there are naps there is one
// processor; what all senders read at other times nobody writes but the Fitter.
var naps struct {
	few    atomic.Int64  // a round with fewer senders is small; 0 while naps are not good
	period atomic.Uint64 // of the census

	_      [48]byte     // the next cache line
	active atomic.Int64 // senders that have sent something in this period

	round  atomic.Int64 // senders in the round under way
	small  atomic.Int64 // small rounds in a row
	asking atomic.Bool  // somebody lets others go first, to ask then
}

// A Sender is a connection as naps count it. The zero value is one that has sent
// nothing. Its owner alone may use it.
type Sender struct{ period uint64 }

// Sent notes that the sender has requests, for actors or to answer by itself.
func (s *Sender) Sent() {
	if now := naps.period.Load() + 1; s.period != now {
		s.period = now
		naps.active.Add(1)
	}
	if naps.few.Load() > 0 {
		naps.round.Add(1)
	}
}

// census returns how many senders were active since it was called last.
func census() int64 {
	naps.period.Add(1)
	return naps.active.Swap(0)
}

// SetNaps says whether naps are good, and how many senders are active. The Fitter does.
func SetNaps(good bool, senders int64) {
	few := int64(0)
	if good {
		few = senders / napShare
	}
	if naps.few.Swap(few) == 0 {
		naps.round.Store(0)
		naps.small.Store(0)
	}
}

// Idle ends a round, if all that has begun in it is done: it lets go first who can run,
// and then asks whether there is still nothing to do. After several small rounds it stops
// the processor that the caller runs on for a moment, with everything that could run there:
// a nap. What arrives meanwhile is then dealt with in one go, and so are the answers to it
// by whoever gets them. It is for who has nothing to do, and costs next to nothing while
// naps are not found to be good.
func Idle(still func() bool) {
	if !smallRound() || !naps.asking.CompareAndSwap(false, true) {
		return
	}
	runtime.Gosched()
	naps.asking.Store(false)
	if still() && smallRound() {
		endSmallRound()
	}
}

// smallRound tells whether the round under way has been a small one until now. A large one
// ends here.
func smallRound() bool {
	few := naps.few.Load()
	if few == 0 {
		return false
	}
	n := naps.round.Load()
	if n >= few {
		naps.round.Store(0)
		naps.small.Store(0)
	}
	return 0 < n && n < few
}

// endSmallRound ends a small round, with a nap when it is the last of several.
func endSmallRound() {
	naps.round.Store(0)
	if naps.small.Add(1) >= napRounds {
		naps.small.Store(0)
		sleep(napFor)
	}
}
