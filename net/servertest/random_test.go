package servertest

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

var (
	seed   = flag.Uint64("seed", 1, "seed of TestRandom; 0 takes one from the clock")
	rounds = flag.Int("rounds", defaultRounds, "commands of TestRandom for each type and number of shards")
)

const (
	databases  = 3     // that random commands select
	batch      = 30    // commands of one pipeline at most
	stateEvery = 1_500 // commands between two comparisons of everything stored
	clockSlack = 5     // seconds between the two servers' turns at most
	shownPast  = 25    // commands shown with a difference
)

// suite is a theme: the commands of a type, and what else happens to its keys.
type suite struct {
	name   string
	makers []maker
	names  int      // how many different keys there are, 16 for 0
	setup  []string // a request to both servers before all others
}

// suites returns the themes of TestRandom. In each of them keys also come to hold
// something else at times.
func suites() []suite {
	others := slices.Concat(keyMakers, strangerMakers)
	return []suite{
		{name: "strings", makers: slices.Concat(stringMakers, keyMakers, listMakers)},
		{name: "bits", makers: often(bitMakers, others), names: 8},
		{name: "hyperloglog", makers: often(sketchMakers, others), names: 8},
		{name: "geo", makers: often(geoMakers, others), names: 8},
		{name: "hashes", makers: often(hashMakers, others), names: 8},
		{name: "sets", makers: often(setMakers, others), names: 8},
		{name: "zsets", makers: often(zsetMakers, others), names: 8},
		{name: "streams", makers: often(streamMakers, others), names: 8},
		// Redis makes every sorted set that it sorts a big one.
		{name: "sort", makers: sortMakers, setup: []string{"CONFIG", "SET", "zset-max-listpack-entries", "0"}},
	}
}

// often returns the makers of a type, with three times their share, and others.
func often(own, others []maker) []maker {
	all := slices.Clone(own)
	for i := range all {
		all[i].weight *= 3
	}
	return append(all, others...)
}

// TestRandom sends the same random commands to the oracle and to Troupe.
func TestRandom(t *testing.T) {
	start := startSeed()
	t.Logf("-seed %d", start)
	for _, s := range suites() {
		t.Run(s.name, func(t *testing.T) {
			for _, shards := range []int{1, 2, 7} {
				t.Run(fmt.Sprintf("shards=%d", shards), func(t *testing.T) {
					t.Parallel()
					oracle, troupe := Redis(t), Troupe(t, "--shards", strconv.Itoa(shards))
					d := newDuel(t, oracle, troupe, start, s)
					d.listen(t, oracle, troupe)
					d.fight(*rounds)
				})
			}
		})
	}
}

// TestRandomOracle holds two oracles against each other, so that what TestRandom
// finds is a difference of Troupe and not of the test.
func TestRandomOracle(t *testing.T) {
	for _, s := range suites() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			newDuel(t, Redis(t), Redis(t), startSeed(), s).fight(*rounds / 10)
		})
	}
}

func startSeed() uint64 {
	if *seed == 0 {
		return uint64(time.Now().UnixNano())
	}
	return *seed
}

// duel is a random conversation with two servers at once.
type duel struct {
	t     *testing.T
	seed  uint64
	gen   *generator
	pair  [2]*Client // the oracle, and the one under test
	ears  *listeners // those who listen to events, or nil
	past  []string   // commands so far, the last ones
	count int
}

