package session

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
)

// merge appends the one reply that the parts of a split command make. The first
// error among them is the reply.
func (c *Client) merge(out []byte, cursors []cursor, s *split) []byte {
	replies := c.round.parts.takeArgs(len(s.parts))[:len(s.parts)]
	var failed []byte
	for i, p := range s.parts {
		replies[i], _ = c.reply(cursors, p.shard) // parts have nothing lent
		if failed == nil && replies[i][0] == '-' {
			failed = replies[i]
		}
	}
	if failed != nil {
		return append(out, failed...)
	}
	w := resp.Writer{Buf: out, Proto: c.proto}
	mergeReplies(&w, s.merge, replies, s.order)
	return w.Buf
}

// mergeReplies writes the one reply that several make, none of which is an error.
func mergeReplies(w *resp.Writer, how command.Merge, replies [][]byte, order []int32) {
	switch how {
	case command.MergeSum:
		w.Int(sum(replies))
	case command.MergeArray:
		interleave(w, replies, order)
	case command.MergeConcat:
		concat(w, replies)
	default:
		w.Buf = append(w.Buf, replies[0]...)
	}
}

// sum adds integer replies.
func sum(replies [][]byte) int64 {
	var total int64
	for _, r := range replies {
		n, _ := header(r)
		total += int64(n)
	}
	return total
}

// interleave writes an array whose element i is the next one of reply order[i].
func interleave(w *resp.Writer, replies [][]byte, order []int32) {
	for i, r := range replies {
		_, size := header(r)
		replies[i] = r[size:]
	}
	w.Array(len(order))
	for _, part := range order {
		rest := replies[part]
		n := elementSize(rest)
		w.Buf = append(w.Buf, rest[:n]...)
		replies[part] = rest[n:]
	}
}

// concat writes one array of the elements of several.
func concat(w *resp.Writer, replies [][]byte) {
	total := 0
	for _, r := range replies {
		n, _ := header(r)
		total += n
	}
	w.Array(total)
	for _, r := range replies {
		_, size := header(r)
		w.Buf = append(w.Buf, r[size:]...)
	}
}

// header reads the number in the first line of a reply the shards have encoded,
// and the length of that line.
func header(reply []byte) (n, size int) {
	negative := false
	for i := 1; i < len(reply); i++ {
		switch ch := reply[i]; {
		case ch == '\r':
			if negative {
				n = -n
			}
			return n, i + 2
		case ch == '-':
			negative = true
		default:
			n = n*10 + int(ch-'0')
		}
	}
	return 0, len(reply)
}

// elementSize returns the length of the bulk string or null at the start of b.
func elementSize(b []byte) int {
	n, size := header(b)
	if b[0] != '$' || n < 0 {
		return size
	}
	return size + n + 2
}
