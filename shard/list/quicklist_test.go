package list

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/codec/listpack"
)

func item(text string) listpack.Item { return listpack.ItemOf([]byte(text)) }

// fatal is what a test and a property have in common.
type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

// elements reads a quicklist and checks its invariants.
func elements(t fatal, q *Quicklist) []string {
	t.Helper()
	var list []string
	memory := int64(len(q.spare))
	for i := range q.Chunks() {
		c := q.chunk(i)
		memory += int64(len(c.buf))
		if c.start > c.end || int(c.end) > len(c.buf) {
			t.Fatalf("chunk %d: start %d, end %d, buffer %d", i, c.start, c.end, len(c.buf))
		}
		body, count := q.Chunk(i)
		if n, err := listpack.ValidateBody(body); err != nil || n != count || n == 0 {
			t.Fatalf("chunk %d: %d elements, count %d, %v", i, n, count, err)
		}
		if q.limit.exceeded(len(body)+listpack.EmptySize, count) && count > 1 {
			t.Fatalf("chunk %d: %d bytes and %d elements exceed %+v", i, len(body), count, q.limit)
		}
		for off := 0; off < len(body); {
			var v listpack.Value
			v, off = listpack.Decode(body, off)
			list = append(list, string(v.Append(nil)))
		}
	}
	if len(list) != q.Len() || memory != q.memory {
		t.Fatalf("Len %d of %d, memory %d of %d", q.Len(), len(list), q.memory, memory)
	}
	for slot := q.n; slot < len(q.ring); slot++ {
		if c := q.chunk(slot); c.buf != nil {
			t.Fatalf("slot %d is not in use and keeps a buffer", slot)
		}
	}
	return list
}

func texts() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0, 1, 2:
			return strconv.Itoa(rapid.IntRange(0, 3).Draw(t, "small"))
		case 3:
			return strconv.FormatInt(rapid.Int64().Draw(t, "int"), 10)
		case 4:
			return strings.Repeat("k", rapid.IntRange(800, 3000).Draw(t, "n"))
		case 5:
			return strings.Repeat("h", rapid.IntRange(4000, 20000).Draw(t, "n"))
		default:
			return strings.Repeat("s", rapid.IntRange(0, 200).Draw(t, "n"))
		}
	})
}

// model is a quicklist and the slice it has to equal.
type model struct {
	q    *Quicklist
	want []string
}

func TestQuicklistAgainstSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{-1, -2, -5, 1, 3, 64}).Draw(t, "list-max-listpack-size")
		m := model{q: NewQuicklist(LimitOf(size))}
		for range rapid.IntRange(1, 120).Draw(t, "steps") {
			m.step(t)
			if got := elements(t, m.q); !slices.Equal(got, m.want) {
				t.Fatalf("got %d elements, want %d", len(got), len(m.want))
			}
		}
	})
}

func (m *model) step(t *rapid.T) {
	n := len(m.want)
	kind := rapid.IntRange(0, 11).Draw(t, "step")
	if n == 0 {
		kind %= 4
	}
	switch {
	case kind < 4:
		m.push(t, kind%2 == 0)
	case kind < 6:
		k := rapid.IntRange(0, n).Draw(t, "drop")
		if kind == 4 {
			m.q.DropHead(k)
			m.want = m.want[k:]
		} else {
			m.q.DropTail(k)
			m.want = m.want[:n-k]
		}
	case kind < 8:
		i, text := rapid.IntRange(0, n-1).Draw(t, "index"), texts().Draw(t, "text")
		m.q.insert(m.q.seek(i), item(text))
		m.want = slices.Insert(slices.Clone(m.want), i, text)
	case kind == 8:
		i, text := rapid.IntRange(0, n-1).Draw(t, "index"), texts().Draw(t, "text")
		m.q.replace(m.q.seek(i), item(text))
		m.want = slices.Clone(m.want)
		m.want[i] = text
	case kind == 9:
		m.remove(t)
	case kind == 10:
		m.q, _ = m.q.Clone().(*Quicklist)
	default:
		i := rapid.IntRange(0, n-1).Draw(t, "index")
		at := m.q.seek(i)
		body, _ := m.q.Chunk(at.chunk)
		if !item(m.want[i]).Equal(body, at.off) {
			t.Fatalf("element %d is not found by seek", i)
		}
	}
}

// push adds a run of elements, so that lists have many chunks.
func (m *model) push(t *rapid.T, head bool) {
	text := texts().Draw(t, "text")
	for range rapid.SampledFrom([]int{1, 1, 5, 40}).Draw(t, "times") {
		if head {
			m.q.PushHead(item(text))
			m.want = append([]string{text}, m.want...)
		} else {
			m.q.PushTail(item(text))
			m.want = append(slices.Clip(m.want), text)
		}
	}
}