func newDuel(t *testing.T, oracle, other *Server, seed uint64, s suite) *duel {
	d := &duel{t: t, seed: seed, gen: &generator{rnd: rand.New(rand.NewPCG(seed, 0)), makers: s.makers, names: cmp.Or(s.names, 16)}}
	for i, s := range []*Server{oracle, other} {
		c, err := Dial(s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		d.pair[i] = c
	}
	if s.setup != nil {
		d.both(s.setup...)
	}
	return d
}

// fight sends n random commands in pipelines of random length.
func (d *duel) fight(n int) {
	nextState := stateEvery
	for d.count < n {
		var round []command
		for range 1 + d.gen.rnd.IntN(batch) {
			round = append(round, d.gen.next())
		}
		d.exchange(round)
		d.compareEvents()
		if d.count >= nextState {
			d.compareState()
			nextState += stateEvery
			d.both("HELLO", d.gen.pick([]string{"2", "3"}))
		}
		if d.gen.rnd.IntN(200) == 0 {
			d.both(d.gen.pick([]string{"FLUSHDB", "FLUSHALL"}))
		}
	}
	d.compareState()
}

// exchange sends the commands to both servers and compares every reply.
func (d *duel) exchange(round []command) {
	var raw strings.Builder
	for _, c := range round {
		raw.WriteString(Encode(c.args))
	}
	for _, c := range d.pair {
		if err := c.SendRaw(raw.String()); err != nil {
			d.fail("send: %v", err)
		}
	}
	for _, c := range round {
		d.count++
		d.remember(c.args)
		want, got := d.read(0), d.read(1)
		if !c.match.equal(want, got) {
			d.fail("%s\nredis  %s\ntroupe %s", shown(c.args), Text(want), Text(got))
		}
	}
}

func (d *duel) read(i int) resp.Value {
	v, err := d.pair[i].Read()
	if err != nil {
		d.fail("reply of server %d: %v", i, err)
	}
	return v
}

// both sends one command to both servers and returns the replies.
func (d *duel) both(args ...string) [2]resp.Value {
	var out [2]resp.Value
	for i, c := range d.pair {
		v, err := c.Do(args...)
		if err != nil {
			d.fail("%s to server %d: %v", shown(args), i, err)
		}
		out[i] = v
	}
	return out
}

func (d *duel) remember(args []string) {
	d.past = append(d.past, shown(args))
	if len(d.past) > 4*batch {
		d.past = slices.Delete(d.past, 0, len(d.past)-2*batch)
	}
}

// fail ends the test with what is needed to see and to repeat it.
func (d *duel) fail(format string, args ...any) {
	d.t.Helper()
	past := d.past[max(0, len(d.past)-shownPast):]
	d.t.Fatalf("seed %d, command %d: %s\nbefore:\n%s", d.seed, d.count, fmt.Sprintf(format, args...), strings.Join(past, "\n"))
}

// shown returns a command as text, long words cut.
func shown(args []string) string {
	var out []string
	for i, a := range args {
		if i > 40 {
			out = append(out, fmt.Sprintf("... (%d words)", len(args)))
			break
		}
		out = append(out, word(a, longBulk))
	}
	return strings.Join(out, " ")
}

// compareState compares everything that is stored, and goes back to database 0.
func (d *duel) compareState() {
	for db := range databases {
		d.both("SELECT", strconv.Itoa(db))
		sizes := d.both("DBSIZE")
		var keys [2]string
		var list []string
		for i, c := range d.pair {
			all, err := c.Scan("COUNT", "7")
			if err != nil || all.IsError() {
				d.fail("SCAN of server %d: %v %s", i, err, Text(all))
			}
			sorted := Sorted(all)
			keys[i] = FullText(sorted)
			list = list[:0]
			for _, k := range sorted.Elems {
				list = append(list, k.Str)
			}
		}
		if keys[0] != keys[1] || sizes[0].Int != sizes[1].Int {
			d.fail("keys of database %d\nredis  %d %s\ntroupe %d %s", db, sizes[0].Int, keys[0], sizes[1].Int, keys[1])
		}
		for _, key := range list {
			d.compareKey(key)
		}
	}
	d.both("SELECT", "0")
	d.same(matchExact, "DEBUG", "DIGEST")
}

func (d *duel) compareKey(key string) {
	d.same(matchMillis, "PTTL", key)
	d.same(matchWord, "OBJECT", "ENCODING", key)
	kind := d.same(matchExact, "TYPE", key)
	switch kind.Str {
	case "string":
		d.same(matchExact, "GET", key)
		d.same(matchExact, "STRLEN", key)
	case "list":
		d.same(matchExact, "LRANGE", key, "0", "-1")
		d.same(matchExact, "LLEN", key)
		d.same(matchExact, "LINDEX", key, "-1")
	case "set":
		d.same(matchSorted, "SMEMBERS", key)
		d.same(matchExact, "SCARD", key)
	case "zset":
		d.same(matchExact, "ZRANGE", key, "0", "-1", "WITHSCORES")
		d.same(matchExact, "ZCARD", key)
	case "hash":
		d.same(matchPairs, "HGETALL", key)
		d.same(matchExact, "HLEN", key)
	case "stream":
		d.same(matchExact, "XRANGE", key, "-", "+")
		d.same(matchExact, "XINFO", "STREAM", key)
		d.same(matchGroups, "XINFO", "GROUPS", key)
	default:
		d.fail("type of %s: %s", key, Text(kind))
	}
	d.same(matchExact, "DEBUG", "DIGEST-VALUE", key)
}

// same sends one command to both, fails on a difference and returns the reply.
func (d *duel) same(m match, args ...string) resp.Value {
	replies := d.both(args...)
	if !m.equal(replies[0], replies[1]) {
		d.fail("state: %s\nredis  %s\ntroupe %s", shown(args), Text(replies[0]), Text(replies[1]))
	}
	return replies[0]
}
