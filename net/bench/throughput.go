package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"regexp"
	"slices"
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

// bounds are what the ratios to the best rival are held to; 0 for not at all.
type bounds struct {
	rps float64 // at least
	cpu float64 // at most

	floor float64 // processor time against the floor, at most
}

// throughput is a row that redis-benchmark drives, or our own driver: with transactions,
// which redis-benchmark cannot make, or with what it cannot make fast enough.
type throughput struct {
	words    []string              // what redis-benchmark is to do: a stock test or a command
	pieces   func(pipe int) *piece // what our own driver sends; nil where redis-benchmark drives
	pipeline int
	requests int // of one run at full scale
	maxReps  int // 0 for as many as the program is told
	prepare  prepare
	key      string // that prepare is about
	bounds   bounds

	clients    int     // connections; 0 for the usual number
	value      int     // bytes of a value; 0 for the usual number
	cold       bool    // keys that no cache holds
	crowd      bool    // as many connections as any row has
	unfloored  bool    // the floor has no such replies
	directives string  // further arguments of the servers
	fsyncs     float64 // calls of fsync a write at most; 0 for a row that does not count them
}

// run is what one run says.
type run struct {
	rps float64 // requests a second
	cpu float64 // µs of the server's processor time a request
	p50 float64 // ms, median latency
	own float64 // µs of the client's processor time a request

	p99, p999 float64 // ms
	syncs     float64 // calls of fsync a request, negative where the server does not say
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
	t.clients, t.value = t.connections(b.scale), t.bytes()
	shape := t.setup(b.scale)
	servers, err := b.share(ctx, shape)
	if err != nil {
		return Result{}, err
	}
	if t.unfloored {
		servers = servers[:len(b.Servers)]
	}
	// The clock of redis-benchmark counts milliseconds: a run must last some.
	least := min(max(fewest, rounds*t.clients*t.pipeline), t.requests/leastShare)
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
	res := t.result(names(servers), b.rivals(), runs)
	res.Notes = t.notes(shape, requests)
	return res, nil
}

// connections returns how many connections the row's client has.
func (t throughput) connections(s scale) int {
	switch {
	case t.crowd:
		return max(min(s.crowd, openFiles()-spareFiles), 1)
	case t.clients > 0:
		return min(t.clients, s.crowd)
	default:
		return clients
	}
}

func (t throughput) bytes() int {
	if t.value > 0 {
		return t.value
	}
	return valueSize
}

// setup returns the servers that the row needs. Large values are fewer, so that
// all of them together stay within the scale's volume.
func (t throughput) setup(s scale) setup {
	keys := s.keyspace
	if t.cold {
		keys = min(s.cold, int(availableMemory()/coldBytes))
	}
	if t.bytes() > valueSize {
		keys = min(keys, s.volume/t.bytes())
	}
	return setup{directives: t.directives, keys: max(keys, 1), value: t.bytes()}
}

// coldBytes is the room that each of very many keys needs, in all servers.
const coldBytes = 600

// notes says in what the row differs from what the page says of all rows.
func (t throughput) notes(shape setup, requests int) []string {
	if t.clients == clients && !t.cold && t.value == valueSize && t.directives == "" {
		return nil
	}
	note := fmt.Sprintf("%s connections, %s keys, values of %d bytes, %s requests a run", number(float64(t.clients)), number(float64(shape.keys)), t.value, number(float64(requests)))
	if t.directives != "" {
		note += ", all servers with " + t.directives
	}
	return []string{note}
}

// names returns the names of servers as they stand in the report.
func names(servers []*instance) []string {
	list := make([]string, len(servers))
	for i, s := range servers {
		list[i] = s.program.Name
	}
	return list
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
	synced := t.synced(s)
	r, err := t.drive(ctx, b, s, requests)
	if err != nil {
		return run{}, s.explain(err)
	}
	after, err := cpuTime(s.pid)
	if err != nil {
		return run{}, err
	}
	r.cpu = perRequest(after-before, requests)
	r.syncs = -1
	if synced >= 0 {
		r.syncs = (t.synced(s) - synced) / float64(requests)
	}
	return r, nil
}

// synced returns how often the server has called fsync for its log, a negative
// number when the row does not ask or the server does not say.
func (t throughput) synced(s *instance) float64 {
	if t.fsyncs == 0 || s.floor {
		return -1
	}
	info, err := s.info("persistence")
	if err != nil {
		return -1
	}
	n, err := strconv.ParseFloat(infoField(info, "aof_fsyncs"), 64)
	if err != nil {
		return -1
	}
	return n
}

// drive makes the load of one run. It leaves the server's processor time open.
func (t throughput) drive(ctx context.Context, b *bench, s *instance, requests int) (run, error) {
	keyspace := b.shape.keys
	if t.pieces != nil {
		return s.speak(ctx, requests, t.pieces(t.pipeline), keyspace)
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
	pops := requests + 2*t.clients*t.pipeline
	switch {
	case s.floor && t.pieces != nil:
		reply := string(t.pieces(1).hear)
		return s.tellFloor(reply, reply)
	case s.floor:
		return s.setFloor(t.words, t.value)
	}
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
		"-h", "127.0.0.1", "-p", port, "-n", strconv.Itoa(requests), "-c", strconv.Itoa(t.clients),
		"-P", strconv.Itoa(t.pipeline), "-d", strconv.Itoa(t.value), "-r", strconv.Itoa(keyspace),
	}
	return append(args, t.words...)
}

// What redis-benchmark ends a test with. The columns of the summary are the mean,
// the least, p50, p95, p99 and the most.
const (
	ran         = `throughput summary: ([0-9.]+) requests per second\s+latency summary \(msec\):\s+avg[^\n]*\n\s*[0-9.]+\s+[0-9.]+\s+([0-9.]+)\s+[0-9.]+\s+([0-9.]+)\s+[0-9.]+`
	percentiles = `(?m)^([0-9.]+)% <= ([0-9.]+) milliseconds`
)

