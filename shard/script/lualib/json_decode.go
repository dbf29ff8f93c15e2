package lualib

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// jsonToken is the type of a token, as error texts name it.
type jsonToken string

const (
	jsonObjectBegin jsonToken = "T_OBJ_BEGIN"
	jsonObjectEnd   jsonToken = "T_OBJ_END"
	jsonArrayBegin  jsonToken = "T_ARR_BEGIN"
	jsonArrayEnd    jsonToken = "T_ARR_END"
	jsonString      jsonToken = "T_STRING"
	jsonNumber      jsonToken = "T_NUMBER"
	jsonBoolean     jsonToken = "T_BOOLEAN"
	jsonNull        jsonToken = "T_NULL"
	jsonColon       jsonToken = "T_COLON"
	jsonComma       jsonToken = "T_COMMA"
	jsonEnd         jsonToken = "T_END"
)

// jsonReader reads one text.
type jsonReader struct {
	*json
	L    *lua.LState
	text string
	at   int // the next byte

	token jsonToken  // the last token, or what was wrong with it
	index int        // where it begins
	value lua.LValue // of strings, numbers and booleans

	depth int // tables that are open
	slots int // of the stack that Lua in C would use
}

func (c *json) decode(L *lua.LState) int {
	one(L)
	text := stringArg(L, 1)
	if len(text) >= 2 && (text[0] == 0 || text[1] == 0) {
		raise(L, "JSON parser does not support UTF-16 or UTF-32")
	}
	r := &jsonReader{json: c, L: L, text: text, slots: 1}
	r.next()
	value := r.read()
	r.next()
	if r.token != jsonEnd {
		r.expected("the end")
	}
	L.Push(value)
	return 1
}

// expected says that another token was wanted.
func (r *jsonReader) expected(what string) {
	raise(r.L, "Expected "+what+" but found "+string(r.token)+" at character "+strconv.Itoa(r.index+1))
}

// read returns the value that begins with the token.
func (r *jsonReader) read() lua.LValue {
	switch r.token {
	case jsonString, jsonNumber, jsonBoolean:
		return r.value
	case jsonNull:
		return r.lib.null
	case jsonObjectBegin:
		return r.object()
	case jsonArrayBegin:
		return r.array()
	}
	r.expected("value")
	return nil
}

// descend enters a table, which takes so many slots of the stack; want of them
// must be free.
func (r *jsonReader) descend(takes, want int) {
	r.depth++
	if r.depth > r.decodeDepth || r.slots+want > r.lib.limits.MaxStack {
		raise(r.L, "Found too many nested data structures ("+strconv.Itoa(r.depth)+") at character "+strconv.Itoa(r.at))
	}
	r.slots += takes
}

func (r *jsonReader) ascend(takes int) {
	r.depth--
	r.slots -= takes
}

func (r *jsonReader) object() lua.LValue {
	r.descend(2, 3)
	table := r.L.CreateTable(0, 0)
	r.next()
	if r.token == jsonObjectEnd {
		r.ascend(2)
		return table
	}
	for {
		if r.token != jsonString {
			r.expected("object key string")
		}
		key := r.value
		r.next()
		if r.token != jsonColon {
			r.expected("colon")
		}
		r.next()
		table.RawSet(key, r.read())
		r.next()
		if r.token == jsonObjectEnd {
			r.ascend(2)
			return table
		}
		if r.token != jsonComma {
			r.expected("comma or object end")
		}
		r.next()
	}
}

func (r *jsonReader) array() lua.LValue {
	r.descend(1, 2)
	table := r.L.CreateTable(0, 0)
	r.next()
	if r.token == jsonArrayEnd {
		r.ascend(1)
		return table
	}
	for i := 1; ; i++ {
		table.RawSetInt(i, r.read())
		r.next()
		if r.token == jsonArrayEnd {
			r.ascend(1)
			return table
		}
		if r.token != jsonComma {
			r.expected("comma or array end")
		}
		r.next()
	}
}

// peek returns a byte ahead; 0 behind the end.
func (r *jsonReader) peek(ahead int) byte {
	if r.at+ahead < len(r.text) {
		return r.text[r.at+ahead]
	}
	return 0
}

// punctuation are the tokens of one byte. A NUL ends the text, wherever it is.
func punctuation(c byte) jsonToken {
	switch c {
	case '{':
		return jsonObjectBegin
	case '}':
		return jsonObjectEnd
	case '[':
		return jsonArrayBegin
	case ']':
		return jsonArrayEnd
	case ':':
		return jsonColon
	case ',':
		return jsonComma
	}
	return ""
}

