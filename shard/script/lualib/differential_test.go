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
