package list

import (
	"slices"
	"strconv"
	"testing"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// TestView stores lists of all sizes and reads parts of them in both directions.
func TestView(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for _, n := range []int{0, 1, 2, 500, 5000} {
		h.Clear()
		h.Dof("RPUSH l old")
		q, want := NewQuicklist(LimitOf(h.Settings.ListMaxListpackSize)), []string{}
		for i := range n {
			text := strconv.Itoa(i)
			if i%3 == 0 {
				text = "text of " + text
			}
			q.PushTail(listpack.ItemOf([]byte(text)))
			want = append(want, text)
		}
		q.Store(h.Key("l"))
		e := h.Key("l").Glance()
		if e.Exists() != (n > 0) {
			t.Fatalf("%d elements: exists is %t", n, e.Exists())
		}
		if n > 0 && (e.Encoding() == keyspace.Quicklist) != (n == 5000) {
			t.Errorf("%d elements: %s", n, e.Encoding())
		}
		v := ViewOf(e)
		for _, from := range []int{0, 1, n / 2, n - 1} {
			for _, count := range []int{0, 1, n / 3, n} {
				if from >= 0 && from+count <= n {
					checkView(t, &v, from, count, false, want[from:from+count])
				}
				if count <= from+1 && from < n {
					back := slices.Clone(want[from+1-count : from+1])
					slices.Reverse(back)
					checkView(t, &v, from, count, true, back)
				}
			}
		}
		seen := 0
		v.All(func(listpack.Value) bool { seen++; return seen < 2 })
		if seen != min(n, 2) {
			t.Errorf("%d elements: All gave %d after it was told to stop at 2", n, seen)
		}
	}
}

func checkView(t *testing.T, v *View, from, n int, back bool, want []string) {
	t.Helper()
	got := []string{}
	v.Each(from, n, back, func(e listpack.Value) bool {
		got = append(got, string(e.Append(nil)))
		return true
	})
	if !slices.Equal(got, want) {
		t.Errorf("%d from %d, back %t, of %d: %q, want %q", n, from, back, v.Len(), got, want)
	}
}
