package lualib

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestExpressions compares the expressions of testdata, one on each line.
func TestExpressions(t *testing.T) {
	text, err := os.ReadFile("testdata/expressions.lua")
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "--") {
			bodies = append(bodies, line)
		}
	}
	o := startOracle(t)
	L, lib := newState(t, nil)
	compare(t, o, L, lib, bodies)
}

// operands are what random calls are made with.
var operands = []string{
	"nil", "true", "false", "0", "1", "2", "3", "-1", "-2", "10", "255", "1.5", "-1.5", "2^31", "2^32", "2^53", "1e15", "-1e15", "1e100",
	"0/0", "1/0", "-1/0", `""`, `"a"`, `"abc"`, `"hello world"`, `"10"`, `"0x1F"`, `" 5 "`, `"1e2"`, `"010"`, `"a\0b"`, `"%d+"`, `"(%a)(%a)"`,
	`"%1"`, `"[a-c]"`, `"^h"`, `"o$"`, `"%b()"`, `".-"`, `"%s"`, `"i4"`, `"%d"`, `"%5.1f"`, `"\147\1\2\3"`, `"[1,2,{\"a\":null}]"`,
	"{}", "{1,2,3}", "{3,1,2}", `{"x","y"}`, "{a=1}", "{1,nil,3}", "{{1},{2}}", "function(x) return x end", "cjson.null",
}

// largeOperands are those that a loop should not count to, lengthy the functions that
// would.
var (
	largeOperands = []string{"2^31", "2^32", "2^53", "1e15", "-1e15", "1e100", "0/0", "1/0", "-1/0"}
	lengthy       = []string{"string.rep", "table.insert", "table.concat", "unpack"}
)

// TestCalls compares random calls of every function of the library.
func TestCalls(t *testing.T) {
	seed := uint64(20261122)
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	names := callable()
	var bodies []string
	for range 8000 {
		name := names[rng.IntN(len(names))]
		args := make([]string, rng.IntN(5))
		large := false
		for i := range args {
			args[i] = operands[rng.IntN(len(operands))]
			large = large || slices.Contains(largeOperands, args[i])
		}
		if strings.HasPrefix(name, "math.") && (slices.Contains(args, "2^53") || slices.Contains(args, "1e100")) {
			continue // the last digits of trigonometry, and of large powers
		}
		if large && slices.Contains(lengthy, name) {
			continue // Redis takes minutes
		}
		bodies = append(bodies, "return "+name+"("+strings.Join(args, ",")+")")
	}
	o := startOracle(t)
	L, lib := newState(t, nil)
	compare(t, o, L, lib, bodies)
}

// TestOperators compares random expressions of operators.
func TestOperators(t *testing.T) {
	seed := uint64(20261122)
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 2))
	operators := []string{"+", "-", "*", "/", "^", "..", "==", "~=", "<", "<=", ">", ">=", " and ", " or "}
	operand := func() string { return "(" + operands[rng.IntN(len(operands))] + ")" }
	var bodies []string
	for range 3000 {
		e := operand()
		for range 1 + rng.IntN(3) {
			e += operators[rng.IntN(len(operators))] + operand()
			switch rng.IntN(8) {
			case 0:
				e = "-(" + e + ")"
			case 1:
				e = "not(" + e + ")"
			case 2:
				e = "#(" + e + ")"
			}
		}
		bodies = append(bodies, "local x = "+e+" return x")
	}
	o := startOracle(t)
	L, lib := newState(t, nil)
	compare(t, o, L, lib, bodies)
}

// TestSyntax compares scripts with a token taken away, doubled or changed.
func TestSyntax(t *testing.T) {
	seed := uint64(20261122)
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 3))
	tokens := strings.Fields(`local a = 1 if a == 1 then a = a .. "x" elseif not a then a . b = { 1 , x = 2 ; [ 3 ] = 4 } end
		for i = 1 , 3 do a = i end for k , v in pairs ( { } ) do break end while a do a = nil end repeat local z = 1 until z
		local function f ( x , ... ) return x , ... end function a . b : c ( ) return self end do f ( 1 , 2 ) ( ) end return - a ^ 2`)
	var bodies []string
	for range 1500 {
		mutated := append([]string{}, tokens...)
		for range 1 + rng.IntN(2) {
			i := rng.IntN(len(mutated))
			switch rng.IntN(3) {
			case 0:
				mutated = append(mutated[:i], mutated[i+1:]...)
			case 1:
				mutated = append(mutated[:i], append([]string{mutated[i]}, mutated[i:]...)...)
			default:
				mutated[i] = tokens[rng.IntN(len(tokens))]
			}
		}
		bodies = append(bodies, "local f, e = loadstring("+strconv.Quote(strings.Join(mutated, " "))+", '=c') return f ~= nil, e")
	}
	o := startOracle(t)
	L, lib := newState(t, nil)
	compare(t, o, L, lib, bodies)
}

