package lualib

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// fuzzCall calls a function of the library with a string and sees to it that it
// returns or raises an error of Lua, whatever the string is.
func fuzzCall(f *testing.F, script string, seeds ...string) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	L, lib := newState(f, &Limits{MaxString: 1 << 20})
	proto, err := Compile(script, "@fuzz")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, input string) {
		lib.SetGlobal("input", lua.LString(input))
		L.SetTop(0)
		L.Push(lib.Load(proto))
		if err := L.PCall(0, 1, nil); err != nil {
			if failure, ok := err.(*lua.ApiError); !ok || failure.Type == lua.ApiErrorPanic {
				t.Fatalf("%v", err)
			}
			if strings.Contains(err.Error(), "round trip") {
				t.Fatal(err)
			}
		}
	})
}

// same compares two values within scripts.
const same = `local function same(a, b)
  if type(a) ~= 'table' or type(b) ~= 'table' then return a == b or a ~= a and b ~= b end
  for k, v in pairs(a) do if type(k) ~= 'table' and not same(v, b[k]) then return false end end
  for k in pairs(b) do if type(k) ~= 'table' and a[k] == nil then return false end end
  return true
end
`

func FuzzJSON(f *testing.F) {
	fuzzCall(f, `local function same(a, b) return cjson.encode(a) == cjson.encode(b) end
		local v = cjson.decode(input)
		local ok, text = pcall(cjson.encode, v)
		if ok and not same(v, cjson.decode(text)) then error("round trip") end`,
		`{"a":[1,2.5,"x\u00e9",null,true],"b":{}}`, `[[[]]]`, `"\ud83d\ude00"`, `-0.1e5`, `[1e400,nan]`, "\x00")
}

func FuzzMessagePack(f *testing.F) {
	fuzzCall(f, strings.Replace(same, "local function same", "local same same = function", 1)+`
		local v = cmsgpack.unpack_one(input) and {cmsgpack.unpack_one(input)}
		local text = cmsgpack.pack(v)
		if not same(v, cmsgpack.unpack(text)) and not string.find(text, "\192") then error("round trip") end`,
		"\x93\x01\xa1x\xc0", "\x82\x01\x02\xa1a\xc3", "\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", "\xdd\xff\xff\xff\xff\x01")
}

func FuzzStruct(f *testing.F) {
	fuzzCall(f, `local format, data = input:match("^(.-)\n(.*)$")
		if not format then return end
		pcall(struct.size, format)
		local v = {struct.unpack(format, data)}
		pcall(struct.pack, format, unpack(v))
		pcall(struct.pack, format, data, 1, data)`,
		"!8bhilTLHBIfdxc3>i4\nabcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz", "bc0\n\x03abc", "s<s>i2\na\x00b\x00cd", "i99999999999\n")
}

func FuzzPattern(f *testing.F) {
	L, lib := newState(f, &Limits{MaxString: 1 << 20, Poll: func(L *lua.LState) { L.RaiseError("too long") }})
	f.Add("hello world", "(%w+) (%w+)", "%2 %1")
	f.Add("a(b(c)d)e", "%b()", "%0")
	f.Add("abc", "[^a-b%]]*$", "")
	f.Add("THE (quick) fox", "%f[%a]%a+%f[%A]", "x")
	proto, err := Compile(`string.find(a, b) string.match(a, b) for x in string.gmatch(a, b) do end string.gsub(a, b, c)
		string.format(b, a, 1, 2)`, "@fuzz")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, subject, pattern, replacement string) {
		for name, value := range map[string]string{"a": subject, "b": pattern, "c": replacement} {
			lib.SetGlobal(name, lua.LString(value))
		}
		L.SetTop(0)
		L.Push(lib.Load(proto))
		if err := L.PCall(0, 0, nil); err != nil {
			if failure, ok := err.(*lua.ApiError); !ok || failure.Type == lua.ApiErrorPanic {
				t.Fatalf("%v", err)
			}
		}
	})
}

// FuzzCompile sees to it that no source makes the compiler panic.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		"local a <b", "return ...", "for i = 1, 2 do break end", "x = {1, a = 2; [3] = 4}", "f{}'x'[[y]]:z()", "--[==[ x ]==] return 0x1p4",
		"local function f(a, ...) return f, ... end repeat local x until x", "a.b.c, d[1] = 1, 2 .. 3 .. 4",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		proto, err := Compile(source, "@fuzz")
		if err == nil && proto == nil || err != nil && !strings.HasPrefix(err.Error(), "fuzz:") {
			t.Fatalf("%v, %v", proto, err)
		}
	})
}
