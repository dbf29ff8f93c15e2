package store

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// BenchmarkGrow inserts keys from none to the named number, takes the time of
// each insertion, and reports the longest and what a key costs. Insertions
// during which the kernel took the core away are counted apart: they say
// something about the machine, not about the store.
func BenchmarkGrow(b *testing.B) {
	for _, size := range []int{100_000, 1_000_000, 5_000_000} {
		for _, huge := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d/huge=%v", size, huge), func(b *testing.B) {
				for b.Loop() {
					grow(b, size, huge)
				}
			})
		}
	}
}

// switches returns how often the present thread has lost its core.
func switches(b *testing.B) int64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
		b.Fatal(err)
	}
	return u.Nivcsw + u.Nvcsw
}

func grow(b *testing.B, keys int, huge bool) {
	const slow = 50 * time.Microsecond
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	s := New(Options{Hash: xx, HugePages: huge})
	defer s.Close()
	var (
		buf                  [16]byte
		longest              time.Duration
		splitting, disturbed int
	)
	before := switches(b)
	for i := range keys {
		k := benchKey(&buf, uint64(i))
		h := xx(k)
		start := time.Now()
		if _, err := s.Insert(h, k, 1, 16, NoExpire); err != nil {
			b.Fatal(err)
		}
		d := time.Since(start)
		// A switch between two slow insertions is charged to the second, so
		// the mark is moved on now and then.
		if d < slow && i%64 != 0 {
			continue
		}
		n := switches(b)
		switch {
		case d < slow:
		case n != before:
			disturbed++
		default:
			splitting++
			longest = max(longest, d)
		}
		before = n
	}
	b.ReportMetric(float64(longest.Microseconds()), "longest-µs")
	b.ReportMetric(float64(splitting), "over-50µs")
	b.ReportMetric(float64(disturbed), "disturbed")
	b.ReportMetric(float64(s.Stats().ResidentBytes)/float64(keys), "bytes/key")
}
