package lualib

import (
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// raise ends the running library function with an error whose text begins with
// the place in the script that called it, "user_script:3: ", as luaL_error does.
// A function that something else than a script calls (pcall does) has no place.
// It does not return.
func raise(L *lua.LState, text string) {
	raiseBare(L, where(L, 1)+text)
}

// raiseBare is raise without the place.
func raiseBare(L *lua.LState, text string) {
	L.Error(lua.LString(text), 0)
}

// where returns the place that the function at a level of the call stack has
// reached, followed by a space: 0 is the function that runs, 1 its caller. It is
// empty for functions written in Go and above the top of the stack.
func where(L *lua.LState, level int) string {
	place := L.Where(level)
	if place == "" || place == "[G]:" {
		return ""
	}
	return place + " "
}

// calledAs tells by which name the running function was called, and whether as a
// method: then the first argument is the object before the colon.
func calledAs(L *lua.LState) (name string, method bool) {
	dbg, ok := L.GetStack(0)
	if !ok {
		return "?", false
	}
	if _, err := L.GetInfo("n", dbg, lua.LNil); err != nil {
		return "?", false
	}
	name = dbg.Name
	if name == "" || name[0] == '(' || name == "main chunk" || name == "corountine" {
		return "?", false
	}
	if name[0] == methodMark {
		return name[1:], true
	}
	return name, false
}

// methodMark stands before the names of methods in what the compiler notes of
// calls: see parser.suffixed.
const methodMark = ':'

// badArgument says that an argument is wrong, with the words of luaL_argerror.
func badArgument(L *lua.LState, n int, what string) {
	name, method := calledAs(L)
	if method {
		n--
		if n == 0 {
			raise(L, "calling '"+name+"' on bad self ("+what+")")
		}
	}
	raise(L, "bad argument #"+strconv.Itoa(n)+" to '"+name+"' ("+what+")")
}

// wrongType says that an argument has another type than the one wanted.
func wrongType(L *lua.LState, n int, want string) {
	badArgument(L, n, want+" expected, got "+typeOf(L, n))
}

// typeOf names the type of an argument; one that is missing has "no value".
func typeOf(L *lua.LState, n int) string {
	if n > L.GetTop() {
		return "no value"
	}
	return typeName(L.Get(n))
}

// typeName is what type() says of a value.
func typeName(v lua.LValue) string {
	return v.Type().String()
}

// anyArg returns an argument of any type, nil included, that must be there.
func anyArg(L *lua.LState, n int) lua.LValue {
	if n > L.GetTop() {
		badArgument(L, n, "value expected")
	}
	return L.Get(n)
}

// tableArg returns an argument that must be a table.
func tableArg(L *lua.LState, n int) *lua.LTable {
	if t, ok := L.Get(n).(*lua.LTable); ok {
		return t
	}
	wrongType(L, n, "table")
	return nil
}

// functionArg returns an argument that must be a function.
func functionArg(L *lua.LState, n int) *lua.LFunction {
	if f, ok := L.Get(n).(*lua.LFunction); ok {
		return f
	}
	wrongType(L, n, "function")
	return nil
}

// stringArg returns an argument that must be a string, or a number as text.
func stringArg(L *lua.LState, n int) string {
	s, ok := asString(L.Get(n))
	if !ok {
		wrongType(L, n, "string")
	}
	return s
}

// stringOr is stringArg with a value for an argument that is nil or missing.
func stringOr(L *lua.LState, n int, otherwise string) string {
	if L.Get(n) == lua.LNil {
		return otherwise
	}
	return stringArg(L, n)
}

// numberArg returns an argument that must be a number, or text that is one.
func numberArg(L *lua.LState, n int) float64 {
	v, ok := asNumber(L.Get(n))
	if !ok {
		wrongType(L, n, "number")
	}
	return v
}

// intArg returns a number as an integer, its fraction cut off; what no int64 can
// hold becomes the smallest, as a conversion on amd64 has it.
func intArg(L *lua.LState, n int) int64 {
	return truncate(numberArg(L, n))
}

// int32Arg returns a number as the int of C.
func int32Arg(L *lua.LState, n int) int {
	return int(int32(intArg(L, n)))
}

// intOr is intArg with a value for an argument that is nil or missing.
func intOr(L *lua.LState, n int, otherwise int64) int64 {
	if L.Get(n) == lua.LNil {
		return otherwise
	}
	return intArg(L, n)
}

// asString returns a string, or a number as text; false for other types.
func asString(v lua.LValue) (string, bool) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), true
	case lua.LNumber:
		return formatNumber(float64(v)), true
	}
	return "", false
}

// asNumber returns a number, or text that is one; false for other values.
func asNumber(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return parseNumber(string(v))
	}
	return 0, false
}
