package zset

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// The sizes that Bytes counts with are those of the heap's size classes.
func TestSizes(t *testing.T) {
	for name, c := range map[string][2]uintptr{
		"leaf":    {unsafe.Sizeof(leaf{}), leafBytes},
		"inner":   {unsafe.Sizeof(inner{}), innerBytes},
		"segment": {unsafe.Sizeof(segment{}), segmentBytes},
		"row":     {unsafe.Sizeof(row[leaf]{}), rowBytes},
		"sorted":  {unsafe.Sizeof(Sorted{}), sortedBytes},
	} {
		if c[0] > c[1] || c[0] < c[1]*9/10 {
			t.Errorf("a %s takes %d bytes, counted as %d", name, c[0], c[1])
		}
	}
}

// verify checks what doc.go promises about a Sorted.
func verify(t interface{ Fatalf(string, ...any) }, s *Sorted) {
	var all []scored
	var walk func(level int, node uint32) (n int)
	walk = func(level int, node uint32) (n int) {
		if level == 0 {
			lf := s.tree.leaf(node)
			for i := range lf.n {
				all = append(all, scored{lf.scores[i], lf.refs[i]})
			}
			return int(lf.n)
		}
		in := s.tree.inner(node)
		for i := range in.n {
			first := len(all)
			below := walk(level-1, in.kids[i])
			if below == 0 || below != int(in.counts[i]) {
				t.Fatalf("%d elements below a child, counted %d", below, in.counts[i])
			}
			if least := (scored{in.scores[i], in.refs[i]}); least != all[first] {
				t.Fatalf("least element %v, noted %v", all[first], least)
			}
			n += below
		}
		return n
	}
	if n := walk(s.tree.height, s.tree.root); n != s.Len() {
		t.Fatalf("%d elements in the tree, Len %d", n, s.Len())
	}
	for i, e := range all {
		name := s.arena.name(e.ref)
		if r, ok := s.find(name); !ok || r != e.ref {
			t.Fatalf("the index has %v, %v for %q at %v", r, ok, name, e.ref)
		}
		if s.arena.score(e.ref) != e.score {
			t.Fatalf("score %v of %q, %v in the tree", s.arena.score(e.ref), name, e.score)
		}
		if i > 0 && !before(&s.arena, all[i-1].score, all[i-1].ref, &element{e.score, name, e.ref}) {
			t.Fatalf("element %d is out of order", i)
		}
	}
	verifyBooks(t, s)
}

// verifyBooks checks the counters of the arena and the index.
func verifyBooks(t interface{ Fatalf(string, ...any) }, s *Sorted) {
	held, live, records := int64(0), uint32(0), 0
	for number := range s.arena.pages {
		p := &s.arena.pages[number]
		held += int64(len(p.buf))
		live += p.live
		sum := uint32(0)
		for offset := 0; ; records++ {
			r, behind, ok := s.arena.next(number, offset)
			if !ok {
				break
			}
			offset = behind
			sum += uint32(recordSize(len(s.arena.name(r))))
		}
		if sum != p.live || p.live > p.used || int(p.used) > len(p.buf) {
			t.Fatalf("page %d: live %d, counted %d, used %d of %d", number, sum, p.live, p.used, len(p.buf))
		}
		if p.buf != nil && number != s.arena.fill && s.arena.sparse(number) {
			t.Fatalf("page %d was left with %d live bytes of %d", number, p.live, len(p.buf))
		}
	}
	if held != s.arena.held || records != s.Len() {
		t.Fatalf("%d bytes in pages, counted %d; %d records of %d", held, s.arena.held, records, s.Len())
	}
	var levels [32]uint32
	members, segments := 0, 0
	for i, seg := range s.index.dir {
		if i > 0 && seg == s.index.dir[i-1] {
			continue
		}
		levels[seg.depth]++
		segments++
		members += int(seg.live)
		n := 0
		for slot := range slots {
			if seg.tag(slot) > tagDead {
				n++
			}
		}
		if n != int(seg.live) || seg.live+seg.dead > segmentFull {
			t.Fatalf("a segment with %d members counts %d and %d dead", n, seg.live, seg.dead)
		}
	}
	if levels != s.index.levels || segments != s.index.segments || members != s.Len() || len(s.index.dir) != 1<<s.index.depth {
		t.Fatalf("levels %v counted %v, %d members of %d", levels, s.index.levels, members, s.Len())
	}
}

