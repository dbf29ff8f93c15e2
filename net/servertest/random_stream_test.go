package servertest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// streamMakers make commands for streams. Idle times are compared with nothing but
// none and very long ones, since no two servers count the same; and since 7.2 a claim
// makes its consumer even when there is nothing to claim.
var streamMakers = []maker{
	{50, "XADD", matchExact, func(g *generator) []string {
		return slices.Concat([]string{g.key()}, g.some(xaddOptions, 1), []string{g.newID()}, g.fieldPairs(3))
	}},
	{1, "XADD", matchExact, func(g *generator) []string {
		return slices.Concat([]string{g.key(), g.newID()}, g.fieldPairs(120))
	}},
	{6, "XLEN", matchExact, oneKey},
	{8, "XDEL", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.ids(4)...) }},
	{6, "XRANGE", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.from(), g.to()}, g.some(countOptions, 1)...)
	}},
	{6, "XREVRANGE", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.to(), g.from()}, g.some(countOptions, 1)...)
	}},
	{4, "XTRIM", matchExact, func(g *generator) []string {
		return append([]string{g.key()}, strings.Fields(g.mostly(trimOptions...))...)
	}},
	{2, "XSETID", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.id()}, g.some([]string{"ENTRIESADDED 100", "MAXDELETEDID 5-0", "!ENTRIESADDED x", "!FOO"}, 2)...)
	}},
	{8, "XREAD", matchExact, func(g *generator) []string {
		keys := g.keys(3)
		return slices.Concat(g.some(readOptions, 2), []string{"STREAMS"}, keys, g.exactly(len(keys), g.readID))
	}},
	{3, "XGROUP CREATE", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.group(), g.readID()}, g.some([]string{"MKSTREAM", "ENTRIESREAD 3", "ENTRIESREAD -1", "!FOO"}, 2)...)
	}},
	{25, "XGROUP CREATE", matchExact, func(g *generator) []string { return []string{g.key(), g.group(), "0", "MKSTREAM"} }},
	{2, "XGROUP SETID", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.group(), g.readID()}, g.some([]string{"ENTRIESREAD 2", "!ENTRIESREAD x"}, 1)...)
	}},
	{1, "XGROUP DESTROY", matchExact, func(g *generator) []string { return []string{g.key(), g.group()} }},
	{2, "XGROUP CREATECONSUMER", matchNull, groupConsumer},
	{2, "XGROUP DELCONSUMER", matchExact, groupConsumer},
	{30, "XREADGROUP GROUP", matchExact, func(g *generator) []string {
		keys := g.streams()
		return slices.Concat([]string{g.group(), g.consumer()}, g.some([]string{"COUNT 1", "COUNT 3", "NOACK", "BLOCK 1", "!FOO"}, 2),
			[]string{"STREAMS"}, keys, g.exactly(len(keys), g.groupID))
	}},
	{8, "XACK", matchExact, func(g *generator) []string { return append([]string{g.key(), g.group()}, g.ids(4)...) }},
	{4, "XPENDING", matchExact, func(g *generator) []string { return []string{g.key(), g.group()} }},
	{6, "XPENDING", matchAges, func(g *generator) []string {
		return slices.Concat([]string{g.key(), g.group()}, g.some([]string{"IDLE 0", "IDLE 100000000"}, 1),
			[]string{g.from(), g.to(), g.mostly("1", "5", "100", "0", "!-1")}, g.some([]string{"c0", "c1", "nobody"}, 1))
	}},
	{6, "XCLAIM", matchExact, func(g *generator) []string {
		return slices.Concat([]string{g.key(), g.group(), g.consumer(), g.idle()}, g.ids(4), g.some(claimOptions, 3))
	}},
	{5, "XAUTOCLAIM", matchExact, func(g *generator) []string {
		return slices.Concat([]string{g.key(), g.group(), g.consumer(), g.idle(), g.id()},
			g.some([]string{"COUNT 1", "COUNT 3", "!COUNT 0", "JUSTID", "!FOO"}, 2))
	}},
	{4, "XINFO STREAM", matchExact, oneKey},
	{4, "XINFO GROUPS", matchGroups, oneKey},
}

