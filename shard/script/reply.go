package script

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/troupe-db/troupe/codec/resp"
)

// replyDepth is how deep tables may nest in a reply: as deep as arrays may in Redis
// before the stack of its Lua is full.
const replyDepth = 7995

// replyMost bounds the bytes of the reply that a script's tables make: nested tables
// can name one string many times over.
const replyMost = 1 << 30

// replier writes what a script returns.
type replier struct {
	w     *resp.Writer
	start int
	three bool // the script works with RESP3
	tables
}

// tables tells what stands behind a table that scripts cannot write to.
type tables interface {
	Unprotected(t *lua.LTable) *lua.LTable
}

// writeReply writes a value as exactly one reply.
//
// Complexity: O(N) for N values, a table counted as often as it is met.
func (m *machine) writeReply(w *resp.Writer, v lua.LValue) {
	p := replier{w: w, start: len(w.Buf), three: m.proto == 3, tables: m}
	p.value(v, 0)
}

func (p *replier) value(v lua.LValue, depth int) {
	if len(p.w.Buf)-p.start > replyMost {
		p.w.Error(errTooDeep)
		return
	}
	switch v := v.(type) {
	case lua.LString:
		p.w.BulkString(string(v))
	case lua.LNumber:
		p.w.Int(truncate(float64(v)))
	case lua.LBool:
		p.boolean(bool(v))
	case *lua.LTable:
		if depth >= replyDepth {
			p.w.Error(errTooDeep)
			return
		}
		p.table(p.Unprotected(v), depth+1)
	default:
		p.w.Null()
	}
}

func (p *replier) boolean(b bool) {
	switch {
	case p.three:
		p.w.Bool(b)
	case b:
		p.w.Int(1)
	default:
		p.w.Null()
	}
}

// table writes a table: what its fields say it is, else an array up to the first nil.
func (p *replier) table(t *lua.LTable, depth int) {
	if text, ok := t.RawGetString("err").(lua.LString); ok {
		p.w.Error(errorLine(string(text)))
		return
	}
	if text, ok := t.RawGetString("ok").(lua.LString); ok {
		p.w.Status(beforeNUL(string(text)))
		return
	}
	if f, ok := t.RawGetString("double").(lua.LNumber); ok {
		p.double(float64(f))
		return
	}
	if entries, ok := t.RawGetString("map").(*lua.LTable); ok {
		p.pairs(p.Unprotected(entries), true, depth)
		return
	}
	if entries, ok := t.RawGetString("set").(*lua.LTable); ok {
		p.pairs(p.Unprotected(entries), false, depth)
		return
	}
	if text, ok := t.RawGetString("big_number").(lua.LString); ok {
		p.w.BigNumber(strings.NewReplacer("\r", " ", "\n", " ").Replace(string(text)))
		return
	}
	if v, ok := t.RawGetString("verbatim_string").(*lua.LTable); ok && p.verbatim(v) {
		return
	}
	p.array(t, depth)
}

// double writes a number; NaN, which the writer never meets elsewhere, with the sign
// that arithmetic on amd64 gives it.
func (p *replier) double(f float64) {
	switch {
	case !math.IsNaN(f):
		p.w.Double(f)
	case p.w.Proto == 3:
		p.w.Buf = append(p.w.Buf, ",-nan\r\n"...)
	default:
		p.w.BulkString("-nan")
	}
}

// pairs writes the fields of a map, or the keys of a set.
func (p *replier) pairs(t *lua.LTable, values bool, depth int) {
	n := 0
	t.ForEach(func(lua.LValue, lua.LValue) { n++ })
	if values {
		p.w.Map(n)
	} else {
		p.w.Set(n)
	}
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		p.value(key, depth)
		if values {
			p.value(value, depth)
		}
	}
}

// verbatim writes a verbatim string, if both parts of it are there.
func (p *replier) verbatim(t *lua.LTable) bool {
	text, isText := t.RawGetString("string").(lua.LString)
	format, isFormat := t.RawGetString("format").(lua.LString)
	if !isText || !isFormat {
		return false
	}
	p.w.Verbatim(string(format), []byte(text))
	return true
}

func (p *replier) array(t *lua.LTable, depth int) {
	n := 0
	for t.RawGetInt(n+1) != lua.LNil {
		n++
	}
	p.w.Array(n)
	for i := 1; i <= n; i++ {
		p.value(t.RawGetInt(i), depth)
	}
}

// errorLine is the text of an error as the line after "-": up to a NUL, and without
// the line ends behind it.
func errorLine(text string) string {
	return strings.TrimRight(beforeNUL(text), "\r\n")
}

// beforeNUL cuts a text where C has it end.
func beforeNUL(text string) string {
	before, _, _ := strings.Cut(text, "\x00")
	return before
}

// truncate converts a number as amd64 does: what int64 cannot hold, and what is no
// number, becomes the smallest.
func truncate(f float64) int64 {
	if f >= -9223372036854775808 && f < 9223372036854775808 {
		return int64(f)
	}
	return math.MinInt64
}
