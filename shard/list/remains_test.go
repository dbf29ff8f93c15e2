package list

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/generic"
)

// salvage returns a buffer of a list that was deleted, and what is left of those.
func salvage(dead []*Quicklist, n int) ([]byte, []*Quicklist) {
	for len(dead) > 0 {
		last := dead[len(dead)-1]
		if buf := last.Salvage(n); buf != nil {
			return buf, dead
		}
		dead = dead[:len(dead)-1]
	}
	return nil, nil
}

// TestSalvageSparesViews deletes lists that views were made of, writes over all that
// can be had of them, and looks at the views.
func TestSalvageSparesViews(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{-1, -2}).Draw(t, "list-max-listpack-size")
		limit := LimitOf(size)
		var views []frozen
		var dead []*Quicklist
		buffers := 0
		for range rapid.IntRange(1, 3).Draw(t, "lists") {
			m := model{q: NewQuicklist(limit)}
			for range rapid.IntRange(0, 3000).Draw(t, "elements") {
				m.q.PushTail(item("an element of some length"))
				m.want = append(m.want, "an element of some length")
			}
			for range rapid.IntRange(0, 20).Draw(t, "steps") {
				if rapid.IntRange(0, 5).Draw(t, "freeze") == 0 {
					views = append(views, freeze(&m))
				}
				m.step(t)
			}
			buffers += m.q.Chunks() + 1
			dead = append(dead, m.q)
		}
		var buf []byte
		for buf, dead = salvage(dead, limit.Bytes); buf != nil; buf, dead = salvage(dead, limit.Bytes) {
			if buffers--; len(buf) != limit.Bytes || buffers < 0 {
				t.Fatalf("a buffer of %d bytes, %d more than there were", len(buf), -buffers)
			}
			for i := range buf {
				buf[i] = 0xff
			}
		}
		for i, v := range views {
			if got := elements(t, v.view); !slices.Equal(got, v.want) {
				t.Fatalf("view %d of %d: got %d elements, want %d", i, len(views), len(got), len(v.want))
			}
		}
	})
}

// TestSalvageEndsSoon has lists of which nothing can be had.
func TestSalvageEndsSoon(t *testing.T) {
	q := NewQuicklist(LimitOf(-1))
	for range 100_000 {
		q.PushTail(item("an element of some length"))
	}
	chunks, before := q.Chunks(), q.Bytes()
	view := q.Freeze()
	if q.Salvage(4<<10) != nil || chunks-q.Chunks() > salvageTries {
		t.Errorf("%d of %d chunks were looked at, all of which a view has", chunks-q.Chunks(), chunks)
	}
	if q.Bytes() >= before || view.Bytes() > before {
		t.Errorf("%d bytes before, %d after", before, q.Bytes())
	}
}

// TestRefill deletes a long list and fills it again, which takes the memory it had.
func TestRefill(t *testing.T) {
	for _, remove := range []string{"DEL l", "UNLINK l", "LTRIM l 1 0", "LPOP l 1000000"} {
		h := commandtest.New(t, 1, Commands, generic.Commands)
		requests := []string{remove}
		for range 300 {
			requests = append(requests, "RPUSH l"+strings.Repeat(" an-element-of-some-length", 100))
		}
		ready := calls(h, requests)
		run(h, ready)
		view := ViewOf(h.Key("l").Write())
		chunks := view.list.quick.Chunks()
		if got := testing.AllocsPerRun(3, func() { run(h, ready) }); got > float64(chunks/3) {
			t.Errorf("%s: %v allocations to fill %d chunks again", remove, got, chunks)
		}
	}
}
