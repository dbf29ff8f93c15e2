package hash

import (
	"fmt"
	"strings"
	"testing"
)

// TestAllocations checks that the commands of the hot path allocate nothing once
// the reply buffer has its size.
func TestAllocations(t *testing.T) {
	h := newHarness(t, 1)
	value, longer := strings.Repeat("v", 30), strings.Repeat("w", 50)
	for _, key := range []string{"flat", "wide", "timed", "big", "bigtimed"} {
		for _, words := range [][]string{
			{"HSET", key, "field", value},
			{"HSET", key, "field", longer},
			{"HSET", key, "field", "7", "other", "8"},
			{"HSETNX", key, "field", "7"},
			{"HGET", key, "field"},
			{"HGET", key, "none"},
			{"HMGET", key, "field", "none", "17"},
			{"HEXISTS", key, "field"},
			{"HSTRLEN", key, "field"},
			{"HLEN", key},
			{"HDEL", key, "none"},
			{"HINCRBY", key, "number", "3"},
			{"HINCRBYFLOAT", key, "number", "0.5"},
			{"HGETALL", key},
			{"HSCAN", key, "0"},
			{"HRANDFIELD", key},
			{"HTTL", key, "FIELDS", "1", "field"},
			{"HEXPIRE", key, "100", "FIELDS", "1", "field"},
			{"HGETEX", key, "EX", "100", "FIELDS", "1", "field"},
		} {
			if (words[0] == "HGETEX" || words[0] == "HEXPIRE") && !strings.HasSuffix(key, "timed") {
				continue
			}
			h.Clear()
			fields := 10
			if strings.HasPrefix(key, "big") {
				fields = 2000
			}
			for i := range fields {
				h.Do("HSET", key, fmt.Sprint(i), value)
			}
			h.Do("HSET", key, "field", value, "number", "1")
			if key == "wide" {
				h.Do("HSET", key, "long", strings.Repeat("l", 100))
			}
			if strings.HasSuffix(key, "timed") {
				h.Do("HEXPIRE", key, "100", "FIELDS", "2", "number", "1")
			}
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
}

// TestChurnAllocations sets and removes a field over and over.
func TestChurnAllocations(t *testing.T) {
	h := newHarness(t, 1)
	for _, fields := range []int{10, 2000} {
		h.Clear()
		for i := range fields {
			h.Do("HSET", "k", fmt.Sprint(i), "value")
		}
		set, del := h.Row("HSET"), h.Row("HDEL")
		args := [][]byte{[]byte("HSET"), []byte("k"), []byte("field"), []byte("a longer value")}
		got := testing.AllocsPerRun(500, func() {
			h.Ctx.Buf = h.Ctx.Buf[:0]
			h.Run(set, args)
			h.Run(del, args[:3])
		})
		if got != 0 {
			t.Errorf("%d fields: %v allocations", fields, got)
		}
	}
}
