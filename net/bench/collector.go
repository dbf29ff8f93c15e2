package bench

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"sync"
)

// pauses is the runtime's histogram of how long collections stopped the program,
// the time it takes to stop it included.
const pauses = "/sched/pauses/total/gc:seconds"

// forcedPause is the row about collections in this process, with the data of one
// shard loaded and written to.
type forcedPause struct {
	value int     // bytes of a value
	below float64 // ms
}

func (m forcedPause) take(ctx context.Context, b *bench) (Result, error) {
	d := newDriver(dataset{prefix: "key:", keys: b.scale.keys, value: m.value})
	defer d.space.Close()
	for i := range d.keys {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return Result{}, context.Cause(ctx)
		}
		d.set(d.keyOf(i), d.valueOf(i))
	}
	var tops []float64
	var last *metrics.Float64Histogram
	for range b.scale.runs {
		if ctx.Err() != nil {
			return Result{}, context.Cause(ctx)
		}
		before := readPauses()
		d.writeDuring(func() {
			for range b.scale.cycles {
				runtime.GC()
			}
		})
		last = difference(before, readPauses())
		tops = append(tops, pauseAt(last, 1))
	}
	f := figure(b.Servers[0].Name, tops)
	f.Value = slices.Min(tops)
	return Result{
		Metrics: []Metric{{Name: MetricPause, Unit: "ms", Figures: []Figure{f}}},
		Checks:  []Check{lessThan("longest pause", "ms", m.below, f.Value)},
		Notes: []string{
			fmt.Sprintf("%s keys in one shard, which is written to meanwhile; %d runs of %d forced collections, the best counts, since a pause also waits for threads that the machine has preempted; last run: p50 %.3f ms, p90 %.3f ms; a figure is the upper end of its bucket in the histogram",
				number(float64(d.keys)), len(tops), b.scale.cycles, pauseAt(last, 0.5), pauseAt(last, 0.9)),
		},
	}, nil
}

// writeDuring writes keys on the shard's goroutine while fn runs on another.
func (d *driver) writeDuring(fn func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(done)
		fn()
	})
	for i := 0; ; i = (i + 1) % d.keys {
		select {
		case <-done:
			wg.Wait()
			return
		default:
			d.set(d.keyOf(i), d.valueOf(i))
		}
	}
}

func readPauses() *metrics.Float64Histogram {
	sample := []metrics.Sample{{Name: pauses}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindFloat64Histogram {
		return &metrics.Float64Histogram{}
	}
	return sample[0].Value.Float64Histogram()
}

// difference returns what has been counted between two readings.
func difference(before, after *metrics.Float64Histogram) *metrics.Float64Histogram {
	d := &metrics.Float64Histogram{Counts: slices.Clone(after.Counts), Buckets: after.Buckets}
	for i, n := range before.Counts {
		d.Counts[i] -= n
	}
	return d
}

// pauseAt returns the pause, in milliseconds, that the given share of pauses does
// not exceed: the upper end of its bucket. It is 0 when there were none.
func pauseAt(h *metrics.Float64Histogram, share float64) float64 {
	var total, seen uint64
	for _, n := range h.Counts {
		total += n
	}
	for i, n := range h.Counts {
		seen += n
		if n == 0 || float64(seen) < share*float64(total) {
			continue
		}
		if end := h.Buckets[i+1]; !math.IsInf(end, 0) {
			return end * 1e3
		}
		return h.Buckets[i] * 1e3
	}
	return 0
}

// serverPause is the row about the collections of a server with all keys loaded
// and clients that write.
type serverPause struct {
	value int     // bytes of a value
	below float64 // ms
}

func (m serverPause) take(ctx context.Context, b *bench) (Result, error) {
	s, err := b.start(ctx, b.Servers[0])
	if err != nil {
		return Result{}, err
	}
	defer s.stop()
	d := dataset{prefix: "key:", keys: b.scale.keys, value: m.value}
	if err := s.fill(ctx, d, b.scale.fill); err != nil {
		return Result{}, err
	}
	load := throughput{words: stock("set"), pipeline: 16, clients: clients, value: valueSize}
	b.shape = setup{keys: b.scale.keyspace, value: valueSize}
	for range b.scale.runs {
		// Each run comes with new connections, which is what a server allocates for.
		if _, err := load.once(ctx, b, s, b.scale.keys/2, false); err != nil {
			return Result{}, err
		}
	}
	info, err := s.info("runtime")
	if err != nil {
		return Result{}, err
	}
	longest, err := strconv.ParseFloat(infoField(info, "gc_pause_usec_max"), 64)
	if err != nil {
		return Result{}, fmt.Errorf("INFO has no pauses of the collector: %w", err)
	}
	longest /= 1e3
	cycles := infoField(info, "gc_cycles")
	r := Result{
		Metrics: []Metric{{Name: MetricPause, Unit: "ms", Figures: []Figure{figure(s.program.Name, []float64{longest})}}},
		Notes: []string{
			fmt.Sprintf("INFO runtime after a load of %s keys and %d runs of SET over them: %s collections, p99 of the pauses %s µs",
				number(float64(d.keys)), b.scale.runs, cycles, infoField(info, "gc_pause_usec_p99")),
		},
	}
	if cycles != "0" {
		r.Checks = []Check{lessThan("longest pause", "ms", m.below, longest)}
	}
	return r, nil
}
