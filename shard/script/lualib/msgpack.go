package lualib

import (
	"encoding/binary"
	"math"

	lua "github.com/yuin/gopher-lua"
)

// msgpackDepth is how many tables deep pack goes; what is deeper becomes nil, so
// that a table within itself has an end.
const msgpackDepth = 16

// openMessagePack makes the table cmsgpack.
func (lib *Library) openMessagePack() {
	table := lib.module("cmsgpack", functions{
		"pack": lib.msgpackPack, "unpack": lib.msgpackUnpack,
		"unpack_one": lib.msgpackUnpackOne, "unpack_limit": lib.msgpackUnpackLimit,
	})
	table.RawSetString("_NAME", lua.LString("cmsgpack"))
	table.RawSetString("_VERSION", lua.LString("lua-cmsgpack 0.4.0"))
	table.RawSetString("_COPYRIGHT", lua.LString("Copyright (C) 2012, Salvatore Sanfilippo"))
	table.RawSetString("_DESCRIPTION", lua.LString("MessagePack C implementation for Lua"))
}

// msgpackWriter is a text in the making.
type msgpackWriter struct {
	lib *Library
	L   *lua.LState
	out []byte
}

func (lib *Library) msgpackPack(L *lua.LState) int {
	top := L.GetTop()
	if top == 0 {
		badArgument(L, 0, "MessagePack pack needs input.")
	}
	w := &msgpackWriter{lib: lib, L: L}
	for i := 1; i <= top; i++ {
		w.value(L.Get(i), 0)
	}
	lib.room(L, len(w.out))
	L.Push(lua.LString(w.out))
	return 1
}

// value appends a value that stands so many tables deep.
func (w *msgpackWriter) value(value lua.LValue, depth int) {
	switch v := value.(type) {
	case lua.LString:
		w.header(len(v), 32, 0xa0, 0xd9)
		w.out = w.lib.appendText(w.L, w.out, string(v))
	case lua.LBool:
		if v {
			w.out = append(w.out, 0xc3)
		} else {
			w.out = append(w.out, 0xc2)
		}
	case lua.LNumber:
		w.number(float64(v))
	case *lua.LTable:
		if depth == msgpackDepth {
			w.out = append(w.out, 0xc0)
			return
		}
		w.table(v, depth)
	default:
		w.out = append(w.out, 0xc0)
	}
}

// header appends a type and a length: one byte below a limit, else wide and the
// types behind it. Strings have a form for one byte of length, for which wide is
// below 0xdc.
func (w *msgpackWriter) header(n, limit int, small, wide byte) {
	switch {
	case n < limit:
		w.out = append(w.out, small|byte(n))
		return
	case wide == 0xd9:
		if n <= math.MaxUint8 {
			w.out = append(w.out, wide, byte(n))
			return
		}
		wide++
	}
	if n <= math.MaxUint16 {
		w.out = binary.BigEndian.AppendUint16(append(w.out, wide), uint16(n))
	} else {
		w.out = binary.BigEndian.AppendUint32(append(w.out, wide+1), uint32(n))
	}
}

// number appends a number in the shortest form that keeps it.
func (w *msgpackWriter) number(v float64) {
	if n := truncate(v); float64(n) == v && !math.IsInf(v, 0) {
		w.integer(n)
		return
	}
	if short := float32(v); float64(short) == v {
		w.out = binary.BigEndian.AppendUint32(append(w.out, 0xca), math.Float32bits(short))
		return
	}
	w.out = binary.BigEndian.AppendUint64(append(w.out, 0xcb), math.Float64bits(v))
}

func (w *msgpackWriter) integer(n int64) {
	switch {
	case n >= -32 && n <= 127:
		w.out = append(w.out, byte(n))
	case n >= 0 && n <= math.MaxUint8:
		w.out = append(w.out, 0xcc, byte(n))
	case n >= 0 && n <= math.MaxUint16:
		w.out = binary.BigEndian.AppendUint16(append(w.out, 0xcd), uint16(n))
	case n >= 0 && n <= math.MaxUint32:
		w.out = binary.BigEndian.AppendUint32(append(w.out, 0xce), uint32(n))
	case n >= 0:
		w.out = binary.BigEndian.AppendUint64(append(w.out, 0xcf), uint64(n))
	case n >= math.MinInt8:
		w.out = append(w.out, 0xd0, byte(n))
	case n >= math.MinInt16:
		w.out = binary.BigEndian.AppendUint16(append(w.out, 0xd1), uint16(n))
	case n >= math.MinInt32:
		w.out = binary.BigEndian.AppendUint32(append(w.out, 0xd2), uint32(n))
	default:
		w.out = binary.BigEndian.AppendUint64(append(w.out, 0xd3), uint64(n))
	}
}

// table appends a table as an array if its keys are 1 to n, else as a map.
func (w *msgpackWriter) table(table *lua.LTable, depth int) {
	if cap(w.out)-len(w.out) < 16 {
		w.lib.room(w.L, len(w.out)+16)
	}
	table, _ = w.lib.behind(table)
	keys := keysInOrder(table)
	if n := len(keys); isArray(keys) {
		w.header(n, 16, 0x90, 0xdc)
		for i := 1; i <= n; i++ {
			w.value(rawInt(table, i), depth+1)
		}
		return
	}
	w.header(len(keys), 16, 0x80, 0xde)
	for _, key := range keys {
		w.value(key, depth+1)
		w.value(table.RawGet(key), depth+1)
	}
}

// isArray tells whether keys are the numbers from 1 to their count.
func isArray(keys []lua.LValue) bool {
	most := 0.0
	for _, key := range keys {
		n, ok := key.(lua.LNumber)
		if !ok || n <= 0 || n > math.MaxInt32 || math.Floor(float64(n)) != float64(n) {
			return false
		}
		most = math.Max(most, float64(n))
	}
	return most == float64(len(keys))
}
