package tracking_test

import (
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// told is how a RESP3 client is told of a key.
func told(name string) string { return `>["invalidate", ["` + name + `"]]` }

// id returns the number of a connection.
func id(t *testing.T, c *inprocess.Conn) string {
	t.Helper()
	return strings.TrimPrefix(c.Say(t, "CLIENT", "ID"), ":")
}

// field returns a field of INFO.
func field(t *testing.T, c *inprocess.Conn, name string) string {
	t.Helper()
	v, err := c.Do("INFO", "everything")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(v.Str, "\r\n"+name+":")
	value, _, _ := strings.Cut(rest, "\r\n")
	return value
}

// until waits for something to become true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// TestRedirectToOneThatWaits has a client told that was never sent anything unasked:
// while it is idle, and while it waits for an element.
func TestRedirectToOneThatWaits(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	reader, writer := s.Dial(t), s.Dial(t)
	for _, blocked := range []bool{false, true} {
		target := s.Dial(t)
		target.Say(t, "HELLO", "3")
		number := id(t, target)
		if blocked {
			if err := target.Send("BLPOP", "list", "0"); err != nil {
				t.Fatal(err)
			}
			until(t, "the client is blocked", func() bool { return field(t, writer, "blocked_clients") == "1" })
		}
		reader.Say(t, "CLIENT", "TRACKING", "ON", "REDIRECT", number)
		reader.Say(t, "GET", "k")
		writer.Say(t, "SET", "k", "v")
		if got := target.Hear(t); got != told("k") {
			t.Errorf("blocked %v: told %s", blocked, got)
		}
		if blocked {
			writer.Say(t, "RPUSH", "list", "x")
			if got := target.Hear(t); got != `["list", "x"]` {
				t.Errorf("blocked client got %s", got)
			}
		}
		if got := target.Say(t, "PING"); got != "+PONG" {
			t.Errorf("blocked %v: PING gives %s", blocked, got)
		}
	}
}

// TestOptinInOneWrite has CLIENT CACHING among commands that arrive together.
func TestOptinInOneWrite(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3")
	c, writer := s.Dial(t), s.Dial(t)
	c.Say(t, "HELLO", "3")
	c.Say(t, "CLIENT", "TRACKING", "ON", "OPTIN")
	raw := ""
	for _, line := range []string{
		"GET a", "CLIENT CACHING YES", "GET b", "GET c", "CLIENT CACHING YES", "MULTI", "GET d", "GET e", "EXEC", "GET f",
		"CLIENT CACHING YES", "NOSUCH", "GET g",
	} {
		raw += line + "\r\n"
	}
	if err := c.SendRaw(raw); err != nil {
		t.Fatal(err)
	}
	for range 13 {
		c.Hear(t)
	}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		writer.Say(t, "SET", name, "v")
	}
	for _, name := range []string{"b", "d", "e"} {
		if got := c.Hear(t); got != told(name) {
			t.Errorf("told %s, want %s", got, told(name))
		}
	}
	if got := c.Say(t, "PING"); got != "+PONG" {
		t.Errorf("told %s", got)
	}
}

// TestFigures has INFO count who tracks what, and forget those who leave.
func TestFigures(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	c := s.Dial(t)
	expect := func(clients, keys, items, prefixes string) {
		t.Helper()
		for name, want := range map[string]string{
			"tracking_clients": clients, "tracking_total_keys": keys,
			"tracking_total_items": items, "tracking_total_prefixes": prefixes,
		} {
			until(t, name+" is "+want, func() bool { return field(t, c, name) == want })
		}
	}
	expect("0", "0", "0", "0")
	one, two, three := s.Dial(t), s.Dial(t), s.Dial(t)
	one.Say(t, "CLIENT", "TRACKING", "ON")
	two.Say(t, "CLIENT", "TRACKING", "ON")
	three.Say(t, "CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "a", "PREFIX", "b")
	one.Say(t, "MGET", "a", "b", "c")
	two.Say(t, "GET", "a")
	three.Say(t, "GET", "a")
	expect("3", "3", "4", "2")
	if line := c.Say(t, "CLIENT", "LIST"); strings.Count(line, "flags=tU ") != 2 || !strings.Contains(line, "flags=tBU ") {
		t.Errorf("CLIENT LIST is %s", line)
	}
	_ = three.Close()
	two.Say(t, "RESET")
	expect("1", "3", "4", "0")
	c.Say(t, "SET", "a", "v")
	expect("1", "2", "2", "0")
	c.Say(t, "FLUSHALL")
	expect("1", "0", "0", "0")
	one.Say(t, "CLIENT", "TRACKING", "OFF")
	expect("0", "0", "0", "0")
}

// TestSlowTrackersAreCutOff has a client that is told a lot and reads nothing.
func TestSlowTrackersAreCutOff(t *testing.T) {
	s := inprocess.Start(t, "--shards", "1", "--client-output-buffer-limit", "normal 100000 0 0")
	slow, writer := s.Dial(t), s.Dial(t)
	slow.Say(t, "HELLO", "3")
	slow.Say(t, "CLIENT", "TRACKING", "ON", "BCAST")
	long := strings.Repeat("k", 10_000)
	until(t, "the client is closed", func() bool {
		writer.Say(t, "SET", long, "v")
		return field(t, writer, "connected_clients") == "1"
	})
}
