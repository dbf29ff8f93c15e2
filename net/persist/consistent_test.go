package persist_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

const (
	accounts = 60
	balance  = 1000 // each at the beginning
	queues   = 4
	parcels  = 2000 // in all queues together
)

// TestTransfers saves while clients move money between accounts, and parcels between
// long lists, over all shards. The sums are the same in every file.
func TestTransfers(t *testing.T) {
	rng := random(t)
	dir := t.TempDir()
	s := inprocess.Start(t, "--dir", dir, "--shards", "3")
	c := s.Dial(t)
	say(t, c, "DEBUG", "POPULATE", "20000", "filler", "100")
	for i := range accounts {
		say(t, c, "SET", account(i), strconv.Itoa(balance))
	}
	for i := range parcels {
		say(t, c, "RPUSH", queue(i), strings.Repeat("p", 50)+strconv.Itoa(i))
	}
	var stop atomic.Bool
	var clients sync.WaitGroup
	for range 4 {
		seed := rng.Uint64()
		conn := s.Dial(t)
		clients.Go(func() { transfer(t, conn, rand.New(rand.NewPCG(seed, 1)), &stop) })
	}
	for i := range many(t, "TROUPE_SAVES", 200, 15) {
		say(t, c, "SAVE")
		if money, stock := count(t, dir); money != accounts*balance || stock != parcels {
			t.Fatalf("file %d: %d in all accounts, want %d; %d parcels, want %d", i, money, accounts*balance, stock, parcels)
		}
	}
	stop.Store(true)
	clients.Wait()
}

func account(i int) string { return fmt.Sprintf("account:%d", i) }
func queue(i int) string   { return fmt.Sprintf("queue:%d", i%queues) }

// transfer moves money and parcels until it is told to stop.
func transfer(t *testing.T, c *inprocess.Conn, rng *rand.Rand, stop *atomic.Bool) {
	for !stop.Load() {
		amount := strconv.Itoa(rng.IntN(100))
		var b strings.Builder
		for range 10 {
			for _, request := range [][]string{
				{"MULTI"},
				{"DECRBY", account(rng.IntN(accounts)), amount},
				{"INCRBY", account(rng.IntN(accounts)), amount},
				{"EXEC"},
				{"LMOVE", queue(rng.IntN(queues)), queue(rng.IntN(queues)), "LEFT", "RIGHT"},
			} {
				b.WriteString(servertest.Encode(request))
			}
		}
		if err := c.SendRaw(b.String()); err != nil {
			t.Error(err)
			return
		}
		for range 50 {
			if v, err := c.Reply(); err != nil || v.IsError() {
				t.Errorf("%s %v", v, err)
				return
			}
		}
	}
}

// count loads the file in dir into another server and adds up what it has.
func count(t *testing.T, dir string) (money, stock int) {
	t.Helper()
	other := inprocess.Start(t, "--dir", apart(t, dir), "--shards", "1")
	c := other.Dial(t)
	for i := range accounts {
		v, err := c.Do("GET", account(i))
		n, bad := strconv.Atoi(v.Str)
		if err != nil || bad != nil {
			t.Fatalf("%s: %s %v", account(i), v, err)
		}
		money += n
	}
	for i := range queues {
		v, err := c.Do("LLEN", queue(i))
		if err != nil {
			t.Fatal(err)
		}
		stock += int(v.Int)
	}
	_ = c.Close()
	other.StopInTime(t)
	return money, stock
}

// apart moves the file in dir to a folder of its own.
func apart(t *testing.T, dir string) string {
	t.Helper()
	other := t.TempDir()
	if err := os.Rename(filepath.Join(dir, "dump.rdb"), filepath.Join(other, "dump.rdb")); err != nil {
		t.Fatal(err)
	}
	return other
}

