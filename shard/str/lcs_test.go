package str

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
)

func TestLcs(t *testing.T) {
	run := "*2|*2|:4|:7|*2|:5|:8"
	conversation(t,
		[2]string{"MSET a ohmytext b mynewtext c 12 d 123", "+OK"},
		[2]string{"LCS a b", "$6|mytext"},
		[2]string{"LCS a b LEN", ":6"},
		[2]string{"LCS a b len LEN", ":6"},
		[2]string{"LCS c d", "$2|12"},
		[2]string{"LCS a a", "$8|ohmytext"},
		[2]string{"LCS a none", "$0|"},
		[2]string{"LCS none a LEN", ":0"},
		[2]string{"LCS none nil IDX", "*4|$7|matches|*0|$3|len|:0"},
		[2]string{"LCS a b IDX", "*4|$7|matches|*2|" + run + "|*2|*2|:2|:3|*2|:0|:1|$3|len|:6"},
		[2]string{"LCS a b IDX MINMATCHLEN 4", "*4|$7|matches|*1|" + run + "|$3|len|:6"},
		[2]string{"LCS a b IDX MINMATCHLEN 5", "*4|$7|matches|*0|$3|len|:6"},
		[2]string{"LCS a b MINMATCHLEN 3 MINMATCHLEN 4 IDX WITHMATCHLEN", "*4|$7|matches|*1|*3" + run[2:] + "|:4|$3|len|:6"},
		[2]string{"LCS c d IDX MINMATCHLEN -7", "*4|$7|matches|*1|*2|*2|:0|:1|*2|:0|:1|$3|len|:2"},
		[2]string{"LCS a b MINMATCHLEN 4 WITHMATCHLEN", "$6|mytext"},
		[2]string{"LCS a b LEN IDX", reply(command.ErrLCSOptions)},
		[2]string{"LCS a b MINMATCHLEN", reply(command.ErrSyntax)},
		[2]string{"LCS a b MINMATCHLEN x FOO", reply(command.ErrNotInteger)},
		[2]string{"LCS a b LEN IDX FOO", reply(command.ErrSyntax)},
	)
	h := commandtest.New(t, 1, Commands)
	h.Do("SET", "a", "x")
	h.Ctx.Proto = 3
	if got, want := h.Do("LCS", "a", "a", "IDX"), "%2|$7|matches|*1|*2|*2|:0|:0|*2|:0|:0|$3|len|:1"; got != commandtest.Wire(want) {
		t.Errorf("RESP3: %q", got)
	}
}

func TestLcsMemoryLimit(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	s := *h.Settings
	s.ProtoMaxBulkLen = 1 << 20 // 512 * 512 pairs
	h.Set(&s)
	h.Do("SET", "a", strings.Repeat("a", 511))
	h.Expect([2]string{"LCS a a LEN", ":511"})
	h.Do("SET", "b", strings.Repeat("a", 512))
	for _, options := range []string{"", "LEN", "IDX"} {
		h.Expect([2]string{"LCS a b " + options, reply(command.ErrLCSMemory)})
	}
	h.Do("SET", "long", strings.Repeat("a", 131071))
	h.Do("SET", "one", "a")
	h.Expect([2]string{"LCS long one", "$1|a"}, [2]string{"LCS one long LEN", ":1"})
}

// reference computes the runs with a table of lengths, as plainly as can be.
func reference(a, b string) (length int, runs []match) {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		for j := 1; i > 0 && j <= len(b); j++ {
			if a[i-1] == b[j-1] {
				table[i][j] = table[i-1][j-1] + 1
			} else {
				table[i][j] = max(table[i-1][j], table[i][j-1])
			}
		}
	}
	var run match
	for i, j := len(a), len(b); i > 0 && j > 0; {
		if a[i-1] == b[j-1] {
			i, j = i-1, j-1
			run = match{i, j, run.n + 1}
			if i > 0 && j > 0 {
				continue
			}
		} else if table[i-1][j] > table[i][j-1] {
			i--
		} else {
			j--
		}
		if run.n > 0 {
			runs, run = append(runs, run), match{}
		}
	}
	return table[len(a)][len(b)], runs
}

func TestAlignAgainstTable(t *testing.T) {
	const seed = 7
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	sizes := []int{0, 1, 2, 5, 63, 64, 65, 127, 128, 129, 200}
	for range 1500 {
		alphabet := 1 + rng.IntN(6)
		a := letters(rng, sizes[rng.IntN(len(sizes))], alphabet)
		b := letters(rng, sizes[rng.IntN(len(sizes))], alphabet)
		length, runs := reference(a, b)
		whole := align([]byte(a), []byte(b), true)
		var got []match
		var subsequence string
		whole.each(func(m match) {
			got = append(got, m)
			subsequence = a[m.a:m.a+m.n] + subsequence
			if a[m.a:m.a+m.n] != b[m.b:m.b+m.n] {
				t.Fatalf("%q %q: %v is no match", a, b, m)
			}
		})
		if whole.length() != length || !slices.Equal(got, runs) {
			t.Fatalf("%q %q:\n got %d %v\nwant %d %v", a, b, whole.length(), got, length, runs)
		}
		if short := align([]byte(a), []byte(b), false); short.length() != length || short.rows != nil {
			t.Fatalf("%q %q: length alone is %d, want %d", a, b, short.length(), length)
		}
		if string(whole.text()) != subsequence {
			t.Fatalf("%q %q: text %q, want %q", a, b, whole.text(), subsequence)
		}
	}
}

func letters(rng *rand.Rand, n, alphabet int) string {
	s := make([]byte, n)
	for i := range s {
		s[i] = byte('a' + rng.IntN(alphabet))
	}
	return string(s)
}

func BenchmarkAlign(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 0))
	for _, n := range []int{100, 1000, 11_000} {
		x, y := []byte(letters(rng, n, 20)), []byte(letters(rng, n, 20))
		b.Run(fmt.Sprintf("bytes=%d", n), func(b *testing.B) {
			for b.Loop() {
				align(x, y, true)
			}
		})
	}
}
