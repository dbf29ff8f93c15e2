package commandtest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
)

// Script runs arbitrary bytes as requests and fails tb where a handler does
// not keep to its contract: it must not panic, must write exactly one reply, none
// if it blocks, and must not have changed data when the reply is an error. It is
// the body of a fuzz target; tb is the test of one input, while the Harness, which
// it clears first, serves all of them.
//
// A line is a request and spaces separate its words. A first word that names no
// command stands for some command all the same, so that most scripts do
// something. Before it runs anything, Script lowers the limit for the length of a
// string, so that no request takes a lot of memory.
func (h *Harness) Script(tb testing.TB, script []byte) {
	tb.Helper()
	h.Clear()
	settings := *h.Settings
	settings.ProtoMaxBulkLen = 1 << 16
	h.Set(&settings)
	for line := range bytes.SplitSeq(script, []byte("\n")) {
		words := bytes.Split(line, []byte(" "))
		row := h.anyRow(words)
		if row == nil {
			continue
		}
		h.Ctx.Buf = h.Ctx.Buf[:0]
		h.Ctx.Proto = 2 + len(words)%2
		before := h.changes()
		h.Run(row, words)
		reply := h.Ctx.Buf
		switch n, whole := Replies(reply); {
		case h.Ctx.Blocked() != nil && len(reply) == 0:
		case n != 1 || !whole:
			tb.Fatalf("%q: not one reply: %q", words, reply)
		case reply[0] == '-' && h.changes() != before:
			tb.Fatalf("%q: changed data and failed: %q", words, reply)
		}
	}
}

// anyRow returns the row that words name or, failing that, stand for. It is nil
// for a container without a subcommand.
func (h *Harness) anyRow(words [][]byte) *command.Command {
	row, ok := h.rows[strings.ToLower(string(words[0]))]
	if !ok {
		names := make([]string, 0, len(h.rows))
		for name := range h.rows {
			names = append(names, name)
		}
		slices.Sort(names)
		row = h.rows[names[sum(words[0])%len(names)]]
	}
	if len(row.Sub) == 0 {
		return row
	}
	if len(words) < 2 {
		return nil
	}
	for i := range row.Sub {
		if strings.EqualFold(row.Sub[i].Name, string(words[1])) {
			return &row.Sub[i]
		}
	}
	return &row.Sub[sum(words[1])%len(row.Sub)]
}

func sum(word []byte) int {
	n := 0
	for _, c := range word {
		n += int(c)
	}
	return n
}

// changes counts the changes of all shards that a client made.
func (h *Harness) changes() int64 {
	n := int64(0)
	for _, ks := range h.Spaces {
		n += ks.Stats.Dirty - ks.Stats.Lapsed
	}
	return n
}
