package session_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// statistics returns the fields of a section of INFO.
func statistics(t *testing.T, c *inprocess.Conn, section string) map[string]string {
	t.Helper()
	v, err := c.Do("INFO", section)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{}
	for line := range strings.SplitSeq(v.Str, "\r\n") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			fields[name] = value
		}
	}
	return fields
}

// count returns a number in the statistics of a command.
func count(t *testing.T, stats map[string]string, command, field string) int {
	t.Helper()
	for part := range strings.SplitSeq(stats["cmdstat_"+command], ",") {
		if value, ok := strings.CutPrefix(part, field+"="); ok {
			n, err := strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	return 0
}

// TestStatisticsAddUp has several clients send random pipelines, in and out of
// transactions, and compares what INFO says with what was sent, for one and more
// shards.
func TestStatisticsAddUp(t *testing.T) {
	const clients, rounds, seed = 4, 60, 7
	for _, shards := range []int{1, 2, 7} {
		t.Run(fmt.Sprint(shards), func(t *testing.T) {
			s := inprocess.Start(t, "--shards", strconv.Itoa(shards))
			watcher := s.Dial(t)
			watcher.Say(t, "CONFIG", "RESETSTAT")
			sent := make([]map[string]int, clients)
			var all sync.WaitGroup
			for i := range clients {
				c, random := s.Dial(t), rand.New(rand.NewPCG(seed, uint64(i)))
				sent[i] = map[string]int{}
				all.Go(func() {
					for range rounds {
						request, replies := requests(random, "client"+strconv.Itoa(i)+":", sent[i])
						if err := c.SendRaw(request); err != nil {
							t.Error(err)
							return
						}
						for range replies {
							if _, err := c.Reply(); err != nil {
								t.Error(err)
								return
							}
						}
					}
				})
			}
			all.Wait()
			total, errors := 1, 0 // RESETSTAT counts itself
			stats := statistics(t, watcher, "commandstats")
			for _, command := range []string{"get", "set", "incr", "mget", "del", "rename", "ping", "dbsize", "multi", "exec"} {
				calls, failed, rejected := 0, 0, 0
				for _, m := range sent {
					calls += m[command]
					failed += m[command+" failed"]
					rejected += m[command+" rejected"]
				}
				total += calls
				errors += failed + rejected
				if n := count(t, stats, command, "calls"); n != calls {
					t.Errorf("seed %d: %d calls of %s, want %d", seed, n, command, calls)
				}
				if n := count(t, stats, command, "failed_calls"); n != failed {
					t.Errorf("seed %d: %d failures of %s, want %d", seed, n, command, failed)
				}
				if n := count(t, stats, command, "rejected_calls"); n != rejected {
					t.Errorf("seed %d: %d rejections of %s, want %d", seed, n, command, rejected)
				}
			}
			if got := statistics(t, watcher, "stats"); got["total_commands_processed"] != strconv.Itoa(total+1) ||
				got["total_error_replies"] != strconv.Itoa(errors) {
				t.Errorf("%s commands and %s errors, want %d and %d",
					got["total_commands_processed"], got["total_error_replies"], total+1, errors)
			}
			if got := statistics(t, watcher, "errorstats")["errorstat_ERR"]; got != "count="+strconv.Itoa(errors) {
				t.Errorf("errors are %s, want %d", got, errors)
			}
		})
	}
}

// requests returns random requests, notes them, and tells how many replies they have.
func requests(random *rand.Rand, prefix string, sent map[string]int) (text string, replies int) {
	var b strings.Builder
	key := func() string { return prefix + strconv.Itoa(random.IntN(40)) }
	queued := false
	add := func(note string, words ...string) {
		b.WriteString(servertest.Encode(words))
		sent[note]++
		replies++
	}
	for range 1 + random.IntN(40) {
		switch random.IntN(9) {
		case 0:
			add("get", "GET", key())
		case 1:
			add("set", "SET", key(), "text")
		case 2: // the value is never a number
			k := key()
			add("set", "SET", k, "text")
			add("incr", "INCR", k)
			sent["incr failed"]++
		case 3:
			add("mget", "MGET", key(), key(), key())
		case 4:
			add("del", "DEL", "none", "nothing", "nowhere")
		case 5:
			if !queued {
				k := key()
				add("set", "SET", k, "text")
				add("rename", "RENAME", k, key())
			}
		case 6:
			add("ping", "PING")
		case 7:
			add("dbsize", "DBSIZE")
		default:
			switch {
			case !queued:
				add("get rejected", "GET")
				add("multi", "MULTI")
			default:
				add("exec", "EXEC")
			}
			queued = !queued
		}
	}
	if queued {
		add("exec", "EXEC")
	}
	return b.String(), replies
}

// TestMonitorUnderLoad has clients monitor while others work. Each is shown every
// command of every client in that client's order.
func TestMonitorUnderLoad(t *testing.T) {
	const monitors, clients, commands = 3, 4, 400
	s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "3")...)
	var all sync.WaitGroup
	for range monitors {
		m := s.DialTCP(t)
		m.Say(t, "MONITOR")
		all.Go(func() {
			var next [clients]int
			for range clients * commands {
				v, err := m.Reply()
				if err != nil {
					t.Error(err)
					return
				}
				words := strings.Fields(v.Str)
				who, err1 := strconv.Atoi(strings.Trim(words[len(words)-2], `"`))
				what, err2 := strconv.Atoi(strings.Trim(words[len(words)-1], `"`))
				if err1 != nil || err2 != nil || next[who] != what {
					t.Errorf("%q, want number %v", v.Str, next)
					return
				}
				next[who]++
			}
		})
	}
	for i := range clients {
		c := s.DialTCP(t)
		all.Go(func() {
			for n := 0; n < commands; {
				var b strings.Builder
				replies := 1 + n%17
				replies = min(replies, commands-n)
				for range replies {
					verb := []string{"SET", "ECHO", "APPEND", "HINCRBY"}[n%4]
					words := []string{verb, strconv.Itoa(i), strconv.Itoa(n)}
					if verb == "ECHO" {
						words = []string{"PUBLISH", strconv.Itoa(i), strconv.Itoa(n)}
					}
					if verb == "HINCRBY" {
						words = []string{"GETSET", strconv.Itoa(i), strconv.Itoa(n)}
					}
					b.WriteString(servertest.Encode(words))
					n++
				}
				if err := c.SendRaw(b.String()); err != nil {
					t.Error(err)
					return
				}
				for range replies {
					if _, err := c.Reply(); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	all.Wait()
}

// TestMonitorsEnd has monitors come and go while there is work.
func TestMonitorsEnd(t *testing.T) {
	s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "2")...)
	worker := s.DialTCP(t)
	quit := make(chan struct{})
	var working sync.WaitGroup
	working.Go(func() {
		for {
			select {
			case <-quit:
				return
			default:
				if _, err := worker.Do("INCR", "n"); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	for i := range 50 {
		m := s.DialTCP(t)
		m.Say(t, "MONITOR")
		if i%2 == 0 {
			_ = m.Hear(t)
			if err := m.Send("QUIT"); err != nil {
				t.Fatal(err)
			}
		}
		_ = m.Close()
	}
	close(quit)
	working.Wait()
	awaitClients(t, worker, 1)
}

// TestNormalOutputLimits closes clients that leave too much unread, at once and after
// a time, and no other.
func TestNormalOutputLimits(t *testing.T) {
	const big = 24 << 20
	s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "2")...)
	keeper := s.DialTCP(t)
	keeper.Say(t, "SETRANGE", "big", strconv.Itoa(big), "x")
	for _, c := range []struct {
		limits string
		closes bool
	}{
		{"normal 0 0 0", false},
		{"normal 1mb 0 0", true},
		{"normal 0 1mb 1", true},
		{"normal 0 1mb 100", false},
	} {
		t.Run(c.limits, func(t *testing.T) {
			keeper.Say(t, "CONFIG", "SET", "client-output-buffer-limit", c.limits)
			keeper.Say(t, "CONFIG", "RESETSTAT")
			lazy := s.DialTCP(t)
			id := lazy.Say(t, "CLIENT", "ID")
			if err := lazy.Send("GET", "big"); err != nil {
				t.Fatal(err)
			}
			if !c.closes {
				awaitField(t, keeper, id, "events=rw")
				if v, err := lazy.Reply(); err != nil || len(v.Str) != big+1 {
					t.Fatalf("%d bytes, error %v", len(v.Str), err)
				}
				if got := lazy.Say(t, "PING"); got != "+PONG" {
					t.Errorf("then it hears %s", got)
				}
				return
			}
			deadline := time.Now().Add(15 * time.Second)
			for statistics(t, keeper, "stats")["client_output_buffer_limit_disconnections"] != "1" {
				if time.Now().After(deadline) {
					t.Fatal("it is not closed")
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
}

// awaitField waits until CLIENT LIST shows some text in the line of a client.
func awaitField(t *testing.T, c *inprocess.Conn, id, text string) {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		v, err := c.Do("CLIENT", "LIST", "ID", id)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(v.Str, text) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%q has no %s", v.Str, text)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestClientListIsTrue looks at the fields of clients in known states.
func TestClientListIsTrue(t *testing.T) {
	s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "2")...)
	c := s.DialTCP(t)
	half := s.DialTCP(t)
	id := half.Say(t, "CLIENT", "ID")
	if err := half.SendRaw("*2\r\n$4\r\nECHO\r\n$100\r\nabc"); err != nil {
		t.Fatal(err)
	}
	awaitField(t, c, id, " qbuf=23 ")
	waits := s.DialTCP(t)
	id = waits.Say(t, "CLIENT", "ID")
	if err := waits.Send("BLPOP", "none", "0"); err != nil {
		t.Fatal(err)
	}
	awaitField(t, c, id, " argv-mem=82 ") // ten bytes in three words
	c.Say(t, "RPUSH", "none", "x")
	waits.Hear(t)
	awaitField(t, c, id, " argv-mem=0 ")
	awaitField(t, c, id, " qbuf=0 qbuf-free=0 ")
	awaitField(t, c, id, " obl=0 oll=0 omem=0 ")
	v, err := c.Do("CLIENT", "INFO")
	if err != nil || !strings.Contains(v.Str, " qbuf=26 ") { // the request itself
		t.Errorf("%q, error %v", v.Str, err)
	}
}
