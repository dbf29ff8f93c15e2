package lualib

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// openMath makes the table math.
func (lib *Library) openMath() {
	table := lib.module("math", functions{
		"abs": mathAbs, "acos": plain(math.Acos), "asin": plain(math.Asin), "atan": ofOne(math.Atan),
		"atan2": ofTwo(math.Atan2), "ceil": ofOne(math.Ceil), "cos": ofOne(math.Cos), "cosh": ofOne(math.Cosh),
		"deg": ofOne(degrees), "exp": ofOne(math.Exp), "floor": ofOne(math.Floor), "fmod": ofTwo(math.Mod),
		"frexp": mathFrexp, "ldexp": mathLdexp, "log": ofOne(math.Log), "log10": plain(math.Log10),
		"max": mathMax, "min": mathMin, "mod": ofTwo(math.Mod), "modf": mathModf, "pow": ofTwo(math.Pow),
		"rad": ofOne(radians), "random": lib.mathRandom, "randomseed": lib.mathRandomSeed, "sin": ofOne(math.Sin),
		"sinh": ofOne(math.Sinh), "sqrt": ofOne(math.Sqrt), "tan": ofOne(math.Tan), "tanh": ofOne(math.Tanh),
	})
	table.RawSetString("pi", lua.LNumber(math.Pi))
	table.RawSetString("huge", lua.LNumber(math.Inf(1)))
}

func degrees(x float64) float64 { return x / (math.Pi / 180) }

func radians(x float64) float64 { return x * (math.Pi / 180) }

func ofOne(f func(float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		x := numberArg(L, 1)
		L.Push(lua.LNumber(invalid(f(x), x)))
		return 1
	}
}

func mathAbs(L *lua.LState) int {
	L.Push(lua.LNumber(math.Abs(numberArg(L, 1))))
	return 1
}

// plain is ofOne for functions whose results that are no numbers have no sign.
func plain(f func(float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		x := numberArg(L, 1)
		v := f(x)
		if math.IsNaN(x) {
			v = x
		}
		L.Push(lua.LNumber(v))
		return 1
	}
}

func ofTwo(f func(x, y float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		y := numberArg(L, 2) // in C arguments are looked at from the last
		x := numberArg(L, 1)
		L.Push(lua.LNumber(invalid(f(x, y), x, y)))
		return 1
	}
}

// invalid gives a result that is no number the sign that it has on amd64: that of
// the operand that was none, else a minus.
func invalid(result float64, operands ...float64) float64 {
	if !math.IsNaN(result) {
		return result
	}
	for _, x := range operands {
		if math.IsNaN(x) {
			return x
		}
	}
	return -math.Abs(result)
}

func mathFrexp(L *lua.LState) int {
	fraction, exponent := math.Frexp(numberArg(L, 1))
	L.Push(lua.LNumber(fraction))
	L.Push(lua.LNumber(exponent))
	return 2
}

func mathLdexp(L *lua.LState) int {
	exponent := int32Arg(L, 2)
	L.Push(lua.LNumber(math.Ldexp(numberArg(L, 1), exponent)))
	return 1
}

func mathModf(L *lua.LState) int {
	x := numberArg(L, 1)
	whole, fraction := math.Modf(x)
	if math.IsInf(x, 0) {
		fraction = math.Copysign(0, x)
	}
	L.Push(lua.LNumber(whole))
	L.Push(lua.LNumber(fraction))
	return 2
}

func mathMax(L *lua.LState) int {
	return extreme(L, func(v, best float64) bool { return v > best })
}

func mathMin(L *lua.LState) int {
	return extreme(L, func(v, best float64) bool { return v < best })
}

// extreme pushes the argument that no other beats.
func extreme(L *lua.LState, beats func(v, best float64) bool) int {
	best := numberArg(L, 1)
	for i := 2; i <= L.GetTop(); i++ {
		if v := numberArg(L, i); beats(v, best) {
			best = v
		}
	}
	L.Push(lua.LNumber(best))
	return 1
}

func (lib *Library) mathRandom(L *lua.LState) int {
	r := lib.random.fraction()
	switch L.GetTop() {
	case 0:
	case 1:
		high := int32Arg(L, 1)
		if high < 1 {
			badArgument(L, 1, "interval is empty")
		}
		r = math.Floor(r*float64(high)) + 1
	case 2:
		low, high := int32Arg(L, 1), int32Arg(L, 2)
		if low > high {
			badArgument(L, 2, "interval is empty")
		}
		// The width of the interval wraps as an int of C does.
		r = math.Floor(r*float64(int32(high-low+1))) + float64(low)
	default:
		raise(L, "wrong number of arguments")
	}
	L.Push(lua.LNumber(r))
	return 1
}

func (lib *Library) mathRandomSeed(L *lua.LState) int {
	lib.random.seed(int32(int32Arg(L, 1)))
	return 0
}

// random is the generator lrand48: a linear congruence modulo 2^48 whose upper
// bits are taken. Scripts get the same numbers from it everywhere.
type random struct{ state uint64 }

// The constants of lrand48, from POSIX.
const (
	randomFactor = 0x5DEECE66D
	randomAdd    = 0xB
	randomLow    = 0x330E     // the low bits of a state that was seeded
	randomStart  = 0x1234ABCD // the seed of one that was not
	randomMask   = 1<<48 - 1
)

func (r *random) seed(seed int32) {
	r.state = uint64(uint32(seed))<<16 | randomLow
}

// fraction returns the next number, in [0, 1).
func (r *random) fraction() float64 {
	r.state = (r.state*randomFactor + randomAdd) & randomMask
	return float64((r.state>>17)%math.MaxInt32) / math.MaxInt32
}
