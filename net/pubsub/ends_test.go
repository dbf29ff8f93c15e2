package pubsub_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// TestNothingIsLeft has subscribers end in all ways there are, while messages are
// sent to them. Then nobody listens any more.
func TestNothingIsLeft(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	admin := s.Dial(t)
	over := make(chan struct{})
	var publishing sync.WaitGroup
	publisher := s.Dial(t)
	publishing.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
			}
			if _, err := publisher.Do("PUBLISH", "a", "message"); err != nil {
				t.Error(err)
				return
			}
		}
	})
	id := int64(0)
	ends := map[string]func(c *inprocess.Conn){
		"close":   func(c *inprocess.Conn) { _ = c.Close() },
		"quit":    func(c *inprocess.Conn) { _ = c.SendRaw("QUIT\r\n") },
		"reset":   func(c *inprocess.Conn) { _ = c.SendRaw("RESET\r\n") },
		"kill":    func(*inprocess.Conn) { admin.Say(t, "CLIENT", "KILL", "ID", strconv.FormatInt(id, 10)) },
		"garbage": func(c *inprocess.Conn) { _ = c.SendRaw("*1\r\n!\r\n") },
		"late":    func(c *inprocess.Conn) { _ = c.SendRaw("SUBSCRIBE x y z\r\n"); _ = c.Close() },
		"one by one": func(c *inprocess.Conn) {
			_ = c.SendRaw("UNSUBSCRIBE\r\nPUNSUBSCRIBE\r\nSUNSUBSCRIBE\r\n")
		},
	}
	for range 20 {
		for _, end := range ends {
			c := s.Dial(t)
			v, err := c.Do("CLIENT", "ID")
			if err != nil {
				t.Fatal(err)
			}
			id = v.Int
			if err := c.SendRaw("SUBSCRIBE a b c\r\nPSUBSCRIBE a* *\r\nSSUBSCRIBE a s\r\n"); err != nil {
				t.Fatal(err)
			}
			c.Hear(t)
			end(c)
		}
	}
	for _, name := range []string{"pubsub_channels", "pubsub_patterns", "pubsubshard_channels", "pubsub_clients"} {
		until(t, name+" is 0", func() bool { return field(t, admin, name) == "0" })
	}
	close(over)
	publishing.Wait()
	if got := admin.Say(t, "PUBLISH", "a", "x"); got != "0" {
		t.Errorf("a message reaches %s", got)
	}
}

// TestSlowSubscriber has a subscriber that does not read. It is cut off at the hard
// limit, and at the soft one after its time; others hear everything.
func TestSlowSubscriber(t *testing.T) {
	for name, limit := range map[string]string{"hard": "pubsub 4mb 0 0", "soft": "pubsub 0 2mb 1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := inprocess.Start(t, "--shards", "2", "--client-output-buffer-limit", "pubsub", "64mb", "32mb", "60")
			admin, slow, quick := s.Dial(t), s.Dial(t), s.Dial(t)
			if got := admin.Say(t, "CONFIG", "SET", "client-output-buffer-limit", limit); got != "+OK" {
				t.Fatal(got)
			}
			slow.Say(t, "SUBSCRIBE", "c")
			quick.Say(t, "SUBSCRIBE", "c")
			began, payload := time.Now(), strings.Repeat("p", 100_000)
			for receivers := int64(2); receivers > 1; {
				v, err := admin.Do("PUBLISH", "c", payload)
				if err != nil {
					t.Fatal(err)
				}
				receivers = v.Int
				if m, err := quick.Reply(); err != nil || m.Elems[2].Str != payload {
					t.Fatalf("%.40v, %v", m, err)
				}
				if time.Since(began) > patience {
					t.Fatal("the slow one is still there")
				}
				if name == "soft" {
					time.Sleep(10 * time.Millisecond)
				}
			}
			if name == "soft" && time.Since(began) < time.Second {
				t.Errorf("cut off after %v", time.Since(began))
			}
			if n := field(t, admin, "client_output_buffer_limit_disconnections"); n != "1" {
				t.Errorf("%s clients were cut off", n)
			}
			if v := field(t, admin, "connected_clients"); v != "2" {
				t.Errorf("%s clients are left", v)
			}
		})
	}
}

// TestOwnRepliesWait has a subscriber ask for much and read nothing. It is not cut
// off and holds little memory: it is not read from until it reads. A round of replies
// may be more than the limits allow, which are out of the way.
func TestOwnRepliesWait(t *testing.T) {
	const requests = 60
	s := inprocess.Start(t, "--shards", "2", "--client-output-buffer-limit", "pubsub 0 0 0")
	c, admin := s.Dial(t), s.Dial(t)
	value := strings.Repeat("v", 1<<20)
	admin.Say(t, "SET", "k", value)
	c.Say(t, "HELLO", "3")
	c.Say(t, "SUBSCRIBE", "c")
	// So long that one read has few of them: a round runs all that it has.
	request := "GET k" + strings.Repeat(" ", 60_000) + "\r\n"
	sent := make(chan error, 1)
	go func() { sent <- c.SendRaw(strings.Repeat(request, requests)) }()
	time.Sleep(50 * time.Millisecond)
	list := admin.Say(t, "CLIENT", "LIST", "TYPE", "pubsub")
	_, rest, _ := strings.Cut(list, " omem=")
	text, _, _ := strings.Cut(rest, " ")
	if pending, err := strconv.Atoi(text); err != nil || pending > 8<<20 {
		t.Errorf("%d bytes wait (%v)", pending, err)
	}
	for range requests {
		if v, err := c.Reply(); err != nil || v.Str != value {
			t.Fatalf("%.40v, %v", v, err)
		}
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	if got := admin.Say(t, "PUBLISH", "c", "x"); got != "1" {
		t.Errorf("a message reaches %s", got)
	}
}

// TestListenersAreNotIdle has a subscriber say nothing for longer than timeout.
func TestListenersAreNotIdle(t *testing.T) {
	s := inprocess.Start(t, "--shards", "1", "--timeout", "1")
	c, idle := s.Dial(t), s.Dial(t)
	c.Say(t, "SUBSCRIBE", "c")
	idle.Say(t, "PING")
	if !idle.Ended(patience) {
		t.Fatal("a client that is idle stays")
	}
	if got := s.Dial(t).Say(t, "PUBLISH", "c", "x"); got != "1" {
		t.Errorf("a message reaches %s", got)
	}
}

// TestMemoryIsCounted looks for subscriptions and waiting messages in used_memory.
func TestMemoryIsCounted(t *testing.T) {
	s := inprocess.Start(t, "--shards", "1", "--hz", "100")
	admin, slow := s.Dial(t), s.Dial(t)
	used := func() int {
		n, err := strconv.Atoi(field(t, admin, "used_memory"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	slow.Say(t, "SUBSCRIBE", "c")
	before := used()
	payload := strings.Repeat("p", 1<<20)
	for range 8 {
		admin.Say(t, "PUBLISH", "c", payload)
	}
	until(t, "messages count", func() bool { return used() > before+6<<20 })
	_ = slow.Close()
	until(t, "they no longer count", func() bool { return used() < before+1<<20 })
}