// next reads a token. What is wrong with it takes the place of its type.
func (r *jsonReader) next() {
	for c := r.peek(0); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = r.peek(0) {
		r.at++
	}
	r.index = r.at
	c := r.peek(0)
	if token := punctuation(c); token != "" {
		r.token = token
		r.at++
		return
	}
	rest := r.text[r.at:]
	switch {
	case c == 0:
		r.token = jsonEnd
	case c == '"':
		r.string()
	case c == '-' || isDigit(c):
		if !r.decodeInvalid && invalidNumber(rest) {
			r.token = "invalid number"
			return
		}
		r.number()
	case strings.HasPrefix(rest, "true"):
		r.word(jsonBoolean, lua.LTrue, 4)
	case strings.HasPrefix(rest, "false"):
		r.word(jsonBoolean, lua.LFalse, 5)
	case strings.HasPrefix(rest, "null"):
		r.word(jsonNull, nil, 4)
	case r.decodeInvalid && strings.IndexByte("+iInN", c) >= 0 && invalidNumber(rest):
		r.number()
	default:
		r.token = "invalid token"
	}
}

func (r *jsonReader) word(token jsonToken, value lua.LValue, length int) {
	r.token, r.value = token, value
	r.at += length
}

// invalidNumber tells whether a text begins like a number that JSON does not have.
func invalidNumber(s string) bool {
	if s[0] == '+' {
		return true
	}
	s = strings.TrimPrefix(s, "-")
	if s == "" {
		return false
	}
	if s[0] == '0' {
		return len(s) > 1 && (s[1]|0x20 == 'x' || isDigit(s[1]))
	}
	if s[0] <= '9' || len(s) < 3 {
		return false
	}
	return strings.EqualFold(s[:3], "inf") || strings.EqualFold(s[:3], "nan")
}

func (r *jsonReader) number() {
	v, n := scanNumber(r.text[r.at:])
	if n == 0 {
		r.token = "invalid number"
		return
	}
	r.word(jsonNumber, lua.LNumber(v), n)
}

// string reads a string. Texts without escapes are not copied.
func (r *jsonReader) string() {
	start := r.at + 1
	if end := strings.IndexAny(r.text[start:], "\"\\\x00"); end >= 0 && r.text[start+end] == '"' {
		r.word(jsonString, lua.LString(r.text[start:start+end]), end+2)
		return
	}
	var out []byte
	r.at++
	for r.peek(0) != '"' {
		c := r.peek(0)
		switch c {
		case 0:
			r.failed("unexpected end of string")
			return
		case '\\':
			plain, wrong := r.escape(&out)
			if wrong != "" {
				r.failed(wrong)
				return
			}
			if plain == 0 {
				continue
			}
			c = plain
			r.at++
		}
		out = append(out, c)
		r.at++
	}
	r.word(jsonString, lua.LString(out), 1)
}

func (r *jsonReader) failed(why jsonToken) {
	r.token, r.index = why, r.at
}

// escape reads what follows a backslash: it returns a byte that stands for two, or
// appends a rune and goes on behind it.
func (r *jsonReader) escape(out *[]byte) (plain byte, wrong jsonToken) {
	switch c := r.peek(1); c {
	case '"', '\\', '/':
		return c, ""
	case 'b':
		return '\b', ""
	case 'f':
		return '\f', ""
	case 'n':
		return '\n', ""
	case 'r':
		return '\r', ""
	case 't':
		return '\t', ""
	case 'u':
		point, length := r.codePoint()
		if length == 0 {
			return 0, "invalid unicode escape code"
		}
		*out = appendUTF8(*out, point)
		r.at += length
		return 0, ""
	}
	return 0, "invalid escape code"
}

// codePoint reads \uXXXX, or two that are a surrogate pair; length is 0 if it
// cannot.
func (r *jsonReader) codePoint() (point uint32, length int) {
	point, ok := r.hex4(2)
	switch {
	case !ok || point&0xfc00 == 0xdc00:
		return 0, 0
	case point&0xf800 != 0xd800:
		return point, 6
	case r.peek(6) != '\\' || r.peek(7) != 'u':
		return 0, 0
	}
	low, ok := r.hex4(8)
	if !ok || low&0xfc00 != 0xdc00 {
		return 0, 0
	}
	return (point&0x3ff<<10 | low&0x3ff) + 0x10000, 12
}

func (r *jsonReader) hex4(ahead int) (v uint32, ok bool) {
	for i := range 4 {
		d := digit(r.peek(ahead + i))
		if d > 15 {
			return 0, false
		}
		v = v<<4 | uint32(d)
	}
	return v, true
}

// appendUTF8 encodes a code point; there are no surrogates among them.
func appendUTF8(b []byte, point uint32) []byte {
	return append(b, string(rune(point))...)
}
