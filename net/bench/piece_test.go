package bench

import (
	"context"
	"strings"
	"testing"
	"time"
)

// TestTransactions makes transactions and looks at what they left: ten keys for
// each tag, and as many transactions as requests.
func TestTransactions(t *testing.T) {
	s := start(t)
	const requests, tags = 2 * clients, 7
	r, err := s.speak(context.Background(), requests, transaction(10)(1), 10*tags)
	if err != nil {
		t.Fatal(err)
	}
	if r.rps <= 0 || r.p50 <= 0 {
		t.Errorf("got %+v", r)
	}
	c, err := dial(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if v, err := c.ask("DBSIZE"); err != nil || v.Int != 10*tags {
		t.Errorf("%d keys, %v, want %d", v.Int, err, 10*tags)
	}
	if v, err := c.ask("EXISTS", "{000000000000}:0", "{000000000006}:9", "{000000000007}:0"); err != nil || v.Int != 2 {
		t.Errorf("%d of the keys, %v, want 2", v.Int, err)
	}
	stats, err := s.info("commandstats")
	if err != nil {
		t.Fatal(err)
	}
	if got := infoField(stats, "cmdstat_exec"); len(got) < 10 || got[:10] != "calls=100," {
		t.Errorf("EXEC: %s, want %d calls", got, requests)
	}
}

// TestTransactionsFail makes transactions that a server refuses, and some that it
// does not answer in time.
func TestTransactionsFail(t *testing.T) {
	s := start(t)
	if err := s.command("CLIENT", "PAUSE", "300", "WRITE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.speak(ctx, clients, transaction(10)(1), 100); err == nil {
		t.Error("a server that did not answer gave no error")
	}
	if err := s.command("CONFIG", "SET", "maxmemory", "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.speak(context.Background(), clients, transaction(10)(1), 100); err == nil {
		t.Error("a server that refused all writes gave no error")
	}
}

// TestPipelinesOfOneRequest sends pieces of several requests, which are whole: at least as
// many requests as are asked for.
func TestPipelinesOfOneRequest(t *testing.T) {
	s := start(t)
	if err := s.fillList(context.Background(), 20, valueSize); err != nil {
		t.Fatal(err)
	}
	if _, err := s.speak(context.Background(), 100*4-3, ranges(10)(4), 0); err != nil {
		t.Fatal(err)
	}
	stats, err := s.info("commandstats")
	if err != nil {
		t.Fatal(err)
	}
	if got := infoField(stats, "cmdstat_lrange"); !strings.HasPrefix(got, "calls=400,") {
		t.Errorf("LRANGE: %s, want 400 calls", got)
	}
	if _, err := s.speak(context.Background(), clients, ranges(21)(1), 0); err == nil {
		t.Error("a list that is too short gave no error")
	}
	if _, err := s.speak(context.Background(), clients, repeated("PING\r\n", "+PONG\r")(2), 0); err == nil {
		t.Error("replies that are longer gave no error")
	}
}

// TestPushesAreCounted sends pushes whose replies differ, and some that are refused.
func TestPushesAreCounted(t *testing.T) {
	s := start(t)
	const requests = 16 * clients * 3
	if _, err := s.speak(context.Background(), requests, pushes("RPUSH")(16), 0); err != nil {
		t.Fatal(err)
	}
	c, err := dial(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if v, err := c.ask("LLEN", listKey); err != nil || v.Int != requests {
		t.Errorf("%d elements, %v, want %d", v.Int, err, requests)
	}
	if err := s.command("SET", listKey, "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.speak(context.Background(), clients, pushes("LPUSH")(1), 0); err == nil {
		t.Error("refused pushes gave no error")
	}
	answer := speaker{numbers: 2}
	if done, err := answer.hear([]byte(":1\r\n:")); done || err != nil {
		t.Errorf("a half: %v, %v", done, err)
	}
	if _, err := answer.hear([]byte("2\r\n:3\r\n")); err == nil {
		t.Error("a reply too many gave no error")
	}
}
