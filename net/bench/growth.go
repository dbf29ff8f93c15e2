package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/troupe-db/troupe/shard/keyhash"
	"github.com/troupe-db/troupe/shard/keyspace"
)

const (
	// slow is what the report counts writes above of.
	slow = 100 * time.Microsecond
	// checkEvery is after how many writes the driver looks whether to go on.
	checkEvery = 1 << 16
	// seed is the same for every run, so that each does the same work.
	seed = 0x74726f757065
)

// growth is the row about the longest write while a table grows from nothing.
type growth struct {
	value int     // bytes of a value
	below float64 // ms
}

// writes are the times of all writes of one run, in nanoseconds and ascending.
type writes struct {
	wall   []uint32 // by the wall clock
	thread []uint32 // by the thread's own clock, with the driver's few nanoseconds
}

func (m growth) take(ctx context.Context, b *bench) (Result, error) {
	name := b.Servers[0].Name
	longest := Metric{Name: MetricLongest, Unit: "ms"}
	var best, first writes
	var tops []float64
	for range b.scale.runs {
		w, err := m.run(ctx, b.scale.keys)
		if err != nil {
			return Result{}, err
		}
		top := ms(w.wall[len(w.wall)-1])
		if len(tops) == 0 {
			first = w
		}
		if len(tops) == 0 || top < slices.Min(tops) {
			best = w
		}
		tops = append(tops, top)
	}
	f := figure(name, tops)
	f.Value = slices.Min(tops)
	longest.Figures = []Figure{f}
	return Result{
		Metrics: []Metric{longest},
		Checks:  []Check{lessThan("longest write", "ms", m.below, f.Value)},
		Notes: []string{
			fmt.Sprintf("one shard, 0 to %s keys of 16 bytes with values of %d bytes; %d runs, the best counts, since a write during which the machine ran something else says nothing about the store",
				number(float64(b.scale.keys)), m.value, len(tops)),
			"best run: " + best.describe(),
			"first run: " + first.describe(),
		},
	}, nil
}

// run fills a keyspace of its own and takes the time of each write.
func (m growth) run(ctx context.Context, keys int) (writes, error) {
	w := writes{wall: make([]uint32, keys), thread: make([]uint32, keys)}
	runtime.GC()
	// The thread's clock is only ours while the goroutine stays on its thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	d := newDriver(dataset{prefix: "key:", keys: keys, value: m.value})
	defer d.space.Close()
	before := threadTime()
	for i := range keys {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return writes{}, context.Cause(ctx)
		}
		name, value := d.keyOf(i), d.valueOf(i)
		start := time.Now()
		d.set(name, value)
		wall := time.Since(start)
		after := threadTime()
		w.wall[i], w.thread[i] = nanos(wall), nanos(after-before)
		before = after
	}
	if got := d.space.DB(0).Len(); got != keys {
		return writes{}, fmt.Errorf("the keyspace holds %d keys of %d", got, keys)
	}
	slices.Sort(w.wall)
	slices.Sort(w.thread)
	return w, nil
}

// driver does what a shard does with the commands that reach it, without a
// shard: the same keyspace, one goroutine.
type driver struct {
	*generator
	space *keyspace.Keyspace
	now   int64
}

func newDriver(d dataset) *driver {
	var source keyspace.Source
	source.Store(keyspace.DefaultSettings())
	hasher := keyhash.New(seed, 1)
	return &driver{
		generator: newGenerator(d),
		space:     keyspace.New(0, hasher.Sum, &source, make([]keyspace.Gauge, 1), seed),
		now:       time.Now().UnixMilli(),
	}
}

// set does SET key value in a turn of its own.
func (d *driver) set(name, value []byte) {
	d.space.Begin(d.now)
	k := d.space.DB(0).KeyOf(name)
	e := k.Put(k.Write(), keyspace.String, keyspace.Raw, len(value), keyspace.NoExpire)
	copy(e.Bytes(), value)
	d.space.End()
}

// describe says how the times are spread.
func (w writes) describe() string {
	return fmt.Sprintf("wall clock: longest %.3f ms, p99.999 %.0f µs, p50 %.2f µs, %d longer than 100 µs; the thread's own clock: longest %.3f ms, p99.999 %.0f µs, %d longer than 100 µs",
		ms(w.wall[len(w.wall)-1]), us(quantile(w.wall, 0.99999)), us(quantile(w.wall, 0.5)), over(w.wall),
		ms(w.thread[len(w.thread)-1]), us(quantile(w.thread, 0.99999)), over(w.thread))
}

// quantile returns the value below which the share of ascending values lies.
func quantile(ascending []uint32, share float64) uint32 {
	return ascending[min(int(share*float64(len(ascending))), len(ascending)-1)]
}

// over counts the ascending values above slow.
func over(ascending []uint32) int {
	at, _ := slices.BinarySearch(ascending, uint32(slow)+1)
	return len(ascending) - at
}

// nanos returns d in nanoseconds, at most what fits: four seconds.
func nanos(d time.Duration) uint32 { return uint32(min(max(d, 0), 1<<32-1)) }

func us(ns uint32) float64 { return float64(ns) / 1e3 }

func ms(ns uint32) float64 { return float64(ns) / 1e6 }
