package catalog

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/session"
)

var seedFlag = flag.Uint64("seed", 0, "seed of the random requests; 0 takes the clock's")

// newer are the rows in which the server follows a Redis newer than the oracle,
// 7.0: for each, the fields left out of the comparison. An empty list stands for
// a command that the oracle does not know.
var newer = map[string][]string{
	"client|no-touch": {},                                // new in 7.2
	"client|setinfo":  {},                                // new in 7.2
	"client|kill":     {"arguments", "history"},          // MAXAGE, new in 7.4
	"client|list":     {"history"},                       // lib-name and lib-ver, new in 7.2
	"xread":           {"history"},                       // the ID +, new in 7.4
	"xinfo|stream":    {"history"},                       // active-time, new in 7.2
	"xinfo|consumers": {"history"},                       // inactive, new in 7.2
	"hscan":           {"arguments", "history"},          // NOVALUES, new in 7.4
	"hexpire":         {},                                // new in 7.4
	"hexpireat":       {},                                // new in 7.4
	"hexpiretime":     {},                                // new in 7.4
	"hpersist":        {},                                // new in 7.4
	"hpexpire":        {},                                // new in 7.4
	"hpexpireat":      {},                                // new in 7.4
	"hpexpiretime":    {},                                // new in 7.4
	"hpttl":           {},                                // new in 7.4
	"httl":            {},                                // new in 7.4
	"hgetdel":         {},                                // new in 8.0
	"hgetex":          {},                                // new in 8.0
	"hsetex":          {},                                // new in 8.0
	"waitaof":         {},                                // new in 7.2
	"migrate":         {"arguments"},                     // the token of the empty string, as since 7.2
	"zrank":           {"arity", "arguments", "history"}, // WITHSCORE, new in 7.2
	"zrevrank":        {"arity", "arguments", "history"}, // WITHSCORE, new in 7.2
}

// ownWords are the fields of COMMAND DOCS whose text is the project's.
var ownWords = []string{"summary", "complexity", "replaced_by"}

// oracle compares what the table says about itself with what Redis says.
type oracle struct {
	t     *testing.T
	table *session.Table
	redis *servertest.Client
	echo  echo
	proto int
}

// oracles calls fn once for each protocol.
func oracles(t *testing.T, fn func(*oracle)) {
	server := servertest.Redis(t)
	for _, proto := range []int{2, 3} {
		t.Run(fmt.Sprintf("RESP%d", proto), func(t *testing.T) {
			c, err := servertest.Dial(server.Addr)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if r, err := c.Do("HELLO", fmt.Sprint(proto)); err != nil || r.IsError() {
				t.Fatalf("HELLO: %s %v", r, err)
			}
			fn(&oracle{t: t, table: table(t), redis: c, echo: newEcho(t), proto: proto})
		})
	}
}

// theirs returns Redis's reply.
func (o *oracle) theirs(args ...string) resp.Value {
	o.t.Helper()
	r, err := o.redis.Do(args...)
	if err != nil {
		o.t.Fatalf("%q: %v", args, err)
	}
	return r
}

// ours returns the reply of the table's own COMMAND, args[1] being one of its
// subcommands. What it writes passes through a socket to the same decoder.
func (o *oracle) ours(args ...string) resp.Value {
	o.t.Helper()
	words := make([][]byte, len(args))
	for i, arg := range args {
		words[i] = []byte(arg)
	}
	c := o.table.Lookup(words[0]).Subcommand(words[1])
	w := resp.Writer{Proto: o.proto}
	serve(c, &w, words)
	r, err := o.echo.decode(w.Buf)
	if err != nil {
		o.t.Fatalf("%q wrote %q: %v", args, w.Buf, err)
	}
	return r
}

// serve runs a row of the connection's with w as the place for its reply.
func serve(c *session.Command, w *resp.Writer, args [][]byte) {
	c.Serve(&session.Client{Reply: w}, args)
}

// echo is a connection to ourselves: what is written at one end is decoded at
// the other.
type echo struct {
	in  net.Conn
	out *servertest.Client
}

func newEcho(t *testing.T) echo {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	out, err := servertest.Dial(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	in, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close(); _ = in.Close() })
	return echo{in: in, out: out}
}

// decode reads one reply from its bytes. The writer runs beside the reader,
// since a long reply does not fit what the kernel holds back.
func (e echo) decode(wire []byte) (resp.Value, error) {
	go func() { _, _ = e.in.Write(wire) }()
	return e.out.Read()
}

// same reports replies that differ.
func (o *oracle) same(what string, ours, theirs resp.Value) {
	o.t.Helper()
	if got, want := ours.String(), theirs.String(); got != want {
		o.t.Errorf("%s:\n ours  %s\n redis %s", what, got, want)
	}
}

// known calls fn with the commands that the oracle knows too.
func (o *oracle) known(fn func(c *session.Command, newer []string)) {
	each(o.table, func(c *session.Command) {
		fields, differs := newer[c.FullName()]
		if !differs || len(fields) > 0 {
			fn(c, fields)
		}
	})
}

func TestCommandInfo(t *testing.T) {
	oracles(t, func(o *oracle) {
		o.known(func(c *session.Command, newer []string) {
			ours := o.ours("COMMAND", "INFO", c.FullName())
			theirs := o.theirs("COMMAND", "INFO", c.FullName())
			if len(ours.Elems) != 1 || len(ours.Elems[0].Elems) != 10 || len(theirs.Elems) != 1 {
				o.t.Fatalf("%s: ours %s, redis %s", c.FullName(), ours, theirs)
			}
			if slices.Contains(newer, "arity") {
				ours.Elems[0].Elems[1] = theirs.Elems[0].Elems[1]
			}
			o.same(c.FullName(), infoFacts(ours.Elems[0]), infoFacts(theirs.Elems[0]))
		})
		o.same("unknown", o.ours("COMMAND", "INFO", "nope", "get|x"), o.theirs("COMMAND", "INFO", "nope", "get|x"))
	})
}

