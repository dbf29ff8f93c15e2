package stream

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// plain is the twin of a stream: its entries in a slice.
type plain struct {
	ids   []ID
	pairs [][]string
}

func (p *plain) remove(id ID) bool {
	i, ok := slices.BinarySearchFunc(p.ids, id, ID.Compare)
	if ok {
		p.ids, p.pairs = slices.Delete(p.ids, i, i+1), slices.Delete(p.pairs, i, i+1)
	}
	return ok
}

func (p *plain) cut(n int) {
	p.ids, p.pairs = p.ids[n:], p.pairs[n:]
}

// texts are what fields and values are made of: every form, and its edges.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", "field", "0", "63", "64", "-1", "007", "+1", "-", "9223372036854775807",
			"-9223372036854775808", "9223372036854775808", "18446744073709551616", "1.5", "-0",
		}),
		rapid.Map(rapid.Int64(), func(n int64) string { return fmt.Sprint(n) }),
		rapid.Map(rapid.SampledFrom([]int{1, 126, 127, 128, 255, 256, 4096, 70_000}), func(n int) string { return strings.Repeat("x", n) }),
		rapid.StringN(0, 20, -1),
	)
}

// fieldSets are few, so that entries often share those of their chunk.
func fieldSets() *rapid.Generator[[]string] {
	return rapid.OneOf(
		rapid.SampledFrom([][]string{{"f"}, {"f", "g"}, {"12", "-3"}, {"f", "h"}}),
		rapid.SliceOfN(texts(), 1, 3),
	)
}

func TestStreamIsItsTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, twin := &Stream{}, &plain{}
		limit := LimitOf(
			rapid.SampledFrom([]int64{0, 60, 300, 4096}).Draw(rt, "bytes"),
			rapid.SampledFrom([]int64{0, 1, 3, 100}).Draw(rt, "entries"))
		steps := rapid.IntRange(1, 80).Draw(rt, "steps")
		for range steps {
			switch op := rapid.IntRange(0, 9).Draw(rt, "op"); {
			case op < 6:
				appendSome(rt, s, twin, limit)
			case op < 8:
				removeSome(rt, s, twin)
			case op < 9:
				trimSome(rt, s, twin)
			default:
				before := s
				s = s.Clone().(*Stream)
				before.Trim(&Trim{}) // the copy shares nothing with it
			}
			same(rt, s, twin)
		}
		for len(twin.ids) > 0 { // and empty it one by one, from either end
			i := rapid.SampledFrom([]int{0, len(twin.ids) - 1}).Draw(rt, "end")
			if id := twin.ids[i]; !s.Delete(id) || !twin.remove(id) {
				rt.Fatalf("%s is not there", id)
			}
			same(rt, s, twin)
		}
	})
}

func appendSome(rt *rapid.T, s *Stream, twin *plain, limit Limit) {
	for range rapid.IntRange(1, 5).Draw(rt, "n") {
		id := s.last
		switch ms := rapid.SampledFrom([]uint64{0, 0, 1, 14, 15, 16, 1 << 40}).Draw(rt, "ms"); {
		case ms > 0:
			id = ID{id.MS + ms, rapid.SampledFrom([]uint64{0, 0, 1, 300, math.MaxUint64 - 1000}).Draw(rt, "seq")}
		default:
			id.Seq += rapid.SampledFrom([]uint64{1, 1, 2, 500}).Draw(rt, "seq")
		}
		if !s.last.Less(id) {
			return
		}
		var words []string
		for _, f := range fieldSets().Draw(rt, "fields") {
			words = append(words, f, texts().Draw(rt, "value"))
		}
		s.Append(id, byteSlices(words), limit)
		twin.ids, twin.pairs = append(twin.ids, id), append(twin.pairs, words)
	}
}

func byteSlices(words []string) [][]byte {
	var out [][]byte
	for _, w := range words {
		out = append(out, []byte(w))
	}
	return out
}

// someID returns an ID that is there, or one nearby.
func someID(rt *rapid.T, twin *plain) ID {
	if len(twin.ids) == 0 {
		return ID{1, 1}
	}
	id := twin.ids[rapid.IntRange(0, len(twin.ids)-1).Draw(rt, "i")]
	switch rapid.IntRange(0, 5).Draw(rt, "near") {
	case 0:
		id, _ = id.Next()
	case 1:
		id, _ = id.Prev()
	}
	return id
}

func removeSome(rt *rapid.T, s *Stream, twin *plain) {
	for range rapid.IntRange(1, 8).Draw(rt, "n") {
		id := someID(rt, twin)
		if got, want := s.Delete(id), twin.remove(id); got != want {
			rt.Fatalf("removing %s: %v, want %v", id, got, want)
		}
	}
}

