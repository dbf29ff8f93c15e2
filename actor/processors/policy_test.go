package processors

import (
	"math/rand/v2"
	"testing"
)

// machine is a machine under a load, as a policy sees it.
type machine struct {
	own  func(width int) float64 // processors that the load takes of a server that wide
	idle float64
	work func(width int) float64
	busy bool
}

// contended is a machine of two processors that a client shares. With one processor
// the server does gain times the work of two.
func contended(gain float64) machine {
	return machine{
		own:  func(width int) float64 { return 0.9 + 0.1*float64(width) },
		idle: 0.2,
		work: func(width int) float64 {
			if width == 1 {
				return 100_000 * gain
			}
			return 100_000
		},
	}
}

// spend runs a policy for n samples from a width on, and returns the width after each.
func (m machine) spend(p *policy, width, n int) []int {
	noise := rand.New(rand.NewPCG(1, 2))
	widths := make([]int, 0, n)
	for range n {
		s := sample{own: m.own(width), idle: m.idle, work: m.work(width) * (1 + 0.01*noise.Float64()), busy: m.busy}
		width = p.next(s, width)
		widths = append(widths, width)
	}
	return widths
}

// share returns the share of widths that are w.
func share(widths []int, w int) float64 {
	n := 0
	for _, x := range widths {
		if x == w {
			n++
		}
	}
	return float64(n) / float64(len(widths))
}

func last(widths []int) int { return widths[len(widths)-1] }

func TestPolicyKeepsTheBetterWidth(t *testing.T) {
	for _, test := range []struct {
		name    string
		machine machine
		most    int
		width   int
		atLeast float64 // share of the time at that width
	}{
		{"narrow is better", contended(1.1), 2, 1, 0.9},
		{"narrow does the same for less", contended(1), 2, 1, 0.9},
		{"narrow is worse", contended(0.8), 2, 2, 0.97},
		{"the machine has processors to spare", machine{
			own: func(int) float64 { return 1 }, idle: 0.9, work: contended(1.5).work,
		}, 2, 2, 1},
		{"little load", machine{
			own: func(int) float64 { return 0.2 }, idle: 0.1, work: contended(1.5).work,
		}, 2, 2, 1},
		{"the server uses everything", machine{
			own: func(width int) float64 { return float64(width) * 0.98 }, idle: 0.02, work: contended(1.5).work,
		}, 2, 2, 1},
		{"a snapshot is written", machine{
			own: contended(1).own, idle: 0.1, work: contended(1.5).work, busy: true,
		}, 2, 2, 1},
		{"64 processors, half of them others'", machine{
			own: func(int) float64 { return 30.3 }, idle: 5, work: func(width int) float64 { return 1e7 / float64(width) },
		}, 64, 31, 0.9},
	} {
		t.Run(test.name, func(t *testing.T) {
			widths := test.machine.spend(newPolicy(test.most, test.most), test.most, 2000)
			if got := share(widths, test.width); got < test.atLeast {
				t.Errorf("%d processors for %.3f of the time, want %.3f", test.width, got, test.atLeast)
			}
		})
	}
}

func TestPolicyWidensAtOnce(t *testing.T) {
	for name, after := range map[string]machine{
		"the machine is free": {own: func(int) float64 { return 1 }, idle: 0.7, work: contended(1.1).work},
		"a snapshot begins":   {own: func(int) float64 { return 1 }, idle: 0.2, work: contended(1.1).work, busy: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPolicy(2, 2)
			if got := last(contended(1.1).spend(p, 2, 20)); got != 1 {
				t.Fatalf("%d processors on a busy machine, want 1", got)
			}
			if got := last(after.spend(p, 1, 2)); got != 2 {
				t.Errorf("%d processors, want 2", got)
			}
		})
	}
}

func TestPolicyRemembersWhatWasBetter(t *testing.T) {
	p := newPolicy(2, 2)
	contended(1.1).spend(p, 2, 20)
	gone := machine{own: func(int) float64 { return 0.1 }, idle: 1.8, work: func(int) float64 { return 100 }}
	if share(gone.spend(p, 1, pause), 1) < 1 {
		t.Fatal("narrow was given up in a pause of the load")
	}
	if got := last(gone.spend(p, 1, 2)); got != 2 {
		t.Fatalf("%d processors long after the load, want 2", got)
	}
	if got := last(contended(1.1).spend(p, 2, 1)); got != 1 {
		t.Errorf("%d processors for a load that has come back, want 1", got)
	}
	if share(contended(1.1).spend(p, 1, keepFor+5), 2) == 0 {
		t.Error("narrow was never compared again")
	}
}

func TestPolicyTriesLessAndLess(t *testing.T) {
	p := newPolicy(2, 2)
	count := func(widths []int) (n int) {
		for _, w := range widths {
			if w == 1 {
				n++
			}
		}
		return n
	}
	first := count(contended(0.8).spend(p, 2, 1000))
	later := count(contended(0.8).spend(p, 2, 1000))
	if first == 0 || later == 0 || later >= first {
		t.Errorf("%d samples spent on trying in the first thousand, %d in the second", first, later)
	}
}
