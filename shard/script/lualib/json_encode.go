package lualib

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// jsonStackSlots is how much of its stack Lua in C wants free for each level.
const jsonStackSlots = 3

// jsonWriter is a text in the making.
type jsonWriter struct {
	*json
	L   *lua.LState
	out []byte
}

func (c *json) encode(L *lua.LState) int {
	one(L)
	w := &jsonWriter{json: c, L: L, out: make([]byte, 0, 64)}
	w.value(L.Get(1), 0)
	c.lib.room(L, len(w.out))
	L.Push(lua.LString(w.out))
	return 1
}

// value appends a value that stands so many tables deep.
func (w *jsonWriter) value(value lua.LValue, depth int) {
	switch v := value.(type) {
	case lua.LString:
		w.text(string(v))
	case lua.LNumber:
		w.number(float64(v))
	case lua.LBool:
		w.out = strconv.AppendBool(w.out, bool(v))
	case *lua.LTable:
		w.table(v, depth+1)
	case *lua.LNilType:
		w.out = append(w.out, "null"...)
	case *lua.LUserData:
		if v != w.lib.null {
			w.refuse(v, "type not supported")
		}
		w.out = append(w.out, "null"...)
	default:
		w.refuse(v, "type not supported")
	}
}

// refuse says why a value cannot be encoded.
func (w *jsonWriter) refuse(v lua.LValue, why string) {
	raise(w.L, "Cannot serialise "+typeName(v)+": "+why)
}

func (w *jsonWriter) table(table *lua.LTable, depth int) {
	if depth > w.encodeDepth || depth*jsonStackSlots > w.lib.limits.MaxStack {
		raise(w.L, "Cannot serialise, excessive nesting ("+strconv.Itoa(depth)+")")
	}
	w.grow(2)
	table, _ = w.lib.behind(table)
	if n := w.arrayLength(table); n > 0 {
		w.array(table, n, depth)
	} else {
		w.object(table, depth)
	}
}

// grow asks for room now and then, so that a text does not become much larger than
// it may.
func (w *jsonWriter) grow(n int) {
	if cap(w.out)-len(w.out) < n {
		w.lib.room(w.L, len(w.out)+n)
	}
}

// arrayLength returns the largest index of a table that is an array, 0 for an
// empty one and -1 for one that has to be an object.
func (w *jsonWriter) arrayLength(table *lua.LTable) int {
	most, items := 0.0, 0
	key := lua.LNil
	for {
		key, _ = table.Next(key)
		if key == lua.LNil {
			break
		}
		n, ok := key.(lua.LNumber)
		if !ok || n < 1 || math.Floor(float64(n)) != float64(n) {
			return -1
		}
		most = math.Max(most, float64(n))
		items++
	}
	if w.sparseRatio > 0 && most > float64(items)*float64(w.sparseRatio) && most > float64(w.sparseSafe) {
		if !w.sparseConvert {
			w.refuse(table, "excessively sparse array")
		}
		return -1
	}
	return int(math.Min(most, math.MaxInt32))
}

func (w *jsonWriter) array(table *lua.LTable, n, depth int) {
	w.out = append(w.out, '[')
	for i := 1; i <= n; i++ {
		if i > 1 {
			w.out = append(w.out, ',')
		}
		w.grow(8)
		w.value(rawInt(table, i), depth)
	}
	w.out = append(w.out, ']')
}

func (w *jsonWriter) object(table *lua.LTable, depth int) {
	w.out = append(w.out, '{')
	first := true
	for _, key := range keysInOrder(table) {
		if !first {
			w.out = append(w.out, ',')
		}
		first = false
		switch k := key.(type) {
		case lua.LNumber:
			w.out = append(w.out, '"')
			w.number(float64(k))
			w.out = append(w.out, `":`...)
		case lua.LString:
			w.text(string(k))
			w.out = append(w.out, ':')
		default:
			w.refuse(key, "table key must be a number or string")
		}
		w.value(table.RawGet(key), depth)
	}
	w.out = append(w.out, '}')
}

func (w *jsonWriter) number(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		switch {
		case w.encodeInvalid == invalidRefuse:
			w.refuse(lua.LNumber(v), "must not be NaN or Inf")
		case w.encodeInvalid == invalidNull:
			w.out = append(w.out, "null"...)
			return
		case math.IsNaN(v):
			w.out = append(w.out, "nan"...)
			return
		}
	}
	w.grow(32)
	w.out = appendNumber(w.out, v, w.precision)
}

// text appends a string. Bytes that are no UTF-8 stay as they are.
func (w *jsonWriter) text(s string) {
	w.grow(len(s) + 2)
	w.out = append(w.out, '"')
	plain := 0
	for i := range len(s) {
		escaped := jsonEscape(s[i])
		if escaped == "" {
			continue
		}
		w.grow(i - plain + len(escaped))
		w.out = append(w.out, s[plain:i]...)
		w.out = append(w.out, escaped...)
		plain = i + 1
	}
	w.out = append(w.out, s[plain:]...)
	w.out = append(w.out, '"')
}

// jsonEscape returns what stands for a byte inside a string, or "" for itself.
func jsonEscape(c byte) string {
	switch c {
	case '"':
		return `\"`
	case '\\':
		return `\\`
	case '/':
		return `\/`
	case '\b':
		return `\b`
	case '\t':
		return `\t`
	case '\n':
		return `\n`
	case '\f':
		return `\f`
	case '\r':
		return `\r`
	}
	if c < ' ' || c == 127 {
		const digits = "0123456789abcdef"
		return `\u00` + digits[c>>4:c>>4+1] + digits[c&15:c&15+1]
	}
	return ""
}
