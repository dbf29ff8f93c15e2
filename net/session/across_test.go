package session_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// TestPipelinesAcross sends pipelines in which commands about keys of several shards follow
// each other and others, and expects what one shard answers that is asked one by one.
func TestPipelinesAcross(t *testing.T) {
	for name, args := range map[string][]string{
		"split": nil, "whole": {"--maxmemory", "1gb"}, "logged": {"--appendonly", "yes"},
	} {
		t.Run(name, func(t *testing.T) {
			several := inprocess.Start(t, append(args, "--shards", "3")...).Dial(t)
			one := inprocess.Start(t, "--shards", "1").Dial(t)
			rng := rand.New(rand.NewPCG(3, 4))
			for range 60 {
				var d dialogue
				for range 1 + rng.IntN(40) {
					words := acrossRequest(rng)
					d.say(one.Say(t, words...), words...)
				}
				send(t, several, d.requests.String())
				d.hear(t, several)
			}
			if got, want := several.Say(t, "DEBUG", "DIGEST"), one.Say(t, "DEBUG", "DIGEST"); got != want {
				t.Errorf("the digest is %s, want %s", got, want)
			}
		})
	}
}

// acrossRequest draws a request, which is often about keys of several shards.
func acrossRequest(rng *rand.Rand) []string {
	key := func(kind string) string { return kind + strconv.Itoa(rng.IntN(6)) }
	switch rng.IntN(20) {
	case 0:
		return []string{"SET", key("s"), strconv.Itoa(rng.IntN(100))}
	case 1:
		return []string{"GET", key("s")}
	case 2:
		return []string{"MGET", key("s"), key("s"), key("l")}
	case 3:
		return []string{"MSETNX", key("s"), "a", key("s"), "b"}
	case 4:
		return []string{"MSET", key("s"), "a", key("s")}
	case 5:
		return []string{"COPY", key("s"), key("s"), "REPLACE"}
	case 6:
		return []string{"RENAME", key("s"), key("s")}
	case 7:
		return []string{"SADD", key("i"), strconv.Itoa(rng.IntN(30))}
	case 8:
		return []string{"SMOVE", key("i"), key("i"), strconv.Itoa(rng.IntN(30))}
	case 9:
		return []string{"SINTERSTORE", key("i"), key("i"), key("i")}
	case 10:
		return []string{"SUNIONSTORE", key("i"), key("i"), key("l")}
	case 11:
		return []string{"SINTERCARD", "2", key("i"), key("i")}
	case 12:
		return []string{"RPUSH", key("l"), "x", strconv.Itoa(rng.IntN(30))}
	case 13, 14:
		return []string{"LMOVE", key("l"), key("l"), "LEFT", "RIGHT"}
	case 15:
		return []string{"LMOVE", key("l")}
	case 16:
		return []string{"RPOPLPUSH", key("l"), key("i")}
	case 17:
		return []string{"DEL", key("l"), key("s"), key("i")}
	case 18:
		return []string{"DBSIZE"}
	default:
		return []string{"PING", key("p")}
	}
}

// TestWaitersBeforeWhatFollows moves an element to a list that a client waits for, and on
// from there in the same pipeline: it is the client's.
func TestWaitersBeforeWhatFollows(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3")
	c, waiting := s.Dial(t), s.Dial(t)
	for i := range 20 { // some of them are three keys of three shards
		from, between, to := fmt.Sprint("from", i), fmt.Sprint("between", i), fmt.Sprint("to", i)
		c.Say(t, "RPUSH", from, "x", "y")
		send(t, waiting, servertest.Encode([]string{"BLPOP", between, "0"}))
		awaitBlocked(t, c, 1)
		var d dialogue
		d.say(`"x"`, "LMOVE", from, between, "LEFT", "RIGHT")
		d.say("$nil", "LMOVE", between, to, "LEFT", "RIGHT")
		d.say(`"y"`, "LMOVE", from, between, "LEFT", "RIGHT")
		d.say(`"y"`, "LMOVE", between, to, "LEFT", "RIGHT")
		send(t, c, d.requests.String())
		d.hear(t, c)
		expect(t, "who waits", waiting.Hear(t), `["`+between+`", "x"]`)
	}
}

// TestStatisticsAcross counts commands that share a fence, and their errors.
func TestStatisticsAcross(t *testing.T) {
	c := inprocess.Start(t, "--shards", "3").Dial(t)
	var d dialogue
	d.say("+OK", "SET", "s", "x")
	for i := range 30 {
		d.say("$nil", "LMOVE", fmt.Sprint("l", i), fmt.Sprint("l", i+1), "LEFT", "RIGHT")
		d.say(`-"WRONGTYPE Operation against a key holding the wrong kind of value"`, "LMOVE", "s", fmt.Sprint("l", i), "LEFT", "RIGHT")
	}
	send(t, c, d.requests.String())
	d.hear(t, c)
	if stats := c.Say(t, "INFO", "commandstats"); !strings.Contains(stats, "cmdstat_lmove:calls=60,") || !strings.Contains(stats, "rejected_calls=0,failed_calls=30") {
		t.Errorf("LMOVE is not counted as it ran: %s", stats)
	}
	if stats := c.Say(t, "INFO", "errorstats"); !strings.Contains(stats, "errorstat_WRONGTYPE:count=30") {
		t.Errorf("the errors are %s", stats)
	}
	if stats := c.Say(t, "INFO", "stats"); !strings.Contains(stats, "total_error_replies:30") {
		t.Errorf("the error replies are %s", stats)
	}
}
