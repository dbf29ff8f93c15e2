package server

import (
	"math"
	"runtime/debug"
	"testing"
)

// inForce returns what the run time goes by.
func inForce() (growth int, limit int64) {
	growth = debug.SetGCPercent(usual)
	debug.SetGCPercent(growth)
	return growth, debug.SetMemoryLimit(-1)
}

// TestCollector has a heap grow and shrink, and maxmemory change.
func TestCollector(t *testing.T) {
	growth, limit := inForce()
	defer debug.SetGCPercent(growth)
	defer debug.SetMemoryLimit(limit)
	debug.SetGCPercent(usual)
	c := newCollector()
	c.grow(1 << 40) // far from where the steps begin, whatever lives in this process
	for _, step := range []struct {
		live int64
		want int
	}{
		{0, most}, {1 << 20, most}, {8 << 20, 200}, {8<<20 + 1<<18, 200}, {10 << 20, 160}, {16 << 20, 100}, {1 << 40, 100}, {4 << 20, most},
	} {
		if c.grow(step.live); int(c.growth) != step.want {
			t.Errorf("%d bytes live: the heap may grow by %d %%, want %d", step.live, c.growth, step.want)
		}
		if got, _ := inForce(); got != step.want {
			t.Errorf("%d bytes live: %d %% is in force, want %d", step.live, got, step.want)
		}
	}
	const mb = 1 << 20
	for _, step := range []struct{ maxmemory, outside, live, want int64 }{
		{0, 500 * mb, 10 * mb, math.MaxInt64},
		{400 * mb, 0, 10 * mb, 564 * mb},
		{400 * mb, mb, 10 * mb, 564 * mb}, // hardly less
		{400 * mb, 300 * mb, 10 * mb, 264 * mb},
		{400 * mb, 300 * mb, 400 * mb, 564 * mb}, // more lives than there may be
		{math.MaxInt64, 0, 0, math.MaxInt64},
		{0, 0, 0, math.MaxInt64},
	} {
		c.bound(step.maxmemory, step.outside, step.live)
		if _, got := inForce(); got != step.want {
			t.Errorf("maxmemory %d, %d outside the heap, %d live: limit %d, want %d", step.maxmemory, step.outside, step.live, got, step.want)
		}
	}
	c.bound(400*mb, 0, 0)
	c.release()
	if growth, limit := inForce(); growth != usual || limit != math.MaxInt64 {
		t.Errorf("in the end the heap may grow by %d %% up to %d bytes", growth, limit)
	}
}

// TestCollectorOfTheEnvironment leaves alone what the environment has set.
func TestCollectorOfTheEnvironment(t *testing.T) {
	growth, limit := inForce()
	t.Setenv("GOGC", "50")
	t.Setenv("GOMEMLIMIT", "1GiB")
	c := newCollector()
	c.grow(1 << 20)
	c.bound(400<<20, 0, 0)
	c.release()
	if g, l := inForce(); g != growth || l != limit {
		t.Errorf("the heap may grow by %d %% up to %d bytes, before by %d %% up to %d", g, l, growth, limit)
	}
}
