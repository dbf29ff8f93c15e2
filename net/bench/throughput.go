package bench

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	clients    = 50  // connections of redis-benchmark
	valueSize  = 64  // bytes of a value
	fewest     = 500 // requests of a run at the least
	rounds     = 4   // pipelines of each connection in a run at the least
	leastShare = 50  // of the requests at full scale, which is enough of slow ones
	typesReps  = 3   // repetitions, at most, of a row about the other data types

	// Keys of the stock tests.
	listKey      = "mylist"
	setKey       = "myset"
	hashKey      = "myhash"
	sortedSetKey = "myzset"
	streamKey    = "mystream"

	largeKey      = "large"        // a sorted set that is read, and stays as large as it is
	elementPrefix = "element:"     // of members in the stock tests
	memberPrefix  = "member:"      // of members of the large sorted set
	randomDigits  = "__rand_int__" // redis-benchmark puts random digits in its place
)

// prepare is what a server holds before a run, beside its keys.
type prepare uint8

const (
	keysOnly       prepare = iota
	counters               // the keys of INCR, once
	noKey                  // not the key of the row, before each run
	fullList               // a list with an element for each pop, before each run
	rangeList              // a list to read from, once a row
	fullSet                // a set with a member for each pop, before each run
	fullSortedSet          // a sorted set with a member for each pop, before each run
	largeSortedSet         // the large sorted set, once
)

// bounds are what the ratios to the second server are held to; 0 for not at all.
type bounds struct {
	rps float64 // at least
	cpu float64 // at most
}

// throughput is a row that redis-benchmark drives, or a row of transactions,
// which it cannot make.
type throughput struct {
	words    []string // what redis-benchmark is to do: a stock test or a command
	block    int      // commands of a transaction; 0 where redis-benchmark drives
	pipeline int
	requests int // of one run at full scale
	maxReps  int // 0 for as many as the program is told
	prepare  prepare
	key      string // that prepare is about
	bounds   bounds
}

// run is what one run says.
type run struct {
	rps float64 // requests a second
	cpu float64 // µs of the server's processor time a request
	p50 float64 // ms, median latency
	own float64 // µs of the client's processor time a request
}

func pipelineText(p int) string {
	if p == 1 {
		return "no pipeline"
	}
	return fmt.Sprintf("pipeline of %d", p)
}

// take interleaves the runs of all servers. Every second repetition goes the
// other way round, so that no server always runs behind the same neighbour.
func (t throughput) take(ctx context.Context, b *bench) (Result, error) {
	servers, err := b.shareServers(ctx)
	if err != nil {
		return Result{}, err
	}
	// The clock of redis-benchmark counts milliseconds: a run must last some.
	least := min(max(fewest, rounds*clients*t.pipeline), t.requests/leastShare)
	requests := max(t.requests/b.scale.divisor, least)
	runs := make([][]run, len(servers))
	reps := b.Reps
	if t.maxReps > 0 {
		reps = min(reps, t.maxReps)
	}
	for rep := -1; rep < reps; rep++ {
		for i := range servers {
			if rep%2 != 0 {
				i = len(servers) - 1 - i
			}
			n := requests
			if rep < 0 {
				n = max(requests/b.scale.warmShare, least)
			}
			r, err := t.once(ctx, b, servers[i], n, rep < 0)
			if err != nil {
				return Result{}, fmt.Errorf("%s: %w", servers[i].program.Name, err)
			}
			if rep >= 0 {
				runs[i] = append(runs[i], r)
			}
		}
	}
	return t.result(b, runs), nil
}

// once prepares a server and drives it. first is the run
// that warms up and does not count.
func (t throughput) once(ctx context.Context, b *bench, s *instance, requests int, first bool) (run, error) {
	if err := t.ready(ctx, b, s, requests, first); err != nil {
		return run{}, s.explain(fmt.Errorf("cannot prepare: %w", err))
	}
	ctx, cancel := context.WithTimeout(ctx, b.scale.limit)
	defer cancel()
	before, err := cpuTime(s.pid)
	if err != nil {
		return run{}, err
	}
	r, err := t.drive(ctx, b, s, requests)
	if err != nil {
		return run{}, s.explain(err)
	}
	after, err := cpuTime(s.pid)
	if err != nil {
		return run{}, err
	}
	r.cpu = perRequest(after-before, requests)
	return r, nil
}

// drive makes the load of one run. It leaves the server's processor time open.
func (t throughput) drive(ctx context.Context, b *bench, s *instance, requests int) (run, error) {
	keyspace := b.scale.keyspace
	if t.block > 0 {
		return s.transactions(ctx, requests, t.block, keyspace)
	}
	if t.prepare == largeSortedSet {
		keyspace = b.scale.elements
	}
	cmd := exec.CommandContext(ctx, b.Benchmark, t.arguments(s.port, requests, keyspace)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return run{}, fmt.Errorf("redis-benchmark: %w\n%s", err, tail(out))
	}
	r, err := parseBenchmark(out)
	r.own = perRequest(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime(), requests)
	return r, err
}

