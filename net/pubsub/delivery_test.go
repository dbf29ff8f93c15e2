package pubsub_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
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

// message takes a message apart: its last word, a number.
func message(t *testing.T, v resp.Value) (n int, ok bool) {
	t.Helper()
	if len(v.Elems) < 3 || !strings.HasSuffix(v.Elems[0].Str, "message") {
		return 0, false
	}
	n, err := strconv.Atoi(v.Elems[len(v.Elems)-1].Str)
	if err != nil {
		t.Errorf("message %v", v)
	}
	return n, true
}

// TestConfirmationsEncloseMessages has clients subscribe and unsubscribe while
// somebody publishes all the time. The first they hear is the confirmation, then
// messages without a gap, and behind the second confirmation there are none.
func TestConfirmationsEncloseMessages(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	over := make(chan struct{})
	var publishing, listening sync.WaitGroup
	for verb, channel := range map[string]string{"PUBLISH": "c", "SPUBLISH": "s"} {
		p := s.Dial(t)
		publishing.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-over:
					return
				default:
				}
				if _, err := p.Do(verb, channel, strconv.Itoa(n)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i, verb := range []string{"SUBSCRIBE c", "PSUBSCRIBE c*", "SSUBSCRIBE s", "SUBSCRIBE c", "PSUBSCRIBE ?"} {
		c, rounds := s.Dial(t), 150
		if i == 3 {
			if _, err := c.Do("HELLO", "3"); err != nil {
				t.Fatal(err)
			}
		}
		leave := strings.NewReplacer("SSUB", "SUNSUB", "PSUB", "PUNSUB").Replace(verb)
		if leave == verb {
			leave = "UN" + verb
		}
		listening.Go(func() {
			for range rounds {
				if !enclosed(t, c, verb, leave) {
					return
				}
			}
		})
	}
	listening.Wait()
	close(over)
	publishing.Wait()
}

func enclosed(t *testing.T, c *inprocess.Conn, join, leave string) bool {
	hear := func() resp.Value {
		v, err := c.Reply()
		if err != nil {
			t.Error(err)
		}
		return v
	}
	if err := c.SendRaw(join + "\r\n"); err != nil {
		t.Error(err)
		return false
	}
	if v := hear(); len(v.Elems) != 3 || !strings.EqualFold(v.Elems[0].Str, strings.Fields(join)[0]) {
		t.Errorf("%s: first comes %v", join, v)
		return false
	}
	last := -1
	for range 3 {
		n, ok := message(t, hear())
		if !ok || last >= 0 && n != last+1 {
			t.Errorf("%s: after message %d comes %d (%t)", join, last, n, ok)
			return false
		}
		last = n
	}
	if err := c.SendRaw(leave + "\r\nPING\r\n"); err != nil {
		t.Error(err)
		return false
	}
	v := hear()
	for ; ; v = hear() {
		n, ok := message(t, v)
		if !ok {
			break
		}
		if n != last+1 {
			t.Errorf("%s: after message %d comes %d", join, last, n)
			return false
		}
		last = n
	}
	if len(v.Elems) != 3 || !strings.EqualFold(v.Elems[0].Str, strings.Fields(leave)[0]) {
		t.Errorf("%s: behind the messages comes %v", leave, v)
		return false
	}
	if pong := hear(); pong.Str != "PONG" {
		t.Errorf("%s: behind it comes %v", leave, pong)
		return false
	}
	return true
}

// TestOneOrder has several publish to one channel at the same time. All who listen
// hear the same, and each publisher's messages in its order.
func TestOneOrder(t *testing.T) {
	const publishers, messages, listeners = 4, 500, 6
	s := inprocess.Start(t, "--shards", "3")
	heard := make([][]string, listeners)
	var listening, publishing sync.WaitGroup
	for i := range listeners {
		c := s.Dial(t)
		if i%2 == 0 {
			c.Say(t, "HELLO", "3")
		}
		if i < 3 {
			c.Say(t, "SUBSCRIBE", "c")
		} else {
			c.Say(t, "PSUBSCRIBE", "[a-d]")
		}
		listening.Go(func() {
			for range publishers * messages {
				v, err := c.Reply()
				if err != nil {
					t.Error(err)
					return
				}
				heard[i] = append(heard[i], v.Elems[len(v.Elems)-1].Str)
			}
		})
	}
	for p := range publishers {
		c := s.Dial(t)
		publishing.Go(func() {
			for from := 0; from < messages; from += 10 {
				var raw strings.Builder
				for n := range 10 {
					fmt.Fprintf(&raw, "PUBLISH c %d:%d\r\n", p, from+n)
				}
				if err := c.SendRaw(raw.String()); err != nil {
					t.Error(err)
				}
				for range 10 {
					if v, err := c.Reply(); err != nil || v.Int != listeners {
						t.Errorf("PUBLISH: %v, %v", v, err)
					}
				}
			}
		})
	}
	publishing.Wait()
	listening.Wait()
	var next [publishers]int
	for n := range heard[0] {
		for i := range heard {
			if len(heard[i]) != len(heard[0]) || heard[i][n] != heard[0][n] {
				t.Fatalf("message %d: listener %d heard another than listener 0", n, i)
			}
		}
		var p, at int
		if _, err := fmt.Sscanf(heard[0][n], "%d:%d", &p, &at); err != nil || at != next[p] {
			t.Fatalf("message %d is %s, want %d of that publisher", n, heard[0][n], next[p])
		}
		next[p]++
	}
}

// TestRepliesAndMessages has a client ask for values, short and long, while it is
// sent messages. Neither stands in the other, and both keep their order.
func TestRepliesAndMessages(t *testing.T) {
	const requests = 400
	s := inprocess.Start(t, "--shards", "2")
	c, p := s.Dial(t), s.Dial(t)
	long := strings.Repeat("v", 70_000)
	p.Say(t, "SET", "long", long)
	p.Say(t, "SET", "short", "v")
	c.Say(t, "HELLO", "3")
	c.Say(t, "SUBSCRIBE", "c", "d")
	c.Hear(t)
	over := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-over:
				return
			default:
			}
			if _, err := p.Do("PUBLISH", "c", strconv.Itoa(n)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	others.Go(func() {
		for n := range requests {
			raw := "GET short\r\nGET long\r\nINCR n\r\nPUBLISH d " + strconv.Itoa(n) + "\r\n"
			if err := c.SendRaw(raw); err != nil {
				t.Error(err)
			}
		}
	})
	replies, last, own := 0, -1, 0
	for replies < 4*requests {
		v, err := c.Reply()
		if err != nil {
			t.Fatal(err)
		}
		if n, ok := message(t, v); ok {
			switch channel := v.Elems[1].Str; {
			case channel == "d" && (n != own || replies != 4*n+3):
				t.Fatalf("own message %d comes as number %d, after %d replies", n, own, replies)
			case channel == "d":
				own++
			case last >= 0 && n != last+1:
				t.Fatalf("after message %d comes %d", last, n)
			default:
				last = n
			}
			continue
		}
		want := []string{"v", long, "", ""}[replies%4]
		if v.Str != want || replies%4 == 2 && v.Int != int64(replies/4+1) || replies%4 == 3 && v.Int != 1 {
			t.Fatalf("reply %d: %.40v", replies, v)
		}
		replies++
	}
	close(over)
	others.Wait()
	if own != requests || last < 0 {
		t.Errorf("%d own messages and %d others", own, last)
	}
}