// twin is a sorted set as plainly as possible.
type twin map[string]float64

type pair struct {
	name  string
	score float64
}

func (w twin) ordered() []pair {
	var list []pair
	for name, score := range w {
		list = append(list, pair{name, score})
	}
	slices.SortFunc(list, func(p, q pair) int {
		return cmp.Or(cmp.Compare(p.score, q.score), strings.Compare(p.name, q.name))
	})
	return list
}

func compare(t interface{ Fatalf(string, ...any) }, s *Sorted, w twin) {
	verify(t, s)
	want := w.ordered()
	if s.Len() != len(want) {
		t.Fatalf("%d members, want %d", s.Len(), len(want))
	}
	for _, back := range []bool{false, true} {
		from := 0
		if back {
			from = len(want) - 1
		}
		var got []pair
		s.Each(from, len(want), back, func(name []byte, score float64) bool {
			got = append(got, pair{string(name), score})
			return true
		})
		if back {
			slices.Reverse(got)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("members (backwards %v)\n got %v\nwant %v", back, got, want)
		}
	}
	for i, p := range want {
		if rank, ok := s.Rank([]byte(p.name)); !ok || rank != i {
			t.Fatalf("rank of %q: %d %v, want %d", p.name, rank, ok, i)
		}
		if name, score := s.At(i); string(name) != p.name || score != p.score {
			t.Fatalf("at %d: %q %v, want %v", i, name, score, p)
		}
	}
}

// TestSortedAgainstTwin does random things to a set and to its plain twin.
func TestSortedAgainstTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := NewSorted(), twin{}
		names := rapid.IntRange(1, 3000).Draw(t, "names")
		scores := rapid.IntRange(1, 1000).Draw(t, "scores")
		width := rapid.SampledFrom([]int{1, 20, 300, 3000}).Draw(t, "width")
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		name := func() string {
			n := rnd.IntN(names)
			return fmt.Sprintf("%0*d", 1+n*7%width, n)
		}
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			removals := rapid.IntRange(0, 100).Draw(t, "removals")
			for range rapid.IntRange(0, 1000).Draw(t, "steps") {
				switch n := name(); {
				case rnd.IntN(100) < removals:
					_, want := w[n]
					if s.Remove([]byte(n)) != want {
						t.Fatalf("removing %q: not %v", n, want)
					}
					delete(w, n)
				default:
					score := float64(rnd.IntN(scores)) / 4
					s.Set([]byte(n), score)
					w[n] = score
				}
			}
			if len(w) > 0 && rnd.IntN(2) == 0 {
				list := w.ordered()
				from := rnd.IntN(len(list))
				n := rnd.IntN(len(list) - from + 1)
				s.RemoveRanks(from, n)
				for _, p := range list[from : from+n] {
					delete(w, p.name)
				}
			}
			compare(t, s, w)
		}
	})
}

// TestSortedInOrder adds members in order, from both ends, and takes them out.
func TestSortedInOrder(t *testing.T) {
	for _, sign := range []int{1, -1} {
		s, w := NewSorted(), twin{}
		for i := range 20_000 {
			name := fmt.Sprint("member:", i)
			s.Set([]byte(name), float64(sign*i))
			w[name] = float64(sign * i)
		}
		compare(t, s, w)
		if leaves := s.tree.leaves.len(); leaves > 20_000/nodeMost+2 {
			t.Errorf("%d leaves: they are not full", leaves)
		}
		full := s.Bytes()
		s.RemoveRanks(100, 19_800)
		for name, score := range w {
			if place := int(score) * sign; place >= 100 && place < 19_900 {
				delete(w, name)
			}
		}
		compare(t, s, w)
		if left := s.Bytes(); left > full/15 {
			t.Errorf("%d bytes of %d are left for a hundredth of the members", left, full)
		}
		for s.Len() > 0 {
			name, _ := s.At(s.Len() - 1)
			s.Remove(slices.Clone(name))
		}
		verify(t, s)
	}
}

