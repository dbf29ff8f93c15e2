package lualib

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// oracle is a redis-server that the library is compared with.
type oracle struct {
	conn net.Conn
	in   *bufio.Reader
}

// startOracle starts a redis-server of its own, which ends with the test.
func startOracle(t *testing.T) *oracle {
	t.Helper()
	dir := t.TempDir()
	socket := dir + "/s"
	cmd := exec.Command("redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Error("redis-server ended by itself")
		}
	})
	for range 200 {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			t.Cleanup(func() { _ = conn.Close() })
			return &oracle{conn: conn, in: bufio.NewReader(conn)}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("redis-server does not answer")
	return nil
}

// eval runs a script and returns its reply: an array of strings, or an error as
// the only element.
func (o *oracle) eval(t *testing.T, script string) []string {
	t.Helper()
	if _, err := fmt.Fprintf(o.conn, "*3\r\n$4\r\nEVAL\r\n$%d\r\n%s\r\n$1\r\n0\r\n", len(script), script); err != nil {
		t.Fatal(err)
	}
	line, err := o.in.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	line = strings.TrimSuffix(line, "\r\n")
	switch line[0] {
	case '-':
		return []string{line}
	case '*':
		n, err := strconv.Atoi(line[1:])
		if err != nil {
			t.Fatal(err)
		}
		out := make([]string, n)
		for i := range out {
			out[i] = o.bulk(t)
		}
		return out
	}
	t.Fatalf("reply %q", line)
	return nil
}

func (o *oracle) bulk(t *testing.T) string {
	t.Helper()
	line, err := o.in.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(line[1:]))
	if err != nil || line[0] != '$' {
		t.Fatalf("element %q", line)
	}
	text := make([]byte, n+2)
	if _, err := io.ReadFull(o.in, text); err != nil {
		t.Fatal(err)
	}
	return string(text[:n])
}

// newState makes a state as the host makes it.
func newState(t testing.TB, limits *Limits) (*lua.LState, *Library) {
	t.Helper()
	L := lua.NewState(lua.Options{
		SkipOpenLibs: true, CallStackSize: 6000, RegistrySize: 4096, RegistryMaxSize: 1 << 20, RegistryGrowStep: 4096,
	})
	t.Cleanup(L.Close)
	return L, Open(L, limits)
}

// run runs a script and returns what it returns, or what it raises.
func runScript(L *lua.LState, lib *Library, script string) (lua.LValue, error) {
	proto, err := Compile(script, "@user_script")
	if err != nil {
		return lua.LNil, err
	}
	top := L.GetTop()
	defer L.SetTop(top)
	L.Push(lib.Load(proto))
	if err := L.PCall(0, 1, nil); err != nil {
		return lua.LNil, fmt.Errorf("%s", describe(ErrorValue(err)))
	}
	return L.Get(-1), nil
}

// eval is what oracle.eval does, here.
func eval(L *lua.LState, lib *Library, script string) []string {
	value, err := runScript(L, lib, script)
	if err != nil {
		return []string{"-" + err.Error()}
	}
	table, ok := value.(*lua.LTable)
	if !ok {
		return []string{describe(value)}
	}
	out := make([]string, table.Len())
	for i := range out {
		out[i] = describe(table.RawGetInt(i + 1))
	}
	return out
}

// prelude shows values as text, whatever they are.
const prelude = `local out = {}
local show
local function one(v, depth)
  local t = type(v)
  if t == 'table' and depth < 5 then
    local r = {}
    for k, x in pairs(v) do r[#r+1] = one(k, depth+1) .. '=' .. one(x, depth+1) end
    table.sort(r)
    return '{' .. table.concat(r, ',') .. '}'
  elseif t == 'string' then
    return '"' .. v:gsub('[%z\1-\31\127-\255]', function(c) return '\\' .. c:byte() end) .. '"'
  elseif t == 'number' or t == 'boolean' or t == 'nil' then return tostring(v)
  end
  return t
end
local function try(f)
  local function all(...)
    local r = {}
    for i = 1, select('#', ...) do r[i] = one((select(i, ...)), 0) end
    return table.concat(r, ' ')
  end
  out[#out+1] = all(pcall(f))
end
`

// compare runs bodies of functions on both sides and compares what they return or
// raise. Each stands on a line of its own, so that errors name it.
func compare(t *testing.T, o *oracle, L *lua.LState, lib *Library, bodies []string) {
	t.Helper()
	const batch = 50
	for len(bodies) > 0 {
		n := min(batch, len(bodies))
		var script strings.Builder
		script.WriteString(prelude)
		for _, body := range bodies[:n] {
			script.WriteString("try(function() " + body + " end)\n")
		}
		script.WriteString("return out")
		want, got := o.eval(t, script.String()), eval(L, lib, script.String())
		if len(want) != n && n > 1 {
			for _, body := range bodies[:n] { // one of them does not compile
				compare(t, o, L, lib, []string{body})
			}
		} else {
			for i := range max(len(want), len(got)) {
				w, g := normal(at2(want, i)), normal(at2(got, i))
				if w != g && !strings.HasSuffix(w, `"invalid key to 'next'"`) && !(strings.HasPrefix(w, "-ERR Error compiling") && strings.HasSuffix(w, strings.TrimPrefix(g, "-"))) {
					t.Errorf("%s\n redis %s\n here  %s", bodies[min(i, n-1)], w, g)
				}
			}
		}
		bodies = bodies[n:]
	}
}

// normal takes out of a result what may differ: addresses, and the sign of a zero,
// which constants do not keep.
func normal(result string) string {
	return strings.ReplaceAll(addresses.ReplaceAllString(result, "0x"), " -0", " 0")
}

var addresses = regexp.MustCompile("0x[0-9a-f]+")

func at2(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(nothing)"
}
