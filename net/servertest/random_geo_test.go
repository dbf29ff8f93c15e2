package servertest

import (
	"slices"
	"strconv"
	"strings"
)

// geoMakers make commands for places.
var geoMakers = []maker{
	{20, "GEOADD", matchExact, func(g *generator) []string {
		args := append([]string{g.key()}, g.some([]string{"NX", "XX", "CH", "!FOO"}, 2)...)
		for range 1 + g.rnd.IntN(5) {
			args = append(append(args, g.place()...), g.element())
		}
		return args
	}},
	{6, "GEODIST", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.element(), g.element()}, g.some([]string{"m", "km", "ft", "MI", "!FOO"}, 1)...)
	}},
	{6, "GEOHASH", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(4)...) }},
	{6, "GEOPOS", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(4)...) }},
	{10, "GEORADIUS", matchWhole, func(g *generator) []string {
		return slices.Concat([]string{g.key()}, g.place(), g.radius(), g.found())
	}},
	{6, "GEORADIUSBYMEMBER", matchWhole, func(g *generator) []string {
		return slices.Concat([]string{g.key(), g.element()}, g.radius(), g.found())
	}},
	{3, "GEORADIUS_RO", matchWhole, func(g *generator) []string {
		return slices.Concat([]string{g.key()}, g.place(), g.radius(), g.some(geoOptions, 3))
	}},
	{3, "GEORADIUSBYMEMBER_RO", matchWhole, func(g *generator) []string {
		return slices.Concat([]string{g.key(), g.element()}, g.radius(), g.some(geoOptions, 3))
	}},
	{12, "GEOSEARCH", matchWhole, func(g *generator) []string {
		return slices.Concat([]string{g.key()}, g.center(), g.shape(), g.some(geoOptions, 3))
	}},
	{6, "GEOSEARCHSTORE", matchWhole, func(g *generator) []string {
		return slices.Concat(twoKeys(g), g.center(), g.shape(), g.some([]string{"ASC", "COUNT 2", "!FOO"}, 2))
	}},
	{2, "GEOSEARCHSTORE", matchWhole, func(g *generator) []string {
		return slices.Concat([]string{g.distances(), g.key()}, g.center(), g.shape(), []string{"STOREDIST"}, g.some([]string{"ASC", "COUNT 2", "STOREDIST", "!FOO"}, 2))
	}},
	{2, "ZRANGE", matchNearly, func(g *generator) []string { return []string{g.distances(), "0", "-1", "WITHSCORES"} }},
	{4, "ZRANGE", matchExact, func(g *generator) []string { return []string{g.key(), "0", "-1", "WITHSCORES"} }},
	{4, "ZREM", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(3)...) }},
}

var (
	geoOptions = []string{"ASC", "DESC", "WITHCOORD", "WITHDIST", "WITHHASH", "COUNT 2", "!COUNT 0", "!COUNT x", "!FOO"}
	geoStores  = []string{"STORE k1", "STOREDIST {tag}dist", "STORE k2"}
)

// distances is a key for distances, which may differ in their last digit. Nothing
// else is done with it, so that all other keys have equal scores.
func (g *generator) distances() string { return g.pick([]string{"dist", "{tag}dist"}) }

// holdsDistances tells whether a key is one of these.
func holdsDistances(key string) bool { return strings.HasSuffix(key, "dist") }

// place is a longitude and a latitude.
func (g *generator) place() []string {
	if g.rnd.IntN(50) == 0 {
		return g.exactly(2, func() string { return g.pick([]string{"181", "-86", "x", "nan", "180", "85.05112878", "1e2"}) })
	}
	degrees := func(most int) string {
		return strconv.FormatFloat(float64(g.rnd.IntN(2*most*1000)-most*1000)/1000, 'f', -1, 64)
	}
	if g.rnd.IntN(2) == 0 {
		return []string{degrees(3), degrees(3)}
	}
	return []string{degrees(179), degrees(84)}
}

func (g *generator) unit() string {
	return g.pick([]string{"m", "km", "km", "km", "mi", "ft", "furlong"})
}

func (g *generator) length() string {
	return g.mostly("0", "50.5", "300", "1000", "5000", "20000", "!-1", "!x")
}

// found says what is to become of what is found: seldom both, which is an error.
func (g *generator) found() []string {
	if g.rnd.IntN(3) > 0 {
		return g.some(geoOptions, 3)
	}
	return slices.Concat(g.some([]string{"ASC", "DESC", "COUNT 2", "!WITHDIST"}, 2), g.some(geoStores, 1))
}

func (g *generator) radius() []string { return []string{g.length(), g.unit()} }

func (g *generator) center() []string {
	if g.rnd.IntN(3) == 0 {
		return []string{"FROMMEMBER", g.element()}
	}
	return append([]string{"FROMLONLAT"}, g.place()...)
}

func (g *generator) shape() []string {
	if g.rnd.IntN(2) == 0 {
		return append([]string{"BYRADIUS"}, g.radius()...)
	}
	return []string{"BYBOX", g.length(), g.length(), g.unit()}
}
