package processors

import (
	"runtime"
	"testing"
	"time"
)

func TestParseIdle(t *testing.T) {
	for _, test := range []struct {
		line string
		want time.Duration
		ok   bool
	}{
		{"cpu  10 20 30 400 50 6 7 8 0 0", 4500 * time.Millisecond, true},
		{"cpu 1 2 3 4 5", 90 * time.Millisecond, true},
		{"cpu0 1 2 3 4 5 6", 0, false},
		{"cpu 1 2 3 4", 0, false},
		{"cpu 1 2 3 x 5 6", 0, false},
		{"", 0, false},
	} {
		if got, ok := parseIdle([]byte(test.line)); got != test.want || ok != test.ok {
			t.Errorf("%q: %v %v, want %v %v", test.line, got, ok, test.want, test.ok)
		}
	}
}

func TestGaugesGrow(t *testing.T) {
	f := &Fitter{options: Options{Work: func() int64 { return 0 }}}
	before := f.read()
	if before.idle == 0 {
		t.Fatal("nothing is said to be idle since the start of the machine")
	}
	for end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); {
	}
	s, ok := f.read().since(before)
	if !ok || s.own <= 0 || s.own > float64(runtime.NumCPU())+1 {
		t.Errorf("%.3f processors used by a busy loop", s.own)
	}
}

func TestStopGivesAllProcessorsBack(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	runtime.SetDefaultGOMAXPROCS()
	before := runtime.GOMAXPROCS(0)
	f := &Fitter{options: Options{Work: func() int64 { return 0 }, Busy: func() bool { return false }}, quit: make(chan struct{})}
	p := newPolicy(before, before)
	f.ended.Go(func() { f.run(p) })
	apply(before+1, before)
	if got := runtime.GOMAXPROCS(0); got != before+1 {
		t.Errorf("%d processors, want %d", got, before+1)
	}
	f.Stop()
	if got := runtime.GOMAXPROCS(0); got != before {
		t.Errorf("%d processors after the end, want %d", got, before)
	}
}
