package resp

import (
	"github.com/troupe-db/troupe/codec/num"
)

// Writer appends replies to Buf, in the protocol version Proto. The zero value
// is ready for use and speaks RESP2. Methods allocate only when Buf lacks the
// room. A Writer belongs to one goroutine at a time.
//
// The methods that open an aggregate (Array, Map, Set, Push) write its header
// only; the caller appends exactly the promised number of elements.
type Writer struct {
	// Buf holds the encoded replies. The caller may truncate it, take it or
	// append replies that are already encoded in the same version.
	Buf []byte
	// Proto is 2 or 3; 0 means 2.
	Proto int
}

// Lent is bytes that belong to the replies in a Writer's Buf but stand elsewhere: behind
// the first At bytes of Buf. Nobody changes them.
type Lent struct {
	At    int
	Bytes []byte
}

// BulkLent appends b as a bulk string to Buf and lent, without a copy of its bytes.
func (w *Writer) BulkLent(lent []Lent, b []byte) []Lent {
	w.Buf = appendHeader(w.Buf, '$', int64(len(b)))
	lent = append(lent, Lent{At: len(w.Buf), Bytes: b})
	w.Buf = append(w.Buf, '\r', '\n')
	return lent
}

// OK appends the status OK.
func (w *Writer) OK() {
	w.Buf = append(w.Buf, "+OK\r\n"...)
}

// Pong appends the status PONG.
func (w *Writer) Pong() {
	w.Buf = append(w.Buf, "+PONG\r\n"...)
}

// Queued appends the status QUEUED.
func (w *Writer) Queued() {
	w.Buf = append(w.Buf, "+QUEUED\r\n"...)
}

// Status appends a status reply. CR, LF and NUL in s become spaces, since the
// form has no escape for them.
func (w *Writer) Status(s string) {
	w.line('+', s)
}

// Error appends an error reply. text starts with its code, as in "ERR syntax
// error". CR, LF and NUL in it become spaces.
func (w *Writer) Error(text string) {
	w.line('-', text)
}

func (w *Writer) line(tag byte, s string) {
	buf := append(w.Buf, tag)
	start := len(buf)
	buf = append(buf, s...)
	for i := start; i < len(buf); i++ {
		switch buf[i] {
		case '\r', '\n', 0:
			buf[i] = ' '
		}
	}
	w.Buf = append(buf, '\r', '\n')
}

// Int appends an integer reply.
func (w *Writer) Int(v int64) {
	w.Buf = appendHeader(w.Buf, ':', v)
}

// Bulk appends b as a bulk string.
func (w *Writer) Bulk(b []byte) {
	buf := appendHeader(w.Buf, '$', int64(len(b)))
	buf = append(buf, b...)
	w.Buf = append(buf, '\r', '\n')
}

// BulkString appends s as a bulk string.
func (w *Writer) BulkString(s string) {
	buf := appendHeader(w.Buf, '$', int64(len(s)))
	buf = append(buf, s...)
	w.Buf = append(buf, '\r', '\n')
}

// BulkInt appends the decimal text of v as a bulk string.
func (w *Writer) BulkInt(v int64) {
	buf := appendHeader(w.Buf, '$', int64(num.IntLen(v)))
	buf = num.AppendInt(buf, v)
	w.Buf = append(buf, '\r', '\n')
}

// Null appends the absent value: a null bulk string in RESP2, the null of
// RESP3.
func (w *Writer) Null() {
	if w.Proto == 3 {
		w.Buf = append(w.Buf, "_\r\n"...)
		return
	}
	w.Buf = append(w.Buf, "$-1\r\n"...)
}

// NullArray appends the absent aggregate: a null array in RESP2, the null of
// RESP3.
func (w *Writer) NullArray() {
	if w.Proto == 3 {
		w.Buf = append(w.Buf, "_\r\n"...)
		return
	}
	w.Buf = append(w.Buf, "*-1\r\n"...)
}