// TestAssignments compares functions that assign to parameters, local variables and
// fields what they compute from them.
func TestAssignments(t *testing.T) {
	seed := uint64(20261122)
	t.Logf("seed %d", seed)
	g := &generator{rng: rand.New(rand.NewPCG(seed, 4))}
	var bodies []string
	for range 3000 {
		body := "local function two(x, y) return x or false, y or 0 end local function id(x) return x end " +
			"local u, fs = 7, {} local function f(a, b, c) local d, e = 4, {x = 1, 2} "
		for range 1 + g.rng.IntN(5) {
			body += g.statement(2)
		}
		body += "local r = {} for i = 1, #fs do r[i] = {fs[i](a, b)} end return a, b, c, d, e, u, #fs, fs[1] and fs[1](1, 2), r end return f(1, 'two', false)"
		bodies = append(bodies, body)
	}
	o := startOracle(t)
	L, lib := newState(t, nil)
	compare(t, o, L, lib, bodies)
}

// generator writes random statements.
type generator struct{ rng *rand.Rand }

func (g *generator) pick(list ...string) string { return list[g.rng.IntN(len(list))] }

func (g *generator) variable() string { return g.pick("a", "b", "c", "d", "u") }

func (g *generator) target() string { return g.pick("a", "b", "c", "d", "u", "e.x", "e[1]", "e[d]") }

func (g *generator) expression(depth int) string {
	if depth == 0 {
		return g.pick("a", "b", "c", "d", "u", "e.x", "e[1]", "1", "nil", "false", "'s'")
	}
	sub := func() string { return g.expression(depth - 1) }
	switch g.rng.IntN(10) {
	case 0:
		return sub() + " and " + sub()
	case 1:
		return sub() + " or " + sub()
	case 2:
		return "not (" + sub() + ")"
	case 3:
		return "two(" + sub() + ", " + sub() + ")"
	case 4:
		return "id(" + sub() + ")"
	case 5:
		return "(" + sub() + " == " + sub() + ")"
	case 6:
		return "{" + sub() + ", y = " + sub() + "}"
	case 7:
		return "tostring(type(" + sub() + ")) .. type(" + sub() + ")"
	case 8:
		return "((" + sub() + ") and (" + sub() + ") or (" + sub() + "))"
	}
	return sub()
}

func (g *generator) statement(depth int) string {
	e := func() string { return g.expression(g.rng.IntN(4)) }
	switch g.rng.IntN(16) {
	case 6:
		if depth > 0 {
			return "do local n = 0 while n < 3 do n = n + 1 local w = n fs[#fs + 1] = function() w = w + 1 return w end " +
				g.statement(depth-1) + g.pick("", "if n == 2 then break end ") + "end end "
		}
	case 7:
		if depth > 0 {
			return "do local n = 0 repeat n = n + 1 local w = n fs[#fs + 1] = function() return w end " + g.statement(depth-1) + "until w >= 2 end "
		}
	case 8:
		return "fs[#fs + 1] = function(...) local n, m = ... return " + g.expression(1) + ", select('#', ...), n, ... end "
	case 9:
		return "for i = 1, 2 do fs[#fs + 1] = function() i = i + 1 return i, " + g.variable() + " end end "
	case 10:
		return g.target() + " = select('#', two(" + e() + ", " + e() + "), two(" + e() + ")) "
	case 11:
		return "do local p, q, r = " + e() + ", two(" + e() + ") " + g.target() + " = {p, q, r, two(r, p)} end "
	case 12:
		return "for k, v in pairs({" + e() + ", " + e() + "}) do if v == " + e() + " then " + g.variable() + " = k end end "
	case 13:
		return "do local ok, x = pcall(function() " + g.variable() + " = " + e() + " error(" + g.pick("1", "'x'", "{1}") + ") end) " + g.target() + " = x end "
	case 14:
		return "do local t = {n = " + e() + "} function t:get(...) self.n = self.n or ... return self.n, ... end " + g.target() + " = {t:get(two(" + e() + "))} end "
	case 0:
		return g.target() + ", " + g.target() + " = " + e() + ", " + e() + " "
	case 1:
		return g.target() + ", " + g.target() + ", " + g.target() + " = " + e() + " "
	case 2:
		return "local " + g.variable() + " = " + e() + " "
	case 3:
		if depth > 0 {
			return "if " + e() + " then " + g.statement(depth-1) + "else " + g.statement(depth-1) + "end "
		}
	case 4:
		if depth > 0 {
			return "for i = 1, 2 do " + g.statement(depth-1) + g.pick("", "if i == 1 then break end ") + "end "
		}
	case 5:
		v := g.variable()
		return "local h = function() " + v + " = " + e() + " return " + v + " end " + g.pick("a", "b", "c", "d", "u", "e.x", "e[1]") + " = h() "
	}
	return g.target() + " = " + e() + " "
}

// callable are the names of the functions that give the same on every run.
func callable() []string {
	var names []string
	for prefix, list := range map[string]string{
		"":          "assert error getmetatable ipairs next pairs pcall rawequal rawget rawset select setmetatable tonumber tostring type unpack xpcall loadstring",
		"string.":   "byte char find format gmatch gsub len lower match rep reverse sub upper",
		"table.":    "concat foreach foreachi getn insert maxn remove sort setn",
		"math.":     "abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp ldexp log log10 max min mod modf pow rad sin sinh sqrt tan tanh",
		"bit.":      "tobit tohex bnot band bor bxor lshift rshift arshift rol ror bswap",
		"struct.":   "pack unpack size",
		"cjson.":    "encode decode",
		"cmsgpack.": "pack unpack unpack_one unpack_limit",
	} {
		for _, name := range strings.Fields(list) {
			names = append(names, prefix+name)
		}
	}
	slices.Sort(names)
	return names
}
