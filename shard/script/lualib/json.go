package lualib

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// json is one instance of cjson: the global one, or one that cjson.new made. What
// its functions set stays until it is set again.
type json struct {
	lib *Library

	sparseConvert bool // encode arrays that are too sparse as objects
	sparseRatio   int  // they are if less than one in so many indices is used,
	sparseSafe    int  // and the largest is above this one
	encodeDepth   int
	decodeDepth   int
	precision     int // digits of numbers
	keepBuffer    bool
	encodeInvalid invalidNumbers
	decodeInvalid bool // accept hexadecimal, inf, nan and the like
}

// invalidNumbers is what becomes of numbers that JSON does not have.
type invalidNumbers int

const (
	invalidRefuse invalidNumbers = iota
	invalidWrite
	invalidNull
)

const (
	jsonDepth        = 1000
	jsonMaxPrecision = 14
)

// openJSON makes the table cjson.
func (lib *Library) openJSON() {
	lib.SetGlobal("cjson", lib.Protect(lib.newJSON()))
}

// newJSON makes an instance of cjson with the settings it begins with.
func (lib *Library) newJSON() *lua.LTable {
	c := &json{
		lib: lib, sparseRatio: 2, sparseSafe: 10, encodeDepth: jsonDepth, decodeDepth: jsonDepth,
		precision: jsonMaxPrecision, keepBuffer: true, decodeInvalid: true,
	}
	table := lib.state.CreateTable(0, 16)
	lib.fill(table, functions{
		"encode":              c.encode,
		"decode":              c.decode,
		"encode_sparse_array": c.setSparse,
		"encode_max_depth":    setting(1, func(L *lua.LState) { optionalInt(L, 1, &c.encodeDepth, 1, math.MaxInt32) }),
		"decode_max_depth":    setting(1, func(L *lua.LState) { optionalInt(L, 1, &c.decodeDepth, 1, math.MaxInt32) }),
		"encode_number_precision": setting(1, func(L *lua.LState) {
			optionalInt(L, 1, &c.precision, 1, jsonMaxPrecision)
		}),
		"encode_keep_buffer":     setting(1, func(L *lua.LState) { optionalBool(L, 1, &c.keepBuffer) }),
		"encode_invalid_numbers": setting(1, c.setEncodeInvalid),
		"decode_invalid_numbers": setting(1, func(L *lua.LState) { optionalBool(L, 1, &c.decodeInvalid) }),
		"new": func(L *lua.LState) int {
			L.Push(lib.newJSON())
			return 1
		},
	})
	table.RawSetString("null", lib.null)
	table.RawSetString("_NAME", lua.LString("cjson"))
	table.RawSetString("_VERSION", lua.LString("2.1.0"))
	return table
}

// setting makes a function that takes up to n arguments, sets what is not nil and
// returns what is set. The body pushes the results.
func setting(n int, body func(L *lua.LState)) lua.LGFunction {
	return func(L *lua.LState) int {
		if L.GetTop() > n {
			badArgument(L, n+1, "found too many arguments")
		}
		L.SetTop(n)
		body(L)
		return L.GetTop() - n
	}
}

func (c *json) setSparse(L *lua.LState) int {
	return setting(3, func(L *lua.LState) {
		optionalBool(L, 1, &c.sparseConvert)
		optionalInt(L, 2, &c.sparseRatio, 0, math.MaxInt32)
		optionalInt(L, 3, &c.sparseSafe, 0, math.MaxInt32)
	})(L)
}

// optionalInt sets an integer from an argument that is not nil, and pushes it. An
// error always names the first argument, as in Redis.
func optionalInt(L *lua.LState, n int, to *int, least, most int) {
	if L.Get(n) != lua.LNil {
		v := int32Arg(L, n)
		if v < least || v > most {
			badArgument(L, 1, "expected integer between "+strconv.Itoa(least)+" and "+strconv.Itoa(most))
		}
		*to = v
	}
	L.Push(lua.LNumber(*to))
}

// optionalBool sets a switch from an argument that is not nil, and pushes it.
func optionalBool(L *lua.LState, n int, to *bool) {
	switch v := L.Get(n).(type) {
	case *lua.LNilType:
	case lua.LBool:
		*to = bool(v)
	default:
		*to = option(L, n, "off", "on") == 1
	}
	L.Push(lua.LBool(*to))
}

func (c *json) setEncodeInvalid(L *lua.LState) {
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LBool:
		c.encodeInvalid = invalidRefuse
		if v {
			c.encodeInvalid = invalidWrite
		}
	default:
		c.encodeInvalid = invalidNumbers(option(L, 1, "off", "on", "null"))
	}
	if c.encodeInvalid == invalidNull {
		L.Push(lua.LString("null"))
	} else {
		L.Push(lua.LBool(c.encodeInvalid == invalidWrite))
	}
}

// option returns which of some words an argument is.
func option(L *lua.LState, n int, words ...string) int {
	given := stringArg(L, n)
	for i, word := range words {
		if word == given {
			return i
		}
	}
	badArgument(L, n, "invalid option '"+given+"'")
	return 0
}

// one checks that there is one argument.
func one(L *lua.LState) {
	if L.GetTop() != 1 {
		badArgument(L, 1, "expected 1 argument")
	}
}
