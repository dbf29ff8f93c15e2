package persist_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest"
)

// witness is a client that writes and remembers what it was told. It counts: its n-th
// round writes n to a value of every kind, and to two keys of any shards at once.
type witness struct {
	name          string
	issued, acked int // rounds
}

func (w *witness) key(kind string) string { return w.name + ":" + kind }

// request returns the requests of a round: the pipeline, and how many replies there are.
func (w *witness) request(n int) (raw string, replies int) {
	text := strconv.Itoa(n)
	all := [][]string{
		{"SET", w.key("string"), text},
		{"RPUSH", w.key("list"), text},
		{"HSET", w.key("hash"), text, text},
		{"SADD", w.key("set"), text},
		{"ZADD", w.key("zset"), text, text},
		{"XADD", w.key("stream"), text + "-1", "n", text},
		{"INCR", w.key("counter")},
		{"MSET", w.key("m1"), text, w.key("m2"), text, w.key("m3"), text},
		{"MULTI"},
		{"SET", w.key("left"), text},
		{"RPUSH", w.key("middle"), text},
		{"SET", w.key("right"), text},
		{"EXEC"},
	}
	for _, words := range all {
		raw += servertest.Encode(words)
	}
	return raw, len(all)
}

// work writes round after round until the server is gone.
func (w *witness) work(c *servertest.Client) {
	for {
		w.issued++
		raw, replies := w.request(w.issued)
		if c.SendRaw(raw) != nil {
			return
		}
		for range replies {
			if v, err := c.Read(); err != nil || v.IsError() {
				return
			}
		}
		w.acked = w.issued
	}
}

// check compares what is there with what the witness knows.
func (w *witness) check(t *testing.T, c *servertest.Client) {
	t.Helper()
	ask := func(words ...string) resp.Value {
		v, err := c.Do(words...)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	number := func(v resp.Value) int {
		n, _ := strconv.Atoi(v.Str)
		return n
	}
	rounds := map[string]int{
		"string": number(ask("GET", w.key("string"))), "counter": number(ask("GET", w.key("counter"))),
		"list": int(ask("LLEN", w.key("list")).Int), "hash": int(ask("HLEN", w.key("hash")).Int),
		"set": int(ask("SCARD", w.key("set")).Int), "zset": int(ask("ZCARD", w.key("zset")).Int),
		"stream": int(ask("XLEN", w.key("stream")).Int), "transaction": number(ask("GET", w.key("left"))),
		"mset": number(ask("GET", w.key("m1"))),
	}
	for kind, n := range rounds {
		if n < w.acked {
			t.Errorf("%s: %s has %d rounds, and %d were acknowledged", w.name, kind, n, w.acked)
		}
		if n > w.issued {
			t.Errorf("%s: %s has %d rounds, and %d were begun", w.name, kind, n, w.issued)
		}
	}
	left := rounds["transaction"]
	if right, middle := number(ask("GET", w.key("right"))), int(ask("LLEN", w.key("middle")).Int); right != left || middle != left {
		t.Errorf("%s: half a transaction: %d, %d, %d", w.name, left, middle, right)
	}
	if v := ask("MGET", w.key("m1"), w.key("m2"), w.key("m3")); number(v.Elems[0]) != number(v.Elems[1]) || number(v.Elems[1]) != number(v.Elems[2]) {
		t.Errorf("%s: half an MSET: %s", w.name, v)
	}
	for i, e := range ask("LRANGE", w.key("list"), "0", "-1").Elems {
		if number(e) != i+1 {
			t.Fatalf("%s: element %d of the list is %s", w.name, i, e.Str)
		}
	}
}

// TestKilledAgainAndAgain kills the server at random moments under eight writers, with
// appendfsync always: what was acknowledged is there after the next start, nothing is
// there that nobody wrote, and no transaction is there by half.
func TestKilledAgainAndAgain(t *testing.T) {
	kills := many(t, "TROUPE_KILLS", 50, 12)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	args := []string{
		"--dir", dir, "--appendonly", "yes", "--appendfsync", "always", "--shards", "3",
		"--auto-aof-rewrite-min-size", "100kb", "--auto-aof-rewrite-percentage", "50",
	}
	acked := 0
	for kill := range kills {
		s := servertest.Troupe(t, args...)
		serving(t, s)
		witnesses := make([]*witness, 8)
		var all sync.WaitGroup
		for i := range witnesses {
			w := &witness{name: fmt.Sprintf("%d.%d", kill, i)}
			witnesses[i] = w
			c := dial(t, s)
			all.Go(func() { w.work(c) })
		}
		if rng.IntN(4) == 0 {
			if _, err := dial(t, s).Do("BGREWRITEAOF"); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Duration(20+rng.IntN(150)) * time.Millisecond)
		s.Kill()
		all.Wait()
		s = servertest.Troupe(t, args...)
		serving(t, s)
		c := dial(t, s)
		for _, w := range witnesses {
			w.check(t, c)
			acked += w.acked
		}
		if kill%10 == 9 { // the lists would become long
			if _, err := c.Do("FLUSHALL"); err != nil {
				t.Fatal(err)
			}
		}
		s.Kill()
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d rounds of 13 requests acknowledged", kills, acked)
	if acked == 0 {
		t.Error("nothing was acknowledged")
	}
}

// serving waits until a server has loaded its data.
func serving(t *testing.T, s *servertest.Server) {
	t.Helper()
	c := dial(t, s)
	for range 2000 {
		if v, err := c.Do("PING"); err == nil && !v.IsError() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("the server does not serve:\n%s", s.Log())
}
