package lualib

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

const (
	msgpackMissing = "Missing bytes in input."
	msgpackBad     = "Bad data format in input."
)

// msgpackReader reads one text.
type msgpackReader struct {
	lib   *Library
	L     *lua.LState
	text  string // what has not been read
	slots int    // of the stack that Lua in C would use
}

func (lib *Library) msgpackUnpack(L *lua.LState) int {
	return lib.unpackSome(L, 0, 0)
}

func (lib *Library) msgpackUnpackOne(L *lua.LState) int {
	return lib.unpackSome(L, 1, intOr(L, 2, 0))
}

func (lib *Library) msgpackUnpackLimit(L *lua.LState) int {
	limit := intArg(L, 2)
	return lib.unpackSome(L, limit, intOr(L, 3, 0))
}

// unpackSome pushes up to limit values that begin at an offset, and before them
// the offset behind, or -1 at the end. With neither limit nor offset it pushes all
// values and no offset.
func (lib *Library) unpackSome(L *lua.LState, limit, offset int64) int {
	text := stringArg(L, 1)
	L.SetTop(1)
	switch {
	case offset < 0 || limit < 0:
		raise(L, "Invalid request to unpack with offset of "+strconv.Itoa(int(int32(offset)))+" and limit of "+strconv.Itoa(len(text))+".")
	case offset > int64(len(text)):
		raise(L, "Start offset "+strconv.Itoa(int(int32(offset)))+" greater than input length "+strconv.Itoa(len(text))+".")
	}
	all := limit == 0 && offset == 0
	if all {
		limit = math.MaxInt32
	}
	r := &msgpackReader{lib: lib, L: L, text: text[offset:]}
	if !all {
		L.Push(lua.LNil) // the offset stands before the values
	}
	for n := int64(0); n < limit && r.text != ""; n++ {
		r.slots = L.GetTop()
		L.Push(r.read())
	}
	if !all {
		behind := len(text) - len(r.text)
		if r.text == "" {
			behind = -1
		}
		L.Replace(2, lua.LNumber(behind))
	}
	return L.GetTop() - 1
}

// read returns the next value.
func (r *msgpackReader) read() lua.LValue {
	r.fits("too many return values at once; use unpack_one or unpack_limit instead.")
	c := r.take(1)[0]
	switch {
	case c < 0x80:
		return lua.LNumber(c)
	case c < 0x90:
		return r.table(int(c & 15))
	case c < 0xa0:
		return r.array(int(c & 15))
	case c < 0xc0:
		return lua.LString(r.take(int(c & 31)))
	case c >= 0xe0:
		return lua.LNumber(int8(c))
	}
	switch c {
	case 0xc0:
		return lua.LNil
	case 0xc2:
		return lua.LFalse
	case 0xc3:
		return lua.LTrue
	case 0xca:
		return lua.LNumber(math.Float32frombits(uint32(r.uint(4))))
	case 0xcb:
		return lua.LNumber(math.Float64frombits(r.uint(8)))
	case 0xcc, 0xcd, 0xce, 0xcf:
		return lua.LNumber(int64(r.uint(1 << (c - 0xcc)))) // the largest wrap, as in Redis
	case 0xd0:
		return lua.LNumber(int8(r.uint(1)))
	case 0xd1:
		return lua.LNumber(int16(r.uint(2)))
	case 0xd2:
		return lua.LNumber(int32(r.uint(4)))
	case 0xd3:
		return lua.LNumber(int64(r.uint(8)))
	case 0xd9, 0xda, 0xdb:
		return lua.LString(r.take(int(r.uint(1 << (c - 0xd9)))))
	case 0xdc, 0xdd:
		return r.array(int(r.uint(2 << (c - 0xdc))))
	case 0xde, 0xdf:
		return r.table(int(r.uint(2 << (c - 0xde))))
	}
	raise(r.L, msgpackBad)
	return nil
}

// take reads n bytes.
func (r *msgpackReader) take(n int) string {
	if n > len(r.text) {
		raise(r.L, msgpackMissing)
	}
	taken := r.text[:n]
	r.text = r.text[n:]
	return taken
}

// uint reads a number of n bytes.
func (r *msgpackReader) uint(n int) uint64 {
	v := uint64(0)
	for _, c := range []byte(r.take(n)) {
		v = v<<8 | uint64(c)
	}
	return v
}

// fits raises an error unless the stack has room for one more.
func (r *msgpackReader) fits(otherwise string) {
	if r.slots+1 > r.lib.limits.MaxStack {
		raise(r.L, "stack overflow ("+otherwise+")")
	}
}

// array reads n values. Memory is taken as they come, whatever n says.
func (r *msgpackReader) array(n int) lua.LValue {
	r.slots++
	r.fits("in function mp_decode_to_lua_array")
	table := r.L.CreateTable(0, 0)
	for i := 1; i <= n; i++ {
		r.slots++ // the index
		table.RawSetInt(i, r.read())
		r.slots--
	}
	r.slots--
	return table
}

func (r *msgpackReader) table(n int) lua.LValue {
	r.slots++
	table := r.L.CreateTable(0, 0)
	for range n {
		key := r.read()
		r.slots++ // the key
		r.lib.set(r.L, table, key, r.read())
		r.slots--
	}
	r.slots--
	return table
}
