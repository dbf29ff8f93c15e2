package tracking_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

const (
	keys    = 24 // fewer than readers ask for at a time in the long run: all are cached soon
	writers = 4
	epochs  = 12
	epoch   = 40 * time.Millisecond
)

// mode is a way to keep copies: what a reader says first, and before every read.
type mode struct {
	name   string
	on     []string
	before []string
}

func modes() []mode {
	return []mode{
		{name: "default", on: []string{"CLIENT", "TRACKING", "ON"}},
		{name: "noloop", on: []string{"CLIENT", "TRACKING", "ON", "NOLOOP"}},
		{name: "optin", on: []string{"CLIENT", "TRACKING", "ON", "OPTIN"}, before: []string{"CLIENT", "CACHING", "YES"}},
		{name: "optout", on: []string{"CLIENT", "TRACKING", "ON", "OPTOUT"}},
		{name: "bcast", on: []string{"CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "c:", "PREFIX", "e:"}},
	}
}

// TestCopiesAreNeverStale has clients keep copies of what they read, while others
// change it in all sorts of ways. Whenever the writers pause, every copy that nobody
// has been told to drop is what the server holds.
func TestCopiesAreNeverStale(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	for _, args := range [][]string{
		{"--shards", "1"}, {"--shards", "3"}, {"--shards", "3", "--tracking-table-max-keys", "8"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			s := inprocess.Start(t, args...)
			var readers []*reader
			for i, m := range append(modes(), modes()...) {
				readers = append(readers, newReader(t, s, m, seed+uint64(i)))
			}
			checker := s.Dial(t)
			checker.Say(t, "HELLO", "3")
			for n := range epochs {
				together(t, s, readers, seed+uint64(n)*100)
				actual := values(t, checker) // removes what has expired, which is told
				for _, r := range readers {
					r.check(t, actual)
				}
			}
			for _, r := range readers {
				if r.dropped == 0 || r.hits == 0 {
					t.Errorf("%s: told to drop %d copies, used %d: nothing was tested", r.mode.name, r.dropped, r.hits)
				}
			}
		})
	}
}

// together lets readers read and writers write for an epoch.
func together(t *testing.T, s *inprocess.Server, readers []*reader, seed uint64) {
	t.Helper()
	var over atomic.Bool
	var writing, reading sync.WaitGroup
	for i := range writers {
		c := s.Dial(t)
		writing.Go(func() { write(t, c, rand.New(rand.NewPCG(seed, uint64(i))), &over) })
	}
	for _, r := range readers {
		reading.Go(func() {
			for !over.Load() && !t.Failed() {
				r.read(t)
			}
		})
	}
	time.Sleep(epoch)
	over.Store(true)
	writing.Wait()
	reading.Wait()
}

func key(n int) string {
	if n%4 == 0 {
		return fmt.Sprintf("e:%d", n) // comes and goes
	}
	return fmt.Sprintf("c:%d", n) // counts up
}

// write changes keys until it is over.
func write(t *testing.T, c *inprocess.Conn, rng *rand.Rand, over *atomic.Bool) {
	var a, b string
	pick := func(kind int) string { return key(4*rng.IntN(keys/4) + kind) }
	for !over.Load() {
		a, b = pick(1+rng.IntN(3)), pick(1+rng.IntN(3))
		requests := [][]string{{"INCR", a}}
		switch rng.IntN(8) {
		case 0:
			requests = [][]string{{"MULTI"}, {"INCR", a}, {"INCR", b}, {"EXEC"}}
		case 1:
			requests = [][]string{{"SET", pick(0), "v", "PX", strconv.Itoa(1 + rng.IntN(5))}}
		case 2:
			requests = [][]string{{"DEL", pick(0), pick(0)}}
		case 3:
			requests = [][]string{{"SET", pick(0), strconv.Itoa(rng.IntN(1000))}, {"RENAME", pick(0), pick(0)}}
		case 4:
			requests = [][]string{{"MSET", pick(0), strconv.Itoa(rng.IntN(1000)), pick(0), "x"}, {"INCR", a}}
		}
		for _, r := range requests {
			if _, err := c.Do(r...); err != nil {
				t.Error(err)
				return
			}
		}
	}
}

// values returns what the server holds.
func values(t *testing.T, c *inprocess.Conn) map[string]string {
	t.Helper()
	all := map[string]string{}
	for n := range keys {
		all[key(n)] = c.Say(t, "GET", key(n))
	}
	return all
}

// reader is a client that keeps copies.
type reader struct {
	mode    mode
	conn    *inprocess.Conn
	rng     *rand.Rand
	copies  map[string]string
	highest map[string]int // of those that count up
	hits    int            // copies used
	dropped int
}

func newReader(t *testing.T, s *inprocess.Server, m mode, seed uint64) *reader {
	t.Helper()
	r := &reader{mode: m, conn: s.Dial(t), rng: rand.New(rand.NewPCG(seed, 0)), copies: map[string]string{}, highest: map[string]int{}}
	r.conn.Say(t, "HELLO", "3")
	r.conn.Say(t, m.on...)
	return r
}

// read asks for some keys that there is no copy of, in one write.
func (r *reader) read(t *testing.T) {
	var wanted []string
	for range 1 + r.rng.IntN(6) {
		k := key(r.rng.IntN(keys))
		if _, ok := r.copies[k]; ok {
			r.hits++
			continue
		}
		wanted = append(wanted, k)
	}
	if len(wanted) == 0 {
		r.ask(t, nil, 1, []string{"PING"}) // whether something was told
		return
	}
	before := 0
	var requests [][]string
	if r.mode.before != nil {
		requests, before = append(requests, r.mode.before), 1
	}
	switch {
	case r.rng.IntN(2) == 0:
		requests = append(requests, append([]string{"MGET"}, wanted...))
	case r.rng.IntN(3) == 0:
		requests = append(requests, []string{"MULTI"})
		for _, k := range wanted {
			requests = append(requests, []string{"GET", k})
		}
		requests = append(requests, []string{"EXEC"})
		before += 1 + len(wanted)
	default:
		requests = requests[:0]
		for _, k := range wanted {
			if r.mode.before != nil {
				requests = append(requests, r.mode.before)
			}
			requests = append(requests, []string{"GET", k})
		}
		before = -1
	}
	r.ask(t, wanted, before, requests...)
}

// ask sends requests and keeps what is replied: the values of wanted, behind so many
// other replies. With -1 each value has a reply of its own.
func (r *reader) ask(t *testing.T, wanted []string, before int, requests ...[]string) {
	for _, request := range requests {
		if err := r.conn.Send(request...); err != nil {
			t.Error(err)
			return
		}
	}
	for n := 0; n < len(requests); {
		v, err := r.conn.Reply()
		switch {
		case err != nil:
			t.Error(err)
			return
		case v.Kind == resp.KindPush:
			r.drop(v)
			continue
		case before < 0:
			step := len(requests) / len(wanted)
			if n%step == step-1 {
				r.keep(t, wanted[n/step], v)
			}
		case n >= before:
			for i := range v.Elems {
				r.keep(t, wanted[i], v.Elems[i])
			}
		}
		n++
	}
}

// keep makes a copy.
func (r *reader) keep(t *testing.T, k string, v resp.Value) {
	text := v.String()
	r.copies[k] = text
	if !strings.HasPrefix(k, "c:") {
		return
	}
	n, _ := strconv.Atoi(strings.Trim(text, `"`))
	if n < r.highest[k] {
		t.Errorf("%s: %s was %d, is %d", r.mode.name, k, r.highest[k], n)
	}
	r.highest[k] = n
}

// drop does what it is told.
func (r *reader) drop(v resp.Value) {
	r.dropped++
	if v.Elems[1].Null {
		clear(r.copies)
	}
	for _, name := range v.Elems[1].Elems {
		delete(r.copies, name.Str)
	}
}

// check compares the copies with what the server holds. Nobody writes.
func (r *reader) check(t *testing.T, actual map[string]string) {
	t.Helper()
	r.ask(t, nil, 1, []string{"PING"})
	for k, text := range r.copies {
		if text != actual[k] {
			t.Errorf("%s: the copy of %s is %s, the server has %s", r.mode.name, k, text, actual[k])
		}
	}
}
