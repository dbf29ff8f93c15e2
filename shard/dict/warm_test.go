package dict

import (
	"fmt"
	"testing"
)

// TestWarm sees that a hint changes nothing, whatever the table is like, and costs
// no memory.
func TestWarm(t *testing.T) {
	var names [][]byte
	for i := range 100 {
		names = append(names, fmt.Appendf(nil, "member:%d", i))
	}
	for _, n := range []int{0, 1, 63, 64, 65, 5000} {
		d := New(false)
		for i := range n {
			d.Set(fmt.Appendf(nil, "member:%d", 2*i), nil)
		}
		before := d.Bytes()
		if allocs := testing.AllocsPerRun(10, func() { d.Warm(names) }); allocs != 0 {
			t.Errorf("%d members: %v allocations", n, allocs)
		}
		if d.Len() != n || d.Bytes() != before {
			t.Errorf("%d members: %d after, %d bytes before, %d after", n, d.Len(), before, d.Bytes())
		}
		for i, name := range names {
			if want := i%2 == 0 && i/2 < n; d.Has(name) != want {
				t.Errorf("%d members: has %s: %v", n, name, !want)
			}
		}
		for i := range n {
			d.Delete(fmt.Appendf(nil, "member:%d", 2*i))
		}
		d.Warm(names)
	}
}
