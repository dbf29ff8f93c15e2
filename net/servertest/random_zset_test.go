package servertest

import (
	"slices"
	"strconv"
	"strings"
)

// zsetMakers make commands for sorted sets. Those that go by the text of members
// have keys of their own, in which all scores are equal.
var zsetMakers = []maker{
	{20, "ZADD", matchExact, func(g *generator) []string {
		return slices.Concat([]string{g.key()}, g.some(zaddOptions, 2), g.scorePairs(4))
	}},
	{1, "ZADD", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.scorePairs(200)...) }},
	{3, "ZADD", matchExact, func(g *generator) []string {
		return slices.Concat([]string{g.key()}, strings.Fields(g.pick([]string{"INCR", "XX INCR", "NX INCR", "GT INCR", "incr"})), []string{g.score(), g.element()})
	}},
	{5, "ZADD", matchWhole, func(g *generator) []string { return append([]string{g.lexKey()}, g.lexPairs(6)...) }},
	{8, "ZINCRBY", matchExact, func(g *generator) []string { return []string{g.key(), g.score(), g.element()} }},
	{8, "ZREM", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(4)...) }},
	{4, "ZCARD", matchExact, oneKey},
	{6, "ZSCORE", matchExact, func(g *generator) []string { return []string{g.key(), g.element()} }},
	{4, "ZMSCORE", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(4)...) }},
	{5, "ZRANK", matchWhole, func(g *generator) []string { return []string{g.key(), g.element()} }},
	{5, "ZREVRANK", matchWhole, func(g *generator) []string { return []string{g.key(), g.element()} }},
	{5, "ZCOUNT", matchExact, func(g *generator) []string { return []string{g.key(), g.bound(), g.bound()} }},
	{5, "ZRANGE", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.index(), g.index()}, g.some(indexOptions, 2)...)
	}},
	{5, "ZRANGE", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.bound(), g.bound(), "BYSCORE"}, g.some(rangeOptions, 3)...)
	}},
	{4, "ZREVRANGE", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.index(), g.index()}, g.some([]string{"WITHSCORES", "!FOO"}, 1)...)
	}},
	{4, "ZRANGEBYSCORE", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.bound(), g.bound()}, g.some(scoreOptions, 2)...)
	}},
	{4, "ZREVRANGEBYSCORE", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.bound(), g.bound()}, g.some(scoreOptions, 2)...)
	}},
	{3, "ZRANGESTORE", matchExact, func(g *generator) []string {
		return append(append(twoKeys(g), g.index(), g.index()), g.some([]string{"REV", "!FOO", "!WITHSCORES"}, 1)...)
	}},
	{3, "ZRANGESTORE", matchExact, func(g *generator) []string {
		return append(append(twoKeys(g), g.bound(), g.bound(), "BYSCORE"), g.some([]string{"REV", "LIMIT 0 3", "LIMIT 1 -1"}, 2)...)
	}},
	{2, "ZREMRANGEBYRANK", matchExact, func(g *generator) []string { return []string{g.key(), g.index(), g.index()} }},
	{2, "ZREMRANGEBYSCORE", matchExact, func(g *generator) []string { return []string{g.key(), g.bound(), g.bound()} }},
	{4, "ZPOPMIN", matchExact, keyCount},
	{4, "ZPOPMAX", matchExact, keyCount},
	{4, "ZMPOP", matchExact, manyKeysAndEnd},
	{2, "BZPOPMIN", matchExact, func(g *generator) []string { return append(g.keys(3), shortTime) }},
	{2, "BZPOPMAX", matchExact, func(g *generator) []string { return append(g.keys(3), shortTime) }},
	{2, "BZMPOP", matchExact, func(g *generator) []string { return append([]string{shortTime}, manyKeysAndEnd(g)...) }},
	{3, "ZUNION", matchExact, func(g *generator) []string { return g.combined(true) }},
	{3, "ZINTER", matchExact, func(g *generator) []string { return g.combined(true) }},
	{3, "ZDIFF", matchExact, func(g *generator) []string {
		return append(countedKeys(g), g.some([]string{"WITHSCORES", "!FOO"}, 1)...)
	}},
	{3, "ZUNIONSTORE", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.combined(false)...) }},
	{3, "ZINTERSTORE", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.combined(false)...) }},
	{3, "ZDIFFSTORE", matchExact, func(g *generator) []string { return append([]string{g.key()}, countedKeys(g)...) }},
	{3, "ZINTERCARD", matchExact, func(g *generator) []string {
		return append(countedKeys(g), g.some([]string{"LIMIT 0", "LIMIT 2", "!LIMIT -1", "!LIMIT x"}, 1)...)
	}},
	{3, "ZLEXCOUNT", matchWhole, func(g *generator) []string { return []string{g.lexKey(), g.lexBound(), g.lexBound()} }},
	{4, "ZRANGE", matchWhole, func(g *generator) []string {
		return append([]string{g.lexKey(), g.lexBound(), g.lexBound(), "BYLEX"}, g.some([]string{"REV", "LIMIT 1 2", "!FOO"}, 2)...)
	}},
	{3, "ZRANGEBYLEX", matchWhole, func(g *generator) []string {
		return append([]string{g.lexKey(), g.lexBound(), g.lexBound()}, g.some([]string{"LIMIT 1 2", "LIMIT 0 -1", "!FOO"}, 1)...)
	}},
	{3, "ZREVRANGEBYLEX", matchWhole, func(g *generator) []string {
		return append([]string{g.lexKey(), g.lexBound(), g.lexBound()}, g.some([]string{"LIMIT 1 2", "LIMIT 0 -1", "!FOO"}, 1)...)
	}},
	{2, "ZREMRANGEBYLEX", matchWhole, func(g *generator) []string { return []string{g.lexKey(), g.lexBound(), g.lexBound()} }},
	{2, "ZRANDMEMBER", matchShape, func(g *generator) []string {
		return append([]string{g.key()}, g.some([]string{"0", "2", "-5", "3 WITHSCORES", "-3 WITHSCORES", "!x", "!1 FOO"}, 1)...)
	}},
	{2, "ZRANDMEMBER", matchWhole, func(g *generator) []string { return []string{g.key(), everything} }},
	{2, "ZSCAN", matchScan, func(g *generator) []string {
		return append([]string{g.key(), "0", "COUNT", everything}, g.some([]string{"MATCH *", "MATCH 1*", "MATCH no", "!FOO"}, 1)...)
	}},
	{3, "SADD", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(6)...) }},
}

