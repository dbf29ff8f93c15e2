package keyhash

import (
	"fmt"
	"testing"
)

func TestTag(t *testing.T) {
	for key, want := range map[string]string{
		"plain": "plain", "{user}.a": "user", "x{user}y": "user", "{}x": "{}x",
		"a{": "a{", "a{b": "a{b", "{{a}}": "{a", "}{a}": "a", "": "",
	} {
		if got := string(Tag([]byte(key))); got != want {
			t.Errorf("Tag(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestShardFollowsTag(t *testing.T) {
	h := New(42, 7)
	tag := []byte("{order:17}")
	want := h.Shard(tag, h.Sum(tag))
	for i := range 1000 {
		key := fmt.Appendf(nil, "{order:17}:%d", i)
		if got := h.Shard(key, h.Sum(key)); got != want {
			t.Fatalf("key %q on shard %d, its tag on %d", key, got, want)
		}
	}
}

func TestShardsAreEven(t *testing.T) {
	const shards, keys = 7, 70000
	h := New(1, shards)
	var count [shards]int
	for i := range keys {
		key := fmt.Appendf(nil, "key:%d", i)
		count[h.Shard(key, h.Sum(key))]++
	}
	for s, n := range count {
		if n < keys/shards*9/10 || n > keys/shards*11/10 {
			t.Errorf("shard %d has %d of %d keys", s, n, keys)
		}
	}
}

func TestSeedChangesHash(t *testing.T) {
	if New(1, 1).Sum([]byte("k")) == New(2, 1).Sum([]byte("k")) {
		t.Error("two seeds gave one hash")
	}
}

func TestSumAllocatesNothing(t *testing.T) {
	h, key := New(7, 3), []byte("a key of ordinary length")
	if n := testing.AllocsPerRun(100, func() { h.Shard(key, h.Sum(key)) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSum(b *testing.B) {
	h := New(7, 3)
	for _, n := range []int{8, 16, 32, 64} {
		key := make([]byte, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				h.Sum(key)
			}
		})
	}
}
