package dict

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"
)

func BenchmarkSet(b *testing.B) {
	d := New(true)
	keys := benchKeys()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d.Set(keys[i%len(keys)], keys[i%len(keys)])
	}
}

func BenchmarkGet(b *testing.B) {
	d := New(true)
	keys := benchKeys()
	for _, k := range keys {
		d.Set(k, k)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d.Get(keys[i%len(keys)])
	}
}

func benchKeys() [][]byte {
	keys := make([][]byte, 1<<20)
	for i, n := range rand.New(rand.NewPCG(1, 1)).Perm(len(keys)) {
		keys[i] = fmt.Append(nil, "key:", n)
	}
	return keys
}

// BenchmarkMillion fills a table with a million elements and reports bytes per
// element, as accounted for and as the heap has grown, and the slowest insertion.
func BenchmarkMillion(b *testing.B) {
	for _, value := range []int{-1, 10, 64, 200} {
		b.Run(fmt.Sprint("value=", value), func(b *testing.B) {
			for range b.N {
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				d := New(value >= 0)
				v, k := make([]byte, max(value, 0)), make([]byte, 0, 16)
				slowest := time.Duration(0)
				for i := range 1000000 {
					k = fmt.Appendf(k[:0], "%010d", i*7)
					start := time.Now()
					d.Set(k, v)
					slowest = max(slowest, time.Since(start))
				}
				runtime.ReadMemStats(&after)
				allocated := after.TotalAlloc - before.TotalAlloc
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(d.Bytes())/1e6, "bytes/element")
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "heap/element")
				b.ReportMetric(float64(allocated)/1e6, "allocated/element")
				b.ReportMetric(float64(slowest.Microseconds()), "slowest-µs")
				runtime.KeepAlive(d)
			}
		})
	}
}

// BenchmarkWarm adds members to a large table in batches as pipelines bring them.
func BenchmarkWarm(b *testing.B) {
	const batch = 16
	draw := rand.New(rand.NewPCG(1, 1))
	keys := make([][]byte, 1<<20)
	for i := range keys {
		keys[i] = fmt.Appendf(nil, "element:%012d", draw.IntN(1000000))
	}
	d := New(false)
	done := 0
	b.ReportAllocs()
	for b.Loop() {
		names := keys[done : done+batch]
		if done += batch; done == len(keys) {
			d, done = New(false), 0
		}
		d.Warm(names)
		for _, name := range names {
			d.Set(name, nil)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch, "ns/member")
}
