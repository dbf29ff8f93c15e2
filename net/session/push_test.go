package session

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// TestPushFrames adds random messages, some of them long, and compares the frames of
// both versions with what a writer of that version makes of the same. What was handed
// out stays as it is when the Push is used for others.
func TestPushFrames(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	type handed struct{ got, want []byte }
	var all []handed
	for range 300 {
		p := NewPush()
		writers := []*resp.Writer{{Proto: 2}, {Proto: 3}}
		for range 1 + rng.IntN(20) {
			size := rng.IntN(100)
			if rng.IntN(50) == 0 {
				size = rng.IntN(2 * pushKeeps)
			}
			channel, payload := []byte("channel"), []byte(strings.Repeat(string(rune('a'+rng.IntN(26))), size))
			p.Add("message", channel, payload)
			for _, w := range writers {
				w.Push(3)
				w.BulkString("message")
				w.Bulk(channel)
				w.Bulk(payload)
			}
		}
		if p.Size() != len(writers[0].Buf) {
			t.Fatalf("size %d, want %d", p.Size(), len(writers[0].Buf))
		}
		versions := []int{2, 3}
		rng.Shuffle(2, func(i, k int) { versions[i], versions[k] = versions[k], versions[i] })
		for _, proto := range versions[:1+rng.IntN(2)] {
			all = append(all, handed{p.frame(proto), writers[proto-2].Buf})
			if again := p.frame(proto); &again[0] != &all[len(all)-1].got[0] {
				t.Fatal("a frame is made twice")
			}
		}
		p.Release()
	}
	for i, h := range all {
		if !bytes.Equal(h.got, h.want) {
			t.Fatalf("frame %d of %d bytes is wrong, want %d bytes", i, len(h.got), len(h.want))
		}
	}
}

// TestPushOfOneVersion leaves encoded messages to clients of one version.
func TestPushOfOneVersion(t *testing.T) {
	p := NewFrames([]byte("two"), []byte("three"))
	p.Only(3)
	if p.frame(2) != nil || !slices.Equal(p.frame(3), []byte("three")) {
		t.Errorf("%q, %q", p.frame(2), p.frame(3))
	}
}
