package servertest

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
)

// multiMakers make the commands of transactions. What is watched is often changed
// by the client itself before EXEC, so that both servers must agree on which
// commands change a key.
var multiMakers = []maker{
	{12, "MULTI", matchExact, nothing},
	{16, "EXEC", matchExact, nothing},
	{1, "DISCARD", matchExact, nothing},
	{12, "WATCH", matchExact, func(g *generator) []string { return g.keys(3) }},
	{1, "UNWATCH", matchExact, nothing},
	{1, "NOSUCH", matchExact, oneKey},
	{1, "PING", matchExact, nothing},
}

// exact returns the makers of commands whose replies must be equal as they are,
// since in EXEC's reply no other comparison is made.
func exact(makers ...[]maker) []maker {
	return slices.DeleteFunc(slices.Concat(makers...), func(m maker) bool { return m.match != matchExact })
}

// TestRandomTransactions sends the same random transactions to the oracle and to
// Troupe.
func TestRandomTransactions(t *testing.T) {
	start := startSeed()
	t.Logf("-seed %d", start)
	for name, own := range map[string][]maker{
		"strings": stringMakers, "lists": listMakers, "sets": setMakers, "hashes": hashMakers, "zsets": zsetMakers,
	} {
		s := suite{makers: slices.Concat(exact(own, keyMakers), multiMakers)}
		for _, shards := range []int{1, 3} {
			t.Run(fmt.Sprintf("%s, %d shards", name, shards), func(t *testing.T) {
				t.Parallel()
				d := newDuel(t, Redis(t, "--hz", oracleHz), Troupe(t, "--shards", strconv.Itoa(shards)), start, s)
				for next := stateFirst; d.count < *rounds/2; {
					d.exchange(d.round())
					if d.count >= next {
						d.both("DISCARD") // an error where there is nothing to discard
						d.compareState()
						next += stateFirst
					}
				}
			})
		}
	}
}
