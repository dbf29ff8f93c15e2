package crc

import (
	"testing"

	"pgregory.net/rapid"
)

func TestCheckValue(t *testing.T) {
	if got := Sum64([]byte("123456789")); got != 0xe9c6d914c4b8d9ca {
		t.Errorf("got %x", got)
	}
	if got := Sum64(nil); got != 0 {
		t.Errorf("nothing has the sum %x", got)
	}
}

// slow is the definition, bit by bit.
func slow(p []byte) (crc uint64) {
	for _, b := range p {
		for i := range 8 {
			low := crc>>63 ^ uint64(b>>i&1)
			crc = crc<<1 ^ low*0xad93d23594c935a9
		}
	}
	reflected := uint64(0)
	for i := range 64 {
		reflected |= crc >> i & 1 << (63 - i)
	}
	return reflected
}

func TestAsDefined(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := rapid.SliceOfN(rapid.Byte(), 0, 100).Draw(rt, "bytes")
		cut := rapid.IntRange(0, len(p)).Draw(rt, "cut")
		want := slow(p)
		if got := Sum64(p); got != want {
			rt.Fatalf("%x, want %x", got, want)
		}
		if got := Update64(Sum64(p[:cut]), p[cut:]); got != want {
			rt.Fatalf("in two pieces %x, want %x", got, want)
		}
	})
}

func BenchmarkSum64(b *testing.B) {
	p := make([]byte, 64<<10)
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		Sum64(p)
	}
}
