package journal

import (
	"testing"
	"time"
)

// asleep returns a log under Always that nobody writes, with something to be written,
// a disk that is slow and a crowd of that many.
func asleep(t *testing.T, crowd int) *Journal {
	t.Helper()
	j := New(Options{Log: silent()})
	j.Configure(Settings{Policy: Always})
	j.on.Store(true)
	j.Append(numbers(1, 2), 0, 0, 0)
	j.gathering.sync, j.gathering.crowd = time.Hour, crowd
	woken(j)
	return j
}

// woken tells whether the goroutine of the log was woken, and takes that back.
func woken(j *Journal) bool {
	select {
	case <-j.work:
		return true
	default:
		return false
	}
}

// nobody is a Parked that cannot be let go.
type nobody struct{ t *testing.T }

func (n nobody) Release() { n.t.Error("somebody was let go whom the disk does not have") }

func TestOnlyACrowdWakesALogThatGathers(t *testing.T) {
	j := asleep(t, 3)
	if !j.short() {
		t.Fatal("the log does not wait for company")
	}
	for i, want := range []bool{false, false, true} {
		j.Hold(j.Published(), nobody{t})
		if got := woken(j); got != want {
			t.Errorf("with %d who wait the log is woken: %v, want %v", i+1, got, want)
		}
	}
	if j.short() {
		t.Error("the log waits for company although that is there")
	}
	j.Hold(j.Published(), nobody{t})
	if !woken(j) {
		t.Error("the log is not woken although it does not gather")
	}
}

func TestWhatEndsGathering(t *testing.T) {
	for name, end := range map[string]func(j *Journal){
		"another policy": func(j *Journal) { j.Configure(Settings{Policy: EverySec}) },
		"a new part":     func(j *Journal) { j.Turn(false) },
		"the end":        func(j *Journal) { j.quit = true },
	} {
		j := asleep(t, 3)
		end(j)
		if j.short() {
			t.Errorf("the log goes on waiting for company after %s", name)
		}
	}
}

func TestGatheringInVain(t *testing.T) {
	j := asleep(t, 2)
	var waits []int // how many groups stand before each wait
	skipped := 0
	for range 10 {
		before := j.gathering.skip
		j.gather() // nobody comes
		if before > 0 {
			skipped++
			continue
		}
		waits = append(waits, skipped)
		skipped = 0
	}
	if want := []int{0, 1, 3}; len(waits) < len(want) || waits[1] != want[1] || waits[2] != want[2] {
		t.Errorf("groups that go without before each wait: %v, want %v", waits, want)
	}
	j.gathering.skip = 0
	j.Hold(j.Published(), nobody{t})
	j.gathered(time.Hour)
	if j.lacking() {
		t.Error("one waits, as before, and the log misses somebody")
	}
}
