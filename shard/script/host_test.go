package script

import (
	"slices"
	"testing"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
)

// fakeHost has a few commands that answer with what they are given.
type fakeHost struct {
	refusal string
	overdue string
	stray   bool
	logged  []string

	commands map[string]*command.Command
}

func spec(name string, arity int, flags command.Flags, keys ...command.KeySpec) *command.Command {
	return &command.Command{Spec: command.Spec{Name: name, Arity: arity, Flags: flags, Keys: keys, Route: command.RouteKeys}}
}

func (h *fakeHost) Find(args [][]byte) (*command.Command, any) {
	if h.commands == nil {
		h.commands = fakeCommands()
	}
	c, ok := h.commands[string(args[0])]
	if !ok {
		return nil, nil
	}
	return c, c
}

func fakeCommands() map[string]*command.Command {
	one := command.KeyAt(1, command.KeyRW)
	return map[string]*command.Command{
		"get":         spec("get", 2, command.ReadOnly, one),
		"set":         spec("set", -3, command.Write|command.DenyOOM, one),
		"hset":        spec("hset", -4, command.Write|command.DenyOOM, one),
		"del":         spec("del", -2, command.Write, command.KeyRange(1, -1, 1, command.KeyRM)),
		"mset":        spec("mset", -3, command.Write, command.KeyRange(1, -1, 2, command.KeyOW)),
		"rename":      spec("rename", 3, command.Write, command.KeyAt(1, command.KeyRW), command.KeyAt(2, command.KeyOW)),
		"zunionstore": spec("zunionstore", -4, command.Write, command.KeyAt(1, command.KeyOW), command.KeyNum(2, command.KeyRO)),
		"xread":       spec("xread", -4, command.ReadOnly, streams()),
		"raw":         spec("raw", 2, command.ReadOnly),
		"fail":        spec("fail", -1, command.ReadOnly),
		"multi":       spec("multi", 1, command.NoScript),
	}
}

func (h *fakeHost) Call(c *command.Command, _ any, args [][]byte, w *resp.Writer) bool {
	switch {
	case h.stray:
		return false
	case c.Name == "fail":
		w.Error("WRONGTYPE no")
	case c.Name == "raw":
		w.Buf = append(w.Buf, args[1]...)
	case c.Flags&command.Write != 0:
		w.OK()
	default:
		w.Bulk(args[1])
	}
	return true
}

func (h *fakeHost) Unstorable() string     { return "" }
func (h *fakeHost) Refusal() string        { return h.refusal }
func (h *fakeHost) Overdue(text string)    { h.overdue = text }
func (h *fakeHost) Log(_ int, text string) { h.logged = append(h.logged, text) }

// fakeCatalogue is what the engine knows of these commands.
type fakeCatalogue struct{}

func (fakeCatalogue) Lookup(name, _ string) (Callee, bool) {
	switch c, ok := fakeCommands()[name]; {
	case ok:
		return Callee{Spec: &c.Spec}, true
	case name == "publish":
		return Callee{Spec: &command.Spec{}, Free: true}, true
	case name == "object":
		return Callee{Container: true}, true
	case name == "keys":
		return Callee{Spec: &command.Spec{Route: command.RouteEach}}, true
	}
	return Callee{}, false
}

func streams() command.KeySpec {
	k := command.KeyRange(0, -1, 1, command.KeyRO).After("STREAMS", 1)
	k.Find.Limit = 2
	return k
}

// eval runs a script and returns its reply.
func eval(t testing.TB, e *Engine, host Host, body string, words ...string) string {
	t.Helper()
	s, refusal := e.Eval([]byte(body))
	if refusal != "" {
		return "-" + refusal + "\r\n"
	}
	var args [][]byte
	for _, w := range words {
		args = append(args, []byte(w))
	}
	var w resp.Writer
	e.RunScript(s, args, args, false).Execute(host, &w)
	return string(w.Buf)
}

func TestReplies(t *testing.T) {
	e := NewEngine(fakeCatalogue{})
	for _, c := range []struct{ body, want string }{
		{`return 1`, ":1\r\n"},
		{`return "a"`, "$1\r\na\r\n"},
		{`return {1,"a",{2}}`, "*3\r\n:1\r\n$1\r\na\r\n*1\r\n:2\r\n"},
		{`return redis.call("set","k","v")`, "+OK\r\n"},
		{`return redis.call("get",KEYS[1])`, "$1\r\nk\r\n"},
		{`return redis.call("raw",":12\r\n")+1`, ":13\r\n"},
		{`return redis.call("raw","*2\r\n$-1\r\n:5\r\n")`, "*2\r\n$-1\r\n:5\r\n"},
		{`return redis.pcall("fail")`, "-WRONGTYPE no\r\n"},
		{`return #ARGV`, ":1\r\n"},
		{`return foo`, "-ERR user_script:1: Script attempted to access nonexistent global variable 'foo' script: " + digest("return foo") + ", on @user_script:1.\r\n"},
	} {
		if got := eval(t, e, &fakeHost{}, c.body, "k"); got != c.want {
			t.Errorf("%s: %q, want %q", c.body, got, c.want)
		}
	}
}

