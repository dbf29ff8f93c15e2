package processors

import (
	"testing"
	"time"
)

// round has n senders send something, and ends the round as an actor does. It returns
// how long that has taken.
func round(n int, senders []Sender) time.Duration {
	for i := range n {
		senders[i].Sent()
	}
	start := time.Now()
	Idle(func() bool { return true })
	return time.Since(start)
}

// took returns how many naps n rounds with so many senders each take.
func took(n, in int, senders []Sender) (naps int) {
	for range n {
		if round(in, senders) >= 50*time.Microsecond {
			naps++
		}
	}
	return naps
}

func TestNap(t *testing.T) {
	defer SetNaps(false, 0)
	senders := make([]Sender, 100)
	small, large := 100/napShare-1, 100/napShare
	SetNaps(false, 100)
	round(small, senders)
	if smallRound() {
		t.Error("a round is small before naps are found to be good")
	}
	SetNaps(true, 100)
	if smallRound() {
		t.Error("a round is small in which nobody has sent anything")
	}
	if n := took(10*napRounds, small, senders); n < 10 {
		t.Errorf("%d naps in %d small rounds", n, 10*napRounds)
	}
	for range 5 { // a nap is seen by how long it takes, and so may be something else
		naps := 0
		for range 20 {
			naps += took(napRounds-1, small, senders) + took(1, large, senders)
		}
		if naps < 20 {
			return
		}
	}
	t.Error("a nap after each row of small rounds that a large one ends")
}

func TestCensus(t *testing.T) {
	census()
	senders := make([]Sender, 10)
	for _, want := range []int64{10, 10, 0, 3} {
		for range 3 {
			for i := range want {
				senders[i].Sent()
			}
		}
		if got := census(); got != want {
			t.Errorf("%d senders were active, want %d", got, want)
		}
	}
}
