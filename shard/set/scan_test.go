package set

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

// scanAll walks s to the end and returns the members as often as they came.
// between runs after each call.
func scanAll(t *testing.T, h *commandtest.Harness, options string, between func()) (members []string, calls int) {
	t.Helper()
	cursor := "0"
	for {
		reply := bulks(h.Dof("SSCAN s %s %s", cursor, options))
		cursor = reply[0]
		members = append(members, reply[1:]...)
		if calls++; cursor == "0" {
			slices.Sort(members)
			return members, calls
		}
		if calls > 100_000 {
			t.Fatal("the walk never ends")
		}
		between()
	}
}

func nothing() {}

func TestScanFindsEachOnce(t *testing.T) {
	for _, n := range []int{1, 100, 511, 3000} {
		for _, first := range []string{"", "x "} {
			h := commandtest.New(t, 1, Commands)
			want := strings.Fields(first + numbers(0, n))
			h.Dof("SADD s %s", strings.Join(want, " "))
			slices.Sort(want)
			flat := encoding(h, "s") != "hashtable"
			for _, count := range []int{1, 10, 500, math.MaxInt64} {
				got, calls := scanAll(t, h, fmt.Sprint("COUNT ", count), nothing)
				if !slices.Equal(got, want) {
					t.Errorf("%d members, COUNT %d: %d", n, count, len(got))
				}
				if (flat || count > n) != (calls == 1) {
					t.Errorf("%d members, COUNT %d: %d calls", n, count, calls)
				}
			}
		}
	}
}

func TestScanFindsWhatStays(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for i := range 1000 {
		h.Dof("SADD s stays:%d goes:%d", i, i)
	}
	n := 0
	got, _ := scanAll(t, h, "COUNT 20 MATCH stays:*", func() {
		for range 30 {
			h.Dof("SREM s goes:%d", n%1000)
			h.Dof("SADD s comes:%d", n)
			n++
		}
	})
	if got = slices.Compact(got); len(got) != 1000 {
		t.Errorf("%d of 1000 members seen", len(got))
	}
}

func TestScanReplies(t *testing.T) {
	const (
		cursor = "-ERR invalid cursor"
		syntax = "-ERR syntax error"
	)
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		putString(h, "str")
		h.Dof("SADD s 1 10 100 x")
		h.Expect([][2]string{
			{"SSCAN s 0", "*2|$1|0|*4|$1|1|$2|10|$3|100|$1|x"},
			{"SSCAN s 7 COUNT 1", "*2|$1|0|*4|$1|1|$2|10|$3|100|$1|x"},
			{"SSCAN s 0 MATCH 1*", "*2|$1|0|*3|$1|1|$2|10|$3|100"},
			{"SSCAN s 0 match ? count 3 MATCH 1?", "*2|$1|0|*1|$2|10"},
			{"SSCAN none 0", "*2|$1|0|*0"},
			{"SSCAN none 0 FOO", "*2|$1|0|*0"},
			{"SSCAN none x", cursor},
			{"SSCAN s x FOO", cursor},
			{"SSCAN str x", cursor},
			{"SSCAN str 0 FOO", wrongType},
			{"SSCAN s 0 FOO", syntax},
			{"SSCAN s 0 TYPE set", syntax},
			{"SSCAN s 0 COUNT 0", syntax},
			{"SSCAN s 0 COUNT", syntax},
			{"SSCAN s 0 MATCH", syntax},
			{"SSCAN s 0 COUNT x", "-ERR value is not an integer or out of range"},
		}...)
	})
}

// TestScanTakesAnyCursor passes cursors that no call has returned.
func TestScanTakesAnyCursor(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Dof("SADD s %s", numbers(0, 3000))
	for _, cursor := range []string{"", "-1", "+1", "00", "18446744073709551615", "9223372036854775807", "281474976710656", "12345678901"} {
		reply := h.Do("SSCAN", "s", cursor, "COUNT", "5")
		if n, ok := commandtest.Replies([]byte(reply)); n != 1 || !ok || reply[0] != '*' {
			t.Errorf("%q: %q", cursor, reply)
		}
	}
}
