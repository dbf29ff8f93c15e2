package resp

import (
	"math"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/quote"
)

// Kind is the type of a reply: its tag on the wire.
type Kind byte

// The kinds of RESP2 and RESP3. An attribute is not a kind: it belongs to the
// value that follows it.
const (
	KindStatus    Kind = '+'
	KindError     Kind = '-'
	KindInt       Kind = ':'
	KindBulk      Kind = '$'
	KindArray     Kind = '*'
	KindNull      Kind = '_'
	KindDouble    Kind = ','
	KindBool      Kind = '#'
	KindBigNumber Kind = '('
	KindBulkError Kind = '!'
	KindVerbatim  Kind = '='
	KindMap       Kind = '%'
	KindSet       Kind = '~'
	KindPush      Kind = '>'

	tagAttribute = '|'
)

// Value is one decoded reply. Which fields mean something depends on Kind.
type Value struct {
	Kind Kind
	// Null marks the null of RESP3, and a bulk string or array of RESP2 that is
	// absent.
	Null bool
	// Bool is the value of a boolean.
	Bool bool
	// Int is the value of an integer.
	Int int64
	// Double is the value of a double.
	Double float64
	// Str is the text of a status, error, bulk string, big number or verbatim
	// string.
	Str string
	// Format is the three letters before a verbatim string.
	Format string
	// Elems are the elements of an array, set or push; of a map, keys and values
	// in turn.
	Elems []Value
	// Attrs are the keys and values, in turn, of the attribute before the value.
	Attrs []Value
}

// IsError reports whether v is an error of either form.
func (v Value) IsError() bool { return v.Kind == KindError || v.Kind == KindBulkError }

// String returns v on one line; different values have different texts:
//
//	+OK  -"ERR no"  7  "bulk"  $nil *nil _nil  ,0.5  #t  (123  !"ERR no"
//	=txt:"text"  ["a", 1]  {"k": 1}  ~["a"]  >["message", "a", "b"]  |{"k": 1} "v"
func (v Value) String() string { return string(v.append(nil)) }

func (v Value) append(dst []byte) []byte {
	if v.Attrs != nil {
		dst = append(appendPairs(append(dst, tagAttribute), v.Attrs), ' ')
	}
	if v.Null {
		return append(append(dst, byte(v.Kind)), "nil"...)
	}
	switch v.Kind {
	case KindInt:
		return num.AppendInt(dst, v.Int)
	case KindBulk:
		return quote.Append(dst, []byte(v.Str))
	case KindArray:
		return appendElems(dst, v.Elems)
	case KindMap:
		return appendPairs(dst, v.Elems)
	case KindSet, KindPush:
		return appendElems(append(dst, byte(v.Kind)), v.Elems)
	case KindBool:
		if v.Bool {
			return append(dst, "#t"...)
		}
		return append(dst, "#f"...)
	case KindDouble:
		if math.IsNaN(v.Double) {
			return append(dst, ",nan"...)
		}
		return num.AppendFloat(append(dst, ','), v.Double)
	case KindVerbatim:
		dst = appendText(append(dst, '='), v.Format)
		return quote.Append(append(dst, ':'), []byte(v.Str))
	default:
		return appendText(append(dst, byte(v.Kind)), v.Str)
	}
}

// appendText appends s, in quotes if it is more than one word.
func appendText(dst []byte, s string) []byte {
	for _, c := range []byte(s) {
		switch c {
		case ',', ':', '[', ']', '{', '}':
			return quote.Append(dst, []byte(s))
		}
	}
	if quote.Needed([]byte(s)) {
		return quote.Append(dst, []byte(s))
	}
	return append(dst, s...)
}

func appendElems(dst []byte, elems []Value) []byte {
	dst = append(dst, '[')
	for i, e := range elems {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = e.append(dst)
	}
	return append(dst, ']')
}

func appendPairs(dst []byte, pairs []Value) []byte {
	dst = append(dst, '{')
	for i, e := range pairs {
		switch {
		case i == 0:
		case i%2 == 1:
			dst = append(dst, ": "...)
		default:
			dst = append(dst, ", "...)
		}
		dst = e.append(dst)
	}
	return append(dst, '}')
}
