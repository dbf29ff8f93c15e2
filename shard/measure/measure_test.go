package measure

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestBuckets checks that every time lies in its bucket, and that no bucket is wider
// than a sixteenth of what is in it.
func TestBuckets(t *testing.T) {
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 0))
	times := []int64{0, 1, fine - 1, fine, fine + 1, longest - 1, longest}
	for shift := range topBits {
		times = append(times, int64(1)<<shift, int64(1)<<shift-1, random.Int64N(int64(1)<<shift)+int64(1)<<shift)
	}
	for _, n := range times {
		n = min(n, longest)
		b := bucketOf(n)
		if b < 0 || b >= buckets {
			t.Fatalf("%d is in bucket %d", n, b)
		}
		bottom := int64(0)
		if b > 0 {
			bottom = topOf(b-1) + 1
		}
		if top := topOf(b); n < bottom || n > top {
			t.Errorf("%d is in bucket %d, from %d to %d", n, b, bottom, top)
		} else if (top-bottom)*fine > max(n, fine) {
			t.Errorf("bucket %d of %d is %d wide", b, n, top-bottom+1)
		}
	}
	if b := bucketOf(longest + 1); b != buckets-1 {
		t.Errorf("what is too long is in bucket %d, want %d", b, buckets-1)
	}
	if b := bucketOf(-5); b != 0 {
		t.Errorf("a time below 0 is in bucket %d", b)
	}
}

// TestPercentiles compares with the sorted times.
func TestPercentiles(t *testing.T) {
	const seed = 2
	random := rand.New(rand.NewPCG(seed, 0))
	var h, other Histogram
	var times []int64
	for i := range 10_000 {
		n := int64(1) << random.IntN(30)
		n += random.Int64N(n)
		times = append(times, n)
		if i%3 == 0 {
			other.Add(n, 1)
		} else {
			h.Add(n, 1)
		}
	}
	h.Merge(&other)
	slices.Sort(times)
	for _, share := range []float64{0, 1, 50, 90, 99, 99.9, 100} {
		at := max(int(share/100*float64(len(times))+0.5), 1) - 1
		want, got := times[at], h.Percentile(share)
		if got < want || float64(got) > float64(want)*(1+1.0/fine) {
			t.Errorf("%g %%: %d, want about %d", share, got, want)
		}
	}
	if n := new(Histogram).Percentile(50); n != 0 {
		t.Errorf("of nothing it is %d", n)
	}
}

func TestBands(t *testing.T) {
	var h Histogram
	h.Add(1, 3)         // below a microsecond
	h.Add(1_500, 2)     // below 2048 ns
	h.Add(40_000, 1)    // below 65536 ns
	h.Add(longest, 1)   // at the very end
	h.Add(longest*2, 1) // beyond
	want := []Band{{1, 3}, {2, 5}, {66, 6}}
	got := h.Bands()
	if len(got) != len(want)+1 || !slices.Equal(got[:len(want)], want) {
		t.Fatalf("bands are %v, want %v and one more", got, want)
	}
	if last := got[len(want)]; last.Count != h.Total() {
		t.Errorf("the last band is %v, want all %d", last, h.Total())
	}
}

func TestErrorsAreBounded(t *testing.T) {
	var e, twin Errors
	for i := range 3 * kindsMost {
		e.Count(fmt.Appendf(nil, "-KIND%d something\r\n", i))
		twin.Count(fmt.Appendf(nil, "-OTHER%d something\r\n", i))
	}
	e.Count([]byte("-WORD\r\n"))
	e.Merge(&twin)
	kinds := e.Kinds()
	if len(kinds) != kindsMost+1 {
		t.Errorf("%d kinds", len(kinds))
	}
	sum := int64(0)
	for _, n := range kinds {
		sum += n
	}
	if want := int64(6*kindsMost + 1); sum != want || kinds[kindOther] != want-kindsMost {
		t.Errorf("%d in all and %d of other kinds", sum, kinds[kindOther])
	}
	e.Reset()
	e.Count([]byte("-ERR x\r\n"))
	e.Count([]byte("-with no word that ends\r\n"))
	e.Count([]byte("- x\r\n"))
	if k := e.Kinds(); k["ERR"] != 2 || k["with"] != 1 {
		t.Errorf("kinds are %v", k)
	}
}

func TestCommandsMerge(t *testing.T) {
	var a, b, sum Commands
	a.Book(3, 10, 1, 10_000, true)
	b.Book(3, 5, 0, 50_000, true)
	b.Book(9, 1, 1, 7, false)
	b.At(2).Rejected++
	sum.Merge(&a)
	sum.Merge(&b)
	if c := sum.At(3); c.Calls != 15 || c.Failed != 1 || c.Micros() != 60 || c.Latency.Total() != 15 {
		t.Errorf("command 3: %+v", *c)
	}
	if c := sum.At(9); c.Calls != 1 || c.Failed != 1 || c.Latency != nil {
		t.Errorf("command 9: %+v", *c)
	}
	if !sum.At(1).Idle() || sum.At(2).Idle() || !sum.At(100).Idle() {
		t.Error("wrong commands are idle")
	}
	sum.Reset()
	if !sum.At(3).Idle() || a.At(3).Calls != 10 {
		t.Error("a reset reaches too far, or not far enough")
	}
}