var (
	xaddOptions = []string{
		"NOMKSTREAM", "MAXLEN 10", "MAXLEN = 5", "MAXLEN ~ 50", "MINID 3-0", "MINID ~ 20", "MAXLEN ~ 3 LIMIT 5",
		"!MAXLEN = 3 LIMIT 5", "!MAXLEN -1", "!MAXLEN 3 MINID 1", "!LIMIT 4", "nomkstream",
	}
	trimOptions = []string{
		"MAXLEN 10", "MAXLEN = 3", "MAXLEN ~ 20", "MINID 10-0", "MINID ~ 50-1", "MAXLEN ~ 3 LIMIT 2", "MAXLEN 0",
		"!LIMIT 3", "!MAXLEN x", "!FOO",
	}
	countOptions = []string{"COUNT 1", "COUNT 3", "!COUNT 0", "!COUNT -1", "!COUNT x", "!FOO"}
	readOptions  = []string{"COUNT 1", "COUNT 3", "BLOCK 1", "!COUNT 0", "!BLOCK x", "!FOO"}
	claimOptions = []string{"IDLE 1000", "TIME 1000", "RETRYCOUNT 7", "FORCE", "JUSTID", "LASTID 40-0", "!IDLE x", "!FOO"}
)

func groupConsumer(g *generator) []string { return []string{g.key(), g.group(), g.consumer()} }

func (g *generator) group() string    { return "g" + strconv.Itoa(g.rnd.IntN(2)) }
func (g *generator) consumer() string { return "c" + strconv.Itoa(g.rnd.IntN(3)) }
func (g *generator) idle() string     { return g.mostly("0", "0", "0", "100000000", "!x") }

// freshID is an ID above all before it.
func (g *generator) freshID() string {
	g.clock += g.rnd.IntN(3)
	return fmt.Sprintf("%d-%d", g.clock+1, g.clock%3+1)
}

// newID is an ID for an entry: mostly one that may be added.
func (g *generator) newID() string {
	switch g.rnd.IntN(12) {
	case 0:
		return g.id()
	case 1:
		g.clock++
		return strconv.Itoa(g.clock) + "-*"
	case 2:
		g.clock++
		return strconv.Itoa(g.clock)
	case 3:
		if g.rnd.IntN(300) == 0 {
			return "18446744073709551615-18446744073709551615"
		}
		return g.mostly(g.freshID(), "!0-0", "!0", "!1-x", "!-1", "!x-*")
	}
	return g.freshID()
}

// id is an ID that may be there.
func (g *generator) id() string {
	back := max(g.clock+2-g.rnd.IntN(40), 0)
	if g.rnd.IntN(4) == 0 {
		return strconv.Itoa(back)
	}
	return fmt.Sprintf("%d-%d", back, g.rnd.IntN(4))
}

func (g *generator) ids(most int) []string { return g.several(most, g.id) }

// exactly returns n texts of a kind.
func (g *generator) exactly(n int, one func() string) []string {
	var out []string
	for range n {
		out = append(out, one())
	}
	return out
}

// from is the lower end of a range of IDs, and to the upper one.
func (g *generator) from() string {
	if g.rnd.IntN(2) == 0 {
		return "-"
	}
	return g.mostly(g.id(), "("+g.id(), "!+", "!x", "!(", "!(-", "!1-2-3")
}

func (g *generator) to() string {
	if g.rnd.IntN(2) == 0 {
		return "+"
	}
	return g.mostly(g.id(), "("+g.id(), "0", "!-", "!x", "!(", "!(+", "!1-2-3")
}

// streams are the keys a consumer reads: mostly one, since all of them must have
// its group.
func (g *generator) streams() []string {
	if g.rnd.IntN(3) > 0 {
		return []string{g.key()}
	}
	return g.keys(2)
}

// readID is where reading begins.
func (g *generator) readID() string {
	switch g.rnd.IntN(6) {
	case 0:
		return "$"
	case 1:
		return "0"
	}
	return g.id()
}

// groupID is where a consumer reads.
func (g *generator) groupID() string {
	switch g.rnd.IntN(4) {
	case 0:
		return "0"
	case 1:
		return g.id()
	}
	return ">"
}
