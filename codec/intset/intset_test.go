package intset

import (
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// add puts v into a set that grows by append.
func add(p []byte, v int64) []byte {
	i, found := Search(p, v)
	if found {
		return p
	}
	p = append(p, make([]byte, Grown(p, v)-len(p))...)
	Insert(p, i, v)
	return p
}

func empty() []byte {
	p := make([]byte, HeaderSize)
	PutEmpty(p)
	return p
}

func values(p []byte) []int64 {
	list := []int64{}
	for i := range Len(p) {
		list = append(list, At(p, i))
	}
	return list
}

// TestLayout holds the bytes that a dump of Redis 7.0.15 has for the same sets.
func TestLayout(t *testing.T) {
	for _, c := range []struct {
		values []int64
		want   string
	}{
		{nil, "0200000000000000"},
		{[]int64{1}, "02000000010000000100"},
		{[]int64{3, -1, 2}, "0200000003000000ffff02000300"},
		{[]int64{1, 32768}, "04000000020000000100000000800000"},
		{[]int64{-32769, 5}, "0400000002000000ff7fffff05000000"},
		{[]int64{2147483648, 1}, "080000000200000001000000000000000000008000000000"},
	} {
		p := empty()
		for _, v := range c.values {
			p = add(p, v)
		}
		if got := hex.EncodeToString(p); got != c.want {
			t.Errorf("%v: %s, want %s", c.values, got, c.want)
		}
	}
}

// edges are values around the limits of the widths.
var edges = []int64{
	0, 1, -1, math.MaxInt16, math.MinInt16, math.MaxInt16 + 1, math.MinInt16 - 1,
	math.MaxInt32, math.MinInt32, math.MaxInt32 + 1, math.MinInt32 - 1, math.MaxInt64, math.MinInt64,
}

// TestAgainstSlice makes random changes to a set and to a sorted slice.
func TestAgainstSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, twin, width := empty(), []int64{}, 2
		number := rapid.OneOf(rapid.SampledFrom(edges), rapid.Int64Range(-20, 20), rapid.Int64())
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			v := number.Draw(t, "value")
			at, there := slices.BinarySearch(twin, v)
			i, found := Search(p, v)
			if i != at || found != there {
				t.Fatalf("search for %d: %d %v, want %d %v", v, i, found, at, there)
			}
			switch {
			case !there:
				p, twin = add(p, v), slices.Insert(twin, at, v)
				width = max(width, widthOf(v))
			case rapid.Bool().Draw(t, "delete"):
				p = p[:Delete(p, at)]
				twin = slices.Delete(twin, at, at+1)
			}
			if err := Validate(p); err != nil {
				t.Fatal(err)
			}
			if got := values(p); !slices.Equal(got, twin) || Width(p) != width || Size(p) != len(p) {
				t.Fatalf("got %v, width %d, size %d of %d; want %v, width %d", got, Width(p), Size(p), len(p), twin, width)
			}
			if n := len(twin); n > 0 && (Min(p) != twin[0] || Max(p) != twin[n-1]) {
				t.Fatalf("from %d to %d, want %d to %d", Min(p), Max(p), twin[0], twin[n-1])
			}
		}
	})
}

func TestKeepAndCut(t *testing.T) {
	for _, factor := range []int64{1, 1 << 20, 1 << 40} {
		p := empty()
		for i := range int64(100) {
			p = add(p, i*factor)
		}
		kept := 0
		for i := range Len(p) {
			if i%3 == 0 {
				Keep(p, kept, i)
				kept++
			}
		}
		p = p[:Cut(p, kept)]
		if err := Validate(p); err != nil {
			t.Fatal(err)
		}
		for i, v := range values(p) {
			if v != int64(3*i)*factor {
				t.Errorf("value %d is %d", i, v)
			}
		}
		if Len(p) != 34 {
			t.Errorf("%d values are left", Len(p))
		}
	}
}

func TestValidateRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":     "",
		"short":       "02000000000000",
		"width":       "0300000000000000",
		"no width":    "0000000000000000",
		"cut":         "020000000100000001",
		"too long":    "0200000001000000010002",
		"count":       "08000000ffffffff0100000000000000",
		"equal":       "020000000200000001000100",
		"wrong order": "02000000020000000200ffff",
	} {
		p, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := Validate(p); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzValidate(f *testing.F) {
	f.Add([]byte("\x02\x00\x00\x00\x02\x00\x00\x00\x01\x00\x02\x00"), int64(7))
	f.Add([]byte("\x08\x00\x00\x00\xff\xff\xff\xff"), int64(1)<<40)
	f.Fuzz(func(t *testing.T, p []byte, v int64) {
		if Validate(p) != nil {
			return
		}
		before := Len(p)
		_, found := Search(p, v)
		p = add(p, v)
		if err := Validate(p); err != nil {
			t.Fatal(err)
		}
		if found != (Len(p) == before) {
			t.Fatalf("%d was there: %v, but %d values became %d", v, found, before, Len(p))
		}
	})
}

func TestNoAllocations(t *testing.T) {
	p := empty()
	for i := range int64(512) {
		p = add(p, i*7)
	}
	p = p[:len(p):cap(p)]
	room := append(p, 0, 0)
	rng := rand.New(rand.NewPCG(1, 2))
	if n := testing.AllocsPerRun(1000, func() {
		v := rng.Int64N(512 * 7)
		if i, found := Search(room, v); !found {
			Insert(room, i, v)
			Delete(room, i)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSearch(b *testing.B) {
	p := empty()
	for i := range int64(512) {
		p = add(p, i*1000)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		Search(p, rng.Int64N(512_000))
	}
}