// TestBookAllocatesNothing guards the way of every command.
func TestBookAllocatesNothing(t *testing.T) {
	var c Commands
	c.Book(7, 1, 0, 100, true)
	if n := testing.AllocsPerRun(100, func() { c.Book(7, 16, 0, 1600, true) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

type origin struct{}

func (origin) Origin() (address, name string) { return "here", "me" }

func TestSlowlog(t *testing.T) {
	o := NewObserver()
	o.Configure(Thresholds{SlowerThan: 1000, SlowMost: 3})
	long := bytes.Repeat([]byte("x"), slowBytes+5)
	many := make([][]byte, slowArgs+8)
	for i := range many {
		many[i] = []byte{'0' + byte(i%10)}
	}
	o.Note(Run{Args: [][]byte{[]byte("quick")}, Took: 999 * time.Microsecond})
	o.Note(Run{Args: [][]byte{[]byte("hidden")}, Took: time.Second, Hidden: true})
	for i := range 4 {
		o.Note(Run{Args: [][]byte{fmt.Appendf(nil, "c%d", i)}, Took: time.Second})
	}
	o.Note(Run{Args: [][]byte{[]byte("long"), long}, Took: time.Second, From: origin{}})
	o.Note(Run{Args: many, Took: time.Second})
	got := o.Slow.Latest(-1)
	if len(got) != 3 || o.Slow.Len() != 3 {
		t.Fatalf("%d entries", len(got))
	}
	if e := got[0]; len(e.Args) != slowArgs || string(e.Args[slowArgs-1]) != "... (9 more arguments)" || e.ID != 5 {
		t.Errorf("many arguments: %d, the last %q, number %d", len(e.Args), e.Args[slowArgs-1], e.ID)
	}
	if e := got[1]; string(e.Args[1]) != string(long[:slowBytes])+"... (5 more bytes)" || e.Address != "here" || e.Name != "me" {
		t.Errorf("a long argument: %q of %s %s", e.Args[1], e.Address, e.Name)
	}
	if e := got[2]; string(e.Args[0]) != "c3" || e.Micros != 1e6 {
		t.Errorf("the oldest is %q, %d µs", e.Args, e.Micros)
	}
	o.Slow.Reset()
	o.Note(Run{Args: many[:1], Took: time.Second})
	if got := o.Slow.Latest(10); len(got) != 1 || got[0].ID != 6 {
		t.Errorf("after a reset: %v", got)
	}
}

func TestLatency(t *testing.T) {
	var l Latency
	l.Sample("off", time.Hour)
	if l.On() || len(l.Histories()) != 0 {
		t.Error("it is not off")
	}
	l.threshold.Store(10)
	l.Sample("short", 9*time.Millisecond)
	for i := range sampleMost + 5 {
		l.add("e", Sample{At: int64(i), Millis: int64(1000 - i)})
	}
	l.add("e", Sample{At: sampleMost + 4, Millis: 5000})
	l.add("e", Sample{At: sampleMost + 4, Millis: 1})
	h, ok := l.History("e")
	if !ok || len(h.Samples) != sampleMost || h.Samples[0].At != 5 || h.Latest().Millis != 5000 || h.Max != 5000 {
		t.Errorf("%v, %d samples from %v to %v, most %d", ok, len(h.Samples), h.Samples[0], h.Latest(), h.Max)
	}
	l.Sample("f", time.Second)
	if n := l.Reset("nosuch", "e"); n != 1 || len(l.Histories()) != 1 {
		t.Errorf("%d were forgotten", n)
	}
	if n := l.Reset(); n != 1 || len(l.Histories()) != 0 {
		t.Errorf("%d were forgotten", n)
	}
}

func TestThresholds(t *testing.T) {
	for _, c := range []struct {
		t       Thresholds
		notable int64
		exact   bool
	}{
		{DefaultThresholds(), 10_000_000, false},
		{Thresholds{SlowerThan: 0}, 0, true},
		{Thresholds{SlowerThan: -1}, 1<<63 - 1, false},
		{Thresholds{SlowerThan: -1, Latency: 3}, 3_000_000, false},
		{Thresholds{SlowerThan: 999}, 999_000, true},
		{Thresholds{SlowerThan: 1<<63 - 1, Latency: 1<<63 - 1}, (1<<63 - 1) / 1_000_000 * 1_000_000, false},
	} {
		o := NewObserver()
		o.Configure(c.t)
		if p := o.Policy(); p.Notable != c.notable || p.Exact != c.exact {
			t.Errorf("%+v: %d, %v", c.t, p.Notable, p.Exact)
		}
	}
}

// TestStriped counts from many goroutines.
func TestStriped(t *testing.T) {
	var s Striped
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 1000 {
				s.Count(uint64(i*7), func(c *Commands, e *Errors) {
					c.Book(1, 1, 0, 1, false)
					e.Count([]byte("-ERR x"))
				})
			}
		})
	}
	all.Wait()
	var c Commands
	var e Errors
	s.AddTo(&c, &e)
	if c.At(1).Calls != 8000 || e.Kinds()["ERR"] != 8000 {
		t.Errorf("%d calls, %v", c.At(1).Calls, e.Kinds())
	}
}
