package server_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// scripted are the commands of nextSeveral as scripts. N is the table of names.
func scripted() map[string]string {
	return map[string]string{
		"GET":    `return redis.call("get", N[1])`,
		"INCR":   `return redis.call("incr", N[1])`,
		"DEL":    `local n = 0 for i = 1, #N do n = n + redis.call("del", N[i]) end return n`,
		"EXISTS": `local n = 0 for _, k in ipairs(N) do n = n + redis.call("exists", k) end return n`,
		"MGET":   `local r = {} for i = 1, #N do r[i] = redis.call("get", N[i]) end return r`,
		"MSET":   `for i = 1, #N do redis.call("set", N[i], ARGV[i]) end return redis.status_reply("OK")`,
		"MSETNX": `for i = 1, #N do if redis.call("exists", N[i]) == 1 then return 0 end end
			for i = 1, #N do redis.call("set", N[i], ARGV[i]) end return 1`,
		"RENAME": `return redis.pcall("rename", N[1], N[2])`,
	}
}

// script turns a command, whose keys stand at the given places, into an EVAL: one that
// is seen to keep to its keys, or one that makes their names up.
func script(rng *rand.Rand, words []string, at []int) []string {
	body := scripted()[words[0]]
	keys, values := []string{}, []string{}
	for i, word := range words[1:] {
		if len(at) > 0 && at[0] == i+1 {
			keys, at = append(keys, word), at[1:]
		} else {
			values = append(values, word)
		}
	}
	if rng.IntN(3) > 0 {
		body = strings.NewReplacer("N[", "KEYS[", "#N", "#KEYS", "(N)", "(KEYS)").Replace(body)
		return append(append([]string{"EVAL", body, strconv.Itoa(len(keys))}, keys...), values...)
	}
	body = "local N = {} for i = 1, tonumber(ARGV[#ARGV]) do N[i] = ARGV[#ARGV - 1 - tonumber(ARGV[#ARGV]) + i] .. '' end " + body
	request := append([]string{"EVAL", body, "0"}, values...)
	return append(append(request, keys...), strconv.Itoa(len(keys)))
}

// TestScriptsAreLinearizable has clients work on a few keys with commands, with scripts
// that hold the shards of their keys, with scripts that hold all, and with scripts in
// transactions.
func TestScriptsAreLinearizable(t *testing.T) {
	rng := newRand(t)
	for _, shards := range []int{1, 3, 7} {
		s := inprocess.Start(t, "--shards", strconv.Itoa(shards))
		clients := make([]*inprocess.Conn, 6)
		for i := range clients {
			clients[i] = s.Dial(t)
		}
		for n := range *histories {
			history := recordScripts(t, clients, rng.Uint64(), n)
			if result := porcupine.CheckOperationsTimeout(valueModel(), history, time.Minute); result != porcupine.Ok {
				t.Fatalf("%d shards, history %d is %s:\n%s", shards, n, result, transcript(history))
			}
		}
	}
}

func recordScripts(t *testing.T, clients []*inprocess.Conn, seed uint64, n int) []porcupine.Operation {
	const each = 8
	prefix := fmt.Sprintf("scripts:%d:", n)
	history := make([]porcupine.Operation, len(clients)*each)
	start := time.Now()
	var working sync.WaitGroup
	for id, c := range clients {
		working.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(id)))
			for i := range each {
				words := nextSeveral(rng, id*each+i+1)
				at := valueKeys(words)
				wire := append([]string(nil), words...)
				for _, k := range at {
					wire[k] = prefix + words[k]
				}
				how := rng.IntN(8)
				if how > 1 {
					wire = script(rng, wire, at)
				}
				op := &history[id*each+i]
				op.ClientId, op.Input, op.Call = id, words, int64(time.Since(start))
				reply := say(t, c, wire, how == 7)
				op.Return = int64(time.Since(start))
				op.Output = strings.ReplaceAll(reply, prefix, "")
			}
		})
	}
	working.Wait()
	return history
}

// say sends a request, in a transaction if multi is set, and returns its reply.
func say(t *testing.T, c *inprocess.Conn, words []string, multi bool) string {
	if !multi {
		reply, err := c.Do(words...)
		if err != nil {
			t.Errorf("%q: %v", words, err)
		}
		return reply.String()
	}
	for _, request := range [][]string{{"MULTI"}, words} {
		if _, err := c.Do(request...); err != nil {
			t.Errorf("%q: %v", request, err)
		}
	}
	reply, err := c.Do("EXEC")
	if err != nil || len(reply.Elems) != 1 {
		t.Errorf("EXEC of %q: %v, %v", words, reply, err)
		return ""
	}
	return reply.Elems[0].String()
}