// Array opens an array of n elements, n >= 0.
func (w *Writer) Array(n int) {
	w.Buf = appendHeader(w.Buf, '*', int64(n))
}

// Map opens a map of n pairs, each a key followed by its value: in RESP2 an
// array of 2n elements.
func (w *Writer) Map(n int) {
	w.Buf = w.appendMap(w.Buf, n)
}

// Set opens a set of n elements: in RESP2 an array.
func (w *Writer) Set(n int) {
	w.Buf = appendHeader(w.Buf, w.tag('~'), int64(n))
}

// Push opens an out-of-band message of n elements: in RESP2 an array.
func (w *Writer) Push(n int) {
	w.Buf = appendHeader(w.Buf, w.tag('>'), int64(n))
}

// Attribute opens n pairs of auxiliary data about the reply that follows them
// and reports true. RESP2 has no such thing: there it appends nothing and
// reports false, and the caller leaves out the pairs as well.
func (w *Writer) Attribute(n int) bool {
	if w.Proto != 3 {
		return false
	}
	w.Buf = appendHeader(w.Buf, '|', int64(n))
	return true
}

// Double appends f: a double in RESP3, its text as a bulk string in RESP2.
func (w *Writer) Double(f float64) {
	if w.Proto == 3 {
		buf := num.AppendFloat(append(w.Buf, ','), f)
		w.Buf = append(buf, '\r', '\n')
		return
	}
	// 17 digits, sign, point and a three-digit exponent fit 24 bytes.
	var text [32]byte
	w.Bulk(num.AppendFloat(text[:0], f))
}

// Bool appends b: a boolean in RESP3, the integer 1 or 0 in RESP2.
func (w *Writer) Bool(b bool) {
	switch {
	case w.Proto == 3 && b:
		w.Buf = append(w.Buf, "#t\r\n"...)
	case w.Proto == 3:
		w.Buf = append(w.Buf, "#f\r\n"...)
	case b:
		w.Buf = append(w.Buf, ":1\r\n"...)
	default:
		w.Buf = append(w.Buf, ":0\r\n"...)
	}
}

// BigNumber appends s, the decimal text of an integer of any size: a big
// number in RESP3, a bulk string in RESP2. CR, LF and NUL in it become spaces.
func (w *Writer) BigNumber(s string) {
	if w.Proto == 3 {
		w.line('(', s)
		return
	}
	w.BulkString(s)
}

// Verbatim appends text with its format, three letters such as "txt" or "mkd":
// a verbatim string in RESP3, a bulk string without the format in RESP2. A
// format of another length is cut or filled up with spaces.
func (w *Writer) Verbatim(ext string, text []byte) {
	if w.Proto != 3 {
		w.Bulk(text)
		return
	}
	format := [4]byte{' ', ' ', ' ', ':'}
	copy(format[:3], ext)
	buf := appendHeader(w.Buf, '=', int64(len(text)+len(format)))
	buf = append(buf, format[:]...)
	buf = append(buf, text...)
	w.Buf = append(buf, '\r', '\n')
}

// tag returns t, a tag of RESP3, or in RESP2 the array that stands in for it.
func (w *Writer) tag(t byte) byte {
	if w.Proto == 3 {
		return t
	}
	return '*'
}

func (w *Writer) appendMap(buf []byte, n int) []byte {
	if w.Proto == 3 {
		return appendHeader(buf, '%', int64(n))
	}
	return appendHeader(buf, '*', 2*int64(n))
}

// appendHeader appends tag, v and CRLF. Most lengths have one or two digits,
// and those take one append.
func appendHeader(buf []byte, tag byte, v int64) []byte {
	if uint64(v) < 10 {
		return append(buf, tag, byte('0'+v), '\r', '\n')
	}
	if uint64(v) < 100 {
		return append(buf, tag, byte('0'+v/10), byte('0'+v%10), '\r', '\n')
	}
	buf = num.AppendInt(append(buf, tag), v)
	return append(buf, '\r', '\n')
}
