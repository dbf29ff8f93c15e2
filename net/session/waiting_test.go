package session_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// patience bounds every wait for something that must happen.
const patience = 20 * time.Second

// until waits for something to become true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// list returns CLIENT LIST as c sees it.
func list(t *testing.T, c *inprocess.Conn) []string {
	t.Helper()
	v, err := c.Do("CLIENT", "LIST")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(v.Str), "\n")
}

var flagsField = regexp.MustCompile(` flags=(\S+) `)

// blocked returns how many clients wait for a key.
func blocked(t *testing.T, c *inprocess.Conn) int {
	t.Helper()
	n := 0
	for _, line := range list(t, c) {
		if strings.Contains(flagsField.FindStringSubmatch(line)[1], "b") {
			n++
		}
	}
	return n
}

func awaitBlocked(t *testing.T, c *inprocess.Conn, n int) {
	t.Helper()
	until(t, fmt.Sprint(n, " clients are blocked"), func() bool { return blocked(t, c) == n })
}

func awaitClients(t *testing.T, c *inprocess.Conn, n int) {
	t.Helper()
	until(t, fmt.Sprint(n, " clients are left"), func() bool { return len(list(t, c)) == n })
}

func send(t *testing.T, c *inprocess.Conn, raw string) {
	t.Helper()
	if err := c.SendRaw(raw); err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %.200s, want %.200s", what, got, want)
	}
}

// TestPipelineBehindABlock has commands arrive behind one that waits, in the
// same read and later. They run when it has been answered.
func TestPipelineBehindABlock(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3")
	c, other := s.Dial(t), s.Dial(t)
	send(t, c, "SET before 1\r\nBLPOP l 0\r\nSET after 1\r\nBLPOP m 0\r\n")
	expect(t, "before", c.Hear(t), "+OK")
	awaitBlocked(t, other, 1)
	send(t, c, "PING\r\n")
	expect(t, "what stands behind", other.Say(t, "EXISTS", "before", "after"), "1")
	other.Say(t, "RPUSH", "l", "x")
	expect(t, "pop", c.Hear(t), `["l", "x"]`)
	expect(t, "after", c.Hear(t), "+OK")
	if !c.Silent(20 * time.Millisecond) {
		t.Error("a reply from behind the second wait")
	}
	other.Say(t, "RPUSH", "m", "y")
	expect(t, "pop", c.Hear(t), `["m", "y"]`)
	expect(t, "ping", c.Hear(t), "+PONG")
}

// TestMuchBehindABlock sends megabytes behind a command that waits.
func TestMuchBehindABlock(t *testing.T) {
	const commands = 40_000 // 100 bytes each
	pings := strings.Repeat("*2\r\n$4\r\nPING\r\n$75\r\n"+strings.Repeat("p", 75)+"\r\n", commands)
	for name, timeout := range map[string]string{"served": "0", "out of time": "0.3"} {
		t.Run(name, func(t *testing.T) {
			s := inprocess.Start(t, "--shards", "2")
			c, other := s.Dial(t), s.Dial(t)
			sent := make(chan error, 1)
			go func() { sent <- c.SendRaw("BLPOP l " + timeout + "\r\n" + pings) }()
			want := "*nil"
			awaitBlocked(t, other, 1)
			time.Sleep(100 * time.Millisecond) // it has read what it will
			if timeout == "0" {
				other.Say(t, "RPUSH", "l", "x")
				want = `["l", "x"]`
			}
			expect(t, "pop", c.Hear(t), want)
			for range commands {
				if v, err := c.Reply(); err != nil || len(v.Str) != 75 {
					t.Fatal(v, err)
				}
			}
			if err := <-sent; err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestVanishedWithMuchBehindABlock is a peer that has sent megabytes behind a
// command that waits, and hangs up. Nothing is given to it.
func TestVanishedWithMuchBehindABlock(t *testing.T) {
	s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "2")...)
	other := s.Dial(t)
	for name, dial := range map[string]func(testing.TB) *inprocess.Conn{"tcp": s.DialTCP, "unix": s.Dial} {
		t.Run(name, func(t *testing.T) {
			c := dial(t)
			sent := make(chan error, 1)
			go func() { sent <- c.SendRaw("BLPOP l 0\r\n" + strings.Repeat("PING\r\n", 1<<20)) }()
			awaitBlocked(t, other, 1)
			time.Sleep(100 * time.Millisecond) // it has read what it will
			_ = c.Close()
			if <-sent == nil {
				t.Log("all of it fitted into buffers")
			}
			awaitClients(t, other, 1)
			expect(t, "push", other.Say(t, "RPUSH", "l", "x"), "1")
			expect(t, "what is left", other.Say(t, "LPOP", "l"), `"x"`)
		})
	}
}

// TestVanishedWhileWaiting has peers hang up while their command waits, for a
// key or for the end of a pause. The command is not run for them.
func TestVanishedWhileWaiting(t *testing.T) {
	s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "3")...)
	other := s.Dial(t)
	for name, dial := range map[string]func(testing.TB) *inprocess.Conn{"tcp": s.DialTCP, "unix": s.Dial} {
		t.Run(name, func(t *testing.T) {
			a, b := dial(t), dial(t)
			send(t, a, "BLPOP l m n 0\r\n")
			send(t, b, "BLMOVE l m LEFT LEFT 0\r\nPING\r\n")
			awaitBlocked(t, other, 2)
			_ = a.Close()
			_ = b.Close()
			awaitClients(t, other, 1)
			expect(t, "push", other.Say(t, "RPUSH", "l", "x"), "1")
			expect(t, "what is left", other.Say(t, "LRANGE", "l", "0", "-1"), `["x"]`)
			other.Say(t, "DEL", "l")

			a, b = dial(t), dial(t)
			expect(t, "pause", other.Say(t, "CLIENT", "PAUSE", "100000", "WRITE"), "+OK")
			send(t, a, "SET k v\r\n")
			send(t, b, "SET k v\r\nPING\r\n")
			time.Sleep(20 * time.Millisecond)
			_ = a.Close()
			_ = b.Close()
			awaitClients(t, other, 1)
			expect(t, "unpause", other.Say(t, "CLIENT", "UNPAUSE"), "+OK")
			expect(t, "what was held back", other.Say(t, "EXISTS", "k"), "0")
		})
	}
}

