package hash

import (
	"bufio"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// fill sets fields 0 to n-1 of a hash.
func fill(h *commandtest.Harness, key string, n int) {
	for i := range n {
		h.Do("HSET", key, fmt.Sprint(i), fmt.Sprint("v", i))
	}
}

func parse(t *testing.T, reply string) resp.Value {
	t.Helper()
	v, err := resp.ReadReply(bufio.NewReader(strings.NewReader(reply)))
	if err != nil {
		t.Fatalf("%q: %v", reply, err)
	}
	return v
}

func TestEncodings(t *testing.T) {
	h := newHarness(t, 1)
	long := strings.Repeat("x", 65)
	h.Set(func() *keyspace.Settings {
		s := keyspace.DefaultSettings()
		s.HashMaxListpackEntries = 3
		return s
	}())
	h.Expect(
		[2]string{"HSET k a 1 b 2 c 3", ":3"}, [2]string{"OBJECT ENCODING k", "$8|listpack"},
		[2]string{"HSET k d 4", ":1"}, [2]string{"OBJECT ENCODING k", "$9|hashtable"},
		[2]string{"HDEL k a b c", ":3"}, [2]string{"OBJECT ENCODING k", "$9|hashtable"},
		[2]string{"HSET v a " + long, ":1"}, [2]string{"OBJECT ENCODING v", "$9|hashtable"},
		[2]string{"HEXPIRE v 10 FIELDS 1 a", "*1|:1"}, [2]string{"OBJECT ENCODING v", "$9|hashtable"},
		[2]string{"HSET f " + long + " 1", ":1"}, [2]string{"OBJECT ENCODING f", "$9|hashtable"},
		[2]string{"HSET x a 1 b 2", ":2"}, [2]string{"HEXPIRE x 10 FIELDS 1 a", "*1|:1"},
		[2]string{"OBJECT ENCODING x", "$10|listpackex"}, [2]string{"HPERSIST x FIELDS 1 a", "*1|:1"},
		[2]string{"OBJECT ENCODING x", "$10|listpackex"}, [2]string{"HSET x c 3 d 4", ":2"},
		[2]string{"OBJECT ENCODING x", "$9|hashtable"},
	)
}

// TestScan checks that HSCAN gives every field of a big hash once while nothing
// changes, in steps of about COUNT.
func TestScan(t *testing.T) {
	h := newHarness(t, 1)
	fill(h, "k", 3000)
	seen, cursor := map[string]bool{}, "0"
	for {
		v := parse(t, h.Do("HSCAN", "k", cursor, "COUNT", "100", "NOVALUES"))
		for _, e := range v.Elems[1].Elems {
			if seen[e.Str] {
				t.Fatalf("%s comes twice", e.Str)
			}
			seen[e.Str] = true
		}
		if n := len(v.Elems[1].Elems); n > 200 {
			t.Fatalf("%d fields for COUNT 100", n)
		}
		if cursor = v.Elems[0].Str; cursor == "0" {
			break
		}
	}
	if len(seen) != 3000 {
		t.Errorf("%d fields", len(seen))
	}
}

// TestRandom checks that fields are drawn uniformly, in every layout and by every
// form of HRANDFIELD, with a chi-squared test.
func TestRandom(t *testing.T) {
	h := newHarness(t, 1)
	for _, fields := range []int{8, 1000} {
		fill(h, "k", fields)
		for _, count := range []string{"", "-7", "3", fmt.Sprint(fields * 3 / 4)} {
			counts, total := map[string]int{}, 0
			for total < 100*fields {
				words := []string{"HRANDFIELD", "k"}
				if count != "" {
					words = append(words, count)
				}
				v := parse(t, h.Do(words...))
				if count == "" {
					v = resp.Value{Elems: []resp.Value{v}}
				}
				for _, e := range v.Elems {
					counts[e.Str]++
				}
				total += len(v.Elems)
			}
			chi, mean := 0.0, float64(total)/float64(fields)
			for i := range fields {
				off := float64(counts[fmt.Sprint(i)]) - mean
				chi += off * off / mean
			}
			// Different fields of one reply vary less than this, never more.
			if k := float64(fields); chi > k+6*math.Sqrt(2*k) {
				t.Errorf("%d fields, count %q: chi squared is %.0f", fields, count, chi)
			}
		}
	}
}

// TestRandomReply checks the forms of the reply and that a short request cannot
// ask for a huge one.
func TestRandomReply(t *testing.T) {
	h := newHarness(t, 1)
	s := keyspace.DefaultSettings()
	s.ProtoMaxBulkLen = 1 << 20
	h.Set(s)
	h.Expect(
		[2]string{"HSET k a 1", ":1"},
		[2]string{"HRANDFIELD k 5 WITHVALUES", "*2|$1|a|$1|1"},
		[2]string{"HRANDFIELD k -2", "*2|$1|a|$1|a"},
		[2]string{"HRANDFIELD k -4611686018427387903", "-ERR value is out of range"},
		[2]string{"HRANDFIELD k -200000", "-ERR value is out of range"},            // too many
		[2]string{"HRANDFIELD k -150000 WITHVALUES", "-ERR value is out of range"}, // too long
	)
	h.Ctx.Proto = 3
	h.Expect(
		[2]string{"HRANDFIELD k -2 WITHVALUES", "*2|*2|$1|a|$1|1|*2|$1|a|$1|1"},
		[2]string{"HRANDFIELD k 9 WITHVALUES", "*1|*2|$1|a|$1|1"},
		[2]string{"HGETALL k", "%1|$1|a|$1|1"},
		[2]string{"HGET k none", "_"},
	)
}

// TestDeadlinesMove checks that deadlines survive COPY and RENAME, between shards
// as well, and that the new key is swept.
func TestDeadlinesMove(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		for _, fields := range []int{2, 2000} {
			h.Clear()
			fill(h, "k", fields)
			h.Do("HPEXPIRE", "k", "50", "FIELDS", "1", "1")
			h.Expect(
				[2]string{"COPY k copy", ":1"}, [2]string{"RENAME k renamed", "+OK"},
				[2]string{"HPTTL copy FIELDS 1 1", "*1|:50"}, [2]string{"HPTTL renamed FIELDS 1 1", "*1|:50"},
			)
			h.Advance(50)
			sweep(h)
			var removed int64
			for _, ks := range h.Spaces {
				removed += ks.Stats.ExpiredElements
				ks.Stats.ExpiredElements = 0
			}
			if removed != 2 {
				t.Errorf("%d fields of %d were removed", removed, fields)
			}
			h.Expect([2]string{"HLEN copy", fmt.Sprint(":", fields-1)}, [2]string{"HLEN renamed", fmt.Sprint(":", fields-1)})
		}
	})
}

