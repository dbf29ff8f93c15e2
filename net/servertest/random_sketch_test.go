package servertest

import (
	"strconv"
	"strings"
)

// sketchMakers make commands for HyperLogLogs. Those of both servers are the same
// bytes, so that what they are made of is compared as strings.
var sketchMakers = []maker{
	{20, "PFADD", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.several(5, g.counted)...) }},
	{1, "PFADD", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.several(900, g.counted)...) }},
	{1, "PFADD", matchExact, oneKey},
	{12, "PFCOUNT", matchExact, oneKey},
	{6, "PFCOUNT", matchExact, manyKeys},
	{10, "PFMERGE", matchExact, manyKeys},
	{3, "PFDEBUG ENCODING", matchExact, oneKey},
	{4, "STRLEN", matchExact, oneKey},
	{3, "GET", matchExact, oneKey},
	// The header only: what two servers make of registers that are damaged differs.
	{2, "SETRANGE", matchWhole, func(g *generator) []string {
		return append([]string{g.key()}, strings.Fields(g.pick([]string{"0 HYLL", "0 x", "8 12345678", "15 \x80", "4 \xff"}))...)
	}},
}

// counted is one of many different texts.
func (g *generator) counted() string { return strconv.Itoa(g.rnd.IntN(20_000)) }
