package servertest

import (
	"cmp"
	"flag"
	"fmt"
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
	shards = flag.Int("shards", 0, "the number of shards that TestRandom tries; 0 for one, two and seven")
)

const (
	databases  = 3      // that random commands select
	brief      = 30     // commands of a short pipeline at most
	long       = 600    // and of a long one
	stateFirst = 1_500  // commands until everything stored is compared first, then after as many again
	stateEvery = 25_000 // commands between two such comparisons at most
	flushEvery = 3_000  // commands between two ends of everything on average
	clockSlack = 5      // seconds between the two servers' turns at most
	shownPast  = 25     // commands shown with a difference

	// oracleHz is how often a second Redis looks for clients that have waited for long
	// enough. By default they wait for a tenth of a second where they asked for less.
	oracleHz = "500"
)

// suite is a theme: the commands of a type, and what else happens to its keys.
type suite struct {
	name   string
	makers []maker
	names  int      // how many different keys there are, 16 for 0
	setup  []string // a request to both servers before all others
	near   bool     // some scores may differ in their last digit, and digests with them
}

// suites returns the themes of TestRandom. In each of them keys also come to hold
// something else at times.
func suites() []suite {
	others := slices.Concat(keyMakers, strangerMakers)
	return []suite{
		{name: "strings", makers: often(stringMakers, others)},
		{name: "lists", makers: often(listMakers, others)},
		{name: "bits", makers: often(bitMakers, others), names: 8},
		{name: "hyperloglog", makers: often(sketchMakers, others), names: 8},
		{name: "geo", makers: often(geoMakers, others), names: 8, near: true},
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
			t.Parallel()
			for _, n := range shardCounts() {
				t.Run(fmt.Sprintf("shards=%d", n), func(t *testing.T) {
					t.Parallel()
					oracle, troupe := Redis(t, "--hz", oracleHz), Troupe(t, "--shards", strconv.Itoa(n))
					d := newDuel(t, oracle, troupe, start, s)
					d.listen(t, oracle, troupe)
					d.digests = !s.near
					began := time.Now()
					d.fight(*rounds)
					t.Logf("-seed %d: %d commands in %.1fs", start, d.count, time.Since(began).Seconds())
				})
			}
		})
	}
}

func shardCounts() []int {
	if *shards > 0 {
		return []int{*shards}
	}
	return []int{1, 2, 7}
}

// TestRandomOracle holds two oracles against each other, so that what TestRandom
// finds is a difference of Troupe and not of the test.
func TestRandomOracle(t *testing.T) {
	for _, s := range suites() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			newDuel(t, Redis(t, "--hz", oracleHz), Redis(t, "--hz", oracleHz), startSeed(), s).fight(*rounds / 10)
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
	wires [2]*wire   // their replies
	ears  *listeners // those who listen to events, or nil
	past  [][]string // commands so far, the last ones
	count int

	digests bool // everything is compared by its digest before it ends
}

func newDuel(t *testing.T, oracle, other *Server, seed uint64, s suite) *duel {
	d := &duel{t: t, seed: seed, gen: newGenerator(seed, s.makers, cmp.Or(s.names, 16))}
	for i, s := range []*Server{oracle, other} {
		c, err := Dial(s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		d.pair[i], d.wires[i] = c, &wire{c: c}
	}
	if s.setup != nil {
		d.both(s.setup...)
	}
	return d
}

// fight sends n random commands in pipelines of random length. The next one is made
// up while the servers are busy with the last.
func (d *duel) fight(n int) {
	nextState := stateFirst
	for round := d.round(); d.count < n; {
		under := d.send(round)
		next := d.round()
		d.compare(round, under)
		d.compareEvents()
		if d.count >= nextState {
			d.compareState()
			nextState = d.count + min(d.count, stateEvery)
			d.both("HELLO", d.gen.pick([]string{"2", "3"}))
		}
		round = next
	}
	d.compareState()
}

// round returns the commands of one pipeline. The end of everything comes last, if it
// comes, so that collections stay at sizes that cost little.
func (d *duel) round() []command {
	most := long
	if d.gen.rnd.IntN(3) == 0 {
		most = brief
	}
	round := make([]command, 1+d.gen.rnd.IntN(most), 2+most)
	for i := range round {
		round[i] = d.gen.next()
	}
	if d.gen.rnd.IntN(flushEvery) < len(round) {
		if d.digests {
			round = append(round, command{args: []string{"DEBUG", "DIGEST"}})
		}
		round = append(round, command{args: []string{d.gen.pick([]string{"FLUSHDB", "FLUSHALL"})}})
	}
	return round
}

// answers are the replies of a server to a round.
type answers struct {
	replies [][]byte
	err     error
}

// send sends the commands to both servers, which work at the same time. The replies
// come by the channels.
func (d *duel) send(round []command) [2]chan answers {
	var raw []byte
	for _, c := range round {
		raw = appendRequest(raw, c.args)
	}
	var under [2]chan answers
	for i, w := range d.wires {
		under[i] = make(chan answers, 1)
		go func() { // Who does not read is not read from, so this happens beside reading.
			if _, err := w.c.conn.Write(raw); err != nil {
				w.c.Close()
			}
		}()
		go func() {
			w.forget()
			replies, err := w.replies(len(round))
			under[i] <- answers{replies, err}
		}()
	}
	return under
}

// compare compares the replies to a round that was sent.
func (d *duel) compare(round []command, under [2]chan answers) {
	want, got := <-under[0], <-under[1]
	for i, c := range round {
		d.count++
		d.past = append(d.past, c.args)
		if i >= len(want.replies) || i >= len(got.replies) {
			d.fail("%s\nafter %d replies of redis: %v\nafter %d replies of troupe: %v", shown(c.args), len(want.replies), want.err, len(got.replies), got.err)
		}
		if !c.match.equalBytes(want.replies[i], got.replies[i]) {
			d.fail("%s\nredis  %s\ntroupe %s", shown(c.args), Text(parsed(want.replies[i])), Text(parsed(got.replies[i])))
		}
	}
	for i, w := range d.wires {
		if w.at < len(w.buf) {
			d.fail("server %d says more than it was asked: %q", i, w.buf[w.at:])
		}
	}
	d.past = slices.Clone(d.past[max(0, len(d.past)-shownPast):])
}

// exchange sends the commands to both servers and compares every reply.
func (d *duel) exchange(round []command) { d.compare(round, d.send(round)) }

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

// fail ends the test with what is needed to see and to repeat it.
func (d *duel) fail(format string, args ...any) {
	d.t.Helper()
	var past strings.Builder
	for _, args := range d.past[max(0, len(d.past)-shownPast):] {
		past.WriteString("\n" + shown(args))
	}
	d.t.Fatalf("seed %d, command %d: %s\nbefore:%s", d.seed, d.count, fmt.Sprintf(format, args...), past.String())
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
		if holdsDistances(key) {
			d.same(matchNearly, "ZRANGE", key, "0", "-1", "WITHSCORES")
			d.same(matchExact, "DEL", key) // else the digests would differ
			return
		}
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