// TestUpheaval begins a snapshot and turns everything upside down behind it, in the
// same pipeline. The file has what there was.
func TestUpheaval(t *testing.T) {
	rng := random(t)
	dir := t.TempDir()
	s := inprocess.Start(t, "--dir", dir, "--shards", "2", "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-random")
	c := s.Dial(t)
	for round := range many(t, "TROUPE_UPHEAVALS", 60, 6) {
		say(t, c, "CONFIG", "SET", "maxmemory", "64mb")
		say(t, c, "FLUSHALL")
		d := dataset{rng: rng, large: true}
		fill(t, &d, c, 200)
		if round%3 == 0 {
			say(t, c, "DEBUG", "POPULATE", "30000", "filler", "50")
		}
		want := say(t, c, "DEBUG", "DIGEST")
		requests := [][]string{{"BGSAVE"}}
		for range 30 {
			requests = append(requests, upheaval(rng, &d))
		}
		var b strings.Builder
		for _, r := range requests {
			b.WriteString(servertest.Encode(r))
		}
		if err := c.SendRaw(b.String()); err != nil {
			t.Fatal(err)
		}
		for range requests {
			if _, err := c.Reply(); err != nil {
				t.Fatal(err)
			}
		}
		settled(t, c)
		other := inprocess.Start(t, "--dir", apart(t, dir))
		if got := say(t, other.Dial(t), "DEBUG", "DIGEST"); got != want {
			t.Fatalf("round %d: the file has the digest %s, want %s", round, got, want)
		}
		other.StopInTime(t)
	}
}

// upheaval returns a request that changes much.
func upheaval(rng *rand.Rand, d *dataset) []string {
	any := func() string { n := rng.IntN(16); return fmt.Sprintf("key:%d:%d", n, rng.IntN(6)) }
	switch rng.IntN(12) {
	case 0:
		return []string{"FLUSHALL"}
	case 1:
		return []string{"FLUSHDB", "ASYNC"}
	case 2, 3:
		return []string{"SWAPDB", strconv.Itoa(rng.IntN(4)), strconv.Itoa(rng.IntN(4))}
	case 4, 5:
		return []string{"RENAME", any(), any()}
	case 6:
		return []string{"COPY", any(), any(), "REPLACE"}
	case 7:
		return []string{"UNLINK", any(), any()}
	case 8:
		return []string{"PEXPIRE", any(), "1"}
	case 9:
		return []string{"CONFIG", "SET", "maxmemory", strconv.Itoa(1 + rng.IntN(2_000_000))} // eviction
	default:
		return d.request()
	}
}

// settled waits for the data to be loaded, and for the snapshot under way to end well.
func settled(t *testing.T, c speaker) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		info := say(t, c, "INFO", "persistence")
		if strings.Contains(info, "rdb_bgsave_in_progress:0") && !strings.Contains(info, "loading:1") {
			if !strings.Contains(info, "rdb_last_bgsave_status:ok") {
				t.Fatal(info)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the snapshot does not end")
		}
		time.Sleep(time.Millisecond)
	}
}

// TestKilled ends a server at once while it saves. What the next one finds is the file
// from before, or the new one, as a whole.
func TestKilled(t *testing.T) {
	rng := random(t)
	dir := t.TempDir()
	old := ""
	for range many(t, "TROUPE_KILLS", 6, 2) {
		s := servertest.Troupe(t, "--dir", dir)
		c := dial(t, s)
		settled(t, c)
		if got := say(t, c, "DEBUG", "DIGEST"); old != "" && !strings.Contains(old, got) {
			t.Fatalf("the digest is %s, want one of %s", got, old)
		}
		old = say(t, c, "DEBUG", "DIGEST")
		say(t, c, "DEBUG", "POPULATE", strconv.Itoa(20000+rng.IntN(50000)), "k"+strconv.Itoa(rng.IntN(1000)), "100")
		old += " " + say(t, c, "DEBUG", "DIGEST")
		say(t, c, "BGSAVE")
		time.Sleep(time.Duration(rng.IntN(40)) * time.Millisecond)
		s.Kill()
	}
}
