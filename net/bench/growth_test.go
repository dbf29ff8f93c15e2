package bench

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

func TestGrowthRun(t *testing.T) {
	const keys = 20_000
	w, err := growth{value: 64}.run(context.Background(), keys)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.wall) != keys || len(w.thread) != keys || !slices.IsSorted(w.wall) || !slices.IsSorted(w.thread) {
		t.Fatalf("%d and %d times for %d keys, or not in order", len(w.wall), len(w.thread), keys)
	}
	if w.wall[keys-1] == 0 || w.thread[keys-1] == 0 {
		t.Error("the longest write took no time")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (growth{value: 64}).run(ctx, keys); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of its context: %v", err)
	}
}

// TestDriverStores holds the driver to doing what it is timed for.
func TestDriverStores(t *testing.T) {
	d := newDriver(dataset{prefix: "key:", keys: 100, value: 16})
	defer d.space.Close()
	for i := range 100 {
		d.set(d.keyOf(i), d.valueOf(i))
	}
	for i := range 100 {
		e := d.space.DB(0).KeyOf(d.keyOf(i)).Glance()
		if !e.Exists() || string(e.Bytes()) != string(d.valueOf(i)) {
			t.Fatalf("key %d is not there", i)
		}
	}
}

func TestTimes(t *testing.T) {
	times := []uint32{1, 2, 3, 100_000, 100_001, 200_000}
	if got := over(times); got != 2 {
		t.Errorf("%d longer than 100 µs, want 2", got)
	}
	if got := over(nil); got != 0 {
		t.Errorf("none, but %d are long", got)
	}
	for share, want := range map[float64]uint32{0: 1, 0.5: 100_000, 0.99999: 200_000, 1: 200_000} {
		if got := quantile(times, share); got != want {
			t.Errorf("quantile %v is %d, want %d", share, got, want)
		}
	}
	for d, want := range map[time.Duration]uint32{-1: 0, 5: 5, time.Hour: 1<<32 - 1} {
		if got := nanos(d); got != want {
			t.Errorf("nanos(%d) = %d, want %d", d, got, want)
		}
	}
}
