package server_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// argument is one of a command's grammar, as COMMAND DOCS describes it.
type argument struct {
	name, kind, token        string
	optional, multiple, each bool
	parts                    []argument
}

// docs is what COMMAND DOCS says of a row.
type docs struct {
	group string
	args  []argument
}

// described asks for the grammar of all commands and subcommands.
func described(tb testing.TB, c *inprocess.Conn) map[string]docs {
	tb.Helper()
	v, err := c.Do("COMMAND", "DOCS")
	if err != nil {
		tb.Fatal(err)
	}
	all := map[string]docs{}
	describe(all, v)
	return all
}

func describe(all map[string]docs, v resp.Value) {
	for i := 0; i+1 < len(v.Elems); i += 2 {
		said := v.Elems[i+1]
		all[v.Elems[i].Str] = docs{group: entry(said, "group").Str, args: arguments(entry(said, "arguments"))}
		describe(all, entry(said, "subcommands"))
	}
}

// entry returns a value of a map that comes as pairs.
func entry(v resp.Value, name string) resp.Value {
	for i := 0; i+1 < len(v.Elems); i += 2 {
		if v.Elems[i].Str == name {
			return v.Elems[i+1]
		}
	}
	return resp.Value{}
}

func arguments(v resp.Value) (args []argument) {
	for _, e := range v.Elems {
		a := argument{name: entry(e, "name").Str, kind: entry(e, "type").Str, token: entry(e, "token").Str, parts: arguments(entry(e, "arguments"))}
		for _, flag := range entry(e, "flags").Elems {
			a.optional = a.optional || flag.Str == "optional"
			a.multiple = a.multiple || flag.Str == "multiple"
			a.each = a.each || flag.Str == "multiple_token"
		}
		args = append(args, a)
	}
	return args
}

// library is what FUNCTION LOAD gets.
const library = "#!lua name=lib\nredis.register_function{function_name='fun', flags={'no-writes'}, " +
	"callback=function(keys, args) return redis.call('type', keys[1] or 'none') end}"

// fixture has a key of each type, named as the group of its commands, and whatever
// else commands ask for. Those without effect tell the words of later requests.
var fixture = [][]string{
	{"FLUSHALL"},
	{"SET", "string", "12"},
	{"SET", "bitmap", "ab"},
	{"RPUSH", "list", "a", "b", "1", "2"},
	{"SADD", "set", "a", "b", "1", "2"},
	{"ZADD", "sorted-set", "1", "a", "2", "b", "3", "c"},
	{"GEOADD", "geo", "1", "1", "a", "2", "2", "b"},
	{"PFADD", "hyperloglog", "a", "b"},
	{"HSET", "hash", "a", "1", "b", "2", "c", "x"},
	{"HPEXPIRE", "hash", "100000", "FIELDS", "1", "b"},
	{"XGROUP", "CREATE", "stream", "g", "0", "MKSTREAM"},
	{"XADD", "stream", "1-1", "a", "b"},
	{"XADD", "stream", "2-1", "a", "b"},
	{"XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", "stream", ">"},
	{"PEXPIRE", "list", "1000000"},
	{"FUNCTION", "LOAD", "REPLACE", library},
	{"SCRIPT", "LOAD", "return 1"},
}

// speaker makes requests by the grammar of their row.
type speaker struct {
	rng   *rand.Rand
	dump  map[string]string // payloads, by the command that restores them
	group string
	head  string // the first word
	words []string
	count int // where the number stands of what comes next, 0 for nowhere
	keys  int // how many there were, 0 for none yet
}

func (s *speaker) one(of ...string) string { return of[s.rng.IntN(len(of))] }

// speak makes the words of a request. In one of three, some word is damaged.
func (s *speaker) speak(r row, d docs, raw string) []string {
	s.words, s.group, s.head, s.keys, s.count = slices.Clone(r.words), d.group, r.words[0], 0, 0
	for i := range d.args {
		s.argument(&d.args[i])
	}
	if len(d.args) == 0 && r.arity < -2 { // COMMAND GETKEYS and its like take any request
		s.words = append(s.words, s.one("get", "mget", "eval"), "1", "a")[:len(s.words)+s.rng.IntN(4)]
	}
	if first := len(r.words); len(s.words) > first && s.rng.IntN(3) == 0 && s.head != "migrate" {
		at := first + s.rng.IntN(len(s.words)-first)
		switch s.rng.IntN(4) {
		case 0:
			s.words = slices.Delete(s.words, at, at+1)
		case 1:
			s.words = slices.Insert(s.words, at, word(s.rng, raw))
		default:
			s.words[at] = word(s.rng, raw)
		}
	}
	return s.words
}

