package bench

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
)

// shardCounts is the row about the first server with different numbers of shards:
// more shards than processors must cost a request next to nothing.
type shardCounts struct {
	counts   []int
	requests int
	atMost   float64 // processor time a request with the last number against that with the second
}

func (m shardCounts) take(ctx context.Context, b *bench) (Result, error) {
	t := throughput{words: stock("set"), pipeline: 16, requests: m.requests, clients: clients, value: valueSize}
	b.shape = t.setup(b.scale)
	servers := make([]*instance, 0, len(m.counts))
	defer func() {
		for _, s := range servers {
			s.stop()
		}
	}()
	for _, n := range m.counts {
		s, err := b.start(ctx, b.Servers[0].with("--shards", strconv.Itoa(n)))
		if err != nil {
			return Result{}, err
		}
		servers = append(servers, s)
		if err := s.fill(ctx, dataset{prefix: "key:", keys: b.shape.keys, value: valueSize}, b.scale.fill); err != nil {
			return Result{}, err
		}
	}
	runs := make([][]run, len(servers))
	requests := max(m.requests/b.scale.divisor, fewest)
	for rep := -1; rep < b.Reps; rep++ {
		for i, s := range servers {
			r, err := t.once(ctx, b, s, requests, rep < 0)
			if err != nil {
				return Result{}, fmt.Errorf("%s: %w", shardsText(m.counts[i]), err)
			}
			if rep >= 0 {
				runs[i] = append(runs[i], r)
			}
		}
	}
	res := Result{Notes: []string{fmt.Sprintf("the same server on %d processors, all of them running at once and measured in turn", runtime.NumCPU())}}
	name := []string{b.Servers[0].Name}
	for i, n := range m.counts {
		one := runs[i : i+1]
		res.Metrics = append(res.Metrics,
			metric(name, MetricThroughput+", "+shardsText(n), "requests/s", one, func(r run) float64 { return r.rps }),
			metric(name, MetricCPU+", "+shardsText(n), "µs", one, func(r run) float64 { return r.cpu }))
	}
	last := len(m.counts) - 1
	if ratio, ok := pairedRatio(runs[last], runs[1], func(r run) float64 { return r.cpu }); ok {
		what := fmt.Sprintf("processor time a request, %s against %s", shardsText(m.counts[last]), shardsText(m.counts[1]))
		res.Checks = []Check{atMost(what, "×", m.atMost, ratio)}
	}
	return res, nil
}
