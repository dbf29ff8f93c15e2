package processors

import (
	"cmp"
	"math/rand/v2"
	"testing"
)

// machine is a machine under a load, as a policy sees it.
type machine struct {
	own  func(width int) float64 // processors that the load takes of a server that wide
	idle float64
	work func(width int) float64
	busy bool

	naps    float64 // how much more is done with naps; 0 for as much
	napping float64 // processor time that they take of what is taken otherwise; 0 for all
	senders int64   // 0 for many
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

// spend runs a policy for n samples from a setting on, and returns those after each.
func (m machine) spend(p *policy, now setting, n int) []setting {
	noise := rand.New(rand.NewPCG(1, 2))
	settings := make([]setting, 0, n)
	for range n {
		s := sample{
			own: m.own(now.width), idle: m.idle, work: m.work(now.width) * (1 + 0.01*noise.Float64()), busy: m.busy,
			senders: cmp.Or(m.senders, 50),
		}
		if now.naps {
			s.work *= 1 + m.naps
			s.idle += s.own * (1 - cmp.Or(m.napping, 1))
			s.own *= cmp.Or(m.napping, 1)
		}
		now = p.next(s, now)
		settings = append(settings, now)
	}
	return settings
}

var (
	two = setting{width: 2}
	one = setting{width: 1}
	nap = setting{width: 1, naps: true}
)

// share returns the share of settings that are w wide.
func share(settings []setting, w int) float64 {
	return float64(count(settings, func(s setting) bool { return s.width == w })) / float64(len(settings))
}

func count(settings []setting, is func(setting) bool) (n int) {
	for _, s := range settings {
		if is(s) {
			n++
		}
	}
	return n
}

func last(settings []setting) setting { return settings[len(settings)-1] }

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
			settings := test.machine.spend(newPolicy(test.most, test.most), setting{width: test.most}, 2000)
			if got := share(settings, test.width); got < test.atLeast {
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
			if got := last(contended(1.1).spend(p, two, 20)); got != one {
				t.Fatalf("%+v on a busy machine, want one processor", got)
			}
			if got := last(after.spend(p, one, 2)); got != two {
				t.Errorf("%+v, want two processors", got)
			}
		})
	}
}

func TestPolicyRemembersWhatWasBetter(t *testing.T) {
	p := newPolicy(2, 2)
	contended(1.1).spend(p, two, 20)
	gone := machine{own: func(int) float64 { return 0.1 }, idle: 1.8, work: func(int) float64 { return 100 }}
	if share(gone.spend(p, one, pause), 1) < 1 {
		t.Fatal("narrow was given up in a pause of the load")
	}
	if got := last(gone.spend(p, one, 2)); got != two {
		t.Fatalf("%+v long after the load, want two processors", got)
	}
	if got := last(contended(1.1).spend(p, two, 1)); got != one {
		t.Errorf("%+v for a load that has come back, want one processor", got)
	}
	if share(contended(1.1).spend(p, one, 2*firstKeep), 2) == 0 {
		t.Error("narrow was never compared again")
	}
}

// TestPolicyIsNotMisledByPauses has a load that comes and goes, so that many samples hold
// less than a whole interval of it.
func TestPolicyIsNotMisledByPauses(t *testing.T) {
	p, now := newPolicy(2, 2), two
	load, narrowed, total := contended(1.1), 0, 0
	part := func(share float64) machine {
		return machine{
			own: func(int) float64 { return 0.95 * share }, idle: 2 - 1.9*share,
			work: func(w int) float64 { return load.work(w) * share },
		}
	}
	for i := range 60 {
		edge := 0.35 + 0.6*float64(i%7)/7
		for _, m := range []struct {
			machine
			n int
		}{{part(edge), 1}, {load, 6}, {part(1.2 - edge), 1}, {part(0), 10}} {
			settings := m.spend(p, now, m.n)
			now = last(settings)
			if i >= 10 && m.n == 6 {
				narrowed += count(settings, func(s setting) bool { return s.width == 1 })
				total += m.n
			}
		}
	}
	if float64(narrowed) < 0.8*float64(total) {
		t.Errorf("one processor in %d of %d samples", narrowed, total)
	}
}

