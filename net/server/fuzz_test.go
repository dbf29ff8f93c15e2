package server_test

import (
	"math/rand/v2"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// row is a command or subcommand as COMMAND describes it.
type row struct {
	words    []string
	arity    int
	blocking bool
}

// leftOut are the commands that reply otherwise than once, or that stop or
// hold back others by design.
var leftOut = map[string]bool{
	"shutdown": true, "quit": true, "client|reply": true, "client|kill": true, "client|pause": true, "debug": true,
	"multi":     true, // what comes next is queued
	"subscribe": true, "psubscribe": true, "ssubscribe": true,
	"unsubscribe": true, "punsubscribe": true, "sunsubscribe": true,
	"monitor": true, "client|tracking": true,
	"config|set": true, // random settings would change what the others do
}

// table asks the server for its commands.
func table(tb testing.TB, c *inprocess.Conn) []row {
	tb.Helper()
	v, err := c.Do("COMMAND")
	if err != nil {
		tb.Fatal(err)
	}
	var rows []row
	for _, described := range v.Elems {
		subs := described.Elems[9].Elems
		for _, sub := range subs {
			rows = append(rows, newRow(sub))
		}
		if len(subs) == 0 {
			rows = append(rows, newRow(described))
		}
	}
	rows = slices.DeleteFunc(rows, func(r row) bool { return leftOut[strings.Join(r.words, "|")] })
	if len(rows) < 80 {
		tb.Fatalf("the table has %d rows", len(rows))
	}
	return rows
}

func newRow(described resp.Value) row {
	r := row{words: strings.Split(described.Elems[0].Str, "|"), arity: int(described.Elems[1].Int)}
	for _, flag := range described.Elems[2].Elems {
		r.blocking = r.blocking || flag.Str == "blocking"
	}
	return r
}

// vocabulary is what arguments are drawn from, beside keys and raw bytes.
var vocabulary = strings.Fields(`0 1 -1 2 3 10 100 -3 0.5 -0.0 1e3 inf -inf nan 01 +1 0x10 1000000
	2147483648 9223372036854775807 -9223372036854775808 9223372036854775808 18446744073709551616 1e400
	EX PX EXAT PXAT NX XX GT LT KEEPTTL GET PERSIST LEFT RIGHT BEFORE AFTER COUNT MATCH TYPE RANK MAXLEN LIMIT
	STORE WITHSCORES WITHVALUES BYSCORE BYLEX REV CH INCR WEIGHTS AGGREGATE SUM MIN MAX LEN IDX MINMATCHLEN
	WITHMATCHLEN ASYNC SYNC REPLACE DB STREAMS BLOCK GROUP NOACK ID IDLE TIME FORCE JUSTID CREATE MKSTREAM $ > * -
	+ ( [a (1 [ ~ = 0-0 1-1 1-* 5-5-5 AUTH SETNAME ON OFF YES NO string list set zset hash stream HELP FILTERBY
	ACLCAT PATTERN MODULE SAMPLES VERSION LIB-NAME LIB-VER server all default everything TRACKING BCAST PREFIX OPTIN OPTOUT NOLOOP
	REDIRECT LOAD FLUSH DUMP RESTORE FIELDS SCHEDULE return #!lua 10000 *a* [a-z] \\ [^ {a} {a}b {}`)

// request makes a request of some row: mostly of the right length, sometimes
// not, of words that mean something somewhere.
func request(rng *rand.Rand, rows []row, raw string) (words []string, blocking bool) {
	r := rows[rng.IntN(len(rows))]
	words = append(words, r.words...)
	want := max(r.arity, -r.arity)
	if r.arity < 0 {
		want += rng.IntN(6)
	}
	if rng.IntN(10) == 0 {
		want += rng.IntN(5) - 2
	}
	for len(words) < want {
		words = append(words, word(rng, raw))
	}
	if r.blocking && rng.IntN(2) == 0 {
		words[len(words)-1] = "0.001"
	}
	return words, r.blocking
}

func word(rng *rand.Rand, raw string) string {
	switch rng.IntN(10) {
	case 0, 1, 2, 3:
		return "k" + strconv.Itoa(rng.IntN(6))
	case 4:
		if n := len(raw); n > 0 {
			from := rng.IntN(n)
			return raw[from : from+rng.IntN(n-from+1)]
		}
		return ""
	case 5:
		return strings.Repeat("long", rng.IntN(3000))
	default:
		return vocabulary[rng.IntN(len(vocabulary))]
	}
}

// prober sends requests to a server and checks what holds for every one.
type prober struct {
	t        *testing.T
	c, other *inprocess.Conn
	id       string
}

// allocated returns the bytes the process has ever allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// probe sends one request. It must be answered exactly once, within a bounded
// time, without a crash, and with memory in proportion to what was sent. What comes
// unasked does not count.
func (p *prober) probe(words []string, blocking bool) resp.Value {
	p.t.Helper()
	raw := servertest.Encode(words)
	before := allocated()
	if err := p.c.SendRaw(raw + "*2\r\n$4\r\nECHO\r\n$5\r\nnonce\r\n"); err != nil {
		p.t.Fatalf("%.300q: %v", words, err)
	}
	if blocking {
		p.unblock(words)
	}
	v, err := p.reply()
	if err != nil {
		p.t.Fatalf("%.300q: no reply: %v", words, err)
	}
	if v.IsError() && strings.Contains(v.Str, "internal error") {
		p.t.Errorf("%.300q: %s", words, v)
	}
	if next, err := p.reply(); err != nil || next.Str != "nonce" {
		p.t.Fatalf("%.300q: the reply %.200s is followed by %.200s, %v", words, v, next, err)
	}
	if grown := allocated() - before; grown > uint64(len(raw))*16+64<<20 {
		p.t.Errorf("%.300q: %d bytes sent, %d allocated", words, len(raw), grown)
	}
	return v
}

// reply returns the next reply: a client that tracks keys is told of them between.
func (p *prober) reply() (resp.Value, error) {
	for {
		v, err := p.c.Reply()
		if err != nil || v.Kind != resp.KindPush {
			return v, err
		}
	}
}

// unblock ends the request's wait, if it waits.
func (p *prober) unblock(words []string) {
	p.t.Helper()
	for range 1000 {
		if !p.c.Silent(5 * time.Millisecond) {
			return
		}
		if _, err := p.other.Do("CLIENT", "UNBLOCK", p.id); err != nil {
			p.t.Fatal(err)
		}
	}
	p.t.Fatalf("%.300q: waits and cannot be unblocked", words)
}

// FuzzCommands sends requests made of random words to every command there is.
func FuzzCommands(f *testing.F) {
	servers := []*inprocess.Server{
		inprocess.Start(f, "--shards", "1", "--proto-max-bulk-len", "1mb"),
		inprocess.Start(f, "--shards", "3", "--proto-max-bulk-len", "1mb"),
	}
	rows := table(f, servers[0].Dial(f))
	for seed := range uint64(150) {
		f.Add(seed, "some\x00raw\r\nbytes\xff")
	}
	f.Fuzz(func(t *testing.T, seed uint64, raw string) {
		for _, s := range servers {
			rng := rand.New(rand.NewPCG(seed, 0))
			p := &prober{t: t, c: s.Dial(t), other: s.Dial(t)}
			p.other.Say(t, "FLUSHALL")
			p.id = p.c.Say(t, "CLIENT", "ID")
			for range 30 {
				p.probe(request(rng, rows, raw))
			}
			_ = p.c.Close()
			_ = p.other.Close()
		}
	})
}
