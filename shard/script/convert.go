package script

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/troupe-db/troupe/codec/num"
)

// reader turns the reply of a command, as it is encoded for a client, into values of
// Lua. What it reads comes from this server's own writer and is well formed; a reply
// that is not ends in nil.
type reader struct {
	L    *lua.LState
	rest []byte
}

// fromReply returns the value that a reply is for a script.
//
//	integer  number          null          false, nil in RESP3
//	bulk     string          status        {ok = text}
//	array    table           error         {err = text, ignore_error_stats_update = true}
//	map, set, double, big number, verbatim string of RESP3: tables with that field
func fromReply(L *lua.LState, reply []byte) lua.LValue {
	r := reader{L: L, rest: reply}
	return r.value()
}

// line returns what stands before the next CRLF.
func (r *reader) line() []byte {
	for i, c := range r.rest {
		if c == '\r' {
			line := r.rest[:i]
			r.rest = r.rest[min(i+2, len(r.rest)):]
			return line
		}
	}
	line := r.rest
	r.rest = nil
	return line
}

// bytes returns the next n bytes and passes over the CRLF behind them.
func (r *reader) bytes(n int) []byte {
	n = min(n, len(r.rest))
	text := r.rest[:n]
	r.rest = r.rest[min(n+2, len(r.rest)):]
	return text
}

// length returns the number in the line that begins a string or an aggregate.
func length(line []byte) int {
	if len(line) == 1 {
		return int(line[0] - '0')
	}
	n, _ := num.ParseInt(line)
	return int(n)
}

func (r *reader) value() lua.LValue {
	if len(r.rest) == 0 {
		return lua.LNil
	}
	tag := r.rest[0]
	r.rest = r.rest[1:]
	line := r.line()
	switch tag {
	case ':':
		n, _ := num.ParseInt(line)
		return lua.LNumber(n)
	case '$':
		n := length(line)
		if n < 0 {
			return lua.LFalse
		}
		return lua.LString(r.bytes(n))
	case '+':
		return r.tagged("ok", lua.LString(line))
	case '-':
		t := r.tagged("err", lua.LString(line))
		t.RawSetString(fieldIgnore, lua.LTrue)
		return t
	case '*', '>':
		return r.array(length(line))
	}
	return r.newer(tag, line)
}

// newer reads what only RESP3 has.
func (r *reader) newer(tag byte, line []byte) lua.LValue {
	switch tag {
	case '_':
		return lua.LNil
	case '#':
		return lua.LBool(string(line) == "t")
	case ',':
		f, _ := num.ParseFloat(line)
		return r.tagged("double", lua.LNumber(f))
	case '(':
		return r.tagged("big_number", lua.LString(line))
	case '=':
		text := r.bytes(length(line))
		t := r.L.CreateTable(0, 2)
		if len(text) > 3 {
			t.RawSetString("format", lua.LString(text[:3]))
			t.RawSetString("string", lua.LString(text[4:]))
		}
		return r.tagged("verbatim_string", t)
	case '%':
		t := r.L.CreateTable(0, 0)
		for range length(line) {
			key := r.value()
			r.put(t, key, r.value())
		}
		return r.tagged("map", t)
	case '~':
		t := r.L.CreateTable(0, 0)
		for range length(line) {
			r.put(t, r.value(), lua.LTrue)
		}
		return r.tagged("set", t)
	case '|':
		for range 2 * length(line) {
			r.value()
		}
		return r.value()
	}
	return lua.LNil
}

// put sets a field, unless its key can be none.
func (r *reader) put(t *lua.LTable, key, value lua.LValue) {
	if key != lua.LNil {
		t.RawSet(key, value)
	}
}

func (r *reader) array(n int) lua.LValue {
	if n < 0 {
		return lua.LFalse
	}
	t := r.L.CreateTable(min(n, len(r.rest)), 0) // an element takes three bytes at least
	for i := 1; i <= n; i++ {
		t.RawSetInt(i, r.value())
	}
	return t
}

func (r *reader) tagged(field string, v lua.LValue) *lua.LTable {
	t := r.L.CreateTable(0, 1)
	t.RawSetString(field, v)
	return t
}
