package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (lib *Library) stringFunctions() functions {
	return functions{
		"byte": lib.strByte, "char": strChar, "dump": strDump, "find": lib.strFind, "format": lib.format,
		"gfind": lib.strGmatch, "gmatch": lib.strGmatch, "gsub": lib.strGsub, "len": strLen, "lower": lib.strLower,
		"match": lib.strMatch, "rep": lib.strRep, "reverse": lib.strReverse, "sub": strSub, "upper": lib.strUpper,
	}
}

// position turns an index that may count from the end into one from the start,
// beginning with 1.
func position(i int64, length int) int64 {
	if i < 0 {
		i += int64(length) + 1
	}
	return max(i, 0)
}

func (lib *Library) strByte(L *lua.LState) int {
	s := stringArg(L, 1)
	from := position(intOr(L, 2, 1), len(s))
	to := position(intOr(L, 3, from), len(s))
	from, to = max(from, 1), min(to, int64(len(s)))
	if from > to {
		return 0
	}
	if to-from+1 > int64(lib.limits.MaxStack-L.GetTop()) {
		raise(L, "stack overflow (string slice too long)")
	}
	for _, c := range []byte(s[from-1 : to]) {
		L.Push(lua.LNumber(c))
	}
	return int(to - from + 1)
}

func strChar(L *lua.LState) int {
	b := make([]byte, L.GetTop())
	for i := range b {
		c := int32Arg(L, i+1)
		if c < 0 || c > 255 {
			badArgument(L, i+1, "invalid value")
		}
		b[i] = byte(c)
	}
	L.Push(lua.LString(b))
	return 1
}

// strDump has nothing to give: functions have no form that could be loaded again,
// in Redis neither.
func strDump(L *lua.LState) int {
	functionArg(L, 1)
	raise(L, "unable to dump given function")
	return 0
}

func strLen(L *lua.LState) int {
	L.Push(lua.LNumber(len(stringArg(L, 1))))
	return 1
}

func (lib *Library) strLower(L *lua.LState) int {
	return lib.mapped(L, func(c byte) byte {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		return c
	})
}

func (lib *Library) strUpper(L *lua.LState) int {
	return lib.mapped(L, func(c byte) byte {
		if c >= 'a' && c <= 'z' {
			c &^= 0x20
		}
		return c
	})
}

// mapped pushes the first argument with each byte changed.
func (lib *Library) mapped(L *lua.LState, change func(byte) byte) int {
	s := stringArg(L, 1)
	lib.room(L, len(s))
	b := []byte(s)
	for i, c := range b {
		b[i] = change(c)
	}
	L.Push(lua.LString(b))
	return 1
}

func (lib *Library) strReverse(L *lua.LState) int {
	s := stringArg(L, 1)
	lib.room(L, len(s))
	b := make([]byte, len(s))
	for i := range len(s) {
		b[len(s)-1-i] = s[i]
	}
	L.Push(lua.LString(b))
	return 1
}

func (lib *Library) strRep(L *lua.LState) int {
	s := stringArg(L, 1)
	n := int64(int32Arg(L, 2))
	if n <= 0 || s == "" {
		L.Push(lua.LString(""))
		return 1
	}
	lib.roomFor(L, len(s), n)
	L.Push(lua.LString(strings.Repeat(s, int(n))))
	return 1
}

func strSub(L *lua.LState) int {
	s := stringArg(L, 1)
	from := max(position(intArg(L, 2), len(s)), 1)
	to := min(position(intOr(L, 3, -1), len(s)), int64(len(s)))
	if from > to {
		L.Push(lua.LString(""))
	} else {
		L.Push(lua.LString(s[from-1 : to]))
	}
	return 1
}

// specials are the bytes that make a pattern more than plain text.
const specials = "^$*+?.([%-"

func (lib *Library) strFind(L *lua.LState) int { return lib.search(L, true) }

func (lib *Library) strMatch(L *lua.LState) int { return lib.search(L, false) }