func (s *speaker) argument(a *argument) {
	if a.optional && s.rng.IntN(3) > 0 {
		return
	}
	times := 1
	if a.multiple {
		times = 1 + s.rng.IntN(3)
		if s.keys > 0 && (a.name == "weight" || a.name == "id" && strings.HasPrefix(s.head, "xread")) {
			times = s.keys
		}
	}
	if a.kind == "key" {
		s.keys = times
	}
	if s.count > 0 && a.multiple {
		s.words[s.count], s.count = strconv.Itoa(times), 0
	}
	for i := range times {
		if a.token != "" && (i == 0 || a.each) {
			s.words = append(s.words, strings.Trim(a.token, `"`))
		}
		switch a.kind {
		case "pure-token":
		case "oneof":
			s.argument(&a.parts[s.rng.IntN(len(a.parts))])
		case "block":
			for j := range a.parts {
				s.argument(&a.parts[j])
			}
		default:
			if strings.HasPrefix(a.name, "num") && a.kind == "integer" && s.head != "waitaof" && a.name != "num-matches" {
				s.count = len(s.words)
			}
			s.words = append(s.words, s.value(a))
		}
	}
}

// value makes one word of what an argument is called, or of its kind.
func (s *speaker) value(a *argument) string {
	switch a.kind {
	case "key":
		if s.group == "generic" || s.group == "scripting" || s.rng.IntN(8) == 0 {
			return s.one("string", "list", "set", "sorted-set", "hash", "stream", "none")
		}
		return s.one(s.group, s.group, s.group, "none")
	case "integer":
		switch a.name {
		case "port":
			return "1"
		case "numlocal":
			return s.one("0", "0", "1")
		case "timeout":
			return "10"
		case "bit", "protover", "index1", "index2", "db", "destination-db", "index":
			return s.one("0", "1", "1", "2")
		}
		return s.one("0", "1", "1", "2", "5", "-1", "100")
	case "double":
		if a.name == "timeout" {
			return "0.001"
		}
		return s.one("0", "1", "1.5", "2", "100")
	case "unix-time":
		return strconv.FormatInt(time.Now().Unix()+int64(s.rng.IntN(1000)), 10) + s.one("", "000")
	case "pattern":
		return s.one("*", "*", "s*", "a", "w_*")
	}
	return s.text(a.name)
}