func TestConfined(t *testing.T) {
	for _, c := range []struct {
		body string
		want bool
	}{
		{`return 1`, true},
		{`return redis.call("get",KEYS[1])`, true},
		{`local k = KEYS[1] if redis.call("get", k) == ARGV[1] then return redis.call("del", k) else return 0 end`, true},
		{`local call = redis.call return call("get", KEYS[1])`, true},
		{`for i = 1, #KEYS do redis.call("set", KEYS[i], ARGV[i]) end`, true},
		{`for i, k in ipairs(KEYS) do redis.call("set", k, ARGV[i]) end`, true},
		{`return redis.call("del", unpack(KEYS))`, true},
		{`return redis.call("hset", KEYS[1], unpack(ARGV))`, true},
		{`return redis.call("rename", KEYS[1], KEYS[2])`, true},
		{`return redis.call("zunionstore", KEYS[1], 2, KEYS[2], KEYS[3])`, true},
		{`return redis.call("publish", ARGV[1], "x")`, true},
		{`local function get(k) return redis.call("get", k) end return get(KEYS[1]) .. get(KEYS[2])`, true},
		{`local function key(i) return KEYS[i] end return redis.call("get", key(1))`, true},
		{`local function f(t) return redis.call("get", t[1]) end return f(KEYS)`, true},
		{`local ok, v = pcall(function() return redis.call("get", KEYS[1]) end) return v`, true},
		{`local function fact(n) if n < 2 then return 1 end return n * fact(n - 1) end return fact(3)`, true},
		{`redis.call("mset", KEYS[1], 1, KEYS[2], 2)`, true},
		{`return redis.call("nosuch", ARGV[1])`, true},
		{`return redis.call("zunionstore", KEYS[1], #KEYS - 1, unpack(KEYS, 2))`, true},
		{`return redis.call("zunionstore", KEYS[1], ARGV[1], KEYS[2], KEYS[3])`, true},
		{`return redis.call("xread", "count", 1, "streams", KEYS[1], ARGV[1])`, true},

		{`local call = redis.call local call = function(...) return call(...) end return call("get", KEYS[1])`, false},
		{`local redis = function() return redis.call("get", "x") end return redis()`, false},
		{`local k = "x" local k = function() return redis.call("get", k) end return k()`, false},
		{`--[==[ ]] ]==] return redis.call("get", "x")`, false},
		{`return redis.call("get", ARGV[1])`, false},
		{`return redis.call("get", KEYS[1] .. ":x")`, false},
		{`return redis.call("get", "x")`, false},
		{`return redis.call(ARGV[1], KEYS[1])`, false},
		{`return redis.call("rename", KEYS[1], ARGV[1])`, false},
		{`return redis.call("del", unpack(ARGV))`, false},
		{`return redis.call("del", KEYS[1], unpack(ARGV))`, false},
		{`return redis.call(unpack(ARGV))`, false},
		{`KEYS[1] = "x" return redis.call("get", KEYS[1])`, false},
		{`table.insert(KEYS, "x") return redis.call("get", KEYS[2])`, false},
		{`local t = KEYS t[1] = "x" return redis.call("get", KEYS[1])`, false},
		{`local t = {KEYS} t[1][1] = "x" return redis.call("get", KEYS[1])`, false},
		{`local k = KEYS[1] k = ARGV[1] return redis.call("get", k)`, false},
		{`local function get(k) return redis.call("get", k) end get(KEYS[1]) get("x")`, false},
		{`local function get(k) return redis.call("get", k) end local g = get pcall(g, "x")`, false},
		{`local function get(k) return redis.call("get", k) end pcall(get, "x")`, false},
		{`pcall(redis.call, "get", "x")`, false},
		{`local r = {redis} r[1].call("get", "x")`, false},
		{`_G.redis.call("get", "x")`, false},
		{`loadstring("redis.call('get','x')")()`, false},
		{`return redis.call("keys", "*")`, false},
		{`return redis.call("xread", "count", ARGV[1], "streams", KEYS[1], 0)`, false},
		{`return redis.call("xread", "streams", "s", 0)`, false},
		{`return redis.call("xread", "streams", KEYS[1], KEYS[2], 0)`, false},
		{`return redis.call("xread", "streams", unpack(KEYS))`, false},
		{`return redis.call("zunionstore", KEYS[1], #KEYS, KEYS[2], "weights", 1)`, false},
		{`return redis.call("zunionstore", KEYS[1], 2, KEYS[2], ARGV[1])`, false},
		{`return redis.call("zunionstore", KEYS[1], #ARGV, unpack(ARGV))`, false},
		{`return redis.call("object", "encoding", KEYS[1])`, false},
		{`local KEYS = ARGV return redis.call("get", KEYS[1])`, false},
		{`redis.call("mset", KEYS[1], 1, unpack(KEYS))`, false},
		{`local function f(t) t[1] = "x" end f(KEYS) f(ARGV) return redis.call("get", KEYS[1])`, false},
		{`rawset(KEYS, 1, "x") return redis.call("get", KEYS[1])`, false},
		{`local f for i = 1, 2 do if f then f("x") end f = function(k) return redis.call("get", k) end end`, false},
		{`for k in pairs(KEYS) do redis.call("get", k) end`, false},
		{`return redis[ARGV[1]]("get", "x")`, false},
		{`local a, b = KEYS[1] return redis.call("get", b or ARGV[1])`, false},
		{`local function f(...) return redis.call("get", ...) end return f(KEYS[1])`, false},
	} {
		if got := confined(c.body, fakeCatalogue{}, false); got != c.want {
			t.Errorf("%s: confined is %v", c.body, got)
		}
	}
}