var (
	zaddOptions  = []string{"NX", "XX", "GT", "LT", "CH", "ch", "!FOO"}
	indexOptions = []string{"WITHSCORES", "REV", "!LIMIT 0 1", "!FOO"}
	rangeOptions = []string{"WITHSCORES", "REV", "LIMIT 0 3", "LIMIT 1 -1", "LIMIT -1 2", "!FOO"}
	scoreOptions = []string{"WITHSCORES", "LIMIT 0 3", "LIMIT 1 -1", "!LIMIT x 2", "!FOO"}
)

func manyKeysAndEnd(g *generator) []string {
	args := append(countedKeys(g), g.pick([]string{"MIN", "MAX", "min"}))
	return append(args, g.some([]string{"COUNT 1", "COUNT 2", "COUNT 100", "!COUNT 0"}, 1)...)
}

// combined is the keys of a union or an intersection, and its options. What is
// stored has no weights that make a score -0: a listpack forgets the sign, and
// servers differ in when ZRANGESTORE's result is one.
func (g *generator) combined(scores bool) []string {
	args := countedKeys(g)
	if g.rnd.IntN(3) == 0 {
		args = append(args, "WEIGHTS")
		weights := []string{"1", "2", "0.5", "inf", "!x"}
		if scores {
			weights = append(weights, "-1", "0")
		}
		for range len(args) - 2 {
			args = append(args, g.mostly(weights...))
		}
	}
	args = append(args, g.some([]string{"AGGREGATE SUM", "AGGREGATE MIN", "AGGREGATE MAX", "!AGGREGATE FOO"}, 1)...)
	if scores {
		args = append(args, g.some([]string{"WITHSCORES"}, 1)...)
	}
	return args
}

func (g *generator) score() string {
	switch g.rnd.IntN(10) {
	case 0:
		return g.float()
	case 1:
		return g.integer()
	case 2:
		return g.mostly("inf", "-inf", "+inf", "0x10", "1e-310", "!nan", "!1e400", "!x")
	}
	return strconv.Itoa(g.rnd.IntN(20) - 5)
}

// scorePairs are scores and members in turn.
func (g *generator) scorePairs(most int) []string {
	var out []string
	for range 1 + g.rnd.IntN(most) {
		out = append(out, g.score(), g.element())
	}
	return out
}

// bound is an end of a range of scores.
func (g *generator) bound() string {
	switch g.rnd.IntN(8) {
	case 0:
		return "-inf"
	case 1:
		return "+inf"
	case 2:
		return g.mostly("(inf", "!x", "!(", "!(x", "!", "!nan")
	}
	return g.pick([]string{"", "", "("}) + strconv.Itoa(g.rnd.IntN(24)-7)
}

func (g *generator) lexKey() string { return "lex" + strconv.Itoa(g.rnd.IntN(4)) }

// lexPairs are members that all have the score 0.
func (g *generator) lexPairs(most int) []string {
	var out []string
	for range 1 + g.rnd.IntN(most) {
		out = append(out, "0", g.lexText())
	}
	return out
}

func (g *generator) lexText() string {
	text := strings.Repeat(string(rune('a'+g.rnd.IntN(6))), 1+g.rnd.IntN(3))
	if g.rnd.IntN(5) == 0 {
		return text + strconv.Itoa(g.rnd.IntN(100))
	}
	return text
}

// lexBound is an end of a range of texts.
func (g *generator) lexBound() string {
	switch g.rnd.IntN(8) {
	case 0:
		return "-"
	case 1:
		return "+"
	case 2:
		return g.mostly("[", "(", "!a", "!", "!++")
	}
	return g.pick([]string{"[", "("}) + g.lexText()
}
