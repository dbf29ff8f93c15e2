package servertest

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/bitmap"
	spec "github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/digest"
	"github.com/troupe-db/troupe/shard/dump"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/geo"
	"github.com/troupe-db/troupe/shard/hash"
	"github.com/troupe-db/troupe/shard/hll"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/list"
	"github.com/troupe-db/troupe/shard/set"
	"github.com/troupe-db/troupe/shard/sort"
	"github.com/troupe-db/troupe/shard/str"
	"github.com/troupe-db/troupe/shard/stream"
	"github.com/troupe-db/troupe/shard/zset"
)

const (
	effectRounds   = 40
	effectRequests = 1000
	// century keeps what a round gives a deadline from ending at the oracle, which has
	// another clock, milliseconds.
	century = 100 * 365 * 24 * int64(time.Hour/time.Millisecond)
)

// TestEffectsAtRedis runs random requests on handlers and what they record on the
// oracle, and compares the digests of all data.
func TestEffectsAtRedis(t *testing.T) {
	t.Parallel()
	start := startSeed()
	t.Logf("-seed %d", start)
	oracle := dialOracle(t)
	h := commandtest.New(t, 3, bitmap.Commands, dump.Commands, generic.Commands, geo.Commands, hash.Commands, hll.Commands,
		list.Commands, set.Commands, sort.Commands, str.Commands, stream.Commands, zset.Commands)
	for round := range uint64(effectRounds) {
		h.Clear()
		h.Advance(century)
		h.Listen()
		h.TakeLog()
		m := commandtest.NewMaker(h, start+round, knownToRedis)
		for range effectRequests {
			words, _ := m.Next()
			reply := h.Do(words...)
			m.Hear(words, reply)
			h.Advance(int64(len(reply) % 5))
			m.Now = h.Now()
			h.Expire()
		}
		feed(t, oracle, append([]byte(Encode([]string{"FLUSHALL"})+Encode([]string{"SELECT", "0"})), h.TakeLog()...))
		meetAll(t, h, oracle)
		feed(t, oracle, h.TakeLog())
		digested, err := oracle.Do("DEBUG", "DIGEST")
		if err != nil {
			t.Fatal(err)
		}
		if got := digest.Dataset(h.Spaces, h.Now()).String(); got != digested.Str {
			t.Fatalf("seed %d: the digest is %s, at Redis %s\n%s", start+round, got, digested.Str, divided(h, oracle))
		}
	}
}

// divided names the keys that differ, and those that only the oracle has.
func divided(h *commandtest.Harness, oracle *Client) string {
	var names []string
	for number := range h.Settings.Databases {
		h.Select(number)
		_, _ = oracle.Do("SELECT", strconv.Itoa(number))
		all, _ := oracle.Do("KEYS", "*")
		for _, name := range all.Elems {
			if !h.Key(name.Str).Glance().Exists() {
				names = append(names, fmt.Sprintf("%d %q is not there", number, name.Str))
			}
		}
	}
	h.Select(0)
	for _, ks := range h.Spaces {
		ks.Each(func(db *keyspace.DB) {
			_, _ = oracle.Do("SELECT", strconv.Itoa(db.Number))
			for cursor := uint64(0); ; {
				cursor = db.Scan(cursor, 1000, func(name []byte, e keyspace.Entry) {
					v, _ := oracle.Do("DEBUG", "DIGEST-VALUE", string(name))
					got := digest.Value(e, h.Now()).String()
					if len(v.Elems) == 0 || v.Elems[0].Str != got {
						names = append(names, fmt.Sprintf("%d %s %q is %s, at Redis %s", db.Number, e.Type(), name, got, FullText(v)))
					}
				})
				if cursor == 0 {
					break
				}
			}
		})
	}
	return strings.Join(names, "\n")
}

func dialOracle(t *testing.T) *Client {
	t.Helper()
	c, err := Dial(Redis(t).Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// knownToRedis tells whether the oracle has the command and does the same. PFCOUNT
// may write down a count that is not recorded, and SORT leaves elements of equal
// weight in an order of its own.
func knownToRedis(row *spec.Command) bool {
	return row.Since < "7.2" && row.Name != "pfcount" && row.Name != "sort" && row.Group != spec.GroupGeo
}

// meetAll has h meet every key that the oracle holds: those that have ended are
// recorded to go.
func meetAll(t *testing.T, h *commandtest.Harness, oracle *Client) {
	t.Helper()
	for number := range databases {
		h.Select(number)
		if _, err := oracle.Do("SELECT", strconv.Itoa(number)); err != nil {
			t.Fatal(err)
		}
		all, err := oracle.Do("KEYS", "*")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range all.Elems {
			h.Do("EXISTS", name.Str)
		}
	}
	h.Select(0)
	if _, err := oracle.Do("SELECT", "0"); err != nil {
		t.Fatal(err)
	}
}

// feed sends a log to the oracle, which must not refuse anything.
func feed(t *testing.T, oracle *Client, log []byte) {
	t.Helper()
	for len(log) > 0 {
		var p resp.Parser
		p.Limits.Authenticated = true
		args, n, done, err := p.Parse(log)
		if err != nil || !done {
			t.Fatalf("malformed log: %v", err)
		}
		request := bytes.Join(args, []byte(" "))
		if err := oracle.SendRaw(string(log[:n])); err != nil {
			t.Fatal(err)
		}
		reply, err := oracle.Read()
		if err != nil {
			t.Fatal(err)
		}
		if text := FullText(reply); reply.IsError() || strings.Contains(text, "[-") || strings.Contains(text, "\n  -") {
			t.Fatalf("%q: %s", request, text)
		}
		log = log[n:]
	}
}
