package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// Texts of Redis.
const (
	textReadOnly      = "Attempt to modify a readonly table"
	textMissingGlobal = "Script attempted to access nonexistent global variable '"
)

// Protect returns what scripts may hold in a table's stead: it reads as the table
// does, in look-ups, next, pairs, rawget and the like, and refuses to be written.
// What the host puts into the table later is seen. It costs a look-up about
// twenty nanoseconds. Protecting one table twice gives the same.
func (lib *Library) Protect(table *lua.LTable) *lua.LTable {
	if shown, ok := lib.shown[table]; ok {
		return shown
	}
	shown, meta := lib.state.CreateTable(0, 0), lib.state.CreateTable(0, 2)
	meta.RawSetString("__index", table)
	meta.RawSetString("__newindex", lib.refuse)
	shown.Metatable = meta
	lib.shown[table] = shown
	lib.hidden[shown] = table
	return shown
}

// behind returns the table that a protected one shows, and whether it is one.
func (lib *Library) behind(table *lua.LTable) (*lua.LTable, bool) {
	if table.Metatable == lua.LNil {
		return table, false
	}
	if hidden, ok := lib.hidden[table]; ok {
		return hidden, true
	}
	return table, false
}

// reading returns an argument that must be a table, for reading.
func (lib *Library) reading(L *lua.LState, n int) *lua.LTable {
	table, _ := lib.behind(tableArg(L, n))
	return table
}

// writing returns an argument that must be a table, for writing. Library
// functions that would write to a protected one name no place, as in Redis.
func (lib *Library) writing(L *lua.LState, n int) *lua.LTable {
	table := tableArg(L, n)
	if _, protected := lib.behind(table); protected {
		raiseBare(L, textReadOnly)
	}
	return table
}

// refuseWrite is what a protected table does when it is assigned to.
func refuseWrite(L *lua.LState) int {
	raise(L, textReadOnly)
	return 0
}

// missingGlobal is what looking up a global that does not exist does.
func missingGlobal(L *lua.LState) int {
	name, _ := asString(L.Get(2))
	raise(L, textMissingGlobal+name+"'")
	return 0
}
