package lualib

import (
	"math"
	"math/bits"

	lua "github.com/yuin/gopher-lua"
)

// bitRounding is added to a number so that the low 32 bits of the sum are those of
// the nearest integer, modulo 2^32.
const bitRounding = 6755399441055744

func bitFunctions() functions {
	return functions{
		"arshift": shift(func(v uint32, n int) uint32 { return uint32(int32(v) >> n) }),
		"band":    fold(func(a, b uint32) uint32 { return a & b }),
		"bnot":    bitwise(func(v uint32) uint32 { return ^v }),
		"bor":     fold(func(a, b uint32) uint32 { return a | b }),
		"bswap":   bitwise(bits.ReverseBytes32),
		"bxor":    fold(func(a, b uint32) uint32 { return a ^ b }),
		"lshift":  shift(func(v uint32, n int) uint32 { return v << n }),
		"rol":     shift(bits.RotateLeft32),
		"ror":     shift(func(v uint32, n int) uint32 { return bits.RotateLeft32(v, -n) }),
		"rshift":  shift(func(v uint32, n int) uint32 { return v >> n }),
		"tobit":   bitwise(func(v uint32) uint32 { return v }),
		"tohex":   bitToHex,
	}
}

// bitArg returns an argument as 32 bits.
func bitArg(L *lua.LState, n int) uint32 {
	return uint32(math.Float64bits(numberArg(L, n) + bitRounding))
}

// pushBits pushes 32 bits, as a signed number.
func pushBits(L *lua.LState, v uint32) int {
	L.Push(lua.LNumber(int32(v)))
	return 1
}

func bitwise(f func(uint32) uint32) lua.LGFunction {
	return func(L *lua.LState) int { return pushBits(L, f(bitArg(L, 1))) }
}

func shift(f func(v uint32, n int) uint32) lua.LGFunction {
	return func(L *lua.LState) int {
		v := bitArg(L, 1)
		return pushBits(L, f(v, int(bitArg(L, 2)&31)))
	}
}

func fold(f func(a, b uint32) uint32) lua.LGFunction {
	return func(L *lua.LState) int {
		v := bitArg(L, 1)
		for i := L.GetTop(); i > 1; i-- {
			v = f(v, bitArg(L, i))
		}
		return pushBits(L, v)
	}
}

func bitToHex(L *lua.LState) int {
	v := bitArg(L, 1)
	n := int64(8)
	if L.GetTop() >= 2 {
		n = int64(int32(bitArg(L, 2)))
	}
	digits := "0123456789abcdef"
	if n < 0 {
		n, digits = -n, "0123456789ABCDEF"
	}
	text := make([]byte, min(n, 8))
	for i := len(text) - 1; i >= 0; i-- {
		text[i] = digits[v&15]
		v >>= 4
	}
	L.Push(lua.LString(text))
	return 1
}
