package lualib

import (
	"math"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

const (
	structMaxInt   = 32 // bytes of the largest integer
	structMaxAlign = 8  // what '!' alone asks for
)

func (lib *Library) structFunctions() functions {
	return functions{"pack": lib.structPack, "unpack": lib.structUnpack, "size": structSize}
}

// layout is a format of struct that is being read.
type layout struct {
	L     *lua.LState
	rest  string // of the format
	big   bool   // byte order
	align int    // the largest alignment, a power of two
}

func newLayout(L *lua.LState) *layout {
	format := stringArg(L, 1)
	if end := strings.IndexByte(format, 0); end >= 0 {
		format = format[:end]
	}
	return &layout{L: L, rest: format, align: 1}
}

// next takes an option off the format, and how many bytes it stands for. Strings
// whose size their value tells have 0.
func (f *layout) next() (option byte, size int) {
	option, f.rest = f.rest[0], f.rest[1:]
	switch option {
	case 'b', 'B', 'x':
		size = 1
	case 'h', 'H':
		size = 2
	case 'f':
		size = 4
	case 'l', 'L', 'T', 'd':
		size = 8
	case 'c':
		size = f.number(1)
	case 'i', 'I':
		size = f.number(4)
		if size > structMaxInt {
			raise(f.L, "integral size "+strconv.Itoa(size)+" is larger than limit of "+strconv.Itoa(structMaxInt))
		}
	}
	return option, size
}

// number reads digits, or returns otherwise.
func (f *layout) number(otherwise int) int {
	if f.rest == "" || !isDigit(f.rest[0]) {
		return otherwise
	}
	v := 0
	for f.rest != "" && isDigit(f.rest[0]) {
		v = v*10 + int(f.rest[0]-'0')
		if v > math.MaxInt32 {
			raise(f.L, "integral size overflow")
		}
		f.rest = f.rest[1:]
	}
	return v
}

// padding is how many bytes stand between a position and what is aligned there.
func (f *layout) padding(at int, option byte, size int) int {
	if size == 0 || option == 'c' {
		return 0
	}
	size = min(size, f.align)
	return (size - at&(size-1)) & (size - 1)
}

// control obeys an option that stands for no value.
func (f *layout) control(option byte) {
	switch option {
	case ' ':
	case '>':
		f.big = true
	case '<':
		f.big = false
	case '!':
		a := f.number(structMaxAlign)
		if a <= 0 || a&(a-1) != 0 {
			raise(f.L, "alignment "+strconv.Itoa(a)+" is not a power of 2")
		}
		f.align = a
	default:
		badArgument(f.L, 1, "invalid format option '"+string([]byte{option})+"'")
	}
}

// packer is a string in the making.
type packer struct {
	*layout
	lib *Library
	out []byte
	arg int // the next argument
}

func (lib *Library) structPack(L *lua.LState) int {
	p := &packer{layout: newLayout(L), lib: lib, arg: 2}
	top := L.GetTop()
	L.Push(lua.LNil) // in Redis too: an argument that is missing is nil
	for p.rest != "" {
		option, size := p.next()
		p.zeros(p.padding(len(p.out), option, size))
		p.put(option, size)
	}
	L.SetTop(top)
	L.Push(lua.LString(p.out))
	return 1
}

func (p *packer) zeros(n int) {
	for range n {
		p.out = append(p.out, 0)
	}
}

// put appends what an option stands for.
func (p *packer) put(option byte, size int) {
	switch option {
	case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I':
		n := numberArg(p.L, p.take())
		v := unsigned(n)
		if n < 0 {
			v = uint64(truncate(n))
		}
		p.integer(v, size)
	case 'x':
		p.zeros(1)
	case 'f':
		p.integer(uint64(math.Float32bits(float32(numberArg(p.L, p.take())))), 4)
	case 'd':
		p.integer(math.Float64bits(numberArg(p.L, p.take())), 8)
	case 'c', 's':
		s := stringArg(p.L, p.take())
		if size == 0 {
			size = len(s)
		}
		if len(s) < size {
			badArgument(p.L, p.arg, "string too short")
		}
		p.out = p.lib.appendText(p.L, p.out, s[:size])
		if option == 's' {
			p.zeros(1)
		}
	default:
		p.control(option)
	}
}

func (p *packer) take() int {
	p.arg++
	return p.arg - 1
}

// integer appends the low bytes of a number, and zeros above its eight.
func (p *packer) integer(v uint64, size int) {
	start := len(p.out)
	for range size {
		p.out = append(p.out, byte(v))
		v >>= 8
	}
	if p.big {
		slices.Reverse(p.out[start:])
	}
}

func (lib *Library) structUnpack(L *lua.LState) int {
	f := newLayout(L)
	data := stringArg(L, 2)
	at := intOr(L, 3, 1) - 1
	base := L.GetTop()
	for f.rest != "" {
		option, size := f.next()
		if at >= 0 && at <= int64(len(data)) {
			at += int64(f.padding(int(at), option, size))
		}
		fits(L, data, at, size)
		if L.GetTop()+2 > lib.limits.MaxStack {
			raise(L, "stack overflow (too many results)")
		}
		at += int64(f.get(option, size, data[at:], base))
	}
	L.Push(lua.LNumber(at + 1))
	return L.GetTop() - base
}

// fits raises an error unless so many bytes stand at a position.
func fits(L *lua.LState, data string, at int64, size int) {
	if size > len(data) || at < 0 || at > int64(len(data)-size) {
		badArgument(L, 2, "data string too short")
	}
}

// get pushes what an option finds at the start of the data, and returns how many
// bytes it has read. Results stand above base.
func (f *layout) get(option byte, size int, data string, base int) int {
	L := f.L
	switch option {
	case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I':
		v := f.integer(data[:size])
		if option >= 'a' {
			L.Push(lua.LNumber(signExtend(v, size)))
		} else {
			L.Push(lua.LNumber(v))
		}
	case 'x':
	case 'f':
		L.Push(lua.LNumber(math.Float32frombits(uint32(f.integer(data[:4])))))
	case 'd':
		L.Push(lua.LNumber(math.Float64frombits(f.integer(data[:8]))))
	case 'c':
		if size == 0 {
			previous, ok := asNumber(L.Get(-1))
			if L.GetTop() == base || !ok {
				raise(L, "format 'c0' needs a previous size")
			}
			L.Pop(1)
			if !(previous > -1 && previous <= float64(len(data))) {
				badArgument(L, 2, "data string too short")
			}
			size = int(previous)
		}
		L.Push(lua.LString(data[:size]))
	case 's':
		end := strings.IndexByte(data, 0)
		if end < 0 {
			raise(L, "unfinished string in data")
		}
		L.Push(lua.LString(data[:end]))
		return end + 1
	default:
		f.control(option)
	}
	return size
}

// integer reads bytes as a number; of more than eight the last eight that are read
// count.
func (f *layout) integer(data string) uint64 {
	v := uint64(0)
	for i := range len(data) {
		if f.big {
			v = v<<8 | uint64(data[i])
		} else {
			v = v<<8 | uint64(data[len(data)-1-i])
		}
	}
	return v
}

// signExtend reads a number of so many bytes as a signed one. For sizes above
// eight the sign is looked for where a shift of amd64 finds it.
func signExtend(v uint64, size int) int64 {
	mask := ^uint64(0) << (uint(size*8-1) & 63)
	if v&mask != 0 {
		v |= mask
	}
	return int64(v)
}

func structSize(L *lua.LState) int {
	f := newLayout(L)
	at := 0
	for f.rest != "" {
		option, size := f.next()
		at += f.padding(at, option, size)
		switch {
		case option == 's':
			badArgument(L, 1, "option 's' has no fixed size")
		case option == 'c' && size == 0:
			badArgument(L, 1, "option 'c0' has no fixed size")
		case !isAlpha(option) && !isDigit(option):
			f.control(option)
		}
		at += size
	}
	L.Push(lua.LNumber(at))
	return 1
}
