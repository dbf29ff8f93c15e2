package shard

import (
	"fmt"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

const oom = "-" + command.ErrOOM + "\r\n"

// fill stores n keys of 1 KB in a shard and returns their names.
func (r *rig) fill(owner, n int, options string) []string {
	r.t.Helper()
	var keys, lines []string
	for i := 0; len(keys) < n; i++ {
		key := fmt.Sprintf("fill:%d:%d", owner, i)
		if _, at := r.Locate([]byte(key)); at != owner {
			continue
		}
		keys = append(keys, key)
		lines = append(lines, "SET "+key+" "+strings.Repeat("v", 1000)+" "+options)
	}
	for i, reply := range r.send(owner, lines...) {
		if reply != "+OK\r\n" {
			r.t.Fatalf("%s: %q", lines[i][:20], reply)
		}
	}
	return keys
}

// limit sets maxmemory a little above what is in use.
func (r *rig) limit(headroom int64, p keyspace.Policy) int64 {
	most := r.UsedBytes() + headroom
	r.set(func(s *keyspace.Settings) { s.MaxMemory, s.Policy, s.EvictionTenacity = most, p, 100 })
	return most
}

func (r *rig) evicted() (by []int64) {
	for _, report := range r.Reports() {
		by = append(by, report.Stats.Evicted)
	}
	return by
}

func TestEvictionInTheOwnShard(t *testing.T) {
	r := start(t, 2, nil)
	r.fill(0, 200, "")
	r.fill(1, 200, "")
	most := r.limit(0, keyspace.AllKeysLRU)
	for i := range 400 {
		key := r.in(1, fmt.Sprintf("new%d", i))
		if got := r.send(1, "SET "+key+" "+strings.Repeat("w", 1000))[0]; got != "+OK\r\n" {
			t.Fatalf("%q", got)
		}
		if used := r.UsedBytes(); used > most+8<<10 {
			t.Fatalf("%d bytes are used, %d may be", used, most)
		}
	}
	if by := r.evicted(); by[0] != 0 || by[1] < 300 {
		t.Errorf("evicted by shard: %v", by)
	}
}

// TestEvictionElsewhere writes to a shard that has nothing to give.
func TestEvictionElsewhere(t *testing.T) {
	r := start(t, 3, nil)
	r.fill(1, 300, "EX 1000")
	r.fill(2, 300, "")
	r.limit(-1, keyspace.VolatileLRU)
	for i := range 50 {
		key := r.in(0, fmt.Sprintf("new%d", i))
		r.expect("set", r.send(0, "SET "+key+" "+strings.Repeat("w", 1000))[0], "+OK\r\n")
	}
	if by := r.evicted(); by[0] != 0 || by[1] == 0 || by[2] != 0 {
		t.Errorf("evicted by shard: %v", by)
	}
}

func TestOutOfMemory(t *testing.T) {
	for _, p := range []keyspace.Policy{keyspace.NoEviction, keyspace.VolatileTTL} {
		t.Run(p.String(), func(t *testing.T) {
			r := start(t, 2, nil)
			keys := r.fill(0, 100, "")
			other := r.in(1, "k")
			r.limit(-1, p)
			got := r.send(0, "SET "+keys[0]+" x", "GET none", "DEL "+keys[0]+" "+keys[1]+" "+keys[2], "SET "+keys[3]+" x")
			r.expect("batch", strings.Join(got, ""), oom+"$-1\r\n:3\r\n+OK\r\n")
			r.limit(-1, p)
			r.expect("another shard", r.send(1, "SET "+other+" x")[0], oom)
			r.expect("fence", r.do("MSET "+keys[5]+" x "+other+" x"), oom)
			r.expect("fence that may", r.do("RENAME "+keys[5]+" "+other), "+OK\r\n")
			if by := r.evicted(); by[0]+by[1] != 0 {
				t.Errorf("evicted by shard: %v", by)
			}
		})
	}
}

// TestFenceMakesRoom writes to two shards while only a third has keys to give,
// or only one of the two.
func TestFenceMakesRoom(t *testing.T) {
	for name, giver := range map[string]int{"held": 1, "not held": 2} {
		t.Run(name, func(t *testing.T) {
			r := start(t, 3, nil)
			r.fill(giver, 200, "EX 1000")
			r.limit(-1, keyspace.VolatileLRU)
			a, b := r.in(0, "a"), r.in(1, "b")
			before := r.Reports()
			r.expect("mset", r.do("MSET "+a+" x "+b+" y"), "+OK\r\n")
			if by := r.evicted(); by[giver] == 0 {
				t.Errorf("evicted by shard: %v", by)
			}
			commands := int64(0)
			for i, report := range r.Reports() {
				commands += report.Stats.Commands - before[i].Stats.Commands
			}
			if commands != 1 {
				t.Errorf("one command counts as %d", commands)
			}
			r.expect("get", r.send(1, "GET "+b)[0], bulk("y"))
		})
	}
}

// TestEvictionBesideServing has shards make room in each other and serve waits
// across each other at the same time: nobody waits for ever.
func TestEvictionBesideServing(t *testing.T) {
	const shards, rounds = 3, 400
	r := start(t, shards, nil)
	r.fill(0, 50, "EX 1000")
	r.limit(60<<10, keyspace.VolatileRandom)
	finished := make(chan struct{}, shards)
	for owner := range shards {
		from, to := r.in(owner, "from"), r.in((owner+1)%shards, "to")
		key := r.in(owner, "volatile")
		go func() {
			done := make(chan *Batch, 1)
			for i := range rounds {
				c := r.call(fmt.Sprintf("BLMOVE %s %s LEFT RIGHT 0", from, to))
				set := fmt.Sprintf("SET %s%d %s EX 1000", key, i%7, strings.Repeat("w", 4000))
				// The key may be another shard's: the shard looks at what it is sent.
				r.sendFor(&Batch{Shard: owner}, done, []string{"DEL " + to, "RPUSH " + from + " x", set, "LPOP " + from})
				if c.Wait != nil {
					if c.Wait.Claim() { // the push was refused
						close(c.Wait.Done)
					}
					<-c.Wait.Done
					r.Forget(c.Wait)
				}
				r.do("DEL " + to)
			}
			finished <- struct{}{}
		}()
	}
	for range shards {
		<-finished
	}
	if n := r.queued(); n != 0 {
		t.Errorf("%d queues are left", n)
	}
}