// TestPause holds commands back and lets them go, by time and by command.
func TestPause(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	c, other := s.Dial(t), s.Dial(t)
	for _, end := range []string{"100000", "150"} {
		other.Say(t, "DEL", "k", "l")
		expect(t, "pause", other.Say(t, "CLIENT", "PAUSE", end, "WRITE"), "+OK")
		send(t, c, "GET k\r\nCLIENT REPLY SKIP\r\nSET k 1\r\nGET k\r\nBLPOP l 0\r\n")
		expect(t, "a command that reads", c.Hear(t), "$nil")
		if !c.Silent(20 * time.Millisecond) {
			t.Error("a command that writes was not held back")
		}
		if end == "100000" {
			expect(t, "unpause", other.Say(t, "CLIENT", "UNPAUSE"), "+OK")
		}
		expect(t, "afterwards", c.Hear(t), `"1"`) // the reply to SET is skipped
		other.Say(t, "RPUSH", "l", "x")
		expect(t, "pop", c.Hear(t), `["l", "x"]`)
	}
}

func TestUnblock(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	c, other := s.Dial(t), s.Dial(t)
	id := c.Say(t, "CLIENT", "ID")
	for _, end := range []struct{ how, want string }{
		{"TIMEOUT", "*nil"}, {"ERROR", `-"UNBLOCKED client unblocked via CLIENT UNBLOCK"`},
	} {
		send(t, c, "BLPOP l 0\r\nPING\r\n")
		awaitBlocked(t, other, 1)
		expect(t, "unblock", other.Say(t, "CLIENT", "UNBLOCK", id, end.how), "1")
		expect(t, "unblocked", c.Hear(t), end.want)
		expect(t, "behind it", c.Hear(t), "+PONG")
		expect(t, "unblock again", other.Say(t, "CLIENT", "UNBLOCK", id, end.how), "0")
	}
}

// TestEndsOfAWait has waits end at the same time by time-out, by CLIENT UNBLOCK,
// by service and by the peer's end, many times over. Each is answered once, and
// no element is lost that somebody did not see.
func TestEndsOfAWait(t *testing.T) {
	const clients, rounds = 6, 150
	s := inprocess.Start(t, "--shards", "3")
	pusher, killer := s.Dial(t), s.Dial(t)
	var waiting, meddling sync.WaitGroup
	over := make(chan struct{})
	heard := make([]int, clients)
	for i := range clients {
		c := s.Dial(t)
		waiting.Go(func() {
			for range rounds {
				v, err := c.Do("BLPOP", "a", "b", "c", "0.002")
				if err != nil {
					t.Errorf("client %d: %v", i, err)
					return
				}
				if len(v.Elems) == 2 {
					heard[i]++
				}
			}
		})
	}
	pushed := 0
	meddling.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-over:
				return
			default:
			}
			if _, err := pusher.Do("RPUSH", string("abc"[n%3]), "x"); err != nil {
				t.Error(err)
			}
			pushed++
			time.Sleep(300 * time.Microsecond)
		}
	})
	meddling.Go(func() {
		for n := 1; ; n++ {
			select {
			case <-over:
				return
			default:
			}
			if _, err := killer.Do("CLIENT", "UNBLOCK", fmt.Sprint(n%(clients+3))); err != nil {
				t.Error(err)
			}
		}
	})
	waiting.Wait()
	close(over)
	meddling.Wait()
	seen := 0
	for _, n := range heard {
		seen += n
	}
	left := 0
	for _, key := range []string{"a", "b", "c"} {
		v, err := pusher.Do("LLEN", key)
		if err != nil {
			t.Fatal(err)
		}
		left += int(v.Int)
	}
	if seen+left != pushed {
		t.Errorf("%d elements were pushed, %d were heard of and %d are left", pushed, seen, left)
	}
	if n := blocked(t, pusher); n != 0 {
		t.Errorf("%d clients are blocked", n)
	}
}
