package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// openTypes gives the types that are no tables metatables of their own, which
// scripts do not see: strings have methods, numbers in strings are read as Lua in
// C reads them, and what cannot be done with a value is said in its words.
func (lib *Library) openTypes() {
	L := lib.state
	text := lib.reject("__unm")
	functionsOf, _ := lib.behindGlobal("string")
	text.RawSetString("__index", functionsOf)
	L.SetMetatable(lua.LString(""), text)
	shown := L.CreateTable(0, 1)
	shown.RawSetString("__index", lib.Protect(functionsOf))
	lib.stringMeta = lib.Protect(shown)

	length := L.NewFunction(func(L *lua.LState) int { return mistyped(L, siteLength, "", L.Get(1)) })
	number := lib.reject("__unm", "__add", "__sub", "__mul", "__div", "__mod", "__pow")
	number.RawSetString("__index", L.NewFunction(indexed))
	number.RawSetString("__len", length)
	L.SetMetatable(lua.LNumber(0), number)

	other := lib.reject()
	other.RawSetString("__index", L.NewFunction(indexed))
	other.RawSetString("__len", length)
	for _, event := range []string{"__lt", "__le"} {
		other.RawSetString(event, L.NewFunction(func(L *lua.LState) int {
			raise(L, notComparable(L.Get(1), L.Get(2)))
			return 0
		}))
	}
	thread, _ := L.NewThread()
	for _, v := range []lua.LValue{lua.LNil, lua.LTrue, L.NewFunction(refuseWrite), thread} {
		L.SetMetatable(v, other)
	}
	lib.null.Metatable = other
}

// behindGlobal returns the table behind a protected global one.
func (lib *Library) behindGlobal(name string) (*lua.LTable, bool) {
	shown, ok := lib.globals.RawGetString(name).(*lua.LTable)
	if !ok {
		return nil, false
	}
	return lib.behind(shown)
}

// reject makes a metatable whose metamethods say that a value is of the wrong type,
// unless it is text that can be read as a number. Some events are left out.
func (lib *Library) reject(except ...string) *lua.LTable {
	L := lib.state
	meta := L.CreateTable(0, 16)
	for event, compute := range arithmetic() {
		meta.RawSetString(event, L.NewFunction(operate(event, compute)))
	}
	meta.RawSetString("__newindex", L.NewFunction(indexed))
	meta.RawSetString("__call", L.NewFunction(func(L *lua.LState) int {
		name, _ := calledAs(L)
		return mistyped(L, siteCall, strings.TrimPrefix(name, "?"), L.Get(1))
	}))
	for _, event := range except {
		if event != "__unm" {
			meta.RawSetString(event, lua.LNil)
		}
	}
	return meta
}

// indexed is what indexing a value does that is no table.
func indexed(L *lua.LState) int {
	key, _ := L.Get(2).(lua.LString)
	return mistyped(L, siteIndex, string(key), L.Get(1))
}

// actions are what an error text says of sites.
var actions = map[siteKind]string{
	siteIndex: "index", siteCall: "call", siteConcat: "concatenate",
	siteArithmetic: "perform arithmetic on", siteLength: "get length of",
}

// mistyped says that something cannot be done with a value, and what the script
// calls it. The key is that of an index.
func mistyped(L *lua.LState, kind siteKind, key string, value lua.LValue) int {
	what := "a " + typeName(value) + " value"
	if name := nameAt(L, kind, key, value); name != "" {
		what = name + " (" + what + ")"
	}
	raise(L, "attempt to "+actions[kind]+" "+what)
	return 0
}