func TestLibraries(t *testing.T) {
	e := NewEngine(fakeCatalogue{})
	code := "#!lua name=lib\nredis.register_function('f', function(keys, args) return redis.call('get', keys[1]) end)\n" +
		"local n = 0 redis.register_function{function_name='g', callback=function() n = n + 1 return n end, flags={'no-writes'}, description='d'}"
	name, refusal := e.LoadLibrary([]byte(code), false, AtOnce)
	if name != "lib" || refusal != "" {
		t.Fatal(name, refusal)
	}
	if lib := e.Libraries().Get("lib"); !lib.confined || len(lib.Functions) != 2 {
		t.Errorf("library %+v", lib)
	}
	f := e.Libraries().Function([]byte("G"))
	if f == nil || !slices.Equal(f.Flags.Names(), []string{"no-writes"}) || f.Description != "d" {
		t.Fatalf("function %+v", f)
	}
	for i, want := range []string{":1\r\n", ":2\r\n"} {
		var w resp.Writer
		e.RunFunction(f, nil, nil, false).Execute(&fakeHost{}, &w)
		if string(w.Buf) != want {
			t.Errorf("call %d: %q", i, w.Buf)
		}
	}
	var w resp.Writer
	e.RunFunction(e.Libraries().Function([]byte("f")), [][]byte{[]byte("k")}, nil, true).Execute(&fakeHost{}, &w)
	if string(w.Buf) != "-"+ErrReadOnlyCall+"\r\n" {
		t.Errorf("%q", w.Buf)
	}
}

// TestStatusTables has scripts change what commands reply, which later scripts must not
// see.
func TestStatusTables(t *testing.T) {
	e := NewEngine(fakeCatalogue{})
	set := `local t = redis.call("set","k","v") `
	for _, spoil := range []string{
		`t.ok = "NO"`, `t.x = 1`, `t.ok = nil`, `t[1] = 1`, `setmetatable(t, {__index = function() return 1 end})`, `rawset(t, "y", 2)`, `table.insert(t, 3)`, ``,
	} {
		eval(t, e, &fakeHost{}, set+spoil+` return 1`)
		check := set + `local n = 0 for k in pairs(t) do n = n + 1 end return {n, t.ok, getmetatable(t) == nil, redis.call("set","k","v") ~= t}`
		if got, want := eval(t, e, &fakeHost{}, check), "*4\r\n:1\r\n$2\r\nOK\r\n:1\r\n:1\r\n"; got != want {
			t.Errorf("after %s: %q", spoil, got)
		}
	}
}

func BenchmarkCalls(b *testing.B) {
	e := NewEngine(fakeCatalogue{})
	s, _ := e.Eval([]byte(`redis.call("set",KEYS[1],ARGV[1]) redis.call("get",KEYS[1]) return redis.call("get",KEYS[1])`))
	args := [][]byte{[]byte("k")}
	var w resp.Writer
	host := &fakeHost{}
	b.ReportAllocs()
	for b.Loop() {
		w.Buf = w.Buf[:0]
		e.RunScript(s, args, args, false).Execute(host, &w)
	}
}

func BenchmarkMachine(b *testing.B) {
	e := NewEngine(fakeCatalogue{})
	b.ReportAllocs()
	for b.Loop() {
		m := newMachine(e)
		m.openRedis(false)
	}
}

func BenchmarkInstructions(b *testing.B) {
	e := NewEngine(fakeCatalogue{})
	s, _ := e.Eval([]byte(`local n = 0 for i = 1, 1e6 do n = n + i end return n`))
	var w resp.Writer
	for b.Loop() {
		e.RunScript(s, nil, nil, false).Execute(&fakeHost{}, &w)
	}
}