// TestPolicyIsNotMisledBySlowMachines has others slow a machine down, and speed it up again,
// at every moment there is while something is tried.
func TestPolicyIsNotMisledBySlowMachines(t *testing.T) {
	slow := contended(1.2)
	slow.naps = 0.1
	fast := slow
	fast.work = func(width int) float64 { return 1.5 * slow.work(width) }
	for name, m := range map[string]struct{ before, after machine }{"slower": {fast, slow}, "faster": {slow, fast}} {
		for n := 1; n < 40; n++ {
			p := newPolicy(2, 2)
			settings := m.after.spend(p, last(m.before.spend(p, two, n)), 50)
			if got := share(settings[10:], 1); got < 0.9 {
				t.Errorf("%s after %d samples: one processor in %.2f of the time", name, n, got)
			}
			if got := float64(count(settings[25:], func(s setting) bool { return s.naps })) / 25; got < 0.7 {
				t.Errorf("%s after %d samples: naps in %.2f of the time", name, n, got)
			}
		}
	}
}

func TestPolicyTriesLessAndLess(t *testing.T) {
	for name, test := range map[string]struct {
		machine machine
		tried   func(setting) bool
	}{
		"narrow": {contended(0.8), func(s setting) bool { return s.width == 1 }},
		"naps":   {contended(1.1), func(s setting) bool { return s.naps }},
	} {
		p := newPolicy(2, 2)
		first := count(test.machine.spend(p, two, 1000), test.tried)
		later := count(test.machine.spend(p, two, 1000), test.tried)
		if first == 0 || later == 0 || later >= first {
			t.Errorf("%s: %d samples spent on trying in the first thousand, %d in the second", name, first, later)
		}
	}
}

func TestPolicyNapsWhereThatIsBetter(t *testing.T) {
	halfIdle := func(int) float64 { return 0.7 }
	for _, test := range []struct {
		name    string
		gain    float64
		napping float64
		own     func(int) float64
		senders int64
		want    bool
	}{
		{name: "a tenth more", gain: 0.1, napping: 1, want: true},
		{name: "a tenth more in less time", gain: 0.1, napping: 0.8, want: true},
		{name: "as much in less time", napping: 0.9, want: true},
		{name: "as much in less time, of little", napping: 0.9, own: halfIdle},
		{name: "a tenth more, of little", gain: 0.1, own: halfIdle, want: true},
		{name: "as much", napping: 1},
		{name: "less", gain: -0.2, napping: 0.9},
		{name: "a little less in much less time", gain: -0.05, napping: 0.7},
		{name: "a tenth more for a few", gain: 0.1, senders: napLeast - 1},
	} {
		m := contended(1.1)
		m.naps, m.napping, m.senders = test.gain, test.napping, test.senders
		if test.own != nil {
			m.own = test.own
		}
		settings := m.spend(newPolicy(2, 2), two, 2000)
		got := float64(count(settings, func(s setting) bool { return s.naps })) / float64(len(settings))
		if test.want && got < 0.8 || !test.want && got > 0.1 {
			t.Errorf("%s: naps in %.3f of the time", test.name, got)
		}
	}
	wide := machine{own: func(int) float64 { return 30.3 }, idle: 5, work: func(width int) float64 { return 1e7 / float64(width) }, naps: 1}
	if settings := wide.spend(newPolicy(64, 64), setting{width: 64}, 500); count(settings, func(s setting) bool { return s.naps }) > 0 {
		t.Error("naps with more than one processor")
	}
}

// TestPolicyGivesNapsUp has naps be good for a load, and not for the next.
func TestPolicyGivesNapsUp(t *testing.T) {
	good := contended(1.1)
	good.naps = 0.15
	p := newPolicy(2, 2)
	if got := last(good.spend(p, two, 30)); got != nap {
		t.Fatalf("%+v, want naps", got)
	}
	bad := contended(1.1)
	bad.naps = -0.1
	settings := bad.spend(p, nap, 100)
	if n := count(settings, func(s setting) bool { return s.naps }); n > 50 {
		t.Errorf("naps that bring nothing any more in %d of 100 samples", n)
	}
}
