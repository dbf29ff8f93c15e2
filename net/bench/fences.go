package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// fenceKeys is how many keys each transaction writes: so many that every shard of
// any machine here owns some.
const fenceKeys = 64

// fences is the row about what a transaction over all shards costs those who have
// nothing to do with it.
type fences struct {
	requests  int
	perSecond int
	below     float64 // ms that p99 may grow by
}

func (m fences) take(ctx context.Context, b *bench) (Result, error) {
	t := throughput{words: stock("get"), pipeline: 16, requests: m.requests, clients: clients, value: valueSize}
	shape := t.setup(b.scale)
	servers, err := b.share(ctx, shape)
	if err != nil {
		return Result{}, err
	}
	defer b.stopShared()
	servers = servers[:len(b.Servers)]
	requests := max(m.requests/b.scale.divisor, fewest)
	without, with := make([][]run, len(servers)), make([][]run, len(servers))
	sent := 0
	for range min(b.Reps, typesReps) {
		for i, s := range servers {
			r, err := t.once(ctx, b, s, requests, false)
			if err != nil {
				return Result{}, fmt.Errorf("%s: %w", s.program.Name, err)
			}
			without[i] = append(without[i], r)
			n, err := m.beside(ctx, s, func() (err error) {
				r, err = t.once(ctx, b, s, requests, false)
				return err
			})
			if err != nil {
				return Result{}, fmt.Errorf("%s: %w", s.program.Name, err)
			}
			with[i] = append(with[i], r)
			sent += n
		}
	}
	list, p99 := names(servers), func(r run) float64 { return r.p99 }
	before, after := metric(list, "latency, p99, without transactions", "ms", without, p99), metric(list, "latency, p99, beside transactions", "ms", with, p99)
	added := after.Figures[0].Value - before.Figures[0].Value
	return Result{
		Metrics: []Metric{
			before, after,
			metric(list, "throughput, without transactions", "requests/s", without, func(r run) float64 { return r.rps }),
			metric(list, "throughput, beside transactions", "requests/s", with, func(r run) float64 { return r.rps }),
		},
		Checks: []Check{lessThan("p99 that fences add", "ms", m.below, added)},
		Notes: []string{fmt.Sprintf("redis-benchmark with GET and a pipeline of 16; %d transactions a second of %d SETs, keys of which lie on every shard; %d of them in all",
			m.perSecond, fenceKeys, sent)},
	}, nil
}

// beside sends transactions at the row's rate while fn runs, and returns how many.
func (m fences) beside(ctx context.Context, s *instance, fn func() error) (int, error) {
	c, err := dial(s.addr)
	if err != nil {
		return 0, err
	}
	defer c.close()
	var ask, hear resp.Writer
	command(&ask, 0, "MULTI")
	hear.OK()
	for i := range fenceKeys {
		command(&ask, 0, "SET", "fence:"+strconv.Itoa(i), "x")
		hear.Status("QUEUED")
	}
	command(&ask, 0, "EXEC")
	hear.Array(fenceKeys)
	for range fenceKeys {
		hear.OK()
	}
	done := make(chan error, 1)
	go func() { done <- fn() }()
	tick := time.NewTicker(time.Second / time.Duration(m.perSecond))
	defer tick.Stop()
	for n := 0; ; n++ {
		if _, err := c.conn.Write(ask.Buf); err != nil {
			return 0, errors.Join(err, <-done)
		}
		if err := expect(c.r, hear.Buf); err != nil {
			return 0, errors.Join(err, <-done)
		}
		select {
		case err := <-done:
			return n + 1, err
		case <-ctx.Done():
			return 0, errors.Join(context.Cause(ctx), <-done)
		case <-tick.C:
		}
	}
}
