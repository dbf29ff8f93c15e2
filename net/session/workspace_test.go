package session_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// TestHalfRequests has clients send half a request each, of which others must see
// nothing: neither those that are served meanwhile, nor those that come behind one that
// has left with its half.
func TestHalfRequests(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	busy := s.Dial(t)
	const clients = 20
	conns := make([]*inprocess.Conn, clients)
	for i := range conns {
		conns[i] = s.Dial(t)
		if err := conns[i].SendRaw(fmt.Sprintf("*3\r\n$3\r\nSET\r\n$4\r\nk:%02d\r\n$5\r\nva", i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range clients / 2 {
		if got := busy.Say(t, "ECHO", fmt.Sprint(i)); got != fmt.Sprintf("%q", fmt.Sprint(i)) {
			t.Fatalf("ECHO %d: %q", i, got)
		}
		gone := s.Dial(t)
		if err := gone.SendRaw("*2\r\n$3\r\nGET\r\n$100\r\nabc"); err != nil {
			t.Fatal(err)
		}
		_ = gone.Close()
		wrong := s.Dial(t)
		if err := wrong.SendRaw("*1\r\n$x\r\n"); err != nil {
			t.Fatal(err)
		}
		if v, err := wrong.Reply(); err != nil || !strings.Contains(v.Str, "invalid bulk length") {
			t.Fatalf("a wrong length: %q, %v", v.Str, err)
		}
	}
	for i, c := range conns {
		if err := c.SendRaw(fmt.Sprintf("l%02d\r\n", i)); err != nil {
			t.Fatal(err)
		}
		if got := c.Hear(t); got != "+OK" {
			t.Fatalf("the other half: %s", got)
		}
		if got := busy.Say(t, "GET", fmt.Sprintf("k:%02d", i)); got != fmt.Sprintf("\"val%02d\"", i) {
			t.Errorf("key %d is %s", i, got)
		}
	}
}

// TestProtocolsApart has clients that speak different protocols take turns.
func TestProtocolsApart(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	two, three := s.Dial(t), s.Dial(t)
	if _, err := three.Do("HELLO", "3"); err != nil {
		t.Fatal(err)
	}
	two.Say(t, "HSET", "h", "f", "v")
	for range 10 {
		for _, c := range []struct {
			conn *inprocess.Conn
			kind resp.Kind
		}{{two, resp.KindArray}, {three, resp.KindMap}} {
			v, err := c.conn.Do("HGETALL", "h")
			if err != nil || v.Kind != c.kind {
				t.Fatalf("HGETALL comes as %q, %v, want %q", v.Kind, err, c.kind)
			}
			// COMMAND DOCS is served by the connection, HGETALL by a shard.
			if v, err = c.conn.Do("COMMAND", "DOCS", "get"); err != nil || v.Kind != c.kind {
				t.Fatalf("COMMAND DOCS comes as %q, %v, want %q", v.Kind, err, c.kind)
			}
		}
	}
}

// TestReplyAfterSilence has clients wait with nothing left to read, and then be served,
// while others come and go.
func TestReplyAfterSilence(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	other := s.Dial(t)
	const clients = 10
	conns := make([]*inprocess.Conn, clients)
	for i := range conns {
		conns[i] = s.Dial(t)
		if err := conns[i].Send("BLPOP", fmt.Sprint("list:", i), "0"); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "all wait", func() bool { return blocked(t, other) == clients })
	for i, c := range conns {
		other.Say(t, "RPUSH", fmt.Sprint("list:", i), fmt.Sprint("element ", i))
		v, err := c.Reply()
		if err != nil || len(v.Elems) != 2 || v.Elems[1].Str != fmt.Sprint("element ", i) {
			t.Fatalf("client %d gets %v, %v", i, v, err)
		}
		if got := c.Say(t, "ECHO", "after"); got != `"after"` {
			t.Fatalf("client %d afterwards: %q", i, got)
		}
	}
}

// TestSilentClients holds what clients keep that have sent a long pipeline and are silent
// since: less than a page each.
func TestSilentClients(t *testing.T) {
	const clients, most = 200, 8 << 10
	s := inprocess.Start(t, "--shards", "2")
	conns := make([]*inprocess.Conn, clients)
	for i := range conns {
		conns[i] = s.Dial(t)
		conns[i].Say(t, "PING")
	}
	runtime.GC() // empties the pools
	before := heap()
	for _, c := range conns {
		if err := c.SendRaw(strings.Repeat("SET k v\r\n", 500)); err != nil {
			t.Fatal(err)
		}
		for range 500 {
			if got := c.Hear(t); got != "+OK" {
				t.Fatalf("SET: %s", got)
			}
		}
	}
	runtime.GC()
	if each := (int64(heap()) - int64(before)) / clients; each > most {
		t.Errorf("a silent client keeps %d bytes of its pipeline", each)
	}
}

// TestHeldWithoutWorkspace has the connection serve commands that were held by a pause,
// with workspaces that nobody has used.
func TestHeldWithoutWorkspace(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	held, pausing := s.Dial(t), s.Dial(t)
	held.Say(t, "PING")
	if got := pausing.Say(t, "CLIENT", "PAUSE", "300", "ALL"); got != "+OK" {
		t.Fatalf("CLIENT PAUSE: %s", got)
	}
	if err := held.Send("ECHO", "held"); err != nil {
		t.Fatal(err)
	}
	for range 3 { // twice empties the pools; once more, in case the request came late
		time.Sleep(30 * time.Millisecond)
		runtime.GC()
	}
	if got := held.Hear(t); got != `"held"` {
		t.Errorf("a held ECHO: %s", got)
	}
}