func trimSome(rt *rapid.T, s *Stream, twin *plain) {
	trim := Trim{
		ByID:   rapid.Bool().Draw(rt, "by id"),
		Approx: rapid.Bool().Draw(rt, "approx"),
		MaxLen: rapid.Int64Range(0, int64(len(twin.ids))+2).Draw(rt, "maxlen"),
		MinID:  someID(rt, twin),
	}
	if trim.Approx {
		trim.Limit = rapid.Int64Range(0, 10).Draw(rt, "limit")
	}
	exact := max(len(twin.ids)-int(trim.MaxLen), 0)
	if trim.ByID {
		exact, _ = slices.BinarySearchFunc(twin.ids, trim.MinID, ID.Compare)
	}
	got := int(s.Trim(&trim))
	switch {
	case !trim.Approx && got != exact:
		rt.Fatalf("%+v removed %d, want %d", trim, got, exact)
	case got > exact, trim.Limit > 0 && got > int(trim.Limit):
		rt.Fatalf("%+v removed %d of %d", trim, got, exact)
	}
	twin.cut(got)
}

// String returns what was added.
func (t text) String() string {
	if t.str != nil {
		return string(t.str)
	}
	return fmt.Sprint(t.n)
}

// same holds a stream against its twin, in every way there is to read it, and
// checks its invariants and its books.
func same(rt *rapid.T, s *Stream, twin *plain) {
	if s.Len() != len(twin.ids) {
		rt.Fatalf("%d entries, want %d", s.Len(), len(twin.ids))
	}
	var e entry
	w := s.from(ID{})
	for i, id := range twin.ids {
		if !w.next(&e) || e.id != id {
			rt.Fatalf("entry %d is %s, want %s", i, e.id, id)
		}
		var words []string
		w.cur.pairs(&e, func(field, value text) {
			words = append(words, field.String(), value.String())
		})
		if !slices.Equal(words, twin.pairs[i]) {
			rt.Fatalf("entry %s is %q, want %q", id, words, twin.pairs[i])
		}
	}
	if w.next(&e) {
		rt.Fatalf("%s is there", e.id)
	}
	b := s.before(lastOfAll, 0, nil)
	for i := len(twin.ids) - 1; i >= 0; i-- {
		if !b.next(&e) || e.id != twin.ids[i] {
			rt.Fatalf("backwards: entry %d is %s, want %s", i, e.id, twin.ids[i])
		}
	}
	if b.next(&e) {
		rt.Fatalf("backwards: %s is there", e.id)
	}
	sameAround(rt, s, twin)
	checkChunks(rt, s)
}

// sameAround starts from some ID.
func sameAround(rt *rapid.T, s *Stream, twin *plain) {
	id := someID(rt, twin)
	i, has := slices.BinarySearchFunc(twin.ids, id, ID.Compare)
	var e entry
	w := s.from(id)
	if ok := w.next(&e); ok != (i < len(twin.ids)) || ok && e.id != twin.ids[i] {
		rt.Fatalf("from %s: %v %s", id, ok, e.id)
	}
	if has {
		i++
	}
	want := rapid.IntRange(1, 20).Draw(rt, "want")
	b := s.before(id, int64(want), make([]entry, 3))
	for range want {
		ok := b.next(&e)
		if ok != (i > 0) || ok && e.id != twin.ids[i-1] {
			rt.Fatalf("before %s: %v %s", id, ok, e.id)
		}
		i = max(i-1, 0)
	}
	if b.next(&e) {
		rt.Fatalf("more than %d before %s", want, id)
	}
	if s.Has(id) != has {
		rt.Fatalf("%s: there %v, want %v", id, s.Has(id), has)
	}
	if n := len(twin.ids); n > 0 && (s.top != twin.ids[n-1] || s.first() != twin.ids[0]) {
		rt.Fatalf("from %s to %s, want %s to %s", s.first(), s.top, twin.ids[0], twin.ids[n-1])
	}
}

func checkChunks(rt interface{ Fatalf(string, ...any) }, s *Stream) {
	live, memory := 0, int64(cap(s.spare))
	slabs := map[*slab]int{}
	if s.slab != nil {
		slabs[s.slab] = 0
	}
	for i := range s.ring.n {
		c := s.ring.at(i)
		counted := chunk{first: c.first, last: c.last}
		cur := c.read()
		var e entry
		for cur.next(&e) {
			if e.dead {
				counted.dead++
			} else {
				counted.live++
			}
		}
		if e.id != c.last || counted.live != c.live || counted.dead != c.dead {
			rt.Fatalf("chunk %d: %d+%d entries up to %s, counted %d+%d up to %s",
				i, c.live, c.dead, c.last, counted.live, counted.dead, e.id)
		}
		if i > 0 && !s.ring.at(i-1).last.Less(c.first) {
			rt.Fatalf("chunk %d does not follow the one before", i)
		}
		live += int(c.live)
		if c.home != nil {
			slabs[c.home]++
		} else {
			memory += int64(cap(c.buf))
		}
	}
	for b, n := range slabs {
		if n != int(b.chunks) {
			rt.Fatalf("a slab counts %d chunks, has %d", b.chunks, n)
		}
		memory += slabBytes + int64(cap(b.buf))
	}
	if live != s.length || memory != s.memory {
		rt.Fatalf("%d entries, counted %d; %d bytes, counted %d", s.length, live, s.memory, memory)
	}
}

