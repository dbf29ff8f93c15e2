package bench

import (
	"math"
	"runtime/metrics"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{8, 2, 4, 6}, 5},
	} {
		if got := median(c.values); got != c.want {
			t.Errorf("median(%v) = %v, want %v", c.values, got, c.want)
		}
	}
	values := []float64{3, 1, 2}
	median(values)
	if values[0] != 3 || values[1] != 1 {
		t.Errorf("median has moved its argument: %v", values)
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 7: "7", 0.4821: "0.482", 1.2345: "1.23", 95.26: "95.3", 123.44: "123.4", 1234.5: "1,234",
		1234567.2: "1,234,567", 100: "100", 999999: "999,999", -1234567: "-1,234,567", -12.34: "-12.3",
	} {
		if got := number(v); got != want {
			t.Errorf("number(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for v, want := range map[float64]string{1234567: "1.23M", 482345: "482k", 9876: "9,876", 0.875: "0.875"} {
		if got := short(v); got != want {
			t.Errorf("short(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestPairedRatio(t *testing.T) {
	rps := func(r run) float64 { return r.rps }
	// The third pair was disturbed; the medians of the columns alone would give 1.
	runs := [][]run{{{rps: 20}, {rps: 10}, {rps: 90}}, {{rps: 10}, {rps: 5}, {rps: 20}}}
	if got, ok := pairedRatio(runs[0], runs[1], rps); !ok || got != 2 {
		t.Errorf("got %v, %v, want 2", got, ok)
	}
	if _, ok := pairedRatio([]run{{rps: 1}}, []run{{rps: 0}}, rps); ok {
		t.Error("a ratio to nothing")
	}
}

// TestRivals compares with two rivals, of which one is the better in throughput and
// the other in processor time, and never with the server behind them.
func TestRivals(t *testing.T) {
	servers := []string{"own", "a", "b", "other"}
	runs := [][]run{{{rps: 60, cpu: 3}}, {{rps: 20, cpu: 6}}, {{rps: 30, cpu: 12}}, {{rps: 600, cpu: 1}}}
	res := throughput{bounds: bounds{rps: 2, cpu: 0.5}}.result(servers, []int{1, 2}, runs)
	if len(res.Checks) != 2 || res.Checks[0].What != "throughput against b" || res.Checks[0].Value != 2 ||
		res.Checks[1].What != "processor time a request against a" || res.Checks[1].Value != 0.5 {
		t.Errorf("got %+v", res.Checks)
	}
	m := metric(servers, MetricKeyBytes, "bytes", runs, func(r run) float64 { return r.cpu })
	if got := toLeast(m, []int{1, 2}); got != (comparison{0.5, "a"}) {
		t.Errorf("of figures: %+v", got)
	}
	if got := toLeast(m, []int{2}); got != (comparison{0.25, "b"}) {
		t.Errorf("of figures, one rival: %+v", got)
	}
	if got := toLeast(Metric{Figures: m.Figures[:1]}, []int{1, 2}); got.against != "" {
		t.Errorf("with nobody: %+v", got)
	}
}

func TestChecks(t *testing.T) {
	for _, c := range []struct {
		check Check
		met   bool
		text  string
	}{
		{atLeast("", "×", 1.5, 1.5), true, "≥ 1.5 ×"},
		{atLeast("", "×", 1.5, 1.49), false, "≥ 1.5 ×"},
		{atMost("", "KB", 12, 12), true, "≤ 12 KB"},
		{atMost("", "KB", 12, 12.1), false, "≤ 12 KB"},
		{lessThan("", "ms", 2, 2), false, "< 2 ms"},
		{lessThan("", "ms", 2, 1.99), true, "< 2 ms"},
	} {
		if c.check.Met != c.met || c.check.boundText() != c.text {
			t.Errorf("%+v: met %v, %q; want %v, %q", c.check, c.check.Met, c.check.boundText(), c.met, c.text)
		}
	}
}

func TestPauses(t *testing.T) {
	buckets := []float64{0, 1e-3, 2e-3, 4e-3, math.Inf(1)}
	before := &metrics.Float64Histogram{Counts: []uint64{5, 0, 1, 0}, Buckets: buckets}
	after := &metrics.Float64Histogram{Counts: []uint64{9, 3, 1, 1}, Buckets: buckets}
	d := difference(before, after)
	for share, want := range map[float64]float64{0.5: 1, 0.8: 2, 1: 4} {
		if got := pauseAt(d, share); got != want {
			t.Errorf("pause at %v is %v ms, want %v", share, got, want)
		}
	}
	if got := pauseAt(difference(after, after), 1); got != 0 {
		t.Errorf("no pauses, but the longest has %v ms", got)
	}
	if after.Counts[0] != 9 {
		t.Error("difference has changed its argument")
	}
}
