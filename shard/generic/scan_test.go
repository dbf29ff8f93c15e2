package generic

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

// words returns the strings of a reply.
func words(reply string) (list []string) {
	lines := strings.Split(reply, "\r\n")
	for i := 0; i+1 < len(lines); i++ {
		if strings.HasPrefix(lines[i], "$") && lines[i] != "$-1" {
			list = append(list, lines[i+1])
			i++
		}
	}
	return list
}

// walk runs SCAN to its end and returns the keys, in order, and how many calls it
// took. between runs after each call.
func walk(t *testing.T, h *commandtest.Harness, options string, between func()) (keys []string, calls int) {
	t.Helper()
	cursor := "0"
	for {
		reply := words(h.Dof("SCAN %s %s", cursor, options))
		cursor = reply[0]
		keys = append(keys, reply[1:]...)
		if calls++; cursor == "0" {
			slices.Sort(keys)
			return keys, calls
		}
		if calls > 100_000 {
			t.Fatal("the walk never ends")
		}
		between()
	}
}

func nothing() {}

func TestScanFindsEachKeyOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		var want []string
		for i := range 3000 {
			name := fmt.Sprintf("key:%04d", i)
			h.Do("PUT", name, "v")
			want = append(want, name)
		}
		last := math.MaxInt
		for _, count := range []int{1, 10, 500, math.MaxInt64} {
			keys, calls := walk(t, h, fmt.Sprint("COUNT ", count), nothing)
			if !slices.Equal(keys, want) {
				t.Errorf("COUNT %d: %d keys", count, len(keys))
			}
			if calls >= last && calls > len(h.Spaces) {
				t.Errorf("COUNT %d: %d calls, with a smaller one %d", count, calls, last)
			}
			last = calls
		}
		if last != len(h.Spaces) {
			t.Errorf("%d calls for %d shards", last, len(h.Spaces))
		}
	})
}

func TestScanFindsWhatStays(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		for i := range 1000 {
			h.Dof("PUT stays:%d v", i)
			h.Dof("PUT goes:%d v", i)
		}
		n := 0
		keys, _ := walk(t, h, "COUNT 20 MATCH stays:*", func() {
			for range 30 {
				h.Dof("DEL goes:%d", n%1000)
				h.Dof("PUT comes:%d v", n)
				n++
			}
		})
		if keys = slices.Compact(keys); len(keys) != 1000 {
			t.Errorf("%d of 1000 keys seen", len(keys))
		}
	})
}

func TestScanFilters(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		for i := range 100 {
			h.Dof("PUT s:%d v", i)
			h.Dof("PUT l:%d @v", i)
		}
		h.Dof("PUT s:expired v %d", h.Now())
		for options, want := range map[string]int{
			"": 200, "MATCH *": 200, "MATCH s:*": 100, "MATCH ?:7": 2, "MATCH s:7": 1, "MATCH nothing": 0, "MATCH x MATCH s:*": 100,
			"TYPE string": 100, "TYPE LIST": 100, "TYPE list MATCH s:*": 0, "TYPE set": 0, "TYPE foo": 0, "type none": 0,
			"COUNT 3 match l:1? type list count 5": 10,
		} {
			if keys, _ := walk(t, h, options, nothing); len(keys) != want {
				t.Errorf("%s: %d keys, want %d: %v", options, len(keys), want, keys)
			}
		}
	})
}

func TestScanErrors(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		const (
			cursor = "-ERR invalid cursor"
			syntax = "-ERR syntax error"
		)
		h.Expect([][2]string{
			{"SCAN x", cursor},
			{"SCAN 1x", cursor},
			{"SCAN 18446744073709551616", cursor},
			{"SCAN x FOO", cursor},
			{"SCAN 0 FOO", syntax},
			{"SCAN 0 MATCH", syntax},
			{"SCAN 0 COUNT", syntax},
			{"SCAN 0 TYPE", syntax},
			{"SCAN 0 COUNT 0", syntax},
			{"SCAN 0 COUNT -1", syntax},
			{"SCAN 0 COUNT 0 FOO", syntax},
			{"SCAN 0 COUNT x", "-ERR value is not an integer or out of range"},
			{"SCAN", "-ERR wrong number of arguments for 'scan' command"},
		}...)
	})
}

// TestScanTakesAnyCursor passes cursors that no call has returned.
func TestScanTakesAnyCursor(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		for i := range 1000 {
			h.Dof("PUT %d v", i)
		}
		for _, cursor := range []string{"", "-1", "+1", "00", "18446744073709551615", "9223372036854775807", "281474976710656", "12345678901"} {
			reply := h.Do("SCAN", cursor, "COUNT", "5")
			if n, ok := commandtest.Replies([]byte(reply)); n != 1 || !ok || reply[0] != '*' {
				t.Errorf("%q: %q", cursor, reply)
			}
			if next, err := strconv.ParseUint(words(reply)[0], 10, 64); err != nil || next/uint64(len(h.Spaces)) >= positions {
				t.Errorf("%q is followed by %d, %v", cursor, next, err)
			}
		}
	})
}

func TestScanShard(t *testing.T) {
	for _, c := range []struct {
		cursor       string
		shards, want int
	}{{"0", 8, 0}, {"7", 8, 7}, {"8", 8, 0}, {"8003", 8, 3}, {"18446744073709551615", 8, 7}, {"x", 8, 0}, {"", 8, 0}, {"5", 1, 0}} {
		if got := ScanShard([]byte(c.cursor), c.shards); got != c.want {
			t.Errorf("cursor %q of %d shards goes to %d, want %d", c.cursor, c.shards, got, c.want)
		}
	}
}

func TestKeysAndDbsize(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		h.Expect([][2]string{{"KEYS *", "*0"}, {"DBSIZE", ":0"}}...)
		for i := range 300 {
			h.Dof("PUT key:%d v", i)
		}
		h.Do("PUT", "", "v")
		h.Do("PUT", "{tag}x", "v")
		for pattern, want := range map[string]int{
			"*": 302, "key:*": 300, "key:7": 1, "key:?": 10, "key:[1-3]": 3, "": 1, "{tag}x": 1, "{tag}y": 0, "nothing": 0, `key:\7`: 1,
		} {
			reply := h.Do("KEYS", pattern)
			if got := len(words(reply)); got != want || !strings.HasPrefix(reply, fmt.Sprintf("*%d\r\n", want)) {
				t.Errorf("%q: %d keys, want %d", pattern, got, want)
			}
		}
		h.Expect([2]string{"DBSIZE", ":302"})
	})
}

func TestRandomkeyIsFairAmongShards(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		h.Expect([2]string{"RANDOMKEY", "$-1"})
		const keys, draws = 40, 4000
		for i := range keys {
			h.Dof("PUT %d v", i)
		}
		seen := map[string]int{}
		for range draws {
			seen[words(h.Do("RANDOMKEY"))[0]]++
		}
		if len(seen) != keys {
			t.Errorf("%d of %d keys were drawn", len(seen), keys)
		}
		for name, n := range seen {
			if n < draws/keys/3 || n > draws/keys*3 {
				t.Errorf("key %s was drawn %d times of %d", name, n, draws)
			}
		}
	})
}

// TestRandomkeyFindsTheOneAlive has shards that hold nothing but expired keys.
func TestRandomkeyFindsTheOneAlive(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		for i := range 500 {
			h.Dof("PUT %d v %d", i, h.Now()+1)
		}
		h.Do("PUT", "alive", "v")
		h.Advance(1)
		for range 20 {
			h.Expect([2]string{"RANDOMKEY", "$5|alive"})
		}
	})
}
