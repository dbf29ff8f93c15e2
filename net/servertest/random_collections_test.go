package servertest

import (
	"strconv"
	"strings"
)

// everything is a count above the size of every random collection: random elements
// are then all of them.
const everything = "1000000"

// strangerMakers give keys values of other types, so that a suite meets them.
var strangerMakers = []maker{
	{1, "SET", matchExact, func(g *generator) []string { return []string{g.key(), g.value()} }},
	{1, "RPUSH", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(3)...) }},
	{1, "SADD", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(3)...) }},
	{1, "HSET", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.fieldPairs(3)...) }},
	{1, "ZADD", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.scorePairs(3)...) }},
	{1, "XADD", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.freshID()}, g.fieldPairs(2)...)
	}},
}

// hashMakers make commands for hashes.
var hashMakers = []maker{
	{20, "HSET", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.fieldPairs(4)...) }},
	{1, "HSET", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.fieldPairs(300)...) }},
	{3, "HMSET", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.fieldPairs(3)...) }},
	{5, "HSETNX", matchExact, func(g *generator) []string { return []string{g.key(), g.field(), g.value()} }},
	{12, "HGET", matchExact, keyField},
	{6, "HMGET", matchExact, keyFields},
	{6, "HGETALL", matchPairs, oneKey},
	{4, "HKEYS", matchSorted, oneKey},
	{4, "HVALS", matchSorted, oneKey},
	{10, "HDEL", matchExact, keyFields},
	{5, "HLEN", matchExact, oneKey},
	{3, "HSTRLEN", matchExact, keyField},
	{4, "HEXISTS", matchExact, keyField},
	{6, "HINCRBY", matchExact, func(g *generator) []string { return []string{g.key(), g.field(), g.integer()} }},
	{6, "HINCRBYFLOAT", matchExact, func(g *generator) []string { return []string{g.key(), g.field(), g.float()} }},
	{2, "HRANDFIELD", matchShape, func(g *generator) []string {
		return append([]string{g.key()}, g.some([]string{"0", "2", "-5", "3 WITHVALUES", "-3 WITHVALUES", "!x", "!1 FOO"}, 1)...)
	}},
	{2, "HRANDFIELD", matchWhole, func(g *generator) []string { return []string{g.key(), everything} }},
	{2, "HSCAN", matchScan, func(g *generator) []string {
		return append([]string{g.key(), "0", "COUNT", everything}, g.some([]string{"MATCH *", "MATCH f1*", "MATCH no", "!FOO"}, 1)...)
	}},
}

// setMakers make commands for sets.
var setMakers = []maker{
	{20, "SADD", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(5)...) }},
	// More than set-max-intset-entries in one command end an intset early since 7.2.
	{2, "SADD", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.integers(300)...) }},
	{1, "SADD", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.values(200)...) }},
	{10, "SREM", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(4)...) }},
	{5, "SMOVE", matchExact, func(g *generator) []string { return append(twoKeys(g), g.element()) }},
	{8, "SISMEMBER", matchExact, func(g *generator) []string { return []string{g.key(), g.element()} }},
	{5, "SMISMEMBER", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(4)...) }},
	{5, "SCARD", matchExact, oneKey},
	{6, "SMEMBERS", matchSorted, oneKey},
	{4, "SINTER", matchSorted, manyKeys},
	{4, "SUNION", matchSorted, manyKeys},
	{4, "SDIFF", matchSorted, manyKeys},
	{4, "SINTERSTORE", matchExact, manyKeys},
	{4, "SUNIONSTORE", matchExact, manyKeys},
	{4, "SDIFFSTORE", matchExact, manyKeys},
	{4, "SINTERCARD", matchExact, func(g *generator) []string {
		return append(countedKeys(g), g.some([]string{"LIMIT 0", "LIMIT 2", "!LIMIT -1", "!LIMIT x"}, 1)...)
	}},
	{2, "SPOP", matchWhole, func(g *generator) []string { return []string{g.key(), everything} }},
	{1, "SPOP", matchWhole, func(g *generator) []string { return []string{g.key(), g.pick([]string{"0", "-1", "x"})} }},
	{2, "SRANDMEMBER", matchShape, func(g *generator) []string {
		return append([]string{g.key()}, g.some([]string{"0", "2", "-5", "!x"}, 1)...)
	}},
	{2, "SRANDMEMBER", matchWhole, func(g *generator) []string { return []string{g.key(), everything} }},
	{2, "SSCAN", matchScan, func(g *generator) []string {
		return append([]string{g.key(), "0", "COUNT", everything}, g.some([]string{"MATCH *", "MATCH 1*", "MATCH no", "!FOO"}, 1)...)
	}},
}

func keyField(g *generator) []string  { return []string{g.key(), g.field()} }
func keyFields(g *generator) []string { return append([]string{g.key()}, g.fields(4)...) }
func manyKeys(g *generator) []string  { return g.keys(4) }

// countedKeys is a number of keys and the keys.
func countedKeys(g *generator) []string {
	keys := g.keys(3)
	return append([]string{strconv.Itoa(len(keys))}, keys...)
}

// field is the name of a field: few different ones, now and then one that is too
// long for a small hash.
func (g *generator) field() string {
	switch g.rnd.IntN(10) {
	case 0:
		return g.integer()
	case 1:
		return g.value()
	case 2:
		if g.rnd.IntN(20) == 0 {
			return strings.Repeat("F", g.pickInt(63, 64, 65, 2000))
		}
		return "f" + strconv.Itoa(g.rnd.IntN(500))
	}
	return "f" + strconv.Itoa(g.rnd.IntN(10))
}

func (g *generator) fields(most int) []string { return g.several(most, g.field) }

func (g *generator) integers(most int) []string { return g.several(most, g.integer) }

func (g *generator) values(most int) []string { return g.several(most, g.value) }

// several returns one to most texts of a kind.
func (g *generator) several(most int, one func() string) []string {
	var out []string
	for range 1 + g.rnd.IntN(most) {
		out = append(out, one())
	}
	return out
}

// fieldPairs are fields and values in turn.
func (g *generator) fieldPairs(most int) []string {
	var out []string
	for range 1 + g.rnd.IntN(most) {
		out = append(out, g.field(), g.value())
	}
	return out
}
