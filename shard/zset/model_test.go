package zset

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/set"
)

// requests are requests to three sorted sets and a plain one; those about names
// go to a sorted set of equal scores. No score is minus zero, which only big sets
// keep.
func requests() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		pick := func(words ...string) string { return rapid.SampledFrom(words).Draw(t, "word") }
		number := func(lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, "number") }
		key := func() string { return pick("a", "b", "c") }
		member := func() string { return pick("m", "", "-", "long") + fmt.Sprint(number(0, 20)) }
		score := func() string { return pick("", "", "-") + fmt.Sprint(number(1, 9)) + pick("", "", ".5", "e100") }
		bound := func() string { return pick("", "(") + score() }
		name := func() string { return pick("-", "+", "["+member(), "("+member()) }
		limit := func() string { return pick("", "", fmt.Sprintf(" LIMIT %d %d", number(-1, 5), number(-1, 9))) }
		sources := func() string { return pick("1 a", "2 a b", "2 b s", "3 c a b", "2 a a") }
		weights := func() string {
			return pick("", "", " AGGREGATE MIN", " AGGREGATE MAX") + pick("", "", " WEIGHTS 2")
		}
		switch number(0, 19) {
		case 0, 1, 2, 3:
			return "ZADD " + key() + pick("", "", " NX", " XX", " GT", " LT", " CH", " CH GT") +
				strings.Repeat(" "+score()+" "+member()+" "+score()+" "+member(), number(1, 3))
		case 4:
			return "ZADD lex 0 " + member() + " 0 " + member() + " 0 " + member()
		case 5:
			return "ZINCRBY " + key() + " " + score() + " " + member()
		case 6:
			return "ZREM " + key() + " " + member() + " " + member()
		case 7:
			return pick("ZRANK ", "ZREVRANK ") + key() + " " + member() + " WITHSCORE"
		case 8:
			return "ZMSCORE " + key() + " " + member() + " " + member()
		case 9:
			return "ZRANGE " + key() + fmt.Sprintf(" %d %d", number(-9, 9), number(-9, 9)) + pick("", " REV") + " WITHSCORES"
		case 10:
			return "ZRANGE " + key() + " " + bound() + " " + bound() + " BYSCORE" + pick("", " REV") + limit()
		case 11:
			return "ZRANGE lex " + name() + " " + name() + " BYLEX" + pick("", " REV") + limit()
		case 12:
			return "ZREMRANGEBYLEX lex " + name() + " " + name()
		case 13:
			return "ZREMRANGEBYSCORE " + key() + " " + bound() + " " + bound()
		case 14:
			return "ZREMRANGEBYRANK " + key() + fmt.Sprintf(" %d %d", number(-9, 9), number(-9, 9))
		case 15:
			return pick("ZPOPMIN ", "ZPOPMAX ") + key() + fmt.Sprintf(" %d", number(0, 5))
		case 16:
			return pick("ZUNION ", "ZINTER ") + sources() + weights() + " WITHSCORES"
		case 17:
			return pick("ZUNIONSTORE ", "ZINTERSTORE ") + key() + " " + sources()
		case 18:
			return "ZCOUNT " + key() + " " + bound() + " " + bound()
		default:
			return pick("ZDIFF "+sources()+" WITHSCORES", "SADD s "+member()+" "+member(), "ZINTERCARD "+sources(),
				"ZRANGESTORE "+key()+" "+key()+" 0 5", "ZLEXCOUNT lex "+name()+" "+name())
		}
	})
}

// TestEncodingsAgree sends the same requests to sets that are big from the first
// member on, that become big, and that stay small: the replies are the same, and
// what big sets are made of is sound all the time.
func TestEncodingsAgree(t *testing.T) {
	limits := []int{0, 5, 10, 1000}
	harnesses := make([]*commandtest.Harness, len(limits))
	for i := range harnesses {
		harnesses[i] = commandtest.New(t, 1+i%2, Commands, set.Commands)
		limit(harnesses[i], limits[i])
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, h := range harnesses {
			h.Clear()
		}
		for range rapid.IntRange(1, 80).Draw(t, "requests") {
			request := requests().Draw(t, "request")
			want := harnesses[0].Dof("%s", request)
			for i, h := range harnesses[1:] {
				if got := h.Dof("%s", request); got != want {
					t.Fatalf("%s\nlimit %d: %q\nlimit 0: %q", request, limits[i+1], got, want)
				}
			}
		}
		for _, h := range harnesses {
			for _, name := range []string{"a", "b", "c", "lex"} {
				e := h.Key(name).Glance()
				if !e.Exists() {
					continue
				}
				if s, ok := e.Object().(*Sorted); ok {
					verify(t, s)
				}
			}
		}
	})
}
