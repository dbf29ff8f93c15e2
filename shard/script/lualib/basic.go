package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// openBasic makes the global functions and _G.
func (lib *Library) openBasic() {
	L := lib.state
	lib.fill(lib.globals, functions{
		"assert": assert, "collectgarbage": collectGarbage, "error": raiseError, "gcinfo": gcInfo,
		"getmetatable": lib.getMetatable, "ipairs": lib.ipairs, "load": lib.load, "loadstring": lib.loadString,
		"next": lib.next, "pairs": lib.pairs, "pcall": lib.pcall, "rawequal": rawEqual, "rawget": lib.rawGet,
		"rawset": lib.rawSet, "select": selectArgs, "setmetatable": lib.setMetatable, "tonumber": toNumber,
		"tostring": toString, "type": typeFunction, "unpack": lib.unpack, "xpcall": lib.xpcall,
	})
	lib.parts.nextPair = L.NewFunction(lib.next)
	lib.parts.nextItem = L.NewFunction(lib.nextItem)
	lib.SetGlobal("next", lib.parts.nextPair)
	lib.SetGlobal("_VERSION", lua.LString(lua.LuaVersion))

	shown := lib.Protect(lib.globals)
	lib.SetGlobal("_G", shown)
	meta := L.CreateTable(0, 1)
	meta.RawSetString("__index", L.NewFunction(missingGlobal))
	lib.globals.Metatable = meta
}

func assert(L *lua.LState) int {
	if lua.LVIsFalse(anyArg(L, 1)) {
		raise(L, stringOr(L, 2, "assertion failed!"))
	}
	return L.GetTop()
}

// gcOptions are what collectgarbage may be asked for. The collector is Go's and
// is not at the scripts' command: results are what an idle one would give.
var gcOptions = map[string]lua.LValue{
	"collect": lua.LNumber(0), "stop": lua.LNumber(0), "restart": lua.LNumber(0), "count": lua.LNumber(0),
	"step": lua.LFalse, "setpause": lua.LNumber(200), "setstepmul": lua.LNumber(200),
}

func collectGarbage(L *lua.LState) int {
	option := stringOr(L, 1, "collect")
	result, ok := gcOptions[option]
	if !ok {
		badArgument(L, 1, "invalid option '"+option+"'")
	}
	intOr(L, 2, 0)
	L.Push(result)
	return 1
}

func gcInfo(L *lua.LState) int {
	L.Push(lua.LNumber(0))
	return 1
}

func raiseError(L *lua.LState) int {
	level := int32(intOr(L, 2, 1))
	value := L.Get(1)
	if text, ok := asString(value); ok && level > 0 {
		value = lua.LString(where(L, int(level)) + text)
	}
	L.Error(value, 0)
	return 0
}

func (lib *Library) getMetatable(L *lua.LState) int {
	meta := lua.LNil
	switch v := anyArg(L, 1).(type) {
	case *lua.LTable:
		meta = lib.visibleMetatable(v)
	case lua.LString:
		meta = lib.stringMeta
	}
	L.Push(meta)
	return 1
}

// visibleMetatable is what getmetatable says of a table. The one that makes a
// table read-only does not show.
func (lib *Library) visibleMetatable(table *lua.LTable) lua.LValue {
	if hidden, protected := lib.behind(table); protected {
		if meta, ok := hidden.Metatable.(*lua.LTable); ok {
			return lib.Protect(meta)
		}
		return lua.LNil
	}
	if meta, ok := table.Metatable.(*lua.LTable); ok {
		if instead := lib.rawIndex(meta, "__metatable"); instead != lua.LNil {
			return instead
		}
		if shown, ok := lib.shown[meta]; ok {
			return shown // it was set from what shows it
		}
	}
	return table.Metatable
}

// rawIndex reads a field of a table that may be protected.
func (lib *Library) rawIndex(table *lua.LTable, name string) lua.LValue {
	table, _ = lib.behind(table)
	return table.RawGetString(name)
}

func (lib *Library) setMetatable(L *lua.LState) int {
	table := tableArg(L, 1)
	meta, isTable := L.Get(2).(*lua.LTable)
	if !isTable && (L.GetTop() < 2 || L.Get(2) != lua.LNil) {
		badArgument(L, 2, "nil or table expected")
	}
	if old, ok := table.Metatable.(*lua.LTable); ok && lib.rawIndex(old, "__metatable") != lua.LNil {
		raise(L, "cannot change a protected metatable")
	}
	lib.writing(L, 1)
	table.Metatable = lua.LNil
	if isTable {
		// The VM looks into metatables past their own: a protected one would seem empty.
		meta, _ = lib.behind(meta)
		table.Metatable = meta
	}
	L.SetTop(1)
	return 1
}

func (lib *Library) ipairs(L *lua.LState) int {
	table := tableArg(L, 1)
	L.Push(lib.parts.nextItem)
	L.Push(table)
	L.Push(lua.LNumber(0))
	return 3
}

// nextItem is the iterator of ipairs.
func (lib *Library) nextItem(L *lua.LState) int {
	table := lib.reading(L, 1)
	i := int32Arg(L, 2) + 1
	value := table.RawGetInt(i)
	if value == lua.LNil {
		return 0
	}
	L.Push(lua.LNumber(i))
	L.Push(value)
	return 2
}

func (lib *Library) pairs(L *lua.LState) int {
	table := tableArg(L, 1)
	L.Push(lib.parts.nextPair)
	L.Push(table)
	L.Push(lua.LNil)
	return 3
}

