package servertest

import (
	"slices"
	"strconv"
)

// bitMakers make commands for bits in strings. Bad arguments for a key that is not
// there are errors since 7.2, so those of two commands are always good.
var bitMakers = []maker{
	{15, "SETBIT", matchExact, func(g *generator) []string {
		return []string{g.key(), g.bit(), g.mostly("0", "1", "1", "1", "!2")}
	}},
	{8, "GETBIT", matchExact, func(g *generator) []string { return []string{g.key(), g.bit()} }},
	{8, "BITCOUNT", matchWhole, func(g *generator) []string { return append([]string{g.key()}, g.bitRange(2)...) }},
	{8, "BITPOS", matchWhole, func(g *generator) []string {
		return append([]string{g.key(), g.pick([]string{"0", "1"})}, g.bitRange(1)...)
	}},
	{8, "BITOP", matchExact, func(g *generator) []string {
		return append([]string{g.mostly("AND", "OR", "XOR", "and", "!NOT", "!NOR"), g.key()}, g.keys(3)...)
	}},
	{2, "BITOP", matchExact, func(g *generator) []string { return []string{"NOT", g.key(), g.key()} }},
	{12, "BITFIELD", matchWhole, func(g *generator) []string {
		args := []string{g.key()}
		for range g.rnd.IntN(5) {
			args = append(args, g.fieldOperation()...)
		}
		return args
	}},
	{4, "BITFIELD_RO", matchWhole, func(g *generator) []string {
		return []string{g.key(), g.mostly("GET", "GET", "!SET"), g.fieldType(), g.fieldOffset()}
	}},
	{8, "SET", matchExact, func(g *generator) []string { return []string{g.key(), g.value()} }},
	{4, "GET", matchExact, oneKey},
	{4, "APPEND", matchExact, func(g *generator) []string { return []string{g.key(), g.value()} }},
	{3, "SETRANGE", matchExact, func(g *generator) []string { return []string{g.key(), g.index(), g.value()} }},
	{3, "STRLEN", matchExact, oneKey},
}

// bit is the number of a bit, mostly of the first few hundred. What is spoiled may
// name one above all, but no large one that exists.
func (g *generator) bit() string {
	switch g.rnd.IntN(12) {
	case 0:
		return strconv.Itoa(g.rnd.IntN(100_000))
	case 1:
		return g.mostly("7", "!-1", "!x", "!4294967296")
	}
	return strconv.Itoa(g.rnd.IntN(300))
}

// bitRange is a range of bytes or bits: nothing, its ends, or as few of them as
// least tells.
func (g *generator) bitRange(least int) []string {
	switch g.rnd.IntN(5) {
	case 0:
		return nil
	case 1:
		return g.exactly(least, g.index)
	}
	return slices.Concat([]string{g.index(), g.index()}, g.some([]string{"BYTE", "BIT", "bit"}, 1))
}

func (g *generator) fieldType() string {
	return g.mostly("u8", "i8", "u1", "i16", "u63", "i64", "u5", "i13", "!u64", "!i65", "!x", "!u0")
}

func (g *generator) fieldOffset() string {
	return g.pick([]string{"", "", "#"}) + strconv.Itoa(g.rnd.IntN(100))
}

// fieldOperation is an operation of BITFIELD.
func (g *generator) fieldOperation() []string {
	switch g.rnd.IntN(5) {
	case 0:
		return []string{"GET", g.fieldType(), g.fieldOffset()}
	case 1, 2:
		return []string{"OVERFLOW", g.mostly("WRAP", "SAT", "FAIL", "sat", "!FOO"), "INCRBY", g.fieldType(), g.fieldOffset(), g.integer()}
	case 3:
		return []string{"INCRBY", g.fieldType(), g.fieldOffset(), g.integer()}
	}
	return []string{"SET", g.fieldType(), g.fieldOffset(), g.integer()}
}
