package replaytest

import (
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/bitmap"
	"github.com/troupe-db/troupe/shard/command"
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

var (
	seed   = flag.Uint64("seed", 1, "seed of the random requests; 0 takes one from the clock")
	rounds = flag.Int("rounds", 0, "how often a server's effects are replayed; 0 for until every command has had some")
)

const (
	// requests is how many requests one server gets.
	requests = 400
	// fewest and most are the rounds until every command has had an effect.
	fewest, most = 80, 2400
)

// ahead is how far the clock of the server that replays is ahead, milliseconds.
const ahead = 1_000_000

func newServer(t *testing.T, shards int) *commandtest.Harness {
	t.Helper()
	h := commandtest.New(t, shards, bitmap.Commands, dump.Commands, generic.Commands, geo.Commands, hash.Commands,
		hll.Commands, list.Commands, set.Commands, sort.Commands, str.Commands, stream.Commands, zset.Commands)
	settings := *h.Settings
	settings.HashMaxListpackEntries, settings.SetMaxListpackEntries, settings.SetMaxIntsetEntries = 8, 6, 8
	settings.ZSetMaxListpackEntries, settings.ListMaxListpackSize = 6, 6
	settings.StreamNodeMaxEntries = 4
	h.Set(&settings)
	for _, ks := range h.Spaces {
		ks.Sweeper = hash.Sweep
	}
	return h
}

// TestReplay runs random requests on one server and their effects on another, and
// compares what the two hold.
func TestReplay(t *testing.T) {
	first := *seed
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", first)
	wrote := map[string]bool{}
	servers := map[int]*commandtest.Harness{1: newServer(t, 1), 3: newServer(t, 3)}
	twins := map[int]*commandtest.Harness{1: servers[1].Twin(t, 4, ahead), 3: servers[3].Twin(t, 1, ahead)}
	for _, twin := range twins {
		twin.Set(keyspace.DefaultSettings()) // what is a table on one server is flat on the other
	}
	for round := 0; goesOn(round, servers[1], wrote); round++ {
		number := first + uint64(round)
		shards := 1 + 2*int(number%2)
		server, twin := servers[shards], twins[shards]
		server.Clear()
		twin.Clear()
		server.Listen()
		server.TakeLog()
		r := run{t: t, server: server, wrote: wrote}
		r.maker = commandtest.NewMaker(server, number, wanted)
		for range requests {
			r.request()
		}
		log := server.TakeLog()
		twin.Advance(ahead)
		twin.Replay(log)
		twin.Advance(server.Now() - twin.Now())
		if compare(t, server, twin); t.Failed() {
			t.Fatalf("seed %d: the last requests were\n%s", number, strings.Join(r.said, "\n"))
		}
	}
	if left := silent(servers[1], wrote); *rounds == 0 && left != nil {
		t.Errorf("without an effect: %q", left)
	}
}

// goesOn tells whether there is another round.
func goesOn(round int, h *commandtest.Harness, wrote map[string]bool) bool {
	if *rounds != 0 {
		return round < *rounds
	}
	return round < fewest || round < most && silent(h, wrote) != nil
}

// wanted leaves PFCOUNT out, which may write down a count that is not recorded.
func wanted(row *command.Command) bool { return row.Name != "pfcount" }

// run is one server that gets requests.
type run struct {
	t       *testing.T
	server  *commandtest.Harness
	maker   *commandtest.Maker
	waiting []*commandtest.Waiting
	wrote   map[string]bool // the commands that have had an effect
	said    []string        // requests and their effects
}

// mostWaiting is how many clients wait at the same time.
const mostWaiting = 4

func (r *run) request() {
	r.t.Helper()
	words, row := r.maker.Next()
	reply := r.server.Do(words...)
	r.maker.Hear(words, reply)
	r.note(words, row.Name)
	if w := r.server.Waiting(words...); w != nil && len(r.waiting) < mostWaiting {
		r.waiting = append(r.waiting, w)
	}
	for r.serve() {
	}
	switch {
	case len(reply)%5 == 0:
		r.server.Advance(int64(len(words)) * 3)
		r.maker.Now = r.server.Now()
	case len(reply)%7 == 0:
		r.server.Expire()
		r.note([]string{"(expire)"}, "")
	case len(reply)%11 == 0:
		r.server.Select(len(words) % 2)
	}
}

func (r *run) note(words []string, name string) {
	effects := r.server.Effects()
	r.said = append(r.said, fmt.Sprintf("%d %q", r.server.Now(), words))
	for _, e := range effects {
		r.said = append(r.said, "    = "+e)
	}
	if slices.ContainsFunc(effects, func(line string) bool { return shows(line, name) }) {
		r.wrote[name] = true
	}
}

// shows tells whether an effect is one of the command called name, and not of what
// has ended by itself when the command met it.
func shows(effect, name string) bool {
	verb, _, _ := strings.Cut(effect, " ")
	switch verb {
	case "DEL":
		return name == "getdel"
	case "HDEL":
		return name == "hgetdel"
	default:
		return verb != "MULTI" && verb != "EXEC" && verb != "SELECT"
	}
}

func (r *run) serve() bool {
	for i, w := range r.waiting {
		if r.server.Serve(w) {
			r.note([]string{"(served)"}, "")
			r.waiting = slices.Delete(r.waiting, i, i+1)
			return true
		}
	}
	return false
}

// silent returns the commands that write and have had no effect.
func silent(h *commandtest.Harness, wrote map[string]bool) (names []string) {
	commandtest.NewMaker(h, 0, func(row *command.Command) bool {
		if wanted(row) && row.Flags&command.Write != 0 && !wrote[row.Name] {
			names = append(names, row.Name)
		}
		return false
	})
	return names
}

// compare demands that two servers hold the same.
func compare(t *testing.T, a, b *commandtest.Harness) {
	t.Helper()
	for number := range a.Settings.Databases {
		a.Select(number)
		b.Select(number)
		left, right := contents(a, number), contents(b, number)
		for name, value := range left {
			if right[name] != value {
				t.Errorf("database %d: %q is\n%s\nand after the replay\n%s", number, name, value, right[name])
			}
		}
		for name, value := range right {
			if _, ok := left[name]; !ok {
				t.Errorf("database %d: after the replay there is %q:\n%s", number, name, value)
			}
		}
	}
	a.Select(0)
	b.Select(0)
}

// contents tells what every key of a database holds.
func contents(h *commandtest.Harness, number int) map[string]string {
	all := map[string]string{}
	for _, ks := range h.Spaces {
		ks.Begin(h.Now())
		db := ks.DB(number)
		for cursor := uint64(0); ; {
			cursor = db.Scan(cursor, 1000, func(name []byte, e keyspace.Entry) {
				if text := describe(e, h.Now()); text != "" {
					all[string(name)] = text
				}
			})
			if cursor == 0 {
				break
			}
		}
	}
	for name, text := range all {
		if strings.HasPrefix(text, keyspace.Stream.String()) {
			all[name] += "\n" + unseen(h.Do("XINFO", "STREAM", name, "FULL", "COUNT", "0"))
		}
	}
	return all
}

// describe tells all of a value that a digest tells, and what it leaves out. It is
// empty for a hash of which no field is left.
func describe(e keyspace.Entry, now int64) string {
	text := fmt.Sprintf("%s until %d", e.Type(), e.Expiry())
	if e.Type() != keyspace.Hash {
		return text + ": " + digest.Value(e, now).String()
	}
	var fields []string
	v := hash.ViewOf(e, now)
	v.Each(func(field, value listpack.Value, until int64) bool {
		fields = append(fields, fmt.Sprintf("%s=%s until %d", field.Append(nil), value.Append(nil), until))
		return true
	})
	slices.Sort(fields)
	if len(fields) == 0 {
		return ""
	}
	return text + ":\n" + strings.Join(fields, "\n")
}

// unseen takes out of a reply of XINFO STREAM FULL what need not be the same: how the
// stream is kept, and when consumers last asked for and got something.
func unseen(reply string) string {
	const times, trees = `(seen|active)-time`, `radix-tree-(keys|nodes)`
	return regexp.MustCompile(`\$[0-9]+\r\n(`+times+`|`+trees+`)\r\n:-?[0-9]+\r\n`).ReplaceAllString(reply, "")
}