func (m *model) remove(t *rapid.T) {
	text := rapid.SampledFrom(m.want).Draw(t, "text")
	most := rapid.SampledFrom([]int{1, 2, 10, math.MaxInt}).Draw(t, "most")
	back := rapid.Bool().Draw(t, "back")
	removed := m.q.remove(item(text), most, back)
	kept := removeFrom(m.want, text, most, back)
	if removed != len(m.want)-len(kept) {
		t.Fatalf("removed %d, want %d", removed, len(m.want)-len(kept))
	}
	m.want = kept
}

func removeFrom(list []string, text string, most int, back bool) []string {
	list = slices.Clone(list)
	if back {
		slices.Reverse(list)
	}
	kept := list[:0]
	for _, s := range list {
		if s == text && most > 0 {
			most--
			continue
		}
		kept = append(kept, s)
	}
	if back {
		slices.Reverse(kept)
	}
	return kept
}

func TestLimitOf(t *testing.T) {
	for size, want := range map[int]Limit{
		-1: {4096, math.MaxInt}, -2: {8192, math.MaxInt}, -3: {16384, math.MaxInt},
		-4: {32768, math.MaxInt}, -5: {65536, math.MaxInt}, -100: {65536, math.MaxInt},
		math.MinInt: {65536, math.MaxInt},
		0:           {8192, 1}, 1: {8192, 1}, 128: {8192, 128}, 1 << 30: {8192, 1 << 30},
	} {
		if got := LimitOf(size); got != want {
			t.Errorf("LimitOf(%d): got %+v, want %+v", size, got, want)
		}
	}
}

// A queue that passes elements through takes no memory beyond what it holds.
func TestQueueKeepsItsMemory(t *testing.T) {
	q := NewQuicklist(LimitOf(-2))
	for i := range 100000 {
		q.PushHead(item(fmt.Sprintf("job:%d", i)))
		if q.Len() > 5000 {
			q.DropTail(1)
		}
	}
	elements(t, q)
	if got, most := q.Bytes(), int64(5000*13*3/2+4*8192); got > most {
		t.Errorf("%d bytes for 5000 elements, at most %d expected", got, most)
	}
}

// Elements removed all over the list give their memory back.
func TestRemoveGivesMemoryBack(t *testing.T) {
	q := NewQuicklist(LimitOf(-2))
	for i := range 100000 {
		text := "gone"
		if i%50 == 0 {
			text = "stays"
		}
		q.PushTail(item(text))
	}
	before := q.Bytes()
	if n := q.remove(item("gone"), math.MaxInt, false); n != 98000 {
		t.Fatalf("removed %d", n)
	}
	elements(t, q)
	if q.Bytes() > before/20 {
		t.Errorf("%d bytes before, %d after 98 %% were removed", before, q.Bytes())
	}
}

func TestSplitListStaysCompact(t *testing.T) {
	q := NewQuicklist(LimitOf(-2))
	for i := range 1000 {
		q.PushTail(item(fmt.Sprintf("%0100d", i)))
	}
	for range 2000 {
		q.insert(q.seek(500), item(strings.Repeat("m", 100)))
	}
	elements(t, q)
	if got, most := q.Bytes(), int64(3000*103*5/2); got > most {
		t.Errorf("%d bytes, at most %d expected", got, most)
	}
}

func TestPushPopAllocateNothing(t *testing.T) {
	q := NewQuicklist(LimitOf(-2))
	text := []byte("some:element")
	for range 100000 {
		q.PushTail(listpack.ItemOf(text))
	}
	if n := testing.AllocsPerRun(5000, func() {
		q.PushHead(listpack.ItemOf(text))
		q.DropTail(1)
	}); n != 0 {
		t.Errorf("queue: %v allocations per element", n)
	}
}

func BenchmarkQuicklist(b *testing.B) {
	text := []byte("element:123456")
	big := func() *Quicklist {
		q := NewQuicklist(LimitOf(-2))
		for range 1_000_000 {
			q.PushTail(listpack.ItemOf(text))
		}
		return q
	}
	b.Run("push/head", func(b *testing.B) {
		b.ReportAllocs()
		q := big()
		for b.Loop() {
			q.PushHead(listpack.ItemOf(text))
		}
	})
	b.Run("push/tail", func(b *testing.B) {
		b.ReportAllocs()
		q := big()
		for b.Loop() {
			q.PushTail(listpack.ItemOf(text))
		}
	})
	b.Run("queue", func(b *testing.B) {
		b.ReportAllocs()
		q := big()
		for b.Loop() {
			q.PushHead(listpack.ItemOf(text))
			q.DropTail(1)
		}
	})
	b.Run("seek", func(b *testing.B) {
		q, i := big(), 0
		for b.Loop() {
			i = (i + 7919*31) % q.Len()
			q.seek(i)
		}
	})
}
