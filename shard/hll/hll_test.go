package hll

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/str"
)

// TestHash holds the hash against values of a redis-server: the sketches of
// elements of different lengths.
func TestHash(t *testing.T) {
	for element, want := range map[string]struct {
		index int
		offer uint8
	}{
		"": {5938, 2}, "a": {12711, 2}, "abcdefgh": {1383, 1}, "abcdefghijk": {14121, 1},
	} {
		if index, offer := place([]byte(element)); index != want.index || offer != want.offer {
			t.Errorf("%q: {%d, %d}", element, index, offer)
		}
	}
}

// sound fails unless b is a sketch with exactly the registers of m.
func sound(t rapid.TB, b []byte, m *maxima) {
	t.Helper()
	var have maxima
	if !isSketch(b) || !have.merge(b) {
		t.Fatalf("corrupt: %x", b)
	}
	if have != *m {
		for i := range have {
			if have[i] != m[i] {
				t.Fatalf("register %d is %d, want %d", i, have[i], m[i])
			}
		}
	}
}

// TestEditorAgainstTwin raises registers in any order, in sketches that become
// dense on the way, and compares them with plain numbers.
func TestEditorAgainstTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := editor{b: appendEmpty(nil), limit: rapid.Int64Range(16, 200).Draw(rt, "limit")}
		var m maxima
		at := 0
		rt.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) { sound(rt, e.b, &m) },
			"offer": func(*rapid.T) {
				switch rapid.IntRange(0, 3).Draw(rt, "where") {
				case 0:
					at = rapid.IntRange(0, registers-1).Draw(rt, "register")
				case 1:
					at = min(at+1, registers-1)
				case 2:
					at = max(at-1, 0)
				}
				v := rapid.OneOf(rapid.Uint8Range(1, 3), rapid.Uint8Range(1, 51)).Draw(rt, "value")
				dense, want := isDense(e.b), kept
				if v > m[at] {
					m[at], want = v, raised
				}
				var got outcome
				if e, got = e.offer(at, v); got != want {
					rt.Fatalf("offered %d to register %d: %d, want %d", v, at, got, want)
				}
				if !dense && !isDense(e.b) && int64(len(e.b)) > max(e.limit, headerBytes+2) {
					rt.Fatalf("a sparse sketch of %d bytes", len(e.b))
				}
			},
		})
		h, ok := histogramOf(e.b)
		if !ok || h != m.histogram() {
			rt.Fatalf("counted %v", h)
		}
		if !isDense(e.b) {
			b, ok := toDense(e.b)
			if !ok {
				rt.Fatal("cannot be made dense")
			}
			sound(rt, b, &m)
		}
	})
}

// TestCorruptSketches cuts and overwrites sparse sketches anywhere. No command
// panics; whatever still covers all registers is accepted, everything else is
// refused by those who need all of it.
func TestCorruptSketches(t *testing.T) {
	h := commandtest.New(t, 1, Commands, str.Commands)
	rapid.Check(t, func(rt *rapid.T) {
		h.Clear()
		words := []string{"PFADD", "k"}
		for i := range rapid.IntRange(0, 40).Draw(rt, "elements") {
			words = append(words, fmt.Sprint(i))
		}
		h.Do(words...)
		b := append([]byte(nil), h.Key("k").Read().Bytes()...)
		for range rapid.IntRange(1, 3).Draw(rt, "changes") {
			at := rapid.IntRange(0, len(b)-1).Draw(rt, "at")
			b[at] = rapid.Byte().Draw(rt, "byte")
		}
		b = b[:rapid.IntRange(headerBytes, len(b)).Draw(rt, "length")]
		registers, ok := 0, isSketch(b)
		for at := headerBytes; at < len(b); {
			var run int
			_, run, at = opcode(b, at)
			registers += run
		}
		want := "-INVALIDOBJ"
		switch {
		case !ok:
			want = "-WRONGTYPE"
		case registers == 1<<14:
			want = ":"
		}
		h.Do("SET", "k", string(b))
		if got := h.Do("PFCOUNT", "k", "none"); !strings.HasPrefix(got, want) {
			rt.Fatalf("%x: %q, want %s", b, got, want)
		}
		for _, c := range [][]string{
			{"PFADD", "k", "x", "y", "z"},
			{"PFMERGE", "k", "k"},
			{"PFDEBUG", "DECODE", "k"},
			{"PFDEBUG", "GETREG", "k"},
			{"PFCOUNT", "k"},
		} {
			before := h.Do("GET", "k")
			if got := h.Do(c...); got[0] == '-' && before != h.Do("GET", "k") {
				rt.Fatalf("%q replied %q and changed %x", c, got, b)
			}
		}
	})
}

// TestEstimates adds a hundred thousand elements and looks at the estimate on the
// way: within four standard errors of the truth.
func TestEstimates(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	next := 10
	for i := 1; i <= 100_000; i++ {
		h.Do("PFADD", "k", fmt.Sprintf("element:%d", i))
		if i != next {
			continue
		}
		next *= 10
		var n int
		if _, err := fmt.Sscanf(h.Do("PFCOUNT", "k"), ":%d", &n); err != nil {
			t.Fatal(err)
		}
		if off := math.Abs(float64(n - i)); off > math.Ceil(4*0.0081*float64(i)) {
			t.Errorf("%d elements are estimated as %d", i, n)
		}
	}
}

