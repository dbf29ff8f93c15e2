package list

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/codec/listpack"
)

// frozen is a view and what it has to show.
type frozen struct {
	view *Quicklist
	want []string
}

func freeze(m *model) frozen {
	view, _ := m.q.Freeze().(*Quicklist)
	return frozen{view, slices.Clone(m.want)}
}

// TestViewsStay checks that views of several ages show what there was when they were
// made, whatever becomes of the list.
func TestViewsStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{-1, -2, -5, 1, 3, 64}).Draw(t, "list-max-listpack-size")
		m := model{q: NewQuicklist(LimitOf(size))}
		var views []frozen
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "freeze") {
			case 0, 1:
				views = append(views, freeze(&m))
			case 2:
				if len(views) > 0 {
					views = slices.Delete(views, 0, 1)
				}
			}
			m.step(t)
			if got := elements(t, m.q); !slices.Equal(got, m.want) {
				t.Fatalf("got %d elements, want %d", len(got), len(m.want))
			}
			for age, v := range views {
				if got := elements(t, v.view); !slices.Equal(got, v.want) {
					t.Fatalf("view %d of %d: got %d elements, want %d", age, len(views), len(got), len(v.want))
				}
			}
		}
	})
}

// TestReadWhileWritten has another goroutine read views while the list changes, for
// the race detector to watch.
func TestReadWhileWritten(t *testing.T) {
	const seed = 3
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, seed))
	q := NewQuicklist(LimitOf(-1))
	text := func() string { return fmt.Sprintf("%0*d", rng.IntN(300), rng.IntN(30)) }
	for range 4000 {
		q.PushTail(item(text()))
	}
	views, done := make(chan frozen), make(chan struct{})
	go func() {
		defer close(done)
		for v := range views {
			if got := elements(t, v.view); !slices.Equal(got, v.want) {
				t.Errorf("%d elements, want %d", len(got), len(v.want))
			}
		}
	}()
	for range 30 {
		v, _ := q.Freeze().(*Quicklist)
		views <- frozen{v, elements(t, q)}
		for range 200 {
			change(q, rng, text())
		}
	}
	close(views)
	<-done
}

// change does something to a list at random.
func change(q *Quicklist, rng *rand.Rand, text string) {
	it := item(text)
	if q.Len() < 1000 {
		q.PushHead(it)
		return
	}
	switch rng.IntN(8) {
	case 0, 1:
		q.PushHead(it)
	case 2, 3:
		q.PushTail(it)
	case 4:
		q.DropHead(rng.IntN(20))
		q.DropTail(rng.IntN(20))
	case 5:
		q.insert(q.seek(rng.IntN(q.Len())), it)
	case 6:
		q.replace(q.seek(rng.IntN(q.Len())), it)
	default:
		q.remove(it, rng.IntN(5), rng.IntN(2) == 0)
	}
}

// TestCopiesOneChunk checks that a change after a freeze copies one chunk, and that
// changes of another one, or none, copy nothing.
func TestCopiesOneChunk(t *testing.T) {
	q := NewQuicklist(LimitOf(-2))
	text := []byte("some:element")
	for range 100000 {
		q.PushTail(listpack.ItemOf(text))
	}
	at := q.seek(50000)
	before := q.Bytes()
	q.Freeze()
	if n := testing.AllocsPerRun(100, func() { q.replace(at, listpack.ItemOf(text)) }); n != 0 {
		t.Errorf("%v allocations for a chunk that was copied already", n)
	}
	own := 0
	for i := range q.Chunks() {
		if q.chunk(i).epoch == q.epoch {
			own++
		}
	}
	if own != 1 || q.Bytes() != before {
		t.Errorf("%d chunks were copied, %d bytes before, %d after", own, before, q.Bytes())
	}
	if n := q.remove(item("absent"), 1, false); n != 0 || q.chunk(0).epoch == q.epoch {
		t.Error("LREM of what is not there copies chunks")
	}
}

// TestJoinAfterFreeze has elements appended where a chunk that was split since the
// freeze had others.
func TestJoinAfterFreeze(t *testing.T) {
	m := model{q: NewQuicklist(LimitOf(-1))}
	for i := range 24 {
		text := fmt.Sprintf("%0120d", i/12)
		m.q.PushTail(item(text))
		m.want = append(m.want, text)
	}
	if m.q.Chunks() != 1 {
		t.Fatalf("%d chunks", m.q.Chunks())
	}
	m.q.PushTail(item("last"))
	m.want = append(m.want, "last")
	v := freeze(&m)
	m.q.split(m.q.seek(12))
	if n := m.q.remove(item(m.want[12]), 8, false); n != 8 || m.q.Chunks() != 1 {
		t.Fatalf("removed %d, %d chunks are left", n, m.q.Chunks())
	}
	if got := elements(t, v.view); !slices.Equal(got, v.want) {
		t.Error("the view has changed")
	}
}

func BenchmarkFreeze(b *testing.B) {
	text := []byte("element:123456")
	for _, n := range []int{1_000_000, 5_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			q := NewQuicklist(LimitOf(-2))
			for range n {
				q.PushTail(listpack.ItemOf(text))
			}
			slowest := time.Duration(0)
			for b.Loop() {
				start := time.Now()
				q.Freeze()
				slowest = max(slowest, time.Since(start))
			}
			b.ReportMetric(float64(slowest.Microseconds()), "slowest-µs")
		})
	}
	b.Run("push-after", func(b *testing.B) {
		q := NewQuicklist(LimitOf(-2))
		for range 1000 {
			q.PushTail(listpack.ItemOf(text))
		}
		for b.Loop() {
			q.epoch++ // what a freeze leaves behind
			q.PushTail(listpack.ItemOf(text))
			q.DropTail(1)
		}
	})
}
