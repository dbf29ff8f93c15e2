package servertest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// wire reads the replies of one server as the bytes that they are: most replies of
// two servers are equal byte by byte, and need not be taken apart.
type wire struct {
	c   *Client
	buf []byte // what came and was not forgotten
	at  int    // where the next reply begins
}

var errFrame = errors.New("not a reply")

// next returns the bytes of the next reply. They stay as they are until forget.
func (w *wire) next() ([]byte, error) {
	pending, at := 1, w.at
	for pending > 0 {
		step, more, err := frame(w.buf[at:])
		if err != nil {
			return nil, err
		}
		if step == 0 {
			if err := w.fill(); err != nil {
				return nil, err
			}
			continue
		}
		at, pending = at+step, pending+more-1
	}
	reply := w.buf[w.at:at]
	w.at = at
	return reply, nil
}

// replies returns the next n replies.
func (w *wire) replies(n int) ([][]byte, error) {
	out := make([][]byte, n)
	for i := range out {
		reply, err := w.next()
		if err != nil {
			return out[:i], err
		}
		out[i] = reply
	}
	return out, nil
}

// forget makes room. Who has had a reply must not look at it any more.
func (w *wire) forget() {
	w.buf = append(w.buf[:0], w.buf[w.at:]...)
	w.at = 0
}

// fill waits for more bytes. Replies that were returned keep theirs: when there is
// no room the buffer moves and leaves them behind.
func (w *wire) fill() error {
	w.buf = slices.Grow(w.buf, 32<<10)
	if err := w.c.conn.SetReadDeadline(time.Now().Add(replyTimeout)); err != nil {
		return err
	}
	n, err := w.c.r.Read(w.buf[len(w.buf):cap(w.buf)])
	w.buf = w.buf[:len(w.buf)+n]
	return err
}

// frame returns the length of the value at the head of b without its elements, 0 if
// that is not all there, and how many values belong to it and follow.
func frame(b []byte) (length, more int, err error) {
	end := bytes.IndexByte(b, '\n') + 1
	if end == 0 {
		return 0, 0, nil
	}
	n := 0
	switch b[0] {
	case '$', '!', '=', '*', '~', '>', '%', '|':
		if n, err = strconv.Atoi(string(b[1:max(1, end-2)])); err != nil {
			return 0, 0, fmt.Errorf("%w: %q", errFrame, b[:end])
		}
	}
	switch b[0] {
	case '$', '!', '=':
		if n >= 0 {
			end += n + 2
		}
		if end > len(b) {
			return 0, 0, nil
		}
	case '*', '~', '>':
		return end, max(n, 0), nil
	case '%':
		return end, 2 * n, nil
	case '|':
		return end, 2*n + 1, nil
	}
	return end, 0, nil
}

// elements returns the elements of a reply that is an aggregate, each with what it
// holds. Those of a map are keys and values in turn.
func elements(reply []byte) [][]byte {
	at, count, _ := frame(reply)
	out := make([][]byte, 0, count)
	for from := at; at < len(reply); from = at {
		for pending := 1; pending > 0; {
			step, more, _ := frame(reply[at:])
			at, pending = at+step, pending+more-1
		}
		out = append(out, reply[from:at])
	}
	return out
}

// equalBytes is equal for replies as they came. It takes apart only what differs.
func (m match) equalBytes(want, got []byte) bool {
	if bytes.Equal(want, got) {
		return true
	}
	if want[0] == got[0] && bytes.IndexByte([]byte("*~%"), want[0]) >= 0 && m.sameElements(want, got) {
		return true
	}
	return m.equal(parsed(want), parsed(got))
}

// sameElements tells that two aggregates are equal to each other with their elements
// in another order. When it does not, they may be equal for other reasons.
func (m match) sameElements(want, got []byte) bool {
	unit := 1
	switch m {
	case matchPairs:
		unit = 2
	case matchSorted, matchWhole:
		if want[0] == '%' {
			return false
		}
	case matchScan:
		a, b := elements(want), elements(got)
		return len(a) == 2 && len(b) == 2 && bytes.Equal(a[0], b[0]) && matchSorted.sameElements(a[1], b[1])
	default:
		return false
	}
	a, b := ordered(want, unit), ordered(got, unit)
	return len(a) > 0 && slices.EqualFunc(a, b, bytes.Equal)
}

// ordered returns the elements of a reply, in groups of unit, by their bytes.
func ordered(reply []byte, unit int) [][]byte {
	parts := elements(reply)
	if len(parts)%unit != 0 {
		return nil
	}
	groups := parts[:0]
	for i := 0; i < len(parts); i += unit {
		length := 0
		for _, p := range parts[i : i+unit] {
			length += len(p)
		}
		groups = append(groups, parts[i][:length:length])
	}
	slices.SortFunc(groups, bytes.Compare)
	return groups
}

// parsed takes a reply apart.
func parsed(reply []byte) resp.Value {
	v, err := resp.ReadReply(bufio.NewReader(bytes.NewReader(reply)))
	if err != nil {
		return resp.Value{Kind: resp.KindError, Str: err.Error()}
	}
	return v
}
