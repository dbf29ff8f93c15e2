package pubsub_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// count counts messages by their last word until one says enough.
func count(t *testing.T, c *inprocess.Conn) map[string]int {
	t.Helper()
	times := map[string]int{}
	for {
		v, err := c.Reply()
		if err != nil {
			t.Fatal(err)
		}
		word := v.Elems[len(v.Elems)-1].Str
		if word == "enough" {
			return times
		}
		times[word]++
	}
}

// TestKeysEndOnce has many keys end, some found by clients and most by the shards
// themselves: each is told of once.
func TestKeysEndOnce(t *testing.T) {
	const keys = 3000
	s := inprocess.Start(t, "--shards", "3", "--notify-keyspace-events", "Ex")
	listener, c := s.Dial(t), s.Dial(t)
	listener.Say(t, "SUBSCRIBE", "__keyevent@0__:expired")
	for n := range keys {
		c.Say(t, "SET", strconv.Itoa(n), "v", "PX", strconv.Itoa(1+n%50))
		if n%7 == 0 {
			c.Say(t, "GET", strconv.Itoa(n-n%3))
		}
	}
	until(t, "all keys are gone", func() bool { return c.Say(t, "DBSIZE") == "0" })
	c.Say(t, "PUBLISH", "__keyevent@0__:expired", "enough")
	times := count(t, listener)
	if len(times) != keys {
		t.Errorf("%d keys were told of, want %d", len(times), keys)
	}
	for key, n := range times {
		if n != 1 {
			t.Errorf("%s ended %d times", key, n)
		}
	}
}

// TestKeysAreEvictedOnce has more written than there is room for.
func TestKeysAreEvictedOnce(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3", "--notify-keyspace-events", "Ee",
		"--maxmemory", "2mb", "--maxmemory-policy", "allkeys-random")
	listener, c := s.Dial(t), s.Dial(t)
	listener.Say(t, "SUBSCRIBE", "__keyevent@0__:evicted")
	value := strings.Repeat("v", 4000)
	for n := range 2000 {
		c.Say(t, "SET", fmt.Sprintf("key:%d", n), value)
	}
	c.Say(t, "CONFIG", "SET", "maxmemory", "0")
	c.Say(t, "PUBLISH", "__keyevent@0__:evicted", "enough")
	times, sum := count(t, listener), 0
	for key, n := range times {
		sum += n
		if n != 1 {
			t.Errorf("%s was evicted %d times", key, n)
		}
	}
	if got := field(t, c, "evicted_keys"); got != strconv.Itoa(sum) || sum < 500 {
		t.Errorf("%d keys were told of, evicted_keys is %s", sum, got)
	}
	if left := c.Say(t, "DBSIZE"); left != strconv.Itoa(2000-len(times)) {
		t.Errorf("%s keys are left, %d were told of", left, len(times))
	}
}
