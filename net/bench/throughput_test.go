package bench

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// ended is how redis-benchmark ends a test.
func ended(rps, p50, p99, p999 string) string {
	return "Latency by percentile distribution:\n0.000% <= 0.063 milliseconds (cumulative count 1)\n99.902% <= " + p999 +
		" milliseconds (cumulative count 99902)\n100.000% <= 99.9 milliseconds (cumulative count 100000)\n\n" +
		"Cumulative distribution of latencies:\n99.000% <= 0.103 milliseconds (cumulative count 12)\n99.990% <= 98.1 milliseconds (cumulative count 12)\n\nSummary:\n  throughput summary: " + rps +
		" requests per second\n  latency summary (msec):\n          avg       min       p50       p95       p99       max\n        1.047     0.128     " +
		p50 + "     2.407    " + p99 + "    48.767\n"
}

func TestParseBenchmark(t *testing.T) {
	const progress = "SET: rps=0.0 (overall: nan) avg_msec=nan (overall: nan)\rSET: rps=190820.0 (overall: 190820.0) avg_msec=0.140 (overall: 0.140)\r"
	for name, c := range map[string]struct {
		out  string
		want run
		ok   bool
	}{
		"one test":    {progress + ended("191570.88", "0.135", "10.783", "12.703"), run{rps: 191570.88, p50: 0.135, p99: 10.783, p999: 12.703}, true},
		"the last":    {ended("1.00", "9.0", "9.0", "0.5") + ended("20.50", "3.25", "4.5", "6"), run{rps: 20.5, p50: 3.25, p99: 4.5, p999: 6}, true},
		"none":        {progress, run{}, false},
		"empty":       {"", run{}, false},
		"no number":   {ended(".", "1.0", "1.0", "1.0"), run{}, false},
		"no tail":     {ended("1.0", "1.0", "1.0", "x"), run{rps: 1, p50: 1, p99: 1, p999: 98.1}, true},
		"error reply": {"Error from server: ERR wrong\n", run{}, false},
	} {
		got, err := parseBenchmark([]byte(c.out))
		if (err == nil) != c.ok || got != c.want {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, c.want)
		}
	}
}

func TestBenchmarkArguments(t *testing.T) {
	got := strings.Join(throughput{words: lrange("99"), pipeline: 16, clients: 50, value: 64}.arguments("7000", 5000, 100), " ")
	want := "-h 127.0.0.1 -p 7000 -n 5000 -c 50 -P 16 -d 64 -r 100 lrange mylist 0 99"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPerRequest(t *testing.T) {
	if got := perRequest(3*time.Second, 2_000_000); got != 1.5 {
		t.Errorf("got %v µs, want 1.5", got)
	}
}

func TestSetup(t *testing.T) {
	s := scale{keyspace: 1000, cold: 2000, volume: 64_000, crowd: 100}
	for name, c := range map[string]struct {
		t    throughput
		want setup
	}{
		"usual":      {throughput{}, setup{keys: 1000, value: valueSize}},
		"large":      {throughput{value: 6400}, setup{keys: 10, value: 6400}},
		"huge":       {throughput{value: 1 << 20}, setup{keys: 1, value: 1 << 20}},
		"directives": {throughput{value: 16, cold: true, directives: "--hz 20"}, setup{directives: "--hz 20", keys: 2000, value: 16}},
	} {
		if got := c.t.setup(s); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
	if got := (throughput{clients: 500}).connections(s); got != 100 {
		t.Errorf("%d connections, of at most 100", got)
	}
}

func TestReplyShapes(t *testing.T) {
	for words, want := range map[string]string{
		"-t set": "+OK\r\n", "-t get": "$3\r\nxxx\r\n", "-t incr": ":1\r\n", "lrange mylist 0 1": "*2\r\n$3\r\nxxx\r\n$3\r\nxxx\r\n",
		"lrange mylist 0 -1": "*1\r\n$3\r\nxxx\r\n",
	} {
		if got, _ := replyShapes(strings.Fields(words), 3); got != want {
			t.Errorf("%s: got %q, want %q", words, got, want)
		}
	}
}

// TestMixDraws holds each way of drawing keys to what it promises.
func TestMixDraws(t *testing.T) {
	const keys, draws = 1000, 20_000
	for d, most := range map[draw][2]int{uniform: {1, draws / 100}, zipf: {draws / 20, draws / 2}, one: {draws, draws}} {
		counts := make([]int, keys)
		next, again := mix{draw: d}.drawer(keys, 3), mix{draw: d}.drawer(keys, 3)
		for range draws {
			at := next()
			if at != again() {
				t.Fatalf("%s: two streams of the same number differ", d)
			}
			counts[at]++
		}
		if top := slices.Max(counts); top < most[0] || top > most[1] {
			t.Errorf("%s: the key most wanted came %d times of %d", d, top, draws)
		}
	}
}
