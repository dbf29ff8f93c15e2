package generic

import (
	"bytes"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
)

// commandWords returns, for each command of the package, the words that call it.
func commandWords() (calls [][]string) {
	for _, c := range append(append([]command.Command(nil), Commands...), testRows()...) {
		if c.Run != nil {
			calls = append(calls, []string{c.Name})
		}
		for _, sub := range c.Sub {
			calls = append(calls, []string{c.Name, sub.Name})
		}
	}
	return calls
}

// FuzzCommands passes any arguments to any command, over several shards, and
// demands exactly one reply. Each line is a request: its first byte chooses the
// command, the rest is split at spaces into arguments.
func FuzzCommands(f *testing.F) {
	calls := commandWords()
	args := strings.Fields("a b {t}a 0 1 -1 9223372036854775807 x NX GT DB REPLACE COUNT MATCH TYPE * @o")
	put := string(rune(len(calls) - 4)) // PUT, SEE, MEMORY USAGE, DEBUG OBJECT are the last
	for i := range calls {
		line := string(rune(i)) + "a"
		for j := range 5 {
			line += " " + args[(i*3+j*7)%len(args)]
			f.Add([]byte(put + "a v\n" + put + "b @object\n" + line))
		}
	}
	table := map[string]*command.Command{}
	h := newHarness(f, 3)
	for _, call := range calls {
		table[strings.Join(call, " ")] = h.Row(call...)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		h.Run(table["flushall"], [][]byte{[]byte("flushall")})
		for line := range bytes.SplitSeq(script, []byte("\n")) {
			if len(line) == 0 {
				continue
			}
			call := calls[int(line[0])%len(calls)]
			request := bytes.Split([]byte(strings.Join(call, " ")), []byte(" "))
			if len(line) > 1 {
				request = append(request, bytes.Split(line[1:], []byte(" "))...)
			}
			h.Advance(1)
			h.Ctx.Buf = h.Ctx.Buf[:0]
			h.Run(table[strings.Join(call, " ")], request)
			if n, ok := commandtest.Replies(h.Ctx.Buf); n != 1 || !ok {
				t.Fatalf("%q: %d replies in %q", request, n, h.Ctx.Buf)
			}
		}
	})
}
