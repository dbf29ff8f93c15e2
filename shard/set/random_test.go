package set

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// kinds are sets of 40 members in each encoding.
func kinds() map[string]string {
	return map[string]string{
		"intset":    "SADD s " + numbers(0, 40),
		"listpack":  "SADD s x " + numbers(0, 39),
		"hashtable": "SADD s " + strings.Repeat("x", 65) + " " + numbers(0, 39),
	}
}

// uniform checks that each of 40 members was chosen about as often as the others:
// the sum of squared deviations over the expectation has 39 degrees of freedom and
// exceeds 90 by chance in one of 100,000 runs. Runs are the same every time.
func uniform(t *testing.T, what string, seen map[string]int) {
	t.Helper()
	total := 0
	for _, n := range seen {
		total += n
	}
	expected, sum := float64(total)/40, 0.0
	for _, n := range seen {
		sum += (float64(n) - expected) * (float64(n) - expected) / expected
	}
	sum += float64(40-len(seen)) * expected
	if sum > 90 {
		t.Errorf("%s: %.0f, with %d members chosen: %v", what, sum, len(seen), seen)
	}
}

func TestChoiceIsUniform(t *testing.T) {
	for enc, request := range kinds() {
		h := commandtest.New(t, 1, Commands)
		h.Dof("%s", request)
		if got := encoding(h, "s"); got != enc {
			t.Fatalf("%s: %s", request, got)
		}
		for _, ask := range []string{"SRANDMEMBER s", "SRANDMEMBER s 1", "SRANDMEMBER s 5", "SRANDMEMBER s 20", "SRANDMEMBER s -10", "SPOP s", "SPOP s 5", "SPOP s 39"} {
			seen := map[string]int{}
			for range 4000 / 5 {
				for _, m := range bulks(h.Dof("%s", ask)) {
					seen[m]++
				}
				if strings.HasPrefix(ask, "SPOP") {
					h.Dof("%s", request)
				}
			}
			// Choices of several members differ less than independent ones.
			uniform(t, enc+" "+ask, seen)
		}
	}
}

func TestCounts(t *testing.T) {
	const (
		positive = "-ERR value is out of range, must be positive"
		syntax   = "-ERR syntax error"
	)
	for _, request := range kinds() {
		h := commandtest.New(t, 1, Commands)
		h.Dof("%s", request)
		putString(h, "str")
		h.Expect([][2]string{
			{"SRANDMEMBER s 0", "*0"},
			{"SRANDMEMBER none", "$-1"},
			{"SRANDMEMBER none 3", "*0"},
			{"SRANDMEMBER none -9223372036854775807", "*0"},
			{"SRANDMEMBER s x", "-ERR value is not an integer or out of range"},
			{"SRANDMEMBER s 1 2", syntax},
			{"SRANDMEMBER s -9223372036854775808", "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"},
			{"SRANDMEMBER s -9223372036854775807", "-ERR value is out of range"},
			{"SRANDMEMBER str", wrongType},
			{"SRANDMEMBER str 1", wrongType},
			{"SPOP str", wrongType},
			{"SPOP str 1", wrongType},
			{"SPOP none", "$-1"},
			{"SPOP none 3", "*0"},
			{"SPOP s 0", "*0"},
			{"SPOP s -1", positive},
			{"SPOP s x", positive},
			{"SPOP str -1", positive},
			{"SPOP s 1 2", syntax},
			{"SCARD s", ":40"},
		}...)
		for _, ask := range []string{"SRANDMEMBER s 40", "SRANDMEMBER s 9223372036854775807", "SPOP s 9223372036854775807"} {
			got := bulks(h.Dof("%s", ask))
			slices.Sort(got)
			if len(slices.Compact(got)) != 40 {
				t.Errorf("%s: %d members", ask, len(got))
			}
		}
		if got := encoding(h, "s"); got != "none" {
			t.Errorf("all popped, but %s is left", got)
		}
	}
}

// A reply must not take more memory than the longest string may.
func TestDrawsAreLimited(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	s := keyspace.DefaultSettings()
	s.ProtoMaxBulkLen = 1 << 20
	h.Set(s)
	h.Dof("SADD s %s", strings.Repeat("x", 1000))
	if got := len(bulks(h.Dof("SRANDMEMBER s -1000"))); got != 1000 {
		t.Errorf("%d members", got)
	}
	for _, count := range []int64{-1100, -170_000, -1 << 40} {
		h.Expect([2]string{fmt.Sprintf("SRANDMEMBER s %d", count), "-ERR value is out of range"})
	}
	if c := cap(h.Ctx.Buf); c > 3<<20 {
		t.Errorf("the reply buffer has %d bytes", c)
	}
}

// Popping all of a big set, some at a time, gives every member once.
func TestPopEmptiesBigSets(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for _, request := range []string{"SADD s " + numbers(0, 20_000), "SADD s x " + numbers(0, 20_000)} {
		h.Dof("%s", request)
		n := strings.Count(request, " ") - 2
		seen := map[string]bool{}
		for step := 1; len(seen) < n; step++ {
			ask := "SPOP s"
			if step%2 == 0 {
				ask = fmt.Sprintf("SPOP s %d", step*7)
			}
			for _, m := range bulks(h.Dof("%s", ask)) {
				if seen[m] {
					t.Fatalf("%s: %q came twice", ask, m)
				}
				seen[m] = true
			}
			if step > n {
				t.Fatalf("%d members after %d steps", len(seen), step)
			}
		}
		if got := encoding(h, "s"); got != "none" {
			t.Errorf("%s is left", got)
		}
	}
}
