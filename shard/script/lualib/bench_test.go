package lualib

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// benchmarkScript runs a script again and again in one state.
func benchmarkScript(b *testing.B, script string) {
	L, lib := newState(b, nil)
	shown := L.CreateTable(0, 1)
	shown.RawSetString("call", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LNumber(1))
		return 1
	}))
	lib.SetGlobal("redis", lib.Protect(shown))
	keys := L.CreateTable(1, 0)
	keys.Append(lua.LString("key"))
	lib.SetGlobal("KEYS", keys)
	proto, err := Compile(script, "@user_script")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		L.SetTop(0)
		L.Push(lib.Load(proto))
		if err := L.PCall(0, 1, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCalls is three calls of the host: look-ups of globals are most of it.
func BenchmarkCalls(b *testing.B) {
	benchmarkScript(b, `redis.call("a", KEYS[1]) redis.call("b", KEYS[1]) return redis.call("c", KEYS[1])`)
}

func BenchmarkEmpty(b *testing.B) { benchmarkScript(b, `return 1`) }

func BenchmarkConcat(b *testing.B) {
	benchmarkScript(b, `local k = KEYS[1] for i = 1, 100 do local s = k .. ":" .. i end`)
}

func BenchmarkProtectedCall(b *testing.B) {
	benchmarkScript(b, `local f = function(x) return x end for i = 1, 100 do pcall(f, i) end`)
}

func BenchmarkJSON(b *testing.B) {
	benchmarkScript(b, `for i = 1, 100 do cjson.decode(cjson.encode({id = i, name = "x", list = {1, 2, 3}})) end`)
}

func BenchmarkMatch(b *testing.B) {
	benchmarkScript(b, `for i = 1, 100 do string.match("user:12345:name", "^(%a+):(%d+):(%a+)$") end`)
}
