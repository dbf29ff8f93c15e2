package str

import (
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

// TestAllocations checks that the commands of the hot path allocate nothing once
// the reply buffer has its size.
func TestAllocations(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	value := strings.Repeat("v", 64)
	for _, words := range [][]string{
		{"GET", "text"},
		{"GET", "int"},
		{"GET", "none"},
		{"GET", "list"},
		{"SET", "text", value},
		{"SET", "int", "12345"},
		{"SET", "text", value, "EX", "100"},
		{"SET", "text", value, "PX", "100", "XX", "KEEPTTL"},
		{"SET", "text", value, "XX", "GET"},
		{"SETNX", "text", value},
		{"SETEX", "text", "100", value},
		{"GETSET", "text", value},
		{"GETEX", "int", "PX", "100000"},
		{"GETRANGE", "text", "3", "-3"},
		{"GETRANGE", "int", "0", "1"},
		{"SETRANGE", "text", "5", "abc"},
		{"STRLEN", "int"},
		{"INCR", "int"},
		{"DECRBY", "int", "17"},
		{"INCRBYFLOAT", "float", "0.5"},
		{"MGET", "text", "int", "none", "list"},
		{"MSET", "text", value, "int", "7"},
		{"MSETNX", "new", value, "int", "7"},
	} {
		h.Clear()
		plantList(h)
		h.Do("MSET", "text", value, "int", "100", "float", "1.25")
		row, args := h.Row(words...), make([][]byte, len(words))
		for i, w := range words {
			args[i] = []byte(w)
		}
		got := testing.AllocsPerRun(200, func() {
			h.Ctx.Buf = h.Ctx.Buf[:0]
			h.Run(row, args)
		})
		if got != 0 {
			t.Errorf("%.60q: %v allocations", words, got)
		}
	}
}

// TestChurnAllocations sets and removes a key over and over.
func TestChurnAllocations(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	set, del := h.Row("SET"), h.Row("GETDEL")
	args := [][]byte{[]byte("SET"), []byte("key"), []byte(strings.Repeat("v", 64))}
	got := testing.AllocsPerRun(200, func() {
		h.Ctx.Buf = h.Ctx.Buf[:0]
		h.Run(set, args)
		h.Run(del, args[:2])
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}

// The benchmarks measure a handler and the look-up below it, on one key that
// stays in the cache.
func benchmark(b *testing.B, words ...string) {
	h := commandtest.New(b, 1, Commands)
	h.Do("SET", "key", strings.Repeat("v", 64))
	row, args := h.Row(words...), make([][]byte, len(words))
	for i, w := range words {
		args[i] = []byte(w)
	}
	b.ReportAllocs()
	for b.Loop() {
		h.Ctx.Buf = h.Ctx.Buf[:0]
		h.Run(row, args)
	}
}

func BenchmarkGet(b *testing.B)    { benchmark(b, "GET", "key") }
func BenchmarkSet(b *testing.B)    { benchmark(b, "SET", "key", strings.Repeat("w", 64)) }
func BenchmarkSetEX(b *testing.B)  { benchmark(b, "SET", "key", strings.Repeat("w", 64), "EX", "9") }
func BenchmarkIncr(b *testing.B)   { benchmark(b, "INCR", "counter") }
func BenchmarkStrlen(b *testing.B) { benchmark(b, "STRLEN", "key") }
