package stream

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// shown returns everything that a stream shows to who reads it in order.
func shown(s *Stream) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v\n", s.Counters())
	for i := range s.Chunks() {
		s.EachIn(i, func(id ID, pairs [][]byte) { fmt.Fprintf(&b, "%d %s %q\n", i, id, pairs) })
	}
	for i := range s.Groups() {
		g := s.Group(i)
		fmt.Fprintln(&b, g.Name(), g.Last(), g.Read(), g.Pending())
		g.EachPending(func(id ID, at, count int64) { fmt.Fprintln(&b, id, at, count) })
		for i := range g.Consumers() {
			c := g.Consumer(i)
			fmt.Fprintln(&b, c.Name, c.Seen, c.Active, c.Pending())
			c.EachPending(func(id ID) { fmt.Fprintln(&b, id) })
		}
	}
	return b.String()
}

// play is a stream, and views of it with what they showed at first.
type play struct {
	s     *Stream
	rng   *rand.Rand
	limit Limit
	views []frozen
	now   int64
}

type frozen struct {
	view *Stream
	want string
}

func newPlay(rng *rand.Rand) *play {
	return &play{s: &Stream{}, rng: rng, limit: LimitOf([]int64{0, 100, 4096}[rng.IntN(3)], []int64{3, 20, 100}[rng.IntN(3)])}
}

func (p *play) freeze() frozen {
	view, _ := p.s.Freeze().(*Stream)
	v := frozen{view, shown(p.s)}
	p.views = append(p.views, v)
	return v
}

// id returns the ID of an entry that was added once.
func (p *play) id() ID { return ID{uint64(p.rng.Int64N(int64(p.s.last.MS) + 1)), 0} }

func (p *play) add(n int) {
	for range n {
		pairs := [][]byte{[]byte("field"), fmt.Appendf(nil, "%0*d", p.rng.IntN(60), p.rng.IntN(100))}
		if p.rng.IntN(9) == 0 {
			pairs[0] = []byte("other")
		}
		p.s.Append(ID{p.s.last.MS + 1, 0}, pairs, p.limit)
	}
}

func (p *play) step() {
	p.now++
	switch p.rng.IntN(14) {
	case 0:
		p.freeze()
	case 1:
		if len(p.views) > 0 {
			p.views = p.views[1:]
		}
	case 2:
		p.add(p.rng.IntN(400))
	case 3, 4:
		for range p.rng.IntN(30) {
			p.s.Delete(p.id())
		}
	case 5:
		p.s.Trim(&Trim{MaxLen: p.rng.Int64N(int64(p.s.Len()) + 1), Approx: p.rng.IntN(2) == 0})
	case 6:
		p.s.Trim(&Trim{ByID: true, MinID: p.id()})
	case 7:
		p.s.addGroup(fmt.Append(nil, "group", p.rng.IntN(3)), p.id(), p.now)
	case 8:
		if p.rng.IntN(5) == 0 {
			p.s.removeGroup(fmt.Append(nil, "group", p.rng.IntN(3)))
		}
	case 9:
		p.s, _ = p.s.Clone().(*Stream)
	default:
		p.add(p.rng.IntN(3))
		if len(p.s.groups) > 0 {
			p.deliver(p.s.groups[p.rng.IntN(len(p.s.groups))])
		}
	}
}

// deliver changes what is pending in a group.
func (p *play) deliver(g *group) {
	c := g.consumerOf(fmt.Append(nil, "consumer", p.rng.IntN(4)), p.now)
	from := p.id()
	for i := range uint64(p.rng.IntN(300)) {
		switch id := (ID{from.MS + i, 0}); p.rng.IntN(6) {
		case 0, 1:
			g.settle(id)
		case 2:
			if v := g.pending.findEdit(id); v != nil {
				g.assign(id, v, c)
				v.at, v.count = p.now, v.count+1
			}
		default:
			g.deliver(id, c, p.now)
		}
	}
	g.last, c.active = from, p.now
	if p.rng.IntN(10) == 0 {
		g.removeConsumer([]byte(c.name))
	}
}

// TestViewsStay checks that views of several ages show what there was when they were
// made, whatever becomes of the stream.
func TestViewsStay(t *testing.T) {
	for seed := range uint64(32) {
		t.Logf("seed %d", seed)
		p := newPlay(rand.New(rand.NewPCG(seed, 1)))
		for step := range 70 {
			p.step()
			if step%10 != 9 && seed%4 > 0 {
				continue
			}
			for age, v := range p.views {
				if got := shown(v.view); got != v.want {
					t.Fatalf("view %d of %d, made of %d entries, shows %s, want %s", age, len(p.views), v.view.Len(), got, v.want)
				}
			}
			memory := p.s.memory
			for _, g := range p.s.groups {
				memory -= groupBytes + int64(len(g.name)) + charged(&g.pending)
				for _, c := range g.consumers {
					memory -= consumerBytes + int64(len(c.name)) + charged(&c.owned)
				}
			}
			entries := *p.s // without the groups, of which checkChunks knows nothing
			entries.memory = memory
			checkChunks(t, &entries)
		}
	}
}

// charged returns what an index takes.
func charged[V any](x *index[V]) (n int64) {
	for i := range x.blocks {
		n += blockBytes + x.width*int64(cap(x.blocks[i].ids))
	}
	return n
}

// TestReadWhileWritten has another goroutine read views while the stream changes, for
// the race detector to watch.
func TestReadWhileWritten(t *testing.T) {
	for seed := range uint64(3) {
		t.Logf("seed %d", seed)
		p := newPlay(rand.New(rand.NewPCG(seed, 2)))
		p.add(3000)
		views, done := make(chan frozen), make(chan struct{})
		go func() {
			defer close(done)
			for v := range views {
				if shown(v.view) != v.want {
					t.Errorf("a view of %d entries shows something else", v.view.Len())
				}
			}
		}()
		for range 20 {
			views <- p.freeze()
			p.views = nil
			for range 20 {
				p.step()
			}
		}
		close(views)
		<-done
	}
}

// TestAddingCopiesNothing checks that XADD after a freeze goes on in the memory that
// there is, and that deleting copies one chunk.
func TestAddingCopiesNothing(t *testing.T) {
	p := newPlay(rand.New(rand.NewPCG(1, 1)))
	p.limit = LimitOf(4096, 100)
	p.add(1050)
	tail := p.s.ring.tail()
	p.s.grow(tail, 4096)
	p.freeze()
	checkTail(t, p.s, func() { p.add(3) }, true)
	checkTail(t, p.s, func() { p.s.Delete(p.s.last) }, false)
	own := 0
	for i := range p.s.ring.n {
		if p.s.ring.at(i).epoch == p.s.epoch {
			own++
		}
	}
	if own != 1 || shown(p.views[0].view) != p.views[0].want {
		t.Errorf("%d chunks were copied", own)
	}
}

// checkTail checks whether do leaves the last chunk in its buffer.
func checkTail(t *testing.T, s *Stream, do func(), stays bool) {
	t.Helper()
	before := &s.ring.tail().buf[0]
	if do(); (before == &s.ring.tail().buf[0]) != stays {
		t.Errorf("the last chunk stays where it is: %v, want %v", !stays, stays)
	}
}

func BenchmarkFreeze(b *testing.B) {
	pairs := [][]byte{[]byte("field"), []byte("value")}
	for _, n := range []int{1_000_000, 5_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := &Stream{}
			for i := range n {
				s.Append(ID{uint64(i + 1), 0}, pairs, LimitOf(4096, 100))
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
}
