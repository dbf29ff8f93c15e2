package bench

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"time"
)

const (
	probeEvery  = time.Millisecond       // between the requests of a probe
	statusEvery = 20 * time.Millisecond  // between questions whether a snapshot is done
	weighEvery  = 200 * time.Millisecond // between readings of memory, which take time themselves
	endless     = 2_000_000_000          // requests of a load that is ended when it was enough
)

// saving is the row about BGSAVE while clients write as fast as they can, and about
// the start with the file it has left.
type saving struct {
	value   int     // bytes of a value
	loading float64 // time against the best rival, at most
}

// saved is what the row finds about one server.
type saved struct {
	extra         float64 // % of memory
	quiet, during float64 // ms, longest waits of the probe
	took, loading float64 // s
}

func (m saving) take(ctx context.Context, b *bench) (Result, error) {
	metrics := []Metric{
		{Name: MetricExtra, Unit: "%"},
		{Name: MetricQuietProbe, Unit: "ms"},
		{Name: MetricProbe, Unit: "ms"},
		{Name: MetricAdded, Unit: "ms"},
		{Name: MetricSaving, Unit: "s"},
		{Name: MetricLoading, Unit: "s"},
	}
	for _, p := range b.Servers {
		f, err := m.of(ctx, b, p)
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", p.Name, err)
		}
		for i, v := range []float64{f.extra, f.quiet, f.during, max(f.during-f.quiet, 0), f.took, f.loading} {
			metrics[i].Figures = append(metrics[i].Figures, figure(p.Name, []float64{v}))
		}
	}
	r := Result{Metrics: metrics, Notes: []string{
		fmt.Sprintf("%s keys, values of %d bytes; redis-benchmark writes to them with a pipeline of 16 all the while, and a probe asks for one key every millisecond; time and waits are of one snapshot, memory is of another, since reading it takes time: that of the process and its children, pages they share counted once",
			number(float64(b.scale.keys)), m.value),
	}}
	if c := toLeast(metrics[len(metrics)-1], b.rivals()); c.against != "" {
		r.Checks = []Check{atMost("time of loading against "+c.against, "×", m.loading, c.ratio)}
	}
	return r, nil
}

// of measures one server.
func (m saving) of(ctx context.Context, b *bench, p Program) (saved, error) {
	s, err := b.start(ctx, p)
	if err != nil {
		return saved{}, err
	}
	defer func() { s.stop() }()
	d := dataset{prefix: "key:", keys: b.scale.keys, value: m.value}
	if err := s.fill(ctx, d, b.scale.fill); err != nil {
		return saved{}, err
	}
	f, err := m.underLoad(ctx, b, s)
	if err != nil {
		return saved{}, s.explain(err)
	}
	s.stop()
	again, err := b.startIn(ctx, p, s.dir, b.scale.limit)
	if err != nil {
		return saved{}, err
	}
	s = again
	n, err := s.count(plainKeys(d))
	if err != nil {
		return saved{}, err
	}
	if n != int64(d.keys) {
		return saved{}, fmt.Errorf("it has loaded %d of %d keys", n, d.keys)
	}
	f.loading = s.starting.Seconds()
	return f, nil
}

// underLoad makes both snapshots.
func (m saving) underLoad(ctx context.Context, b *bench, s *instance) (saved, error) {
	stop, err := b.load(ctx, s, b.scale.keys, m.value)
	if err != nil {
		return saved{}, err
	}
	defer stop()
	if err := pause(ctx, b.scale.settle); err != nil {
		return saved{}, err
	}
	var f saved
	quiet, err := s.probe(ctx, func() error { return pause(ctx, b.scale.window) })
	if err != nil {
		return saved{}, err
	}
	start := time.Now()
	during, err := s.probe(ctx, func() error { return s.snapshot(ctx, b.scale.limit, func() error { return nil }) })
	if err != nil {
		return saved{}, err
	}
	f.took = time.Since(start).Seconds()
	f.quiet, f.during = share(quiet, 1), share(during, 1)
	before, err := footprint(s.pid)
	if err != nil {
		return saved{}, err
	}
	most, last := before, time.Time{}
	err = s.snapshot(ctx, b.scale.limit, func() error {
		if time.Since(last) < weighEvery {
			return nil
		}
		now, err := footprint(s.pid)
		most, last = max(most, now), time.Now()
		return err
	})
	f.extra = 100 * float64(most-before) / float64(before)
	return f, err
}

// load makes redis-benchmark write to keys of s until the function it returns is
// called, which waits for its end.
func (b *bench) load(ctx context.Context, s *instance, keys, value int) (func(), error) {
	t := throughput{words: stock("set"), pipeline: 16, clients: clients, value: value}
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, b.Benchmark, t.arguments(s.port, endless, keys)...)
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, fmt.Errorf("redis-benchmark: %w", err)
	}
	return func() {
		cancel()
		_ = cmd.Wait() // it was killed, and says so
	}, nil
}

// snapshot has the server write a snapshot in the background and waits for it,
// calling each in between.
func (s *instance) snapshot(ctx context.Context, limit time.Duration, each func() error) error {
	c, err := dial(s.addr)
	if err != nil {
		return err
	}
	defer c.close()
	if _, err := c.ask("BGSAVE"); err != nil {
		return err
	}
	for end := time.Now().Add(limit); time.Now().Before(end); {
		if err := errors.Join(pause(ctx, statusEvery), each()); err != nil {
			return err
		}
		info, err := c.ask("INFO", "persistence")
		if err != nil {
			return err
		}
		if infoField(info.Str, "rdb_bgsave_in_progress") == "0" {
			if status := infoField(info.Str, "rdb_last_bgsave_status"); status != "ok" {
				return fmt.Errorf("the snapshot ended with %q", status)
			}
			return nil
		}
	}
	return errors.New("the snapshot took too long")
}

// probe asks for one key again and again while fn runs, and returns how long each
// reply took, ascending.
func (s *instance) probe(ctx context.Context, fn func() error) ([]time.Duration, error) {
	c, err := dial(s.addr)
	if err != nil {
		return nil, err
	}
	defer c.close()
	done := make(chan error, 1)
	go func() { done <- fn() }()
	key := string(newGenerator(dataset{prefix: "key:"}).keyOf(0))
	var took []time.Duration
	for {
		start := time.Now()
		_, err := c.ask("GET", key)
		took = append(took, time.Since(start))
		if err == nil {
			err = pause(ctx, probeEvery)
		}
		if err != nil {
			// fn ends by ctx or by the same trouble with the server.
			return nil, errors.Join(err, <-done)
		}
		select {
		case err := <-done:
			slices.Sort(took)
			return took, err
		default:
		}
	}
}