func (s *speaker) text(name string) string {
	switch name {
	case "host":
		return "127.0.0.1"
	case "script":
		return s.one("return 1", "return ARGV", "return redis.call('type', KEYS[1])", "return redis.pcall(ARGV[1], KEYS[1])",
			"return {1, {err='X y'}, {double=1.5}}", "error('x')", "return (", "redis.setresp(3) return redis.call('hgetall', KEYS[1])")
	case "sha1":
		return s.one("e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "e0e1")
	case "function":
		return s.one("fun", "fun", "nofun")
	case "function-code":
		return s.one(library, strings.ReplaceAll(library, "name=lib", "name=lib"+s.one("2", "-")), "x")
	case "library-name", "library-name-pattern":
		return s.one("lib", "lib*", "no")
	case "serialized-value":
		return s.dump[s.head]
	case "group", "groupname":
		return s.one("g", "g", "g2")
	case "id", "last-id", "start", "end", "lastid", "threshold", "new_id":
		return s.one("0", "1-1", "2-1", "-", "+", ">", "$", "3-*", "2")
	case "min", "max", "stop":
		return s.one("-", "+", "[a", "(b", "0", "-1", "-inf", "+inf", "(1")
	case "encoding":
		return s.one("u8", "i5", "u63", "i64")
	case "username":
		return "default"
	case "event":
		return s.one("command", "fast-command")
	case "subcommand":
		return s.one("GETREG", "DECODE", "ENCODING", "TODENSE")
	case "min-idle-time":
		return "0"
	case "operation":
		return s.one("AND", "OR", "XOR")
	case "command":
		return "get"
	case "parameter":
		return s.one("maxmemory", "save", "list-max-*", "dir")
	}
	return s.one("a", "b", "c", "1", "2", "list", "hello", "g", "")
}

// vain are the rows that have nothing to say but errors here: there is nothing to end,
// to wait for or to show, no transaction, no file of directives.
var vain = []string{"client|caching", "config|rewrite", "discard", "exec", "function|kill", "latency|graph", "script|kill"}

// TestEveryCommand sends every row of the table requests made by its grammar, some of
// them damaged. Each is answered once, and each row has something else to say than
// errors.
func TestEveryCommand(t *testing.T) {
	const seed, requests = 1, 30
	t.Logf("seed %d", seed)
	for _, shards := range []string{"1", "3"} {
		t.Run(shards, func(t *testing.T) {
			s := inprocess.Start(t, "--shards", shards, "--proto-max-bulk-len", "1mb", "--maxmemory-policy", "allkeys-lfu")
			other := s.Dial(t)
			grammar, rows := described(t, other), table(t, other)
			for i, r := range rows {
				name := strings.Join(r.words, "|")
				d, known := grammar[name]
				if !known {
					t.Errorf("COMMAND DOCS does not know %s", name)
				}
				said := &speaker{rng: rand.New(rand.NewPCG(seed, uint64(i)))}
				p := &prober{t: t, c: s.Dial(t), other: other}
				p.c.Say(t, "HELLO", said.one("2", "3"))
				p.id = p.c.Say(t, "CLIENT", "ID")
				if good := p.converse(said, r, d, requests); (good == 0) != slices.Contains(vain, name) {
					t.Errorf("seed %d: %d of %d requests to %s have been in order", seed, good, requests, name)
				}
				_ = p.c.Close()
			}
		})
	}
}

// converse sends n requests of a row and returns how many were in order.
func (p *prober) converse(said *speaker, r row, d docs, n int) (good int) {
	for i := range n {
		if i%5 == 0 {
			for _, words := range fixture {
				p.other.Say(p.t, words...)
			}
			said.dump = map[string]string{"restore": p.payload("DUMP", "list"), "function": p.payload("FUNCTION", "DUMP")}
		}
		if !p.probe(said.speak(r, d, "raw\x00\xff"), r.blocking).IsError() {
			good++
		}
	}
	return good
}

func (p *prober) payload(words ...string) string {
	v, err := p.other.Do(words...)
	if err != nil {
		p.t.Fatal(err)
	}
	return v.Str
}

// TestManyReplies sends damaged requests to the rows that say more than one thing, or
// something else than others. What is expected comes in RESP3, where what is said to a
// subscriber is not a reply.
func TestManyReplies(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	rng := rand.New(rand.NewPCG(1, 0))
	for _, name := range []string{"subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe"} {
		for range 40 {
			c := s.Dial(t)
			c.Say(t, "HELLO", "3")
			words := []string{name}
			for range rng.IntN(5) {
				words = append(words, word(rng, "\x00raw"))
			}
			pushes, replies := max(len(words)-1, 1), 0
			if len(words) == 1 && !strings.Contains(name, "un") {
				pushes, replies = 0, 1
			}
			if p, r := counted(t, c, words); p != pushes || r != replies {
				t.Errorf("%q: %d messages and %d replies", words, p, r)
			}
			_ = c.Close()
		}
	}
	for _, words := range [][]string{
		{"MULTI", "x"},
		{"CLIENT", "REPLY"},
		{"CLIENT", "REPLY", "x"},
		{"CLIENT", "REPLY", "ON"},
		{"CLIENT", "KILL"},
		{"CLIENT", "KILL", "x"},
		{"CLIENT", "KILL", "ID"},
		{"CLIENT", "KILL", "ID", "x"},
		{"CLIENT", "KILL", "ID", "99999", "TYPE", "x"},
		{"CLIENT", "PAUSE"},
		{"CLIENT", "PAUSE", "-1"},
		{"CLIENT", "PAUSE", "1", "x"},
		{"CLIENT", "PAUSE", "1", "ALL"},
		{"CLIENT", "PAUSE", "9223372036854775807"},
		{"SHUTDOWN", "x"},
		{"SHUTDOWN", "SAVE", "NOSAVE"},
		{"SHUTDOWN", "ABORT"},
		{"SHUTDOWN", "ABORT", "NOW"},
		{"DEBUG"},
		{"DEBUG", "x"},
		{"DEBUG", "SLEEP"},
		{"DEBUG", "SLEEP", "x"},
		{"DEBUG", "SLEEP", "-1"},
		{"DEBUG", "OBJECT"},
		{"DEBUG", "OBJECT", "none"},
		{"DEBUG", "POPULATE", "x"},
		{"DEBUG", "POPULATE", "10", "k", "x"},
		{"DEBUG", "POPULATE", "-1"},
		{"DEBUG", "STRINGMATCH-LEN", "-1", "*"},
		{"DEBUG", "SET-ACTIVE-EXPIRE", "x"},
		{"DEBUG", "DIGEST", "x"},
		{"DEBUG", "DIGEST-VALUE"},
		{"DEBUG", "RELOAD", "x"},
		{"DEBUG", "RELOAD", "NOSAVE", "x"},
		{"CONFIG", "SET"},
		{"CONFIG", "SET", "x"},
		{"CONFIG", "SET", "x", "y"},
		{"CONFIG", "SET", "maxmemory", "x"},
		{"CONFIG", "SET", "maxmemory", "0", "maxmemory", "0"},
		{"CONFIG", "SET", "maxmemory", "0", "dir", "/nowhere"},
		{"CONFIG", "SET", "hz", "-1"},
		{"CONFIG", "SET", "port", "99999"},
		{"CONFIG", "SET", "save", "1"},
	} {
		c := s.Dial(t)
		if pushes, replies := counted(t, c, words); pushes != 0 || replies != 1 {
			t.Errorf("%q: %d messages and %d replies", words, pushes, replies)
		}
		_ = c.Close()
	}
}

// counted returns how many messages and replies come for a request.
func counted(t *testing.T, c *inprocess.Conn, words []string) (pushes, replies int) {
	t.Helper()
	if err := c.SendRaw(servertest.Encode(words) + servertest.Encode([]string{"ECHO", "nonce"})); err != nil {
		t.Fatal(err)
	}
	for {
		switch v, err := c.Reply(); {
		case err != nil:
			t.Fatalf("%q: after %d messages and %d replies: %v", words, pushes, replies, err)
		case v.Str == "nonce":
			return pushes, replies
		case v.Kind == resp.KindPush:
			pushes++
		default:
			replies++
		}
	}
}
