package dict

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// play is a table, what it has to hold, and views of it with what they have to show.
type play struct {
	d      *Dict
	twin   map[string]twinElement
	views  []frozen
	rng    *rand.Rand
	keys   int
	values bool
	now    int64
}

type frozen struct {
	view *Dict
	want map[string]twinElement
}

func newPlay(rng *rand.Rand) *play {
	p := &play{rng: rng, keys: []int{5, 60, 1500, 15_000}[rng.IntN(4)], values: rng.IntN(2) == 0, now: 1000}
	p.d, p.twin = New(p.values), map[string]twinElement{}
	return p
}

func (p *play) freeze() {
	p.views = append(p.views, frozen{p.d.Freeze(), maps.Clone(p.twin)})
}

func (p *play) key() string {
	k := fmt.Sprint(p.rng.IntN(p.keys))
	if h := len(k) * int(k[len(k)-1]); h%7 == 0 { // always the same size for a key
		k += strings.Repeat("x", 40*(h%60))
	}
	return k
}

func (p *play) set() {
	k, e := p.key(), twinElement{until: Never}
	if p.values {
		e.value = strings.Repeat("v", []int{0, 3, 3, 3, 3, 60, 1100}[p.rng.IntN(7)])
	}
	if p.rng.IntN(4) == 0 {
		e.until = p.now + p.rng.Int64N(100)
	}
	p.d.SetUntil([]byte(k), []byte(e.value), e.until)
	p.twin[k] = e
}

func (p *play) delete(k string) {
	p.d.Delete([]byte(k))
	delete(p.twin, k)
}

// thin deletes about one in n keys that are there.
func (p *play) thin(n int) {
	for i := range p.keys {
		if k := fmt.Sprint(i); p.rng.IntN(n) == 0 {
			p.delete(k)
		}
	}
}

func (p *play) step() {
	switch p.rng.IntN(12) {
	case 0:
		p.freeze()
	case 1:
		if len(p.views) > 0 {
			p.views = p.views[1:]
		}
	case 2:
		p.thin(1 + p.rng.IntN(3))
	case 3, 4:
		p.delete(p.key())
	case 5:
		k := p.key()
		if e, ok := p.twin[k]; ok {
			e.until = p.now + p.rng.Int64N(100)
			p.d.SetDeadline([]byte(k), e.until)
			p.twin[k] = e
		}
	case 6:
		p.now += p.rng.Int64N(60)
		p.d.Expire(p.now, 1+p.rng.IntN(500), func(e Element) { delete(p.twin, string(e.Key)) })
	case 7:
		for range min(p.keys, 4000) {
			p.set()
		}
	case 8:
		p.d = p.d.Clone()
	default:
		p.set()
	}
}

func checkView(t fataler, v frozen) {
	t.Helper()
	seen := 0
	v.view.Each(func(e Element) bool {
		if want, ok := v.want[string(e.Key)]; !ok || want.value != string(e.Value) || want.until != e.Until {
			t.Fatalf("the view gives %.20q=%.20q until %d, want %.20q until %d, %v", e.Key, e.Value, e.Until, want.value, want.until, ok)
		}
		seen++
		return true
	})
	if seen != len(v.want) || v.view.Len() != seen {
		t.Fatalf("the view gives %d elements and has Len %d, want %d", seen, v.view.Len(), len(v.want))
	}
}

