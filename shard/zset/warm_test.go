package zset

import (
	"fmt"
	"testing"
)

// TestWarm sees that a hint changes nothing, whatever the set is like, and costs no
// memory.
func TestWarm(t *testing.T) {
	var names [][]byte
	for i := range 100 {
		names = append(names, fmt.Appendf(nil, "member:%d", i))
	}
	for _, n := range []int{0, 1, 248, 5000} {
		s := NewSorted()
		for i := range n {
			s.Set(fmt.Appendf(nil, "member:%d", 2*i), float64(i))
		}
		before := s.Bytes()
		if allocs := testing.AllocsPerRun(10, func() {
			s.Warm(names)
			s.WarmEnd(false, 20)
			s.WarmEnd(true, 1000)
		}); allocs != 0 {
			t.Errorf("%d members: %v allocations", n, allocs)
		}
		if s.Len() != n || s.Bytes() != before {
			t.Errorf("%d members: %d after, %d bytes before, %d after", n, s.Len(), before, s.Bytes())
		}
		for i, name := range names {
			score, ok := s.Score(name)
			if want := i%2 == 0 && i/2 < n; ok != want || ok && score != float64(i/2) {
				t.Errorf("%d members: %s has the score %v, %v", n, name, score, ok)
			}
		}
		for i := range n {
			s.Remove(fmt.Appendf(nil, "member:%d", 2*i))
		}
		s.Warm(names)
		s.WarmEnd(true, 1)
	}
}
