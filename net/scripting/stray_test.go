package scripting_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// callable is a command that scripts may call.
type callable struct {
	words []string // its name, in two words for a subcommand
	least int      // words of the shortest request
	more  bool     // there may be more
}

// callables reads the reply of COMMAND.
func callables(rows []resp.Value) (all []callable) {
	for _, row := range rows {
		if subs := row.Elems[9].Elems; len(subs) > 0 {
			all = append(all, callables(subs)...)
			continue
		}
		refused := slices.ContainsFunc(row.Elems[2].Elems, func(v resp.Value) bool { return v.Str == "noscript" })
		if name := row.Elems[0].Str; !refused && name != "shutdown" {
			arity := int(row.Elems[1].Int)
			all = append(all, callable{strings.Split(name, "|"), max(arity, -arity), arity < 0})
		}
	}
	return all
}

// TestNoScriptStrays calls every command with words of every kind in every place, in
// scripts that declare keys of several shards: none that is taken for confined may come
// to a shard that it does not hold, and none may fail where it would not if there were
// only one shard.
func TestNoScriptStrays(t *testing.T) {
	rng := newRand(t)
	c, single := inprocess.Start(t, "--shards", "3").Dial(t), inprocess.Start(t, "--shards", "1").Dial(t)
	table, err := c.Do("COMMAND")
	if err != nil {
		t.Fatal(err)
	}
	commands := callables(table.Elems)
	if len(commands) < 150 {
		t.Fatalf("only %d commands may be called", len(commands))
	}
	kinds := strings.Fields(`KEYS[1] KEYS[2] KEYS[3] KEYS[1] KEYS[2] KEYS[3] 1 0 "2" "a" "0-0" "STREAMS" "LIMIT" "WEIGHTS"
		"STORE" "BY" "GET" "GROUP" "COUNT" ARGV[1] #KEYS unpack(ARGV) unpack(KEYS)`)
	for _, command := range commands {
		c.Say(t, "FLUSHALL")
		single.Say(t, "FLUSHALL")
		for range 15 {
			var words []string
			for _, word := range command.words {
				words = append(words, `"`+word+`"`)
			}
			n := max(command.least-len(words), 0)
			if command.more {
				n += rng.IntN(5)
			}
			for range n {
				words = append(words, kinds[rng.IntN(len(kinds))])
			}
			body := fmt.Sprintf("return redis.pcall(%s)", strings.Join(words, ", "))
			request := []string{"EVAL", body, "3", "k1", "k2", "k3", "z", "1"}
			reply, want := c.Say(t, request...), single.Say(t, request...)
			if (reply[0] == '-') != (want[0] == '-') {
				t.Errorf("%s: %s, with one shard %s", body, reply, want)
			}
			if strings.Contains(reply, "another part of the server") || strings.Contains(reply, "internal error") {
				t.Errorf("%s: %s", body, reply)
			}
		}
	}
}
