package admin

import (
	"math/rand/v2"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestHuman(t *testing.T) {
	for bytes, want := range map[int64]string{
		0: "0B", 1023: "1023B", 1024: "1.00K", 941120: "919.06K", 25276502016: "23.54G", 1 << 60: "1024.00P",
	} {
		if got := human(bytes); got != want {
			t.Errorf("%d bytes are %s, want %s", bytes, got, want)
		}
	}
}

func TestFieldsStayOnTheirLine(t *testing.T) {
	var p page
	p.title("A")
	p.str("path", "/tmp/x\r\nforged:1")
	p.title("B")
	if want := "# A\r\npath:/tmp/x  forged:1\r\n\r\n# B\r\n"; string(p.text) != want {
		t.Errorf("the page is %q, want %q", p.text, want)
	}
}

func TestSectionsWanted(t *testing.T) {
	plain, extra := section{title: "CPU"}, section{title: "Shards", extra: true}
	for _, test := range []struct {
		names        string
		plain, extra bool
	}{
		{"", true, false},
		{"cpu", true, false},
		{"Cpu foo", true, false},
		{"shards", false, true},
		{"default", true, false},
		{"ALL", true, true},
		{"everything", true, true},
		{"foo", false, false},
	} {
		var names [][]byte
		for _, name := range strings.Fields(test.names) {
			names = append(names, []byte(name))
		}
		if plain.wanted(names) != test.plain || extra.wanted(names) != test.extra {
			t.Errorf("INFO %s: %v %v", test.names, plain.wanted(names), extra.wanted(names))
		}
	}
}

func TestRates(t *testing.T) {
	var r rates
	at := time.Unix(1000, 0)
	r.sample(at, 100, 0, 0)
	for i := range rateSlots {
		at = at.Add(100 * time.Millisecond)
		r.sample(at, int64(100+50*(i+1)), int64(10*(i+1)), 0)
		r.sample(at.Add(time.Millisecond), 1e9, 1e9, 1e9) // too soon to count
	}
	if got := r.read(); got != [rateCount]int64{500, 100, 0} {
		t.Errorf("50 and 10 in 100 ms are %v a second", got)
	}
	r.reset()
	if got := r.read(); got != [rateCount]int64{} {
		t.Errorf("after a reset the rates are %v", got)
	}
	r.sample(at, 1000, 0, 0)
	r.sample(at.Add(time.Second), 0, 0, 0)
	if got := r.read(); got != [rateCount]int64{} {
		t.Errorf("counters that were reset give %v", got)
	}
}

func TestQuantile(t *testing.T) {
	h := &metrics.Float64Histogram{Counts: []uint64{98, 1, 1, 0}, Buckets: []float64{0, 1, 2, 3, 4}}
	for share, want := range map[float64]float64{0.5: 1, 0.98: 1, 0.99: 2, 1: 3} {
		if got := quantile(h, share); got != want {
			t.Errorf("quantile %v is %v, want %v", share, got, want)
		}
	}
	if got := quantile(&metrics.Float64Histogram{Counts: []uint64{0}, Buckets: []float64{0, 1}}, 1); got != 0 {
		t.Errorf("without samples: %v", got)
	}
}

// TestDance holds the piece to its shape: every line is as wide as the stage at
// most, and every scene lets as many actors leave as have come.
func TestDance(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		actors, scenes := actorsMin+random.IntN(20), scenesMin+random.IntN(9)
		lines := strings.Split(dance(random, actors, scenes), "\n")
		if want := 4 + 4*scenes + 3; len(lines) != want {
			t.Fatalf("seed %d: %d lines, want %d", seed, len(lines), want)
		}
		for i, line := range lines[2 : 2+4*scenes] {
			if width := utf8.RuneCountInString(line); width > 4*actors-2 {
				t.Errorf("seed %d: line %d is %d wide for %d actors", seed, i, width, actors)
			}
			one, two := strings.Count(line, "│"), strings.Count(line, "╳")
			sides := strings.Count(line, "╲") + strings.Count(line, "╱")
			if one+2*two+sides != actors {
				t.Errorf("seed %d: line %d has %d actors, want %d: %s", seed, i, one+2*two+sides, actors, line)
			}
		}
	}
}
