package zset

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// play is a set, what it has to hold, and views of it with what they have to show.
type play struct {
	s     *Sorted
	want  twin
	views []frozen
	rng   *rand.Rand
	names int
}

type frozen struct {
	view *Sorted
	want twin
}

func newPlay(rng *rand.Rand) *play {
	return &play{s: NewSorted(), want: twin{}, rng: rng, names: []int{3, 100, 5000}[rng.IntN(3)]}
}

func (p *play) freeze() frozen {
	view, _ := p.s.Freeze().(*Sorted)
	v := frozen{view, maps.Clone(p.want)}
	p.views = append(p.views, v)
	return v
}

// name returns a name, always of the same length for its number.
func (p *play) name() string {
	n := p.rng.IntN(p.names)
	return fmt.Sprintf("%0*d", []int{1, 1, 1, 30, 300, 3000}[n%6], n)
}

func (p *play) score() float64 {
	return []float64{0, p.rng.Float64(), float64(p.rng.IntN(5)), math.Inf(1), 1e9 * p.rng.NormFloat64()}[p.rng.IntN(5)]
}

func (p *play) set(name string, score float64) {
	p.s.Set([]byte(name), score)
	p.want[name] = score
}

// cut removes members around a rank.
func (p *play) cut(from, n int) {
	ordered := p.want.ordered()
	n = min(n, len(ordered)-from)
	for _, e := range ordered[from : from+n] {
		delete(p.want, e.name)
	}
	p.s.RemoveRanks(from, n)
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
		p.cut(p.rng.IntN(len(p.want)+1), p.rng.IntN(p.names))
	case 3:
		p.cut(0, min(p.rng.IntN(40), len(p.want)))
	case 4, 5:
		name := p.name()
		p.s.Remove([]byte(name))
		delete(p.want, name)
	case 6:
		for range min(p.names, 2000) {
			p.set(p.name(), p.score())
		}
	case 7: // near what it had
		if name := p.name(); p.want[name] != 0 {
			p.set(name, math.Nextafter(p.want[name], 0))
		}
	case 8:
		p.s, _ = p.s.Clone().(*Sorted)
	default:
		p.set(p.name(), p.score())
	}
}

func (v frozen) check() error {
	want := v.want.ordered()
	if v.view.Len() != len(want) {
		return fmt.Errorf("the view has Len %d, want %d", v.view.Len(), len(want))
	}
	for _, back := range []bool{false, true} {
		from, seen := 0, []pair{}
		if back {
			from = len(want) - 1
		}
		v.view.Each(from, len(want), back, func(name []byte, score float64) bool {
			seen = append(seen, pair{string(name), score})
			return true
		})
		if back {
			slices.Reverse(seen)
		}
		if !slices.Equal(seen, want) {
			return fmt.Errorf("the view gives other members, backwards %v", back)
		}
	}
	return nil
}

// TestViewsStay checks that views of several ages show what there was when they were
// made, whatever becomes of the set.
func TestViewsStay(t *testing.T) {
	for seed := range uint64(40) {
		t.Logf("seed %d", seed)
		p := newPlay(rand.New(rand.NewPCG(seed, 1)))
		for step := range 80 {
			p.step()
			if p.names < 1000 || step%20 == 0 {
				verify(t, p.s)
				for _, v := range p.views {
					if err := v.check(); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}

// TestReadWhileWritten has another goroutine read views while the set changes, for
// the race detector to watch.
func TestReadWhileWritten(t *testing.T) {
	for seed := range uint64(3) {
		t.Logf("seed %d", seed)
		p := newPlay(rand.New(rand.NewPCG(seed, 2)))
		views, done := make(chan frozen), make(chan struct{})
		go func() {
			defer close(done)
			for v := range views {
				if err := v.check(); err != nil {
					t.Error(err)
				}
			}
		}()
		for range 30 {
			views <- p.freeze()
			p.views = nil
			for range 30 {
				p.step()
			}
		}
		close(views)
		<-done
	}
}

// TestQueueAfterFreeze empties and fills the page of a set again and again, which
// goes back to its beginning when no view has it.
func TestQueueAfterFreeze(t *testing.T) {
	p := newPlay(rand.New(rand.NewPCG(1, 1)))
	for i := range 2000 {
		p.set(fmt.Sprint("member", i), 1)
		p.set("stays", 0)
		if i%100 == 0 {
			p.freeze()
		}
		p.s.Remove(fmt.Append(nil, "member", i))
		p.s.Remove([]byte("stays"))
		clear(p.want)
		for _, v := range p.views {
			if err := v.check(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if p.s.Bytes() > 16<<10 {
		t.Errorf("an empty set takes %d bytes", p.s.Bytes())
	}
}

// TestCopiesLittle checks what a change after a freeze copies: the nodes above one
// member, and nothing the second time.
func TestCopiesLittle(t *testing.T) {
	s := NewSorted()
	for i := range 100_000 {
		s.Set(fmt.Append(nil, "member", i), float64(i))
	}
	before := s.Bytes()
	s.Freeze()
	name := []byte("member4711")
	s.Set(name, 9e9)
	s.Set(name, 4711)
	if n := testing.AllocsPerRun(100, func() { s.Set(name, 9e9); s.Set(name, 4711) }); n != 0 {
		t.Errorf("%v allocations for nodes that were copied already", n)
	}
	own := 0
	for number := range s.tree.leaves.top {
		if s.tree.leaf(number).epoch == s.tree.leaves.epoch {
			own++
		}
	}
	if own != 2 || s.Bytes() != before {
		t.Errorf("%d leaves were copied, %d bytes before, %d after", own, before, s.Bytes())
	}
}

func BenchmarkFreeze(b *testing.B) {
	for _, n := range []int{1_000_000, 5_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, rng := NewSorted(), rand.New(rand.NewPCG(1, 2))
			var name []byte
			for i := range n {
				name = fmt.Appendf(name[:0], "element:%012d", i)
				s.insert(name, rng.Float64())
			}
			slowest := time.Duration(0)
			for b.Loop() {
				start := time.Now()
				s.Freeze()
				slowest = max(slowest, time.Since(start))
			}
			b.ReportMetric(float64(slowest.Microseconds()), "slowest-µs")
		})
	}
	b.Run("set-after", func(b *testing.B) {
		s, names := crowd(false)
		for i := 0; b.Loop(); i++ {
			if i%len(names) == 0 {
				s.Freeze()
			}
			s.Set(names[i%len(names)], float64(i))
		}
	})
}
