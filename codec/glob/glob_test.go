package glob

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// matchCases where nocase is false were checked against KEYS of a Redis 7.0.15
// server, but for "*" alone, which KEYS does not match at all.
var matchCases = []struct {
	pattern, s string
	nocase     bool
	want       bool
}{
	{"", "", false, true},
	{"", "a", false, false},
	{"*", "", false, false},
	{"?", "", false, false},
	{"*", "a", false, true},
	{"**", "abc", false, true},
	{"a*", "a", false, true},
	{"a**", "a", false, true},
	{"*a", "a", false, true},
	{"*a", "ab", false, false},
	{"a*c", "abc", false, true},
	{"a*c", "ac", false, true},
	{"a*c", "abcd", false, false},
	{"a*b*c", "aXbXbXc", false, true},
	{"*a*a*", "aa", false, true},
	{"*a*a*", "a", false, false},
	{"h?llo", "hello", false, true},
	{"h?llo", "hllo", false, false},
	{"???", "abc", false, true},
	{"*???", "ab", false, false},
	{"h[ae]llo", "hallo", false, true},
	{"h[ae]llo", "hillo", false, false},
	{"h[^e]llo", "hallo", false, true},
	{"h[^e]llo", "hello", false, false},
	{"h[a-b]llo", "hbllo", false, true},
	{"h[b-a]llo", "hallo", false, true},
	{"[a-c]*", "d", false, false},
	{"[]", "a", false, false},
	{"[^]", "a", false, true},
	{"[^]", "ab", false, false},
	{"[]a]", "a]", false, false},
	{"[a", "a", false, true},
	{"[a", "b", false, false},
	{"[^a", "b", false, true},
	{"[", "a", false, false},
	{"[^", "a", false, true},
	{"[a-", "-", false, true},
	{"[a-]", "]", false, true},
	{"[a-]", "-", false, false},
	{"[a-]", "_", false, true},
	{"[-a]", "-", false, true},
	{"[\\]]", "]", false, true},
	{"[\\a-c]", "b", false, false},
	{"[\\a-c]", "-", false, true},
	{"[a\\", "\\", false, true},
	{"[*]", "*", false, true},
	{"[*]", "x", false, false},
	{"[^a-c]", "b", false, false},
	{"\\*", "*", false, true},
	{"\\*", "a", false, false},
	{"a\\", "a\\", false, true},
	{"a\\", "a", false, false},
	{"\\\\", "\\", false, true},
	{"\\[a]", "[a]", false, true},
	{"a", "A", false, false},
	{"[\xf0-\x10]", "\x00", false, true},
	{"[\xf0-\x10]", "\xff", false, true},
	{"[\xf0-\x10]", "\x20", false, false},
	{"a", "A", true, true},
	{"A?C", "abc", true, true},
	{"[A-C]", "b", true, true},
	{"[a]", "A", true, true},
	{"[\\a]", "A", true, false},
	{"[Z-a]", "b", true, false},
	{"\\a", "A", true, true},
	{"[^a]", "A", true, false},
	{"*max*", "proto-MAX-bulk", true, true},
}

func TestMatch(t *testing.T) {
	for _, tt := range matchCases {
		if got := Match([]byte(tt.pattern), []byte(tt.s), tt.nocase); got != tt.want {
			t.Errorf("Match(%q, %q, %v) = %v", tt.pattern, tt.s, tt.nocase, got)
		}
	}
}

// naiveMatch tries every length for every star: the definition, exponential.
func naiveMatch(pattern, s []byte, nocase bool) bool {
	if len(pattern) == 0 {
		return len(s) == 0
	}
	if pattern[0] == '*' {
		for i := 0; i <= len(s); i++ {
			if naiveMatch(pattern[1:], s[i:], nocase) {
				return true
			}
		}
		return false
	}
	if len(s) == 0 {
		return false
	}
	next, ok := matchOne(pattern, 0, s[0], nocase)
	return ok && naiveMatch(pattern[next:], s[1:], nocase)
}

func definition(pattern, s []byte, nocase bool) bool {
	if len(s) == 0 {
		return len(pattern) == 0
	}
	return naiveMatch(pattern, s, nocase)
}

func TestMatchAgreesWithDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SliceOfN(rapid.SampledFrom([]byte(`ab*?[]^-\A*`)), 0, 10).Draw(t, "pattern")
		s := rapid.SliceOfN(rapid.SampledFrom([]byte(`abA]-\`)), 0, 10).Draw(t, "s")
		nocase := rapid.Bool().Draw(t, "nocase")
		if got, want := Match(pattern, s, nocase), definition(pattern, s, nocase); got != want {
			t.Fatalf("Match(%q, %q, %v) = %v", pattern, s, nocase, got)
		}
	})
}

// TestManyStars would not end in the lifetime of a machine if every star were
// retried: the pattern has 2000 of them and just fails to match.
func TestManyStars(t *testing.T) {
	pattern := append(bytes.Repeat([]byte("a*"), 2000), 'b')
	s := bytes.Repeat([]byte("a"), 20000)
	start := time.Now()
	if Match(pattern, s, false) {
		t.Fatal("matched without a b")
	}
	if !Match(pattern, append(s, 'b'), false) {
		t.Fatal("did not match with a b")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Fatalf("took %v", took)
	}
}

func TestIsLiteral(t *testing.T) {
	for in, want := range map[string]bool{"": true, "abc": true, "a]^-c": true, "a*": false, "?": false, "[": false, "a\\": false} {
		if got := IsLiteral([]byte(in)); got != want {
			t.Errorf("IsLiteral(%q) = %v", in, got)
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	pattern, s := []byte("user:*:[a-z]?*"), []byte("user:1234567:sessions")
	if n := testing.AllocsPerRun(100, func() { Match(pattern, s, true) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzMatch(f *testing.F) {
	for _, tt := range matchCases {
		f.Add([]byte(tt.pattern), []byte(tt.s), tt.nocase)
	}
	f.Fuzz(func(t *testing.T, pattern, s []byte, nocase bool) {
		got := Match(pattern, s, nocase)
		if len(pattern)+len(s) > 24 {
			return // the definition would take too long
		}
		if want := definition(pattern, s, nocase); got != want {
			t.Fatalf("Match(%q, %q, %v) = %v", pattern, s, nocase, got)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	pattern, s := []byte("user:*:session"), []byte("user:123456789012:session")
	for b.Loop() {
		if !Match(pattern, s, false) {
			b.Fatal("no match")
		}
	}
}