// search is string.find and string.match.
func (lib *Library) search(L *lua.LState, find bool) int {
	s, pattern := stringArg(L, 1), stringArg(L, 2)
	from := int(min(max(position(intOr(L, 3, 1), len(s))-1, 0), int64(len(s))))
	m := lib.newMatcher(L, s, pattern)
	if find && (L.ToBool(4) || !strings.ContainsAny(m.pattern, specials)) {
		at := strings.Index(s[from:], pattern)
		if at < 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LNumber(from + at + 1))
		L.Push(lua.LNumber(from + at + len(pattern)))
		return 2
	}
	start := 0
	if strings.HasPrefix(m.pattern, "^") {
		start = 1
	}
	for ; from <= len(s); from++ {
		if e := m.begin(from, start); e >= 0 {
			if !find {
				return m.push(from, e, true)
			}
			L.Push(lua.LNumber(from + 1))
			L.Push(lua.LNumber(e))
			return m.push(from, e, false) + 2
		}
		if start == 1 {
			break
		}
	}
	L.Push(lua.LNil)
	return 1
}

func (lib *Library) strGmatch(L *lua.LState) int {
	s, pattern := stringArg(L, 1), stringArg(L, 2)
	from := 0
	L.Push(L.NewFunction(func(L *lua.LState) int {
		m := lib.newMatcher(L, s, pattern)
		for ; from <= len(s); from++ {
			e := m.begin(from, 0)
			if e < 0 {
				continue
			}
			start := from
			from = e
			if e == start {
				from++ // an empty match: go on behind it
			}
			return m.push(start, e, true)
		}
		L.Push(lua.LNil)
		return 1
	}))
	return 1
}

func (lib *Library) strGsub(L *lua.LState) int {
	s, pattern := stringArg(L, 1), stringArg(L, 2)
	replacement := L.Get(3)
	switch replacement.(type) {
	case lua.LNumber, lua.LString, *lua.LFunction, *lua.LTable:
	default:
		badArgument(L, 3, "string/function/table expected")
	}
	most := int64(len(s)) + 1
	if L.Get(4) != lua.LNil {
		most = int64(int32Arg(L, 4))
	}
	m := lib.newMatcher(L, s, pattern)
	start := 0
	if strings.HasPrefix(m.pattern, "^") {
		start = 1
	}
	var out []byte
	at, n := 0, int64(0)
	for n < most {
		e := m.begin(at, start)
		if e >= 0 {
			n++
			out = lib.replace(m, out, replacement, at, e)
		}
		switch {
		case e > at:
			at = e
		case at < len(s):
			out = append(out, s[at])
			at++
		default:
			at++
		}
		if at > len(s) || start == 1 {
			break
		}
	}
	lib.room(L, len(out)+max(len(s)-at, 0))
	if at < len(s) {
		out = append(out, s[at:]...)
	}
	L.Push(lua.LString(out))
	L.Push(lua.LNumber(n))
	return 2
}

// replace appends what takes the place of a match from s to e.
func (lib *Library) replace(m *matcher, out []byte, replacement lua.LValue, s, e int) []byte {
	L := m.L
	var value lua.LValue
	switch r := replacement.(type) {
	case *lua.LFunction:
		L.Push(r)
		n := m.push(s, e, true)
		L.Call(n, 1)
		value = L.Get(-1)
		L.Pop(1)
	case *lua.LTable:
		value = L.GetTable(r, m.captured(0, s, e))
	default:
		text, _ := asString(r)
		return lib.substitute(m, out, text, s, e)
	}
	if lua.LVIsFalse(value) {
		return lib.appendText(L, out, m.subject[s:e])
	}
	text, ok := asString(value)
	if !ok {
		raise(L, "invalid replacement value (a "+typeName(value)+")")
	}
	return lib.appendText(L, out, text)
}

// substitute appends a replacement text with its captures filled in.
func (lib *Library) substitute(m *matcher, out []byte, text string, s, e int) []byte {
	for i := 0; i < len(text); i++ {
		if text[i] != escape {
			out = append(out, text[i])
			continue
		}
		i++
		switch {
		case i == len(text):
			out = append(out, 0) // the NUL behind a string of C
		case text[i] == '0':
			out = lib.appendText(m.L, out, m.subject[s:e])
		case isDigit(text[i]):
			part, _ := asString(m.captured(int(text[i]-'1'), s, e))
			out = lib.appendText(m.L, out, part)
		default:
			out = append(out, text[i])
		}
	}
	lib.room(m.L, len(out))
	return out
}

// appendText appends, within the limits.
func (lib *Library) appendText(L *lua.LState, out []byte, text string) []byte {
	if cap(out)-len(out) < len(text) {
		lib.room(L, len(out)+len(text))
	}
	return append(out, text...)
}
