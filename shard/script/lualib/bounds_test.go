package lualib

import (
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// bombs are scripts that want more than they get. Each fails with one of some texts,
// or ends.
var bombs = []struct{ script, want string }{
	{`return #string.rep("x", 1e9)`, "not enough memory"},
	{`return #string.rep("x", 2^31 - 1)`, "not enough memory"},
	{`local s = "x" while true do s = s .. s end`, "not enough memory"},
	{`local s = "x" while true do s = s .. 1 .. s end`, "not enough memory"},
	{`local s = string.rep("x", 1000) return #s:rep(1000):rep(1000)`, "not enough memory"},
	{`local t = {} for i = 1, 3000 do t[i] = string.rep("x", 1000) end return #table.concat(t)`, "not enough memory"},
	{`return #table.concat({"a", "b", "c"}, string.rep("x", 900000))`, "not enough memory"},
	{`return #string.gsub(string.rep("x", 100000), "x", string.rep("y", 100))`, "not enough memory"},
	{`return #string.gsub(string.rep("x", 100000), "x", function() return string.rep("y", 100) end)`, "not enough memory"},
	{`return #string.gsub(string.rep("x", 100000), "()", "%1%1%1%1%1%1%1%1")`, "not enough memory"},
	{`return #string.format(string.rep("%s", 20), unpack((function() local t = {} for i = 1, 20 do t[i] = string.rep("x", 100000) end return t end)()))`, "not enough memory"},
	{`return #string.format("%q", string.rep("\n", 1000000))`, "not enough memory"},
	{`local t = {} for i = 1, 100 do t[i] = string.rep("x", 100000) end return #cjson.encode(t)`, "not enough memory"},
	{`return #cjson.encode(string.rep("\1", 500000))`, "not enough memory"},
	{`local t = {string.rep("x", 1000)} for i = 1, 11 do t = {t, t, t, t} end return #cjson.encode(t)`, "not enough memory"},
	{`local t = {string.rep("x", 1000)} for i = 1, 11 do t = {t, t, t, t} end return #cmsgpack.pack(t)`, "not enough memory"},
	{`return #cmsgpack.pack(string.rep("x", 900000), string.rep("x", 900000))`, "not enough memory"},
	{`return #struct.pack("ss", string.rep("x", 900000), string.rep("x", 900000))`, "not enough memory"},
	{`local function f() return 1 + f() end return f()`, "stack overflow"},
	{`local function f() return pcall(f) end return tostring(f())`, ""},
	{`local function f(x) return select(2, pcall(f, x)) end return tostring(f(1))`, ""},
	{`local function f() return coroutine.wrap(f)() end return f()`, "C stack overflow"},
	{`local function f() return (xpcall(f, f)) end return tostring(f())`, ""},
	{`local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x`, "loop in gettable"},
	{`local t = setmetatable({}, {__index = function(t, k) return t[k] end}) return t.x`, "stack overflow"},
	{`local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) return tostring(t)`, "stack overflow"},
	{`for i = 1, 1e6 do coroutine.create(function() end) end`, "not enough memory"},
	{`local t = {} t[1e8] = 1 t[2^53] = 1 return #t`, ""},
	{`local t = {} t[4194303] = 1 return #t`, ""},
	{`table.insert({}, -1e9, 1)`, "not enough memory"},
	{`table.concat({}, "", 1, 2^31 - 1)`, "invalid value"},
	{`return unpack({}, -2^31, 2^31 - 1)`, "too many results"},
	{`return #cmsgpack.unpack("\221\255\255\255\255" .. string.rep("\1", 100))`, "Missing bytes"},
	{`return cjson.decode(string.rep("[", 1e5))`, "too many nested"},
	{`local s = "x = " .. string.rep("(", 1e5) return select(2, loadstring(s))`, ""},
	{`local s = "x = " .. string.rep("{", 1e5) return select(2, loadstring(s))`, ""},
	{`local s = "return " .. string.rep("a.", 1e5) .. "a" return select(2, loadstring(s))`, ""},
	{`local s = "return " .. string.rep("1 + ", 1e5) .. "1" return select(2, loadstring(s))`, ""},
	{`local s = "return " .. string.rep("'a' .. ", 1e5) .. "'a'" return select(2, loadstring(s))`, ""},
	{`local s = "if a then " .. string.rep("elseif a then ", 5e4) .. "end" return select(2, loadstring(s))`, ""},
	{`local s = "f" .. string.rep("()", 1e5) return select(2, loadstring(s))`, ""},
	{`local s = string.rep("do ", 1e5) return select(2, loadstring(s))`, ""},
	{`local s = "return function(" .. string.rep("a,", 1e5) .. "a) end" return select(2, loadstring(s))`, ""},
	{`local s = string.rep("a,", 1e5) .. "a = 1" return select(2, loadstring(s))`, ""},
	{`local s = "local " .. string.rep("a,", 1e5) .. "a" return select(2, loadstring(s))`, ""},
	{`local s = "f(" .. string.rep("a,", 1e5) .. "a)" return select(2, loadstring(s))`, ""},
	{`return string.find(string.rep("a", 1000), string.rep("a?", 2e5))`, ""},
	{`return string.find(string.rep("a", 2e5), string.rep("a?", 2e5))`, "pattern too complex"},
	{`return string.find("x", string.rep("(", 1e5))`, "too many captures"},
	{`return string.find("x", string.rep("[a", 1e5))`, "malformed pattern"},
}

func TestBombs(t *testing.T) {
	for _, bomb := range bombs {
		L, lib := newState(t, &Limits{MaxString: 1 << 20})
		start := time.Now()
		value, err := runScript(L, lib, bomb.script)
		switch {
		case bomb.want == "" && err != nil:
			t.Errorf("%s: %v", bomb.script, err)
		case bomb.want != "" && (err == nil || !strings.Contains(err.Error(), bomb.want)):
			t.Errorf("%s: %s, %v", bomb.script, Text(value), err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: %v", bomb.script, took)
		}
	}
}

// TestGrow sees to it that what is large is asked for before it is taken.
func TestGrow(t *testing.T) {
	for _, script := range []string{
		`return #string.rep("x", 100000)`,
		`local s = string.rep("x", 60000) return #(s .. s)`,
		`local s = string.rep("x", 60000) return #table.concat({s, s})`,
		`local s = string.rep("x", 60000) return #cjson.encode({s, s})`,
		`local s = string.rep("x", 60000) return #cmsgpack.pack(s, s)`,
		`local s = string.rep("x", 60000) return #string.gsub(s, "^x", s)`,
	} {
		asked := 0
		L, lib := newState(t, &Limits{Grow: func(n int) bool { asked = max(asked, n); return false }})
		if _, err := runScript(L, lib, script); err == nil || !strings.Contains(err.Error(), "not enough memory") {
			t.Errorf("%s: %v", script, err)
		}
		if asked < 64<<10 {
			t.Errorf("%s: asked for %d", script, asked)
		}
	}
}

// TestPoll sees to it that a match which takes for ever can be ended.
func TestPoll(t *testing.T) {
	polls := 0
	L, lib := newState(t, &Limits{Poll: func(L *lua.LState) {
		polls++
		if polls == 3 {
			L.RaiseError("enough")
		}
	}})
	_, err := runScript(L, lib, `return string.find(string.rep("a", 1000), ".-.-.-.-.-b")`)
	if err == nil || !strings.Contains(err.Error(), "enough") || polls != 3 {
		t.Errorf("%v after %d polls", err, polls)
	}
}

// TestReadOnly looks for ways to change what all scripts share.
func TestReadOnly(t *testing.T) {
	for _, script := range []string{
		`x = 1`, `_G.x = 1`, `function x() end`, `function string.x() end`, `string.rep = nil`, `_G = {}`, `string = nil`,
		`local _G = {} x = 1`, `x, y = 1, 2`, `local a a, x = 1, 2`, `for i = 1, 1 do x = i end`,
		`rawset(_G, "x", 1)`, `rawset(string, "rep", 1)`, `setmetatable(_G, nil)`, `setmetatable(math, {})`,
		`getmetatable(_G).__index = nil`, `rawset(getmetatable(_G), "__index", nil)`, `getmetatable("").__index = nil`,
		`rawset(getmetatable(""), "x", 1)`, `getmetatable("").__index.rep = 1`, `table.insert(table, 1)`, `table.sort(_G) _G[1] = 1`,
		`cjson.encode = 1`, `cjson.null.x = 1`, `loadstring("x = 1")()`, `load(function() return nil end)() x = 1`,
		`setmetatable({}, {__index = function() x = 1 end}).y = 1 y = 1`, `coroutine.wrap(function() x = 1 end)()`,
		`for k, v in pairs(_G) do if k == "math" then v.pi = 3 end end`, `next(_G) local k, v = next(bit) bit[k] = 1`,
		`local t = setmetatable({}, getmetatable(_G)) getmetatable(t).__index = 1`,
	} {
		L, lib := newState(t, nil)
		before := snapshot(lib)
		_, err := runScript(L, lib, script)
		if err == nil || !strings.Contains(err.Error(), textReadOnly) && !strings.Contains(err.Error(), "index field 'null'") {
			t.Errorf("%s: %v", script, err)
		}
		if after := snapshot(lib); after != before {
			t.Errorf("%s: changed", script)
		}
	}
}

// snapshot writes down all that scripts share.
func snapshot(lib *Library) string {
	var out strings.Builder
	if meta, ok := lib.globals.Metatable.(*lua.LTable); ok {
		out.WriteString(meta.RawGetString("__index").String())
	}
	for _, key := range keysInOrder(lib.globals) {
		value := lib.globals.RawGet(key)
		out.WriteString(key.String() + value.String() + ";")
		if table, ok := value.(*lua.LTable); ok {
			table, _ = lib.behind(table)
			for _, key := range keysInOrder(table) {
				out.WriteString(key.String() + table.RawGet(key).String() + ",")
			}
		}
	}
	return out.String()
}
