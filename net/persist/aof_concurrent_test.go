package persist_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest"
)

// mixed returns a request that touches several keys, depends on chance or on the time,
// blocks, or serves others that are blocked.
func mixed(rng *rand.Rand) [][]string {
	key := func(kind string) string { return kind + strconv.Itoa(rng.IntN(8)) }
	n := strconv.Itoa(rng.IntN(1000))
	one := func(words ...string) [][]string { return [][]string{words} }
	switch rng.IntN(26) {
	case 0:
		return one("RENAME", key("s"), key("s"))
	case 1:
		return one("LMOVE", key("l"), key("l"), "LEFT", "RIGHT")
	case 2:
		return one("BLMOVE", key("q"), key("l"), "LEFT", "RIGHT", "0.01")
	case 3:
		return one("BLPOP", key("q"), key("q"), "0.01")
	case 4, 5:
		return one("RPUSH", key("q"), n)
	case 6:
		return one("LPUSH", key("l"), n, n+"x")
	case 7:
		return one("SINTERSTORE", key("set"), key("set"), key("set"))
	case 8:
		return one("SUNIONSTORE", key("set"), key("set"), key("set"))
	case 9, 10:
		return one("SADD", key("set"), n, n+"a", n+"b")
	case 11:
		return one("SPOP", key("set"), "2")
	case 12:
		return one("MSET", key("s"), n, key("s"), n, key("s"), n)
	case 13:
		return one("SET", key("s"), n, "PX", strconv.Itoa(1+rng.IntN(60)))
	case 14:
		return one("DEL", key("s"), key("set"), key("l"))
	case 15:
		return one("COPY", key("s"), key("s"), "DB", strconv.Itoa(rng.IntN(3)), "REPLACE")
	case 16:
		return one("ZADD", key("z"), n, n, "1", n+"z")
	case 17:
		return one("BZPOPMIN", key("z"), key("z"), "0.01")
	case 18:
		return one("ZRANGESTORE", key("z"), key("z"), "0", "5")
	case 19:
		return one("XADD", key("x"), "MAXLEN", "~", "50", "*", "f", n)
	case 20:
		return one("SWAPDB", strconv.Itoa(rng.IntN(3)), strconv.Itoa(rng.IntN(3)))
	case 21:
		return one("EVAL", "redis.call('SET', KEYS[1], ARGV[1]) redis.call('SPOP', KEYS[2]) return redis.call('RPUSH', KEYS[3], redis.call('TIME')[2])",
			"3", key("s"), key("set"), key("l"), n)
	case 22:
		return [][]string{{"MULTI"}, {"INCR", key("c")}, {"SPOP", key("set")}, {"RPUSH", key("q"), n}, {"EXPIRE", key("c"), "1000"}, {"EXEC"}}
	case 23:
		return one("SORT", key("l"), "ALPHA", "STORE", key("l"))
	case 24:
		return one("HSET", key("h"), n, n, n+"x", n)
	default:
		return one("HPEXPIRE", key("h"), strconv.Itoa(1+rng.IntN(50)), "FIELDS", "1", n)
	}
}

// TestAOFOfManyClients has many clients do things over shards that are not determined,
// while the file is rewritten: what is played back is what there was.
func TestAOFOfManyClients(t *testing.T) {
	rng := random(t)
	for round := range many(t, "TROUPE_AOF_ROUNDS", 4, 2) {
		dir := t.TempDir()
		memory := []string{"--maxmemory", "0"}
		if round%2 == 1 {
			memory = []string{"--maxmemory", "2mb", "--maxmemory-policy", "allkeys-random"}
		}
		s, c := appending(t, dir, append(memory, "--shards", "3")...)
		var all sync.WaitGroup
		for range 8 {
			rng := rand.New(rand.NewPCG(rng.Uint64(), 0))
			c := s.Dial(t)
			all.Go(func() {
				for range 400 {
					if rng.IntN(20) == 0 {
						_, _ = c.Do("SELECT", strconv.Itoa(rng.IntN(3)))
					}
					request := mixed(rng)
					var raw strings.Builder
					for _, words := range request {
						raw.WriteString(servertest.Encode(words))
					}
					if err := c.SendRaw(raw.String()); err != nil {
						t.Error(err)
						return
					}
					for range request {
						if _, err := c.Reply(); err != nil {
							t.Errorf("%q: %v", request, err)
							return
						}
					}
				}
			})
		}
		for range 3 {
			time.Sleep(50 * time.Millisecond)
			_, _ = c.Do("BGREWRITEAOF")
		}
		all.Wait()
		ready(t, c)
		time.Sleep(1500 * time.Millisecond) // everything that ends has ended
		want := state(t, c)
		say(t, c, "WAITAOF", "1", "0", "0")
		other, oc := appending(t, copied(t, dir), append(memory, "--shards", "2")...)
		if got := state(t, oc); got != want {
			t.Errorf("round %d: the file makes\n%s, the server has\n%s", round, got, want)
		}
		other.StopInTime(t)
		s.StopInTime(t)
	}
}

// state returns what tells data apart: how many keys each database has, and all values.
func state(t *testing.T, c speaker) string {
	t.Helper()
	sizes := ""
	for db := range 3 {
		say(t, c, "SELECT", strconv.Itoa(db))
		sizes += fmt.Sprintf("db%d has %s keys, ", db, say(t, c, "DBSIZE"))
	}
	return sizes + say(t, c, "DEBUG", "DIGEST")
}