// perRequest returns the time of one request in microseconds.
func perRequest(all time.Duration, requests int) float64 {
	return float64(all) / float64(time.Microsecond) / float64(requests)
}

func (t throughput) ready(ctx context.Context, b *bench, s *instance, requests int, first bool) error {
	// redis-benchmark sends whole pipelines, hence somewhat more than it was asked for.
	pops := requests + 2*clients*t.pipeline
	switch t.prepare {
	case counters:
		if first {
			return s.fill(ctx, dataset{prefix: "counter:", keys: b.scale.keyspace}, b.scale.fill)
		}
	case noKey:
		return s.command("DEL", t.key)
	case fullList:
		return s.fillList(ctx, pops, valueSize)
	case fullSet:
		return s.refill(ctx, setOf(t.key, pops), b.scale.fill)
	case fullSortedSet:
		return s.refill(ctx, sortedSetOf(t.key, elementPrefix, pops), b.scale.fill)
	case largeSortedSet:
		return s.ensure(ctx, sortedSetOf(t.key, memberPrefix, b.scale.elements), b.scale.fill)
	case rangeList:
		if first {
			return s.fillList(ctx, b.scale.listLen, valueSize)
		}
	case keysOnly:
	}
	return nil
}

// arguments returns the command line of redis-benchmark.
func (t throughput) arguments(port string, requests, keyspace int) []string {
	args := []string{
		"-h", "127.0.0.1", "-p", port, "-q", "-n", strconv.Itoa(requests), "-c", strconv.Itoa(clients),
		"-P", strconv.Itoa(t.pipeline), "-d", strconv.Itoa(valueSize), "-r", strconv.Itoa(keyspace),
	}
	return append(args, t.words...)
}

// ran matches the line redis-benchmark -q ends a test with.
const ran = `([0-9.]+) requests per second, p50=([0-9.]+) msec`

// parseBenchmark reads the output of redis-benchmark -q for one test.
func parseBenchmark(out []byte) (run, error) {
	lines := regexp.MustCompile(ran).FindAllSubmatch(out, -1)
	if len(lines) == 0 {
		return run{}, fmt.Errorf("redis-benchmark gave no figures:\n%s", tail(out))
	}
	last := lines[len(lines)-1]
	rps, err := strconv.ParseFloat(string(last[1]), 64)
	p50, err2 := strconv.ParseFloat(string(last[2]), 64)
	if err = errors.Join(err, err2); err != nil {
		return run{}, fmt.Errorf("redis-benchmark gave no figures: %w", err)
	}
	return run{rps: rps, p50: p50}, nil
}

func tail(out []byte) string {
	return strings.TrimSpace(string(out[max(0, len(out)-logTail):]))
}

// result makes medians and ratios of the runs, which stand by server and
// repetition.
func (t throughput) result(b *bench, runs [][]run) Result {
	rps, cpu := func(r run) float64 { return r.rps }, func(r run) float64 { return r.cpu }
	p50, own := func(r run) float64 { return r.p50 }, func(r run) float64 { return r.own }
	res := Result{Metrics: []Metric{
		b.metric(MetricThroughput, "requests/s", runs, rps),
		b.metric(MetricCPU, "µs", runs, cpu),
		b.metric(MetricClient, "µs", runs, own),
		b.metric(MetricLatency, "ms", runs, p50),
	}}
	other := b.Servers[1].Name
	if ratio, ok := pairedRatio(runs, rps); ok && t.bounds.rps > 0 {
		res.Checks = append(res.Checks, atLeast("throughput against "+other, "×", t.bounds.rps, ratio))
	}
	if ratio, ok := pairedRatio(runs, cpu); ok && t.bounds.cpu > 0 {
		res.Checks = append(res.Checks, atMost("processor time a request against "+other, "×", t.bounds.cpu, ratio))
	}
	return res
}

// metric returns one figure for each server.
func (b *bench) metric(name, unit string, runs [][]run, of func(run) float64) Metric {
	m := Metric{Name: name, Unit: unit}
	for i, list := range runs {
		values := make([]float64, len(list))
		for j, r := range list {
			values[j] = of(r)
		}
		m.Figures = append(m.Figures, figure(b.Servers[i].Name, values))
	}
	return m
}

// pairedRatio returns the median of the ratios of the first server to the second
// in each repetition. It reports false when there is none: a run of few requests
// is too short for the clock of processor time.
func pairedRatio(runs [][]run, of func(run) float64) (float64, bool) {
	var ratios []float64
	for i, r := range runs[0] {
		if own, other := of(r), of(runs[1][i]); own > 0 && other > 0 {
			ratios = append(ratios, own/other)
		}
	}
	return median(ratios), len(ratios) > 0
}