// parseBenchmark reads the output of redis-benchmark for its last test.
func parseBenchmark(out []byte) (run, error) {
	ends := regexp.MustCompile(ran).FindAllSubmatchIndex(out, -1)
	if len(ends) == 0 {
		return run{}, fmt.Errorf("redis-benchmark gave no figures:\n%s", tail(out))
	}
	last, from := ends[len(ends)-1], 0
	if len(ends) > 1 {
		from = ends[len(ends)-2][1]
	}
	var r run
	var errs [4]error
	for i, to := range []*float64{&r.rps, &r.p50, &r.p99} {
		*to, errs[i] = strconv.ParseFloat(string(out[last[2+2*i]:last[3+2*i]]), 64)
	}
	r.p999, errs[3] = percentile(out[from:last[0]], 99.9)
	if err := errors.Join(errs[:]...); err != nil {
		return run{}, fmt.Errorf("redis-benchmark gave no figures: %w", err)
	}
	return r, nil
}

// percentile returns the least latency, in milliseconds, that redis-benchmark says
// at least the given percentage stayed within.
func percentile(out []byte, least float64) (float64, error) {
	best := math.Inf(1)
	for _, line := range regexp.MustCompile(percentiles).FindAllSubmatch(out, -1) {
		share, err := strconv.ParseFloat(string(line[1]), 64)
		ms, err2 := strconv.ParseFloat(string(line[2]), 64)
		if err := errors.Join(err, err2); err != nil {
			return 0, err
		}
		if share >= least {
			best = min(best, ms)
		}
	}
	if math.IsInf(best, 1) {
		return 0, fmt.Errorf("no percentile of %v", least)
	}
	return best, nil
}

func tail(out []byte) string {
	return strings.TrimSpace(string(out[max(0, len(out)-logTail):]))
}

// result makes medians and ratios of the runs, which stand by server and
// repetition. The first server is held to the bounds against the best of its
// rivals; the floor and a server of another protocol may be among the others.
func (t throughput) result(servers []string, rivals []int, runs [][]run) Result {
	rps, cpu := func(r run) float64 { return r.rps }, func(r run) float64 { return r.cpu }
	res := Result{Metrics: []Metric{
		metric(servers, MetricThroughput, "requests/s", runs, rps),
		metric(servers, MetricCPU, "µs", runs, cpu),
		metric(servers, MetricClient, "µs", runs, func(r run) float64 { return r.own }),
		metric(servers, MetricLatency, "ms", runs, func(r run) float64 { return r.p50 }),
		metric(servers, MetricP99, "ms", runs, func(r run) float64 { return r.p99 }),
		metric(servers, MetricP999, "ms", runs, func(r run) float64 { return r.p999 }),
	}}
	if c := toBest(servers, rivals, runs, false, rps); c.against != "" && t.bounds.rps > 0 {
		res.Checks = append(res.Checks, atLeast("throughput against "+c.against, "×", t.bounds.rps, c.ratio))
	}
	if c := toBest(servers, rivals, runs, true, cpu); c.against != "" && t.bounds.cpu > 0 {
		res.Checks = append(res.Checks, atMost("processor time a request against "+c.against, "×", t.bounds.cpu, c.ratio))
	}
	t.countSyncs(&res, servers, runs)
	floor := slices.Index(servers, FloorName)
	if floor < 0 {
		return res
	}
	against := Metric{Name: MetricFloor, Unit: "×"}
	for i, name := range servers {
		if ratio, ok := pairedRatio(runs[i], runs[floor], cpu); ok && i != floor {
			against.Figures = append(against.Figures, figure(name, []float64{ratio}))
		}
	}
	if len(against.Figures) == 0 {
		return res // the runs were too short for the clock of processor time
	}
	res.Metrics = append(res.Metrics, against)
	if f, ok := against.of(servers[0]); ok && t.bounds.floor > 0 {
		res.Checks = append(res.Checks, atMost(MetricFloor, "×", t.bounds.floor, f.Value))
	}
	return res
}

// countSyncs adds the calls of fsync of those servers that count them.
func (t throughput) countSyncs(res *Result, servers []string, runs [][]run) {
	if t.fsyncs == 0 {
		return
	}
	m := metric(servers, MetricSyncs, "", runs, func(r run) float64 { return r.syncs })
	m.Figures = slices.DeleteFunc(m.Figures, func(f Figure) bool { return f.Value < 0 })
	if f, ok := m.of(servers[0]); ok {
		res.Checks = append(res.Checks, atMost(MetricSyncs, "", t.fsyncs, f.Value))
	}
	if len(m.Figures) > 0 {
		res.Metrics = append(res.Metrics, m)
	}
}

// metric returns one figure for each server.
func metric(servers []string, name, unit string, runs [][]run, of func(run) float64) Metric {
	m := Metric{Name: name, Unit: unit}
	for i, list := range runs {
		values := make([]float64, len(list))
		for j, r := range list {
			values[j] = of(r)
		}
		m.Figures = append(m.Figures, figure(servers[i], values))
	}
	return m
}

// pairedRatio returns the median of the ratios of one server to another in each
// repetition. It reports false when there is none: a run of few requests is too
// short for the clock of processor time.
func pairedRatio(own, other []run, of func(run) float64) (float64, bool) {
	var ratios []float64
	for i, r := range own {
		if a, b := of(r), of(other[i]); a > 0 && b > 0 {
			ratios = append(ratios, a/b)
		}
	}
	return median(ratios), len(ratios) > 0
}
