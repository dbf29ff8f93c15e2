package session

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// unconnected returns a client that has no connection.
func unconnected(tb testing.TB) *Client {
	tb.Helper()
	c := &Client{env: environment(tb), authed: true, proto: 2, created: time.Now()}
	c.equip()
	return c
}

// environment returns one whose shards know no data. Its commands are those of the
// connection, and the names of tableNames with one key.
func environment(tb testing.TB) *Env {
	tb.Helper()
	rows := Commands()
	for _, name := range strings.Fields(tableNames) {
		if slices.ContainsFunc(rows, func(c Command) bool { return c.Name == name }) {
			continue
		}
		rows = append(rows, Command{Command: command.Command{
			Spec: command.Spec{
				Name: name, Arity: -2, Flags: command.ReadOnly, Route: command.RouteKeys,
				Keys: []command.KeySpec{command.KeyAt(1, command.KeyRW)},
			},
			Run: func(*command.Ctx) {},
		}})
	}
	table, err := NewTable(rows)
	if err != nil {
		tb.Fatal(err)
	}
	settings, data := new(Source), new(keyspace.Source)
	settings.Store(&Settings{})
	data.Store(&keyspace.Settings{})
	env := &Env{
		Troupe: shard.New(shard.Options{Shards: 2, Settings: data}), Table: table,
		Settings: settings, Clients: NewRegistry(), Pause: &Pause{},
	}
	tb.Cleanup(env.Troupe.Stop)
	return env
}

// TestHindrances has something come up between two reads of a client for which all was
// clear, and go away again.
func TestHindrances(t *testing.T) {
	c := unconnected(t)
	read := func() string {
		c.in.bytes = []byte("GET k\r\nPING\r\n")
		c.head, c.tail = 0, len(c.in.bytes)
		c.gather()
		defer func() {
			c.round.reset()
			c.parser.Reset()
			c.replies.Buf = nil
		}()
		return string(c.replies.Buf)
	}
	for name, h := range map[string]struct {
		begin, end func()
		want       string
	}{
		"loading": {
			func() { c.env.Gate.Store(&Gate{Loading: "LOADING"}) }, func() { c.env.Gate.Store(nil) },
			"-LOADING\r\n-LOADING\r\n",
		},
		"not stored": {
			func() { c.env.Gate.Store(&Gate{Stored: "MISCONF"}) }, func() { c.env.Gate.Store(nil) },
			"-MISCONF\r\n",
		},
		"paused": {
			func() { c.env.Pause.Start(time.Now().Add(time.Hour), false) }, func() { c.env.Pause.Stop(); c.held = nil },
			"",
		},
		"monitoring": {
			func() { c.monitoring.Store(true) }, func() { c.monitoring.Store(false) },
			"-" + errMonitorData + "\r\n+PONG\r\n",
		},
		"password": {
			func() { c.authed = false; c.env.Settings.Store(&Settings{RequirePass: "x"}) },
			func() { c.authed = true; c.env.Settings.Store(&Settings{}) },
			"-" + errNoAuth + "\r\n-" + errNoAuth + "\r\n",
		},
	} {
		if got := read(); got != "+PONG\r\n" {
			t.Errorf("before %s: %q", name, got)
		}
		h.begin()
		if got := read(); got != h.want {
			t.Errorf("%s: %q, want %q", name, got, h.want)
		}
		h.end()
	}
	if got := read(); got != "+PONG\r\n" {
		t.Errorf("in the end: %q", got)
	}
}

// BenchmarkGather measures what a request of a pipeline of sixteen costs from its bytes
// to its place in the round, and of PING to its reply. Shards have no part in it.
func BenchmarkGather(b *testing.B) {
	const depth = 16
	for _, request := range []string{"LPUSH key 64", "SET key:%012d 64", "GET key:%012d", "PING", "PING\r\n"} {
		var w resp.Writer
		for i := range depth {
			if strings.HasSuffix(request, "\n") {
				w.Buf = append(w.Buf, request...)
				continue
			}
			words := strings.Fields(request)
			w.Array(len(words))
			for _, word := range words {
				word = strings.Replace(word, "%012d", fmt.Sprintf("%012d", i*7919), 1)
				w.BulkString(strings.Replace(word, "64", strings.Repeat("x", 64), 1))
			}
		}
		b.Run(strings.Fields(strconv.Quote(request))[0], func(b *testing.B) {
			c := unconnected(b)
			c.in.bytes = w.Buf
			for b.Loop() {
				c.head, c.tail = 0, len(w.Buf)
				c.gather()
				if c.round.commands != depth {
					b.Fatal(c.round.commands, " requests")
				}
				if len(c.round.used) == 0 {
					c.stitch()
					c.bookTally()
					c.out.bytes, c.replies.Buf = c.out.bytes[:0], c.replies.Buf[:0]
				}
				c.round.reset()
				c.parser.Reset()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*depth), "ns/request")
		})
	}
}
