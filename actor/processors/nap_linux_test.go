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
	for i, test := range []struct{ senders, row int }{
		{small, 1}, {small, 2}, {small, 3}, {small, 0}, // after a nap
		{1, 1}, {0, 1}, {small, 2}, {large, 0}, {100, 0}, {small, 1}, {large, 0},
	} {
		took := round(test.senders, senders)
		if got := naps.small.Load(); got != int64(test.row) {
			t.Errorf("round %d of %d senders: %d small ones in a row, want %d", i, test.senders, got, test.row)
		}
		if test.senders == small && test.row == 0 && took < napFor {
			t.Errorf("a nap of %v", took)
		}
	}
	round(small, senders)
	for range 3 {
		senders[0].Sent()
		Idle(func() bool { return false })
	}
	if got := naps.small.Load(); got != 1 {
		t.Errorf("%d small rounds in a row, want 1 of which it is over", got)
	}
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