func TestEstimateOfExtremes(t *testing.T) {
	for _, c := range []struct {
		value uint8
		want  uint64
	}{{0, 0}, {most, 1 << 63}} {
		var h histogram
		h[c.value] = registers
		if got := h.estimate(); got != c.want {
			t.Errorf("all registers %d: %d, want %d", c.value, got, c.want)
		}
	}
}

// TestSettings checks that the limit of sparse sketches is the configured one, the
// header included.
func TestSettings(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for _, limit := range []int64{0, 40, 300} {
		h.Clear()
		s := *keyspace.DefaultSettings()
		s.HLLSparseMaxBytes = limit
		h.Set(&s)
		longest := 0
		for i := 0; h.Dof("PFDEBUG ENCODING k") != "+dense\r\n"; i++ {
			if e := h.Key("k").Read(); e.Exists() {
				longest = len(e.Bytes())
			}
			h.Dof("PFADD k %d", i)
			if i > 1000 {
				t.Fatal("it stays sparse")
			}
		}
		if longest > int(max(limit, headerBytes+2)) || longest < int(limit)-longestPart {
			t.Errorf("a limit of %d bytes: sparse up to %d", limit, longest)
		}
	}
}

func TestErrors(t *testing.T) {
	h := commandtest.New(t, 3, Commands, str.Commands)
	k := h.Key("list")
	k.Put(k.Write(), keyspace.List, keyspace.Listpack, 8, keyspace.NoExpire)
	h.Expect([][2]string{
		{"SET text abc", "+OK"},
		{"SET int 12345678901234567", "+OK"},
		{"PFADD k a b", ":1"},
		{"PFADD list a", "-" + command.ErrWrongType},
		{"PFADD text a", "-" + command.ErrNotHyperLogLog},
		{"PFADD int a", "-" + command.ErrNotHyperLogLog},
		{"PFCOUNT k int", "-" + command.ErrNotHyperLogLog},
		{"PFCOUNT k none list", "-" + command.ErrWrongType},
		{"PFMERGE d k text", "-" + command.ErrNotHyperLogLog},
		{"STRLEN d", ":0"},
		{"PFMERGE d k none", "+OK"},
		{"PFCOUNT d", ":2"},
		{"PFMERGE e", "+OK"},
		{"PFCOUNT e d k", ":2"},
		{"PFSELFTEST", "+OK"},
	}...)
}

// TestAllocations checks that elements are added and counted without allocations,
// in both forms.
func TestAllocations(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for _, words := range []string{"PFADD k a b c", "PFADD dense x y", "PFCOUNT k", "PFCOUNT k dense", "PFMERGE m k"} {
		h.Clear()
		h.Dof("PFADD k 1 2 3 4 5 6")
		h.Dof("PFADD dense 1 2 3 4 5 6")
		h.Dof("PFDEBUG TODENSE dense")
		fields := strings.Fields(words)
		row, args := h.Row(fields...), make([][]byte, len(fields))
		for i, w := range fields {
			args[i] = []byte(w)
		}
		if got := testing.AllocsPerRun(100, func() {
			h.Ctx.Buf = h.Ctx.Buf[:0]
			h.Run(row, args)
		}); got != 0 {
			t.Errorf("%s: %v allocations", words, got)
		}
	}
}

// FuzzCommands runs arbitrary requests to every row of the table.
func FuzzCommands(f *testing.F) {
	for _, script := range []string{
		"PFADD k a b\nPFCOUNT k\nPFMERGE d k x\nPFCOUNT d k\nPFDEBUG DECODE k\nPFDEBUG TODENSE k\nPFADD k c",
		"PFADD k a\nSETRANGE k 16 \x7f\nPFCOUNT k\nAPPEND k \x41\nPFADD k b\nPFMERGE k k\nPFDEBUG GETREG k",
		"SET k HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff\nPFCOUNT k\nPFADD k x\nPFDEBUG ENCODING k",
	} {
		f.Add([]byte(script), uint8(0))
		f.Add([]byte(script), uint8(1))
	}
	harnesses := [...]*commandtest.Harness{
		commandtest.New(f, 1, Commands, str.Commands), commandtest.New(f, 4, Commands, str.Commands),
	}
	f.Fuzz(func(t *testing.T, script []byte, which uint8) {
		harnesses[which%2].Script(t, script)
	})
}

func BenchmarkPfaddSparse(b *testing.B) {
	h := commandtest.New(b, 1, Commands)
	for i := range 500 {
		h.Dof("PFADD k %d", i)
	}
	row, args := h.Row("PFADD"), [][]byte{[]byte("PFADD"), []byte("k"), []byte("17")}
	b.ReportAllocs()
	for b.Loop() {
		h.Ctx.Buf = h.Ctx.Buf[:0]
		h.Run(row, args)
	}
}
