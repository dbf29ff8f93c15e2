package floor

import (
	"bytes"
	"strconv"
	"strings"
)

// command is what a line begins with that sets the replies.
const command = "FLOOR "

// longestLine bounds what is kept of a line whose end has not come.
const longestLine = 1 << 20

// replies are what requests get, by their number of arguments.
type replies struct {
	two, other []byte
}

// stream is the position of one connection within its requests.
//
// Invariant: at most one of skip > 0 and len(line) > 0 holds between two reads.
type stream struct {
	args int    // lengths of the request that are still to come
	all  int    // lengths of the request
	skip int    // bytes of the body that are still to come
	line []byte // what has come of a line without its end
	out  []byte // replies of which the socket has not taken all
	sent int    // bytes of out that it has taken
}

// feed takes what was read and appends the replies to out. It reports false when
// the bytes are no requests.
func (s *stream) feed(in []byte, r *replies) bool {
	for len(in) > 0 {
		if s.skip > 0 {
			n := min(s.skip, len(in))
			s.skip -= n
			in = in[n:]
			if s.skip == 0 && s.args == 0 {
				s.answer(r)
			}
			continue
		}
		end := bytes.IndexByte(in, '\n')
		if end < 0 {
			s.line = append(s.line, in...)
			return len(s.line) <= longestLine
		}
		line := in[:end]
		if len(s.line) > 0 {
			s.line = append(s.line, line...)
			line, s.line = s.line, s.line[:0]
		}
		in = in[end+1:]
		if !s.take(line, r) {
			return false
		}
	}
	return true
}

// take handles a line, which ends in the carriage return that was before its end.
func (s *stream) take(line []byte, r *replies) bool {
	if len(line) == 0 {
		return false
	}
	switch line[0] {
	case '*':
		s.all = number(line)
		s.args = s.all
		return s.all > 0
	case '$':
		s.args--
		s.skip = number(line) + 2
		return s.args >= 0 && s.skip >= 2
	}
	if words, ok := strings.CutPrefix(strings.TrimSuffix(string(line), "\r"), command); ok {
		s.out = append(s.out, "+OK\r\n"...)
		return r.set(words)
	}
	s.out = append(s.out, "+PONG\r\n"...)
	return true
}

func (s *stream) answer(r *replies) {
	switch s.all {
	case 1:
		s.out = append(s.out, "+PONG\r\n"...)
	case 2:
		s.out = append(s.out, r.two...)
	default:
		s.out = append(s.out, r.other...)
	}
}

// number reads the digits behind the first byte of a line, -1 when there are none
// or too many.
func number(line []byte) int {
	n, digits := 0, 0
	for _, c := range line[1:] {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int(c-'0')
		digits++
	}
	if digits == 0 || digits > 9 {
		return -1
	}
	return n
}

// set reads the two replies of the line that sets them.
func (r *replies) set(words string) bool {
	first, second, _ := strings.Cut(words, " ")
	two, err := strconv.Unquote(first)
	other, err2 := strconv.Unquote(second)
	if err != nil || err2 != nil {
		return false
	}
	r.two, r.other = []byte(two), []byte(other)
	return true
}

// Line returns the line that makes a server of this package answer requests of two
// arguments with one reply, and requests of more with another.
func Line(two, other string) string {
	return command + strconv.Quote(two) + " " + strconv.Quote(other) + "\r\n"
}