// TestViewsStay checks that views of several ages show what there was when they were
// made, whatever becomes of the table.
func TestViewsStay(t *testing.T) {
	for seed := range uint64(16) {
		p := newPlay(rand.New(rand.NewPCG(seed, 1)))
		for range 120 {
			p.step()
		}
		check(t, p.d, p.twin)
		for _, v := range p.views {
			checkView(t, v)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// TestSmallViewsStay is TestViewsStay with checks after every step.
func TestSmallViewsStay(t *testing.T) {
	for seed := range uint64(60) {
		p := newPlay(rand.New(rand.NewPCG(seed, 2)))
		p.keys = min(p.keys, 300)
		t.Logf("seed %d", seed)
		for range 80 {
			p.step()
			check(t, p.d, p.twin)
			for _, v := range p.views {
				checkView(t, v)
			}
		}
	}
}

// TestReadWhileWritten has another goroutine read views while the table changes, for
// the race detector to watch.
func TestReadWhileWritten(t *testing.T) {
	for seed := range uint64(4) {
		t.Logf("seed %d", seed)
		p := newPlay(rand.New(rand.NewPCG(seed, 3)))
		views, done := make(chan frozen), make(chan struct{})
		go func() {
			defer close(done)
			for v := range views {
				if n := v.view.Len(); n != len(v.want) {
					t.Errorf("Len %d, want %d", n, len(v.want))
				}
				v.view.Each(func(e Element) bool {
					if want := v.want[string(e.Key)]; want.value != string(e.Value) || want.until != e.Until {
						t.Errorf("%.20q=%.20q", e.Key, e.Value)
						return false
					}
					return true
				})
			}
		}()
		for range 40 {
			p.freeze()
			views <- p.views[len(p.views)-1]
			p.views = nil
			for range 40 {
				p.step()
			}
		}
		close(views)
		<-done
	}
}

// TestMergeAfterFreeze has the last of several chunks lose a segment to another that
// merges, and get one again.
func TestMergeAfterFreeze(t *testing.T) {
	p := &play{d: New(false), twin: map[string]twinElement{}}
	for i := range 30_000 {
		k := fmt.Sprint(i)
		p.d.Set([]byte(k), nil)
		p.twin[k] = twinElement{until: Never}
	}
	p.freeze()
	segments, last := p.d.number, &p.d.chunks[len(p.d.chunks)-1]
	for i := uint32(0); p.d.number == segments; i++ {
		s := p.d.at(i)
		half := *s
		half.prefix ^= 1
		other := p.d.names(&half)[0]
		if other/chunkLen == segments/chunkLen || p.d.at(other).depth != s.depth {
			continue // it would come to own the last chunk
		}
		for _, s := range []*segment{s, p.d.at(other)} {
			var keys []string
			for slot := range int(s.count) {
				keys = append(keys, string(p.d.element(s, slot).Key))
			}
			for _, k := range keys {
				p.delete(k)
			}
		}
	}
	if len(p.d.chunks) < 2 || last.epoch != p.d.epoch {
		t.Fatalf("%d chunks, the last one of epoch %d in %d", len(p.d.chunks), last.epoch, p.d.epoch)
	}
	checkView(t, p.views[0])
	p.freeze()
	for i := range 10_000 {
		p.d.Set(fmt.Append(nil, "new", i), nil)
	}
	checkView(t, p.views[0])
	checkView(t, p.views[1])
}

// TestCopiesLittle checks what a change after a freeze copies: one chunk and one
// buffer, and nothing the second time.
func TestCopiesLittle(t *testing.T) {
	d := New(true)
	for i := range 100_000 {
		d.Set(fmt.Append(nil, i), []byte("value"))
	}
	before := d.Bytes()
	d.Freeze()
	key, value := []byte("4711"), []byte("other")
	d.Set(key, value)
	if n := testing.AllocsPerRun(100, func() { d.Set(key, value) }); n != 0 {
		t.Errorf("%v allocations for a segment that was copied already", n)
	}
	chunks, segments := 0, 0
	for i := range d.chunks {
		if d.chunks[i].epoch == d.epoch {
			chunks++
		}
		for k := range d.chunks[i].segs {
			if d.chunks[i].segs[k].epoch == d.epoch {
				segments++
			}
		}
	}
	if chunks != 1 || segments != 1 || d.Bytes() != before {
		t.Errorf("%d chunks and %d segments were copied, %d bytes before, %d after", chunks, segments, before, d.Bytes())
	}
	d.Delete([]byte("absent"))
	d.SetDeadline([]byte("absent"), 1)
	if d.at(0).epoch == d.epoch && d.at(1).epoch == d.epoch {
		t.Error("what changes nothing copies segments")
	}
}

func BenchmarkFreeze(b *testing.B) {
	for _, n := range []int{1_000_000, 5_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d, key := New(false), make([]byte, 0, 16)
			for i := range n {
				key = fmt.Appendf(key[:0], "%010d", i)
				d.Set(key, nil)
			}
			slowest := time.Duration(0)
			for b.Loop() {
				start := time.Now()
				d.Freeze()
				slowest = max(slowest, time.Since(start))
			}
			b.ReportMetric(float64(slowest.Microseconds()), "slowest-µs")
		})
	}
	b.Run("set-after", func(b *testing.B) {
		d := New(true)
		keys := benchKeys()
		for _, k := range keys {
			d.Set(k, k)
		}
		for i := 0; b.Loop(); i++ {
			if i%len(keys) == 0 {
				d.Freeze()
			}
			d.Set(keys[i%len(keys)], keys[i%len(keys)])
		}
	})
}
