package script

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// FuzzScript runs any text as a script. Whatever it is, there is exactly one reply, and
// no later script sees anything of it.
func FuzzScript(f *testing.F) {
	for _, body := range []string{
		`return 1`, `#!lua flags=no-writes
return {1,{2,{3}},{ok="x"},{err="y\r\n"},{map={a=1}},{double=1/0}}`,
		`while true do pcall(error) end`, `local t = {} t[1] = t return t`, `return redis.call("raw", ARGV[1])`,
		`local s = "x" while true do s = s .. s end`, `local function f() return f() + 1 end return f()`,
		`return setmetatable({}, {__index = redis.call, __tostring = pcall})`, `redis.call = nil`, `return {verbatim_string = {string = "a", format = "b"}}`,
		`return loadstring("return KEYS")()`, `for k, v in pairs(_G) do rawset(_G, k, 1) end`, `return coroutine.wrap(function() redis.call("set", KEYS[1], 1) end)()`,
		`error({err = 1})`, `error(setmetatable({}, {__index = error}))`, `return "\0" .. 1`, "return (", "\x1bLua",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		e := NewEngine(fakeCatalogue{})
		reply := evalBriefly(e, body)
		r := bufio.NewReader(bytes.NewReader(reply))
		if _, err := resp.ReadReply(r); err != nil && !errors.Is(err, resp.ErrReply) {
			t.Fatalf("%q replies %.200q: %v", body, reply, err)
		} else if err == nil {
			if _, err := r.ReadByte(); !errors.Is(err, io.EOF) {
				t.Fatalf("%q replies more than once: %.200q", body, reply)
			}
		}
		if got := string(evalBriefly(e, `return {#KEYS, type(redis.call), type(string.rep), tostring(KEYS.x)}`)); got != "*4\r\n:1\r\n$8\r\nfunction\r\n$8\r\nfunction\r\n$3\r\nnil\r\n" {
			t.Fatalf("after %q: %q", body, got)
		}
	})
}

// evalBriefly runs a script that is ended when it takes long.
func evalBriefly(e *Engine, body string) []byte {
	s, refusal := e.Eval([]byte(body))
	if refusal != "" {
		return []byte("-" + errorLine(refusal) + "\r\n")
	}
	args := [][]byte{[]byte("*1\r\n:5\r\n")}
	var w resp.Writer
	r := e.RunScript(s, args, args, false)
	timer := time.AfterFunc(100*time.Millisecond, func() { r.state.Store(stateKilled) })
	defer timer.Stop()
	r.Execute(&fakeHost{}, &w)
	return w.Buf
}
