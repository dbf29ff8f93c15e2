package commandtest

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/troupe-db/troupe/shard/command"
)

// merger makes one reply of the replies of a command's parts.
type merger struct {
	kind  command.Merge
	fault []byte // the first error
	sum   int64
	items [][]byte
	place []int // of items, by kind MergeArray
}

// add takes the reply of a part. places are the numbers of its keys among all
// keys of the command.
func (m *merger) add(reply []byte, places []int) {
	if len(reply) > 0 && reply[0] == '-' {
		if m.fault == nil {
			m.fault = reply
		}
		return
	}
	switch m.kind {
	case command.MergeSum:
		n, _ := strconv.ParseInt(string(bytes.TrimSpace(reply[1:])), 10, 64)
		m.sum += n
	case command.MergeArray, command.MergeConcat:
		m.items = append(m.items, elements(reply)...)
		m.place = append(m.place, places...)
	}
}

// appendTo appends the whole reply, to a command of so many keys.
func (m *merger) appendTo(buf []byte, keys int) []byte {
	if m.fault != nil {
		return append(buf, m.fault...)
	}
	switch m.kind {
	case command.MergeSum:
		return fmt.Appendf(buf, ":%d\r\n", m.sum)
	case command.MergeOK:
		return append(buf, "+OK\r\n"...)
	}
	items := m.items
	if m.kind == command.MergeArray {
		items = make([][]byte, keys)
		for i, at := range m.place {
			items[at] = m.items[i]
		}
	}
	return append(fmt.Appendf(buf, "*%d\r\n", len(items)), bytes.Join(items, nil)...)
}

// elements returns the elements of an array of strings and numbers.
func elements(reply []byte) [][]byte {
	var list [][]byte
	_, rest := line(reply)
	for len(rest) > 0 {
		head, after := line(rest)
		n := len(rest) - len(after)
		if size, err := strconv.Atoi(string(head[1:])); err == nil && head[0] == '$' && size >= 0 {
			n += size + 2
		}
		list = append(list, rest[:n])
		rest = rest[n:]
	}
	return list
}

// line cuts a reply behind its first line.
func line(reply []byte) (head, rest []byte) {
	end := bytes.Index(reply, []byte("\r\n"))
	return reply[:end], reply[end+2:]
}

// Replies counts the replies in buf and reports false when the last one is not
// whole or one is malformed. It serves tests that demand exactly one.
func Replies(buf []byte) (n int, ok bool) {
	for len(buf) > 0 {
		if buf, ok = skip(buf); !ok {
			return n, false
		}
		n++
	}
	return n, true
}

// skip passes over one reply, in either version of the protocol.
func skip(buf []byte) (rest []byte, ok bool) {
	end := bytes.Index(buf, []byte("\r\n"))
	if end < 1 {
		return nil, false
	}
	tag, head, rest := buf[0], string(buf[1:end]), buf[end+2:]
	switch tag {
	case '+', '-', ':', '_', '#', ',', '(':
		return rest, true
	case '$', '=', '*', '~', '>', '%':
	default:
		return nil, false
	}
	n, err := strconv.Atoi(head)
	if err != nil || n < -1 {
		return nil, false
	}
	switch {
	case n == -1:
		return rest, true
	case tag == '$' || tag == '=':
		if len(rest) < n+2 || string(rest[n:n+2]) != "\r\n" {
			return nil, false
		}
		return rest[n+2:], true
	case tag == '%':
		n *= 2
	}
	for range n {
		if rest, ok = skip(rest); !ok {
			return nil, false
		}
	}
	return rest, true
}