func (lib *Library) next(L *lua.LState) int {
	key, value := lib.reading(L, 1).Next(L.Get(2))
	if key == lua.LNil {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(key)
	L.Push(value)
	return 2
}

func rawEqual(L *lua.LState) int {
	a, b := anyArg(L, 1), anyArg(L, 2)
	L.Push(lua.LBool(a == b))
	return 1
}

func (lib *Library) rawGet(L *lua.LState) int {
	table := lib.reading(L, 1)
	L.Push(table.RawGet(anyArg(L, 2)))
	return 1
}

func (lib *Library) rawSet(L *lua.LState) int {
	tableArg(L, 1)
	key, value := anyArg(L, 2), anyArg(L, 3)
	lib.set(L, lib.writing(L, 1), key, value)
	L.SetTop(1)
	return 1
}

// set writes to a table without its metamethods.
func (lib *Library) set(L *lua.LState, table *lua.LTable, key, value lua.LValue) {
	if key == lua.LNil {
		raiseBare(L, "table index is nil")
	}
	if n, ok := key.(lua.LNumber); ok && n != n {
		raiseBare(L, "table index is NaN")
	}
	table.RawSet(key, value)
}

func selectArgs(L *lua.LState) int {
	top := L.GetTop()
	if s, ok := L.Get(1).(lua.LString); ok && s != "" && s[0] == '#' {
		L.Push(lua.LNumber(top - 1))
		return 1
	}
	i := int32Arg(L, 1)
	switch {
	case i < 0:
		i = top + i
	case i > top:
		i = top
	}
	if i < 1 {
		badArgument(L, 1, "index out of range")
	}
	return top - i
}

func toNumber(L *lua.LState) int {
	base := int32(intOr(L, 2, 10))
	var v float64
	var ok bool
	if base == 10 {
		v, ok = asNumber(anyArg(L, 1))
	} else {
		s := stringArg(L, 1)
		if base < 2 || base > 36 {
			badArgument(L, 2, "base out of range")
		}
		v, ok = parseInBase(s, uint64(base))
	}
	if ok {
		L.Push(lua.LNumber(v))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func toString(L *lua.LState) int {
	value := anyArg(L, 1)
	if fn := metamethod(L, value, "__tostring"); fn != lua.LNil {
		L.Push(fn)
		L.Push(value)
		L.Call(1, 1)
		return 1
	}
	L.Push(lua.LString(describe(value)))
	return 1
}

// metamethod returns a metamethod of a table, nil for other values.
func metamethod(L *lua.LState, value lua.LValue, event string) lua.LValue {
	if table, ok := value.(*lua.LTable); ok {
		return L.GetMetaField(table, event)
	}
	return lua.LNil
}

// describe returns a value as text, as tostring does without metamethods.
func describe(value lua.LValue) string {
	switch v := value.(type) {
	case lua.LNumber:
		return formatNumber(float64(v))
	case *lua.LUserData:
		if v.Value == nil {
			return "userdata: (nil)"
		}
	}
	return value.String()
}

func typeFunction(L *lua.LState) int {
	L.Push(lua.LString(typeName(anyArg(L, 1))))
	return 1
}

func (lib *Library) unpack(L *lua.LState) int {
	table := lib.reading(L, 1)
	from := int64(int32(intOr(L, 2, 1)))
	to := int64(table.Len())
	if L.Get(3) != lua.LNil {
		to = int64(int32Arg(L, 3))
	}
	if from > to {
		return 0
	}
	if to-from+1 > int64(lib.limits.MaxStack-L.GetTop()) {
		raise(L, "too many results to unpack")
	}
	for i := from; i <= to; i++ {
		L.Push(rawInt(table, int(i)))
	}
	return int(to - from + 1)
}

// rawInt reads the element at an index, which may be any.
func rawInt(table *lua.LTable, i int) lua.LValue {
	if i > 0 && i < arrayLimit {
		return table.RawGetInt(i)
	}
	return table.RawGet(lua.LNumber(i))
}

func (lib *Library) loadString(L *lua.LState) int {
	source := stringArg(L, 1)
	return lib.compileFor(L, source, stringOr(L, 2, source))
}

func (lib *Library) load(L *lua.LState) int {
	name := stringOr(L, 2, "=(load)")
	reader := functionArg(L, 1)
	var source strings.Builder
	for {
		L.Push(reader)
		if err := L.PCall(0, 1, nil); err != nil {
			L.Push(lua.LNil)
			L.Push(ErrorValue(err))
			return 2
		}
		piece := L.Get(-1)
		L.Pop(1)
		if piece == lua.LNil {
			break
		}
		text, ok := asString(piece)
		if !ok {
			L.Push(lua.LNil)
			L.Push(lua.LString(where(L, 1) + "reader function must return a string"))
			return 2
		}
		if text == "" {
			break
		}
		lib.room(L, source.Len()+len(text))
		source.WriteString(text)
	}
	return lib.compileFor(L, source.String(), name)
}

// compileFor pushes what loadstring returns.
func (lib *Library) compileFor(L *lua.LState, source, name string) int {
	proto, err := Compile(source, name)
	if err != nil {
		L.Push(lua.LNil)
		L.Push(lua.LString(err.Error()))
		return 2
	}
	L.Push(L.NewFunctionFromProto(proto))
	return 1
}