// TestSweepSteps lets all fields of a big hash end at once: no step removes more
// than a bounded part, readers see none of them, and the key goes in the end.
func TestSweepSteps(t *testing.T) {
	h := newHarness(t, 1)
	const fields = 50000
	words := []string{"HSETEX", "k", "PX", "10", "FIELDS", fmt.Sprint(fields)}
	for i := range fields {
		words = append(words, fmt.Sprint(i), "v")
	}
	h.Do(words...)
	h.Advance(10)
	h.Expect([2]string{"HGET k 77", "$-1"}, [2]string{"HGETALL k", "*0"}, [2]string{"HKEYS k", "*0"}, [2]string{"HSETNX k 77 x", ":1"})
	ks, steps := h.Spaces[0], 0
	last := ks.Stats.ExpiredElements
	for ks.Begin(h.Now()); ks.ExpireStep(); steps++ {
		if removed := ks.Stats.ExpiredElements - last; removed > 64 {
			t.Fatalf("%d fields in one step", removed)
		}
		last = ks.Stats.ExpiredElements
	}
	if steps < 5 {
		t.Errorf("%d steps", steps)
	}
	h.Expect([2]string{"HGETALL k", "*2|$2|77|$1|x"}, [2]string{"HLEN k", ":1"})
	if n := ks.Stats.ExpiredElements; n != fields {
		t.Errorf("%d fields were removed", n)
	}
}

// TestAccounts checks that the keyspace counts what a big hash takes, and nothing
// when it is gone.
func TestAccounts(t *testing.T) {
	h := newHarness(t, 1)
	objects := func() (n int64) {
		h.Spaces[0].Each(func(db *keyspace.DB) {
			stats := db.StoreStats()
			n += db.UsedBytes() - stats.LiveBytes - stats.IndexBytes
		})
		return n
	}
	for _, last := range []string{"HDEL", "HGETDEL"} {
		fill(h, "k", 2000)
		h.Do("HSET", "k", "1", strings.Repeat("x", 5000))
		if got := objects(); got < 30000 {
			t.Errorf("%d bytes for 2000 fields", got)
		}
		for i := range 2000 {
			if last == "HDEL" {
				h.Do("HDEL", "k", fmt.Sprint(i))
			} else {
				h.Do("HGETDEL", "k", "FIELDS", "1", fmt.Sprint(i))
			}
		}
		if got := objects(); got != 0 {
			t.Errorf("%d bytes are left after %s", got, last)
		}
	}
}
