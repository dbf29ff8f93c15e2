package lualib

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// arithmetic are the operators on numbers by the names of their metamethods.
// Minus as a sign gets its operand twice.
func arithmetic() map[string]func(a, b float64) float64 {
	return map[string]func(a, b float64) float64{
		"__add": func(a, b float64) float64 { return a + b },
		"__sub": func(a, b float64) float64 { return a - b },
		"__mul": func(a, b float64) float64 { return a * b },
		"__div": func(a, b float64) float64 { return a / b },
		"__mod": modulo,
		"__pow": math.Pow,
		"__unm": func(a, _ float64) float64 { return -a },
	}
}

// modulo is the operator %, with the sign of the divisor.
func modulo(a, b float64) float64 {
	v := math.Mod(a, b)
	if v*b < 0 {
		v += b
	}
	return v
}

// operate makes the metamethod that applies an operator to operands of which one
// at least is no number.
func operate(event string, compute func(a, b float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		a, b := L.Get(1), L.Get(2)
		if event == "__unm" {
			b = a
		}
		x, okX := asNumber(a)
		y, okY := asNumber(b)
		if okX && okY {
			L.Push(lua.LNumber(compute(x, y)))
			return 1
		}
		for _, operand := range []lua.LValue{a, b} {
			if fn := metamethod(L, operand, event); fn != lua.LNil {
				L.Push(fn)
				L.Push(a)
				L.Push(b)
				L.Call(2, 1)
				return 1
			}
		}
		culprit, side := a, leftSide
		if okX {
			culprit, side = b, rightSide
		}
		return mistyped(L, siteArithmetic, side, culprit)
	}
}