// infoFacts leaves out the subcommands, which are compared one by one, and the
// words of the notes.
func infoFacts(r resp.Value) resp.Value {
	r.Elems = slices.Clone(r.Elems[:9])
	specs := &r.Elems[8]
	specs.Elems = slices.Clone(specs.Elems)
	for i := range specs.Elems {
		spec := &specs.Elems[i]
		spec.Elems = slices.Clone(spec.Elems)
		if spec.Elems[0].Str == "notes" {
			spec.Elems[1].Str = ""
		}
	}
	return r
}

func TestCommandDocs(t *testing.T) {
	oracles(t, func(o *oracle) {
		o.known(func(c *session.Command, newer []string) {
			ours := o.ours("COMMAND", "DOCS", c.FullName())
			theirs := o.theirs("COMMAND", "DOCS", c.FullName())
			o.same(c.FullName(), docsFacts(ours, newer), docsFacts(theirs, newer))
		})
		o.same("unknown", o.ours("COMMAND", "DOCS", "nope"), o.theirs("COMMAND", "DOCS", "nope"))
	})
}

// docsFacts leaves out the fields of own words, and those without, and the
// subcommands, which are compared one by one. Of the history it keeps the
// versions.
func docsFacts(r resp.Value, without []string) resp.Value {
	if len(r.Elems) != 2 {
		return r
	}
	entry := r.Elems[1]
	facts := resp.Value{Kind: entry.Kind}
	for i := 0; i+1 < len(entry.Elems); i += 2 {
		name, value := entry.Elems[i], entry.Elems[i+1]
		if slices.Contains(ownWords, name.Str) || slices.Contains(without, name.Str) || name.Str == "subcommands" {
			continue
		}
		if name.Str == "history" {
			value.Elems = slices.Clone(value.Elems)
			for j := range value.Elems {
				value.Elems[j] = value.Elems[j].Elems[0]
			}
		}
		facts.Elems = append(facts.Elems, name, value)
	}
	return facts
}

func TestCommandList(t *testing.T) {
	filters := [][]string{
		{},
		{"FILTERBY", "PATTERN", "*set*"},
		{"filterby", "pattern", "CLIENT|[a-k]*"},
		{"FILTERBY", "ACLCAT", "nope"},
		{"FILTERBY", "MODULE", "nope"},
		{"FILTERBY", "ACLCAT"},
		{"FILTERBY", "nope", "x"},
		{"nope"},
		{"FILTERBY", "PATTERN", "get", "FILTERBY", "PATTERN", "set"},
	}
	for _, category := range strings.Fields("keyspace read write list STRING admin fast slow blocking dangerous connection set") {
		filters = append(filters, []string{"FILTERBY", "ACLCAT", category})
	}
	oracles(t, func(o *oracle) {
		exists := map[string]bool{}
		o.known(func(c *session.Command, _ []string) { exists[c.FullName()] = true })
		for _, filter := range filters {
			args := append([]string{"COMMAND", "LIST"}, filter...)
			o.same(strings.Join(args, " "), only(o.ours(args...), exists), only(o.theirs(args...), exists))
		}
	})
}

// only keeps the elements that exist, in order.
func only(r resp.Value, exists map[string]bool) resp.Value {
	r.Elems = slices.DeleteFunc(r.Elems, func(e resp.Value) bool { return !exists[e.Str] })
	slices.SortFunc(r.Elems, func(a, b resp.Value) int { return strings.Compare(a.Str, b.Str) })
	return r
}

// TestCommandGetKeys sends random requests of every command, legal or not: keys,
// their flags and the reasons for refusal are Redis's.
func TestCommandGetKeys(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	words := strings.Fields("a b k 0 1 2 3 -1 99 GET get LEFT right COUNT STORE KEYS SAMPLES nope")
	oracles(t, func(o *oracle) {
		requests := [][]string{{"nope", "a"}, {"memory", "nope"}, {"get|x", "a"}, {"memory|usage", "a"}}
		o.known(func(c *session.Command, newer []string) {
			if slices.Contains(newer, "arity") {
				return
			}
			for range 12 {
				request := strings.Split(c.FullName(), "|")
				for range rnd.IntN(6) {
					request = append(request, words[rnd.IntN(len(words))])
				}
				requests = append(requests, request)
			}
		})
		for _, request := range requests {
			for _, sub := range []string{"GETKEYS", "GETKEYSANDFLAGS"} {
				args := append([]string{"COMMAND", sub}, request...)
				if len(args) >= 4 {
					o.same(strings.Join(args, " "), o.ours(args...), o.theirs(args...))
				}
			}
		}
		// A badly written count still leads to keys. Redis forgets their flags.
		for _, count := range []string{"01", "+1", "1x", "+", "x1", "99999999999999999999"} {
			args := []string{"COMMAND", "GETKEYS", "lmpop", count, "a", "LEFT"}
			o.same(strings.Join(args, " "), o.ours(args...), o.theirs(args...))
		}
	})
}

// TestCommandHelp checks that each subcommand is described.
func TestCommandHelp(t *testing.T) {
	o := &oracle{t: t, table: table(t), echo: newEcho(t), proto: 2}
	help := o.ours("COMMAND", "HELP").String()
	for _, line := range []string{"GETKEYS", "COUNT", "LIST [FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]"} {
		if !strings.Contains(help, line) {
			t.Errorf("no %q in %s", line, help)
		}
	}
}
