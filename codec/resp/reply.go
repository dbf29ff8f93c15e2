package resp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/troupe-db/troupe/codec/num"
)

const (
	// maxReplyDepth bounds how deep aggregates may nest in a reply.
	maxReplyDepth = 128
	// maxReplyLine bounds the length of a line of a reply in bytes.
	maxReplyLine = 1 << 20
	// maxReplyLen bounds the length of a string and the number of elements.
	maxReplyLen = 1 << 32
	// readStep is how much of a string is read before more memory is taken.
	readStep = 64 * 1024
)

// ErrReply is wrapped by every error of ReadReply that lies in the bytes rather
// than in their source.
var ErrReply = errors.New("malformed reply")

// ReadReply reads one reply of RESP2 or RESP3, as a client does. It takes no
// more memory than a small multiple of the bytes it has read, whatever lengths
// they announce. Errors of r are returned as they are; a reply that is cut off
// gives io.ErrUnexpectedEOF, and io.EOF means that there was none.
func ReadReply(r *bufio.Reader) (Value, error) {
	if _, err := r.Peek(1); err != nil {
		return Value{}, err
	}
	v, err := readValue(r, 0)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return v, err
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrReply, fmt.Sprintf(format, args...))
}

func readValue(r *bufio.Reader, depth int) (Value, error) {
	if depth > maxReplyDepth {
		return Value{}, malformed("nested deeper than %d", maxReplyDepth)
	}
	line, err := readReplyLine(r)
	if err != nil {
		return Value{}, err
	}
	if len(line) == 0 {
		return Value{}, malformed("empty line")
	}
	tag, text := line[0], line[1:]
	switch Kind(tag) {
	case KindStatus, KindError, KindBigNumber:
		return Value{Kind: Kind(tag), Str: string(text)}, nil
	case KindInt, KindDouble, KindBool, KindNull:
		return scalar(Kind(tag), text)
	case KindBulk, KindBulkError, KindVerbatim:
		return readString(r, Kind(tag), text)
	case KindArray, KindSet, KindPush, KindMap:
		return readAggregate(r, Kind(tag), text, depth)
	case tagAttribute:
		attrs, err := readElems(r, text, 2, depth)
		if err != nil {
			return Value{}, err
		}
		v, err := readValue(r, depth+1)
		// A value may have several attributes; the first stands first.
		v.Attrs = append(attrs, v.Attrs...)
		return v, err
	}
	return Value{}, malformed("unknown type %q", tag)
}

// scalar decodes the kinds whose value is the rest of their line.
func scalar(kind Kind, text []byte) (Value, error) {
	v, ok := Value{Kind: kind}, false
	switch kind {
	case KindInt:
		v.Int, ok = num.ParseInt(text)
	case KindDouble:
		v.Double, ok = num.ParseFloat(text)
		if !ok && (string(text) == "nan" || string(text) == "-nan") {
			v.Double, ok = math.NaN(), true
		}
	case KindBool:
		v.Bool = string(text) == "t"
		ok = v.Bool || string(text) == "f"
	case KindNull:
		v.Null, ok = true, len(text) == 0
	}
	if !ok {
		return Value{}, malformed("value %q of type %q", text, byte(kind))
	}
	return v, nil
}

// length decodes an announced length; -1 is the null of RESP2.
func length(text []byte, least int64) (int64, error) {
	n, ok := num.ParseInt(text)
	if !ok || n < least || n > maxReplyLen {
		return 0, malformed("length %q", text)
	}
	return n, nil
}

func readString(r *bufio.Reader, kind Kind, text []byte) (Value, error) {
	least := int64(0)
	if kind == KindBulk {
		least = -1
	}
	n, err := length(text, least)
	if err != nil {
		return Value{}, err
	}
	if n < 0 {
		return Value{Kind: kind, Null: true}, nil
	}
	body, err := readBody(r, n)
	if err != nil {
		return Value{}, err
	}
	v := Value{Kind: kind, Str: string(body)}
	if kind == KindVerbatim {
		if len(body) < 4 || body[3] != ':' {
			return Value{}, malformed("verbatim string without a format")
		}
		v.Format, v.Str = v.Str[:3], v.Str[4:]
	}
	return v, nil
}

// readBody reads n bytes and the CRLF after them.
func readBody(r *bufio.Reader, n int64) ([]byte, error) {
	var body []byte
	for n > 0 {
		step := int(min(n, readStep))
		at := len(body)
		body = append(body, make([]byte, step)...)
		if _, err := io.ReadFull(r, body[at:]); err != nil {
			return nil, err
		}
		n -= int64(step)
	}
	var end [2]byte
	if _, err := io.ReadFull(r, end[:]); err != nil {
		return nil, err
	}
	if end != [2]byte{'\r', '\n'} {
		return nil, malformed("string ends with %q", end[:])
	}
	return body, nil
}

func readAggregate(r *bufio.Reader, kind Kind, text []byte, depth int) (Value, error) {
	if kind == KindArray && string(text) == "-1" {
		return Value{Kind: kind, Null: true}, nil
	}
	perItem := int64(1)
	if kind == KindMap {
		perItem = 2
	}
	elems, err := readElems(r, text, perItem, depth)
	if err != nil {
		return Value{}, err
	}
	return Value{Kind: kind, Elems: elems}, nil
}

// readElems reads as many items of perItem values as text says. The result is
// never nil without an error.
func readElems(r *bufio.Reader, text []byte, perItem int64, depth int) ([]Value, error) {
	n, err := length(text, 0)
	if err != nil {
		return nil, err
	}
	elems := []Value{}
	for range n * perItem {
		v, err := readValue(r, depth+1)
		if err != nil {
			return nil, err
		}
		elems = append(elems, v)
	}
	return elems, nil
}

// readReplyLine reads up to CRLF and returns the line without it.
func readReplyLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxReplyLine:
			return nil, malformed("line longer than %d bytes", maxReplyLine)
		case err == nil:
			text, ok := bytes.CutSuffix(line, []byte("\r\n"))
			if !ok {
				return nil, malformed("line ends without CR")
			}
			return text, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}
