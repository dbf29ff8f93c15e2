package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// Library is what Open has put into a Lua state. It belongs to the goroutine that
// runs the state.
type Library struct {
	state  *lua.LState
	limits Limits

	// globals holds what scripts find as global variables. It is the environment
	// of every function, so that a look-up is one access to a map; scripts hold
	// only what Protect makes of it.
	globals *lua.LTable

	// shown leads from a table to what Protect has made of it, hidden back.
	shown  map[*lua.LTable]*lua.LTable
	hidden map[*lua.LTable]*lua.LTable
	refuse *lua.LFunction // what assigning to a protected table calls

	stringMeta *lua.LTable // the metatable of strings as scripts may see it

	random     random
	coroutines int            // created since the last Reset
	resumed    int            // coroutines and protected calls that wait for one another
	threads    []*lua.LState  // for protected calls, by how many such they are deep
	null       *lua.LUserData // cjson.null
	parts      builtins
}

// builtins are functions of gopher-lua that the library goes on using, and its
// own that it hands out again and again.
type builtins struct {
	create, resume, status, running lua.LGFunction
	nextPair, nextItem              *lua.LFunction
}

// Open puts the library of Redis's scripts into a state made with SkipOpenLibs:
// everything that Redis 7.0 gives a script but for the tables redis, KEYS and
// ARGV, and nothing else. Nil limits mean defaults.
//
// After it the host adds its own globals with SetGlobal, and starts scripts with
// Load.
func Open(L *lua.LState, limits *Limits) *Library {
	lib := &Library{
		state:   L,
		limits:  limits.withDefaults(),
		globals: L.CreateTable(0, 64),
		shown:   map[*lua.LTable]*lua.LTable{},
		hidden:  map[*lua.LTable]*lua.LTable{},
		refuse:  L.NewFunction(refuseWrite),
	}
	lib.random.seed(randomStart)
	lib.null = &lua.LUserData{Metatable: lua.LNil}
	L.G.Registry.RawSetString(registryKey, &lua.LUserData{Value: lib, Metatable: lua.LNil})
	lib.borrow()
	L.Env = lib.globals
	L.G.Global = lib.globals

	lib.openBasic()
	lib.module("string", lib.stringFunctions())
	lib.module("table", lib.tableFunctions())
	lib.module("coroutine", lib.coroutineFunctions())
	lib.module("struct", lib.structFunctions())
	lib.module("bit", bitFunctions())
	lib.openMath()
	lib.openJSON()
	lib.openMessagePack()
	lib.openTypes()
	return lib
}

// registryKey is where a state keeps its library.
const registryKey = "lualib"

// of returns the library of a state; nil if it has none.
func of(L *lua.LState) *Library {
	if held, ok := L.G.Registry.RawGetString(registryKey).(*lua.LUserData); ok {
		if lib, ok := held.Value.(*Library); ok {
			return lib
		}
	}
	return nil
}

// Reset makes the state ready for another script: coroutines are counted anew.
// Where math.random stands, and what scripts have set with cjson's functions,
// goes on from script to script, as it does in Redis.
func (lib *Library) Reset() {
	lib.coroutines = 0
	lib.resumed = 0
}

// SetGlobal sets a global variable, which scripts can read only; nil removes it.
// A table is taken as it is: a script can write to it unless it is protected.
func (lib *Library) SetGlobal(name string, value lua.LValue) {
	lib.globals.RawSetString(name, value)
}

// borrow keeps the functions of gopher-lua that the library builds on.
func (lib *Library) borrow() {
	scratch := lua.NewState(lua.Options{SkipOpenLibs: true, CallStackSize: 8, RegistrySize: 128})
	defer scratch.Close()
	scratch.Push(scratch.NewFunction(lua.OpenCoroutine))
	scratch.Call(0, 1)
	table, _ := scratch.Get(-1).(*lua.LTable)
	function := func(name string) lua.LGFunction {
		if fn, ok := table.RawGetString(name).(*lua.LFunction); ok {
			return fn.GFunction
		}
		return nil
	}
	lib.parts.create = function("create")
	lib.parts.resume = function("resume")
	lib.parts.status = function("status")
	lib.parts.running = function("running")
}

// functions are the members of a library table.
type functions map[string]lua.LGFunction

// module makes a library table and its global variable.
func (lib *Library) module(name string, members functions) *lua.LTable {
	table := lib.state.CreateTable(0, len(members))
	lib.fill(table, members)
	lib.SetGlobal(name, lib.Protect(table))
	return table
}

// fill adds functions to a table.
func (lib *Library) fill(table *lua.LTable, members functions) {
	for name, member := range members {
		table.RawSetString(name, lib.state.NewFunction(member))
	}
}