// TestSortedDrain fills a set of several levels in random order and takes its
// members out again, by name and by rank.
func TestSortedDrain(t *testing.T) {
	const n = 30_000
	rnd := rand.New(rand.NewPCG(3, 3))
	s, w := NewSorted(), twin{}
	for _, i := range rnd.Perm(n) {
		name := fmt.Sprint("member:", i)
		s.Set([]byte(name), float64(i%1000))
		w[name] = float64(i % 1000)
	}
	compare(t, s, w)
	if s.tree.height < 2 {
		t.Errorf("%d members in a tree of height %d", n, s.tree.height)
	}
	for step, i := range rnd.Perm(n) {
		if step%3 == 0 {
			rank := rnd.IntN(s.Len())
			name, _ := s.At(rank)
			delete(w, string(name))
			s.RemoveRanks(rank, 1)
		} else if name := fmt.Sprint("member:", i); s.Remove([]byte(name)) {
			delete(w, name)
		}
		if step%5000 == 0 {
			compare(t, s, w)
		}
	}
	compare(t, s, w)
	s.RemoveRanks(0, s.Len())
	verify(t, s)
	if left := s.Bytes(); left > 64<<10 {
		t.Errorf("%d bytes are left of a set that is empty", left)
	}
}

func TestGather(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{0, 1, 100, 5000} {
		s, w := NewSorted(), twin{}
		for i := range n {
			name, score := fmt.Sprint(i), float64(rnd.IntN(100))
			s.gather([]byte(name), score)
			w[name] = score
		}
		s.arrange()
		compare(t, s, w)
	}
}

func TestClone(t *testing.T) {
	s, w := NewSorted(), twin{}
	for i := range 3000 {
		s.Set([]byte(fmt.Sprint(i)), float64(i%7))
		w[fmt.Sprint(i)] = float64(i % 7)
	}
	c := s.Clone().(*Sorted)
	if c.Bytes() <= 0 || c.Bytes() > s.Bytes() {
		t.Errorf("a clone takes %d bytes, the original %d", c.Bytes(), s.Bytes())
	}
	for i := range 3000 {
		s.Set([]byte(fmt.Sprint(i)), 9)
		s.Remove([]byte(fmt.Sprint(i - 1)))
	}
	compare(t, c, w)
	verify(t, s)
}

// TestScanGuarantee scans while members come and go, and meets all that stay.
func TestScanGuarantee(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	for _, n := range []int{1, 50, 300, 5000} {
		s := NewSorted()
		for i := range n {
			s.Set(fmt.Appendf(nil, "stays:%d", i), float64(i))
		}
		met, cursor := map[string]bool{}, uint64(0)
		for {
			count := 1 + rnd.IntN(30)
			got := 0
			next := s.Scan(cursor, count, func(name []byte, _ float64) {
				met[string(name)] = true
				got++
			})
			if next != 0 && got < count {
				t.Fatalf("%d members of %d asked for, and more to come", got, count)
			}
			if next != 0 && next <= cursor {
				t.Fatalf("cursor %d after %d", next, cursor)
			}
			if cursor = next; cursor == 0 {
				break
			}
			for range 40 {
				name := fmt.Appendf(nil, "comes:%d", rnd.IntN(2*n))
				if !s.Remove(name) {
					s.Set(name, 1)
				}
			}
		}
		for i := range n {
			if !met[fmt.Sprint("stays:", i)] {
				t.Fatalf("of %d members, %d was not met", n, i)
			}
		}
	}
}

func TestPartition(t *testing.T) {
	s := NewSorted()
	for i := range 10_000 {
		s.Set(fmt.Appendf(nil, "%05d", i), float64(i/10))
	}
	for i := range 10_000 {
		limit := fmt.Appendf(nil, "%05d", i)
		got := s.tree.partition(func(_ float64, r ref) bool { return bytes.Compare(s.arena.name(r), limit) < 0 })
		if got != i {
			t.Fatalf("%d members before %s", got, limit)
		}
	}
	if n := s.tree.partition(func(score float64, _ ref) bool { return score < 500 }); n != 5000 {
		t.Errorf("%d members below 500", n)
	}
}
