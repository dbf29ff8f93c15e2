package bench

import (
	"context"
	"slices"
	"testing"
	"time"
)

// TestPaced sends at a low rate to a server that stands still for a while: what was
// due meanwhile has waited, though nothing of it was under way before.
func TestPaced(t *testing.T) {
	s := start(t)
	load := mix{reads: 0, pipeline: tailDepth}
	open, err := load.talkers(s, 1000, 8)
	if err != nil {
		t.Fatal(err)
	}
	defer hangUp(open)
	go func() {
		_ = pause(context.Background(), 200*time.Millisecond)
		_ = s.command("CLIENT", "PAUSE", "300")
	}()
	const rate, window = 20_000, time.Second
	w, err := paced(open, rate, window)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, o := range open {
		n += len(o.took)
	}
	if want := int(rate * window.Seconds() / tailDepth); n != want {
		t.Errorf("%d waits of %d pipelines", n, want)
	}
	// About a third of all pipelines were due in the pause.
	if w.most < 200 || w.p99 < 200 || w.p50 > w.p99 || w.p99 > w.p999 || w.p999 > w.most {
		t.Errorf("got %+v", w)
	}
	if _, err := paced(open, 10, time.Millisecond); err == nil {
		t.Error("a rate without pipelines gave figures")
	}
}

// TestUndisturbed leaves out what was under way while the driver was late, and just after.
func TestUndisturbed(t *testing.T) {
	const ms = time.Millisecond
	late := make([]time.Duration, 100) // due every millisecond
	late[0], late[10], late[50], late[51], late[99] = ms, 5*ms, 4*ms, 3*ms, 2*ms
	got := stops(late, ms)
	want := []stop{{10 * ms, 30 * ms}, {50 * ms, 66 * ms}, {99 * ms, 107 * ms}}
	if !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	took := make([]time.Duration, 100)
	for k := range took {
		took[k] = time.Duration(k) * time.Microsecond // tells which one it is
	}
	took[4], took[5], took[9] = 50*ms, 7*ms, ms // until 54, 12 and 10 ms
	took[49] = 400 * time.Microsecond
	clean := undisturbed(took, got, ms)
	var out []int
	for k, wait := range took {
		if !slices.Contains(clean, wait) {
			out = append(out, k)
		}
	}
	var expected []int
	for k := range took {
		if k == 5 || 9 <= k && k <= 30 || 50 <= k && k <= 66 || k == 99 {
			expected = append(expected, k)
		}
	}
	if !slices.Equal(out, expected) {
		t.Errorf("left out %v, want %v", out, expected)
	}
	if clean := undisturbed(took, nil, ms); len(clean) != len(took) {
		t.Errorf("%d of %d waits without a stop", len(clean), len(took))
	}
}

// TestFillWave stores keys that are there before their day and not after it.
func TestFillWave(t *testing.T) {
	s := start(t)
	size := scale{window: time.Second, wave: 1000, fill: time.Minute}
	if err := s.fillWave(context.Background(), size); err != nil {
		t.Fatal(err)
	}
	c, err := dial(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	key := string(newGenerator(dataset{prefix: wavePrefix}).keyOf(999))
	if err := pause(context.Background(), size.window/beforeTheDay+50*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if v, err := c.ask("EXISTS", key); err != nil || v.Int != 0 {
		t.Errorf("%d, %v: a key is still there", v.Int, err)
	}
}

// TestHoles deletes nine in ten keys: those that are left are the ones whose bytes
// are counted.
func TestHoles(t *testing.T) {
	const keys = 1000
	s := start(t)
	m := holes{churn: true}
	d := dataset{prefix: "key:", keys: keys, value: shortest + sizes}
	if err := s.talk(context.Background(), d, time.Minute, m.set(1)); err != nil {
		t.Fatal(err)
	}
	gone := keys - keys/keptOf
	if err := s.talk(context.Background(), dataset{prefix: d.prefix, keys: gone}, time.Minute, removal(keys)); err != nil {
		t.Fatal(err)
	}
	c, err := dial(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	g := newGenerator(d)
	for i := gone; i < keys; i++ {
		at := i * scatter % keys
		if v, err := c.ask("STRLEN", string(g.keyOf(at))); err != nil || v.Int != int64(m.length(at, 1)) {
			t.Fatalf("key %d has %d bytes, %v, want %d", at, v.Int, err, m.length(at, 1))
		}
	}
	if v, err := c.ask("DBSIZE"); err != nil || v.Int != keys/keptOf {
		t.Errorf("%d keys, %v", v.Int, err)
	}
}
