package servertest

import (
	"slices"
	"strconv"
)

// sortMakers make SORT and what it works on: lists L0 to L3, sets S0 to S3, sorted
// sets Z0 to Z3, and for every element a weight w_element and a hash h_element.
var sortMakers = []maker{
	{10, "RPUSH", matchExact, func(g *generator) []string { return append([]string{g.source("L")}, g.sortable(6)...) }},
	{8, "SADD", matchExact, func(g *generator) []string { return append([]string{g.source("S")}, g.sortable(6)...) }},
	{8, "ZADD", matchWhole, func(g *generator) []string {
		args := []string{g.source("Z")}
		for _, element := range g.sortable(6) {
			args = append(args, strconv.Itoa(g.rnd.IntN(5)), element)
		}
		return args
	}},
	{10, "SET", matchWhole, func(g *generator) []string { return []string{"w_" + g.sortable(1)[0], g.weight()} }},
	{10, "HSET", matchWhole, func(g *generator) []string {
		return []string{"h_" + g.sortable(1)[0], g.pick([]string{"a", "b"}), g.weight()}
	}},
	{2, "DEL", matchExact, func(g *generator) []string {
		return []string{g.pick([]string{"w_", "h_"}) + g.sortable(1)[0], g.source(g.pick([]string{"L", "S", "Z"}))}
	}},
	{15, "SORT", matchExact, func(g *generator) []string { return g.sort("L", false, true) }},
	{4, "SORT", matchExact, func(g *generator) []string { return g.sort("L", true, false) }},
	{10, "SORT", matchExact, func(g *generator) []string { return g.sort("Z", false, true) }},
	{10, "SORT", matchExact, func(g *generator) []string { return g.sort("S", false, true) }},
	{3, "SORT", matchSorted, func(g *generator) []string {
		return append([]string{g.source(g.pick([]string{"S", "Z"})), "BY", g.pick([]string{"w_*", "h_*->a"}), "ALPHA"}, g.some(sortGets, 1)...)
	}},
	{4, "SORT", matchExact, func(g *generator) []string {
		return append([]string{g.source(g.pick([]string{"L", "Z"})), "BY", "nosort"}, g.some(slices.Concat(sortGets, sortLimits, []string{"DESC", "STORE L3"}), 4)...)
	}},
	{3, "SORT", matchSorted, func(g *generator) []string {
		return append([]string{g.source("S"), "BY", "nosort"}, g.some(append(sortGets, "DESC"), 2)...)
	}},
	{2, "SORT", matchExact, func(g *generator) []string {
		return append([]string{g.source("S"), "BY", "nosort", "STORE", "L2"}, g.some(slices.Concat(sortGets, sortLimits, []string{"DESC"}), 3)...)
	}},
	{4, "SORT_RO", matchWhole, func(g *generator) []string {
		return append([]string{g.source("L"), "DESC"}, g.some(append(sortLimits, "STORE L3", "ALPHA"), 2)...)
	}},
	{2, "SORT", matchExact, func(g *generator) []string {
		return append([]string{g.pick([]string{"w_1", "h_2", "nokey", "L1"})}, g.some([]string{"BY", "FOO", "LIMIT 1", "STORE", "GET", "LIMIT x 1", "ASC", "STORE L0"}, 2)...)
	}},
	{4, "LRANGE", matchExact, func(g *generator) []string { return []string{g.source("L"), "0", "-1"} }},
	{2, "BLPOP", matchExact, func(g *generator) []string { return []string{g.source("L"), shortTime} }},
}

var (
	sortGets   = []string{"GET #", "GET w_*", "GET h_*->a", "GET h_*->b", "GET h_*", "GET w_*->a", "GET fixed", "GET w_*->"}
	sortLimits = []string{"LIMIT 0 3", "LIMIT 1 2", "LIMIT -2 3", "LIMIT 2 -1", "LIMIT 100 5", "LIMIT 0 0"}
)

// sort makes the arguments of a SORT whose order is not left open. tied is a list
// that is sorted by texts of other keys: what is equal keeps its order if all of
// it is asked for.
func (g *generator) sort(kind string, tied, store bool) []string {
	args := []string{g.source(kind)}
	switch {
	case tied:
		args = append(args, "BY", g.pick([]string{"w_*", "h_*->a", "none_*"}), "ALPHA")
	case g.rnd.IntN(2) == 0:
		args = append(args, "BY", g.pick([]string{"w_*", "h_*->a", "none_*", "h_*->b"}))
	case g.rnd.IntN(2) == 0:
		args = append(args, "ALPHA")
	}
	args = append(args, g.some([]string{"ASC", "DESC", "desc"}, 1)...)
	args = append(args, g.some(sortGets, 3)...)
	if !tied {
		args = append(args, g.some(sortLimits, 1)...)
	}
	if store {
		args = append(args, g.some([]string{"STORE L3", "STORE {tag}L", "STORE S3"}, 1)...)
	}
	return args
}

func (g *generator) source(kind string) string { return kind + strconv.Itoa(g.rnd.IntN(4)) }

// sortable is elements: mostly numbers, each of which has a weight at times.
func (g *generator) sortable(most int) []string {
	return g.several(most, func() string {
		switch g.rnd.IntN(40) {
		case 0:
			return g.pick([]string{"abc", "xyz", "", " 7", "7 "})
		case 1, 2, 3:
			return g.pick([]string{"1.5", "-2", "1e3", "0x10", "10.0", "-0", "0", "inf", "9007199254740993", "9007199254740992"})
		}
		return strconv.Itoa(g.rnd.IntN(25))
	})
}

// weight is mostly one of a few numbers, so that there are ties. None is too large
// or too small for a float64: after one that is, Redis takes exception to others.
func (g *generator) weight() string {
	if g.rnd.IntN(60) == 0 {
		return g.pick([]string{"abc", "", " 3", "4 ", "nan", "1e", "0x"})
	}
	return strconv.Itoa(g.rnd.IntN(8))
}