// TestSizes holds the sizes on the books against those of the compiler.
func TestSizes(t *testing.T) {
	for name, c := range map[string][2]uintptr{
		"chunk": {chunkBytes, unsafe.Sizeof(chunk{})},
		"slab":  {slabBytes, unsafe.Sizeof(slab{})},
		"nack":  {nackBytes, unsafe.Sizeof(ID{}) + unsafe.Sizeof(nack{})},
		"block": {blockBytes, unsafe.Sizeof(block[nack]{})},
		"row":   {rowBytes, unsafe.Sizeof(row{})},
	} {
		if c[0] != c[1] {
			t.Errorf("a %s takes %d, on the books %d", name, c[1], c[0])
		}
	}
	// These stand for what the allocator and the tables they are in take, too.
	for name, c := range map[string][2]uintptr{
		"stream":   {streamBytes, unsafe.Sizeof(Stream{})},
		"group":    {groupBytes, unsafe.Sizeof(group{})},
		"consumer": {consumerBytes, unsafe.Sizeof(consumer{})},
	} {
		if c[0] < c[1] || c[0] > c[1]+64 {
			t.Errorf("a %s takes %d, on the books %d", name, c[1], c[0])
		}
	}
}

// TestMemory adds a hundred thousand small entries and looks at what each takes.
func TestMemory(t *testing.T) {
	s := &Stream{}
	const n = 100_000
	pairs := byteSlices([]string{"sensor", "123456", "temperature", "19.8"})
	for i := range n {
		s.Append(ID{uint64(i / 3), uint64(i % 3)}, pairs, LimitOf(4096, 100))
	}
	// 1 byte of ID, 4 of a number, 5 of text, and a hundredth of a chunk.
	if each := float64(s.Bytes()) / n; each > 12 {
		t.Errorf("%.1f bytes an entry", each)
	}
	s.Trim(&Trim{MaxLen: 1})
	if left := s.Bytes(); left > 200<<10 {
		t.Errorf("%d bytes for a single entry", left)
	}
	s.Trim(&Trim{})
	if left := s.Bytes(); left > 1<<10 {
		t.Errorf("%d bytes for no entry", left)
	}
}

// TestRadixNodes counts the nodes of a radix tree that is built byte by byte.
func TestRadixNodes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var r ring
		var keys [][]byte
		id := ID{}
		for range rapid.IntRange(0, 40).Draw(rt, "n") {
			id.MS += rapid.SampledFrom([]uint64{0, 1, 1, 255, 256, 70_000, 1 << 40, 1 << 60}).Draw(rt, "ms")
			id.Seq += rapid.SampledFrom([]uint64{1, 1, 255, 1 << 20, 1 << 50}).Draw(rt, "seq")
			r.push().first = id
			var key []byte
			for shift := 56; shift >= 0; shift -= 8 {
				key = append(key, byte(id.MS>>shift))
			}
			for shift := 56; shift >= 0; shift -= 8 {
				key = append(key, byte(id.Seq>>shift))
			}
			keys = append(keys, key)
		}
		slices.SortFunc(keys, slices.Compare) // the times may have wrapped around
		keys = slices.CompactFunc(keys, slices.Equal)
		if r.n > 0 && (len(keys) != r.n || !slices.IsSortedFunc(r.rows[0].slots[:r.n], func(a, b chunk) int { return a.first.Compare(b.first) })) {
			return
		}
		if got, want := r.radixNodes(), nodes(keys, 0); got != want {
			rt.Fatalf("%d nodes, want %d", got, want)
		}
	})
}

// nodes counts the nodes for sorted keys that share their first depth bytes.
func nodes(keys [][]byte, depth int) int {
	if len(keys) == 0 {
		return 1
	}
	if depth == idBytes {
		return 1
	}
	run := depth
	for run < idBytes && keys[0][run] == keys[len(keys)-1][run] {
		run++
	}
	if run > depth {
		return 1 + nodes(keys, run)
	}
	n := 1
	for i := 0; i < len(keys); {
		j := i
		for j < len(keys) && keys[j][depth] == keys[i][depth] {
			j++
		}
		n += nodes(keys[i:j], depth+1)
		i = j
	}
	return n
}
