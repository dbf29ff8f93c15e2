package lzf

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// text draws bytes that repeat themselves now and then.
func text(rt *rapid.T) []byte {
	seed := rapid.Uint64().Draw(rt, "seed")
	rng := rand.New(rand.NewPCG(seed, 1))
	var p []byte
	for len(p) < int(seed%50_000) {
		switch from := rng.IntN(len(p) + 1); rng.IntN(3) {
		case 0:
			p = append(p, p[from:min(from+rng.IntN(600), len(p))]...)
		case 1:
			p = append(p, bytes.Repeat([]byte{byte(rng.Uint32())}, rng.IntN(300))...)
		}
		p = append(p, byte(rng.Uint32()), byte(rng.Uint32()))
	}
	return p
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := text(rt)
		front := []byte("front")
		packed, ok := Append(front, p, 2*len(p)+10)
		if !ok || !bytes.HasPrefix(packed, front) {
			rt.Fatalf("gave up on %d bytes", len(p))
		}
		packed = packed[len(front):]
		got, err := Decompress(front[:len(front):len(front)], packed, len(p))
		if err != nil || !bytes.Equal(got[len(front):], p) {
			rt.Fatalf("%d bytes do not come back: %v", len(p), err)
		}
		for _, size := range []int{len(p) - 1, len(p) + 1} {
			if _, err := Decompress(nil, packed, size); !errors.Is(err, ErrCorrupt) {
				rt.Fatalf("%d bytes taken for %d", len(p), size)
			}
		}
		if len(packed) > 0 {
			if kept, ok := Append(front, p, len(packed)-1); ok || string(kept) != "front" {
				rt.Fatal("the limit does not count")
			}
		}
	})
}

func TestRatio(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
	}{
		{strings.Repeat("x", 100), 8},
		{strings.Repeat("abcdefgh", 1000), 120},
		{strings.Repeat("field:value ", 50), 24},
	} {
		packed, ok := Append(nil, []byte(c.text), len(c.text)-4)
		if !ok || len(packed) > c.most {
			t.Errorf("%.20s...: %d bytes become %d", c.text, len(c.text), len(packed))
		}
	}
}

// TestAsRedis decompresses what redis-server 7.0.15 made of some texts.
func TestAsRedis(t *testing.T) {
	for _, c := range []struct{ packed, text string }{
		{"\x01aa\xe0W\x00\x01aa", strings.Repeat("a", 100)},
		{"\x0ehello- world, h\xe0V\r\x01, ", strings.Repeat("hello- world, ", 8)},
	} {
		got, err := Decompress(nil, []byte(c.packed), len(c.text))
		if err != nil || string(got) != c.text {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestCorrupt(t *testing.T) {
	for _, c := range []struct {
		packed string
		size   int
	}{
		{"", 1},
		{"", -1},
		{"\x00", 1},
		{"\x05abc", 6},
		{"\x00a", 0},
		{"\x20", 3},
		{"\x20\x00", 3},
		{"\x00a\x20\x01", 4},
		{"\x00a\xe0", 10},
		{"\x00a\xe0\x05", 10},
		{"\x00a\x20\x00", 3},
		{"\x00a\xe0\xff\x00", 1 << 40},
	} {
		if got, err := Decompress(nil, []byte(c.packed), c.size); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%q as %d bytes: %q, %v", c.packed, c.size, got, err)
		}
	}
}

func TestMemoryGrowsWithTheText(t *testing.T) {
	packed := append([]byte("\x00a"), bytes.Repeat([]byte("\x00b"), 1<<20)...)
	if got, err := Decompress(nil, packed, 80<<20); err == nil || cap(got) > 4<<20 {
		t.Errorf("%d bytes set aside, %v", cap(got), err)
	}
}

func FuzzDecompress(f *testing.F) {
	f.Add([]byte("\x01aa\xe0\x57\x00\x01aa"), 100)
	f.Add([]byte("\x00a\x20\x00"), 4)
	f.Fuzz(func(t *testing.T, p []byte, size int) {
		got, err := Decompress(nil, p, size)
		if err != nil {
			return
		}
		if len(got) != size {
			t.Fatalf("%d bytes, not %d", len(got), size)
		}
		packed, ok := Append(nil, got, 2*len(got)+10)
		if again, err := Decompress(nil, packed, size); !ok || err != nil || !bytes.Equal(again, got) {
			t.Fatalf("%q does not come back: %v", got, err)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	p := []byte(strings.Repeat("some field:of some value, and another;", 200))
	var dst []byte
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		dst, _ = Append(dst[:0], p, len(p))
	}
}
