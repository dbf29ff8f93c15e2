package servertest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	maxDepth = 64      // nesting no reply needs
	maxBulk  = 1 << 30 // bytes no reply needs
)

// Kind is the first byte of a reply on the wire.
type Kind byte

// Reply is one reply of a server, in either protocol.
type Reply struct {
	Kind  Kind
	Null  bool    // a null of RESP2: "$-1" or "*-1"
	Str   string  // text of every scalar, as on the wire
	Elems []Reply // of an aggregate; keys and values of a map alternate
}

// IsError reports whether the reply is an error.
func (r Reply) IsError() bool { return r.Kind == '-' || r.Kind == '!' }

// readReply reads one reply. The memory it takes is bounded by the bytes that
// arrive, not by the lengths these announce.
func readReply(r *bufio.Reader, depth int) (Reply, error) {
	if depth > maxDepth {
		return Reply{}, errors.New("reply is nested too deep")
	}
	line, err := r.ReadString('\n')
	if err != nil {
		return Reply{}, err
	}
	if len(line) < 3 || line[len(line)-2] != '\r' {
		return Reply{}, fmt.Errorf("reply line %q", line)
	}
	kind, text := Kind(line[0]), line[1:len(line)-2]
	switch kind {
	case '+', '-', ':', '_', ',', '#', '(':
		return Reply{Kind: kind, Str: text}, nil
	case '$', '=', '!':
		return readBulk(r, kind, text)
	case '*', '%', '~', '>', '|':
		return readElems(r, kind, text, depth)
	}
	return Reply{}, fmt.Errorf("reply line %q", line)
}

func readBulk(r *bufio.Reader, kind Kind, text string) (Reply, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < -1 || n > maxBulk {
		return Reply{}, fmt.Errorf("bulk length %q", text)
	}
	if n < 0 {
		return Reply{Kind: kind, Null: true}, nil
	}
	var b strings.Builder
	if _, err := io.CopyN(&b, r, int64(n)+2); err != nil {
		return Reply{}, err
	}
	body, ok := strings.CutSuffix(b.String(), "\r\n")
	if !ok || len(body) != n {
		return Reply{}, fmt.Errorf("bulk of %d bytes does not end in CRLF", n)
	}
	return Reply{Kind: kind, Str: body}, nil
}

func readElems(r *bufio.Reader, kind Kind, text string, depth int) (Reply, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < -1 {
		return Reply{}, fmt.Errorf("array length %q", text)
	}
	if n < 0 {
		return Reply{Kind: kind, Null: true}, nil
	}
	if kind == '%' || kind == '|' {
		n *= 2
	}
	reply := Reply{Kind: kind}
	for range n {
		e, err := readReply(r, depth+1)
		if err != nil {
			return Reply{}, err
		}
		reply.Elems = append(reply.Elems, e)
	}
	return reply, nil
}
