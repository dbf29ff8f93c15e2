package bench

import (
	"strings"
	"testing"
	"time"
)

func TestParseBenchmark(t *testing.T) {
	const progress = "SET: rps=0.0 (overall: nan) avg_msec=nan (overall: nan)\rSET: rps=190820.0 (overall: 190820.0) avg_msec=0.140 (overall: 0.140)\r"
	for name, c := range map[string]struct {
		out  string
		want run
		ok   bool
	}{
		"one test":    {progress + "SET: 191570.88 requests per second, p50=0.135 msec                    \n\n", run{rps: 191570.88, p50: 0.135}, true},
		"the last":    {"LPUSH (needed): 1.00 requests per second, p50=9.0 msec\nLRANGE: 20.50 requests per second, p50=3.25 msec\n", run{rps: 20.5, p50: 3.25}, true},
		"none":        {progress, run{}, false},
		"empty":       {"", run{}, false},
		"no number":   {"SET: ... requests per second, p50=. msec\n", run{}, false},
		"no latency":  {"SET: 1.0 requests per second\n", run{}, false},
		"error reply": {"Error from server: ERR wrong\n", run{}, false},
	} {
		got, err := parseBenchmark([]byte(c.out))
		if (err == nil) != c.ok || got != c.want {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, c.want)
		}
	}
}

func TestBenchmarkArguments(t *testing.T) {
	got := strings.Join(throughput{words: lrange("99"), pipeline: 16}.arguments("7000", 5000, 100), " ")
	want := "-h 127.0.0.1 -p 7000 -q -n 5000 -c 50 -P 16 -d 64 -r 100 lrange mylist 0 99"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPerRequest(t *testing.T) {
	if got := perRequest(3*time.Second, 2_000_000); got != 1.5 {
		t.Errorf("got %v µs, want 1.5", got)
	}
}
