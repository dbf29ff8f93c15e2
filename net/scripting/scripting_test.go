package scripting_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

var seed = flag.Uint64("seed", 0, "seed of the random tests, 0 takes another each time")

func newRand(t testing.TB) *rand.Rand {
	s := *seed
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed=%d", s)
	return rand.New(rand.NewPCG(s, 0))
}

// endless keeps to its key.
const endless = `while true do redis.call("get", KEYS[1]) end`

// TestBusyScriptLeavesOthersAlone runs an endless script that keeps to one key. Who needs
// its shard is told; others go on.
func TestBusyScriptLeavesOthersAlone(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3", "--busy-reply-threshold", "20")
	busy, other := s.Dial(t), s.Dial(t)
	if err := busy.Send("EVAL", endless, "1", "k"); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		if strings.HasPrefix(other.Say(t, "FUNCTION", "STATS"), `-"BUSY `) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("nobody is told that a script is busy")
		}
	}
	if got := other.Say(t, "EVAL", `return redis.call("keys", "*")`, "0"); !strings.HasPrefix(got, `-"BUSY `) {
		t.Errorf("a script that needs all shards: %s", got)
	}
	free, held := 0, 0
	for i := range 60 {
		key := "key" + strconv.Itoa(i)
		switch reply := other.Say(t, "GET", key); {
		case reply == "$nil":
			free++
			if got := other.Say(t, "EVAL", `return redis.call("set", KEYS[1], "v")`, "1", key); got != "+OK" {
				t.Errorf("a script on %s: %s", key, got)
			}
			if got := other.Say(t, "MGET", key, "k"); !strings.HasPrefix(got, `-"BUSY `) {
				t.Errorf("MGET with a key that is held: %s", got)
			}
		case strings.HasPrefix(reply, `-"BUSY `):
			held++
		default:
			t.Errorf("GET %s: %s", key, reply)
		}
	}
	if free == 0 || held == 0 {
		t.Errorf("%d keys are free and %d held", free, held)
	}
	if got := other.Say(t, "PING"); got != "+PONG" {
		t.Errorf("PING: %s", got)
	}
	if got := other.Say(t, "SCRIPT", "KILL"); got != "+OK" {
		t.Errorf("SCRIPT KILL: %s", got)
	}
	if got := busy.Hear(t); !strings.HasPrefix(got, `-"ERR Script killed by user with SCRIPT KILL...`) {
		t.Errorf("the script ends with %s", got)
	}
	if got := other.Say(t, "GET", "k"); got != "$nil" {
		t.Errorf("GET afterwards: %s", got)
	}
}

// TestSeveralBusyScripts ends scripts on several shards, each once.
func TestSeveralBusyScripts(t *testing.T) {
	s := inprocess.Start(t, "--shards", "7", "--busy-reply-threshold", "20")
	other := s.Dial(t)
	replies := make(chan string, 4)
	for i := range cap(replies) {
		c := s.Dial(t)
		go func() {
			reply, err := c.Do("EVAL", endless, "1", "k"+strconv.Itoa(i))
			replies <- fmt.Sprint(reply, err)
		}()
	}
	ended, killed := 0, 0
	for heard := 0; heard < cap(replies); {
		if other.Say(t, "SCRIPT", "KILL") == "+OK" {
			ended++
		}
		select {
		case reply := <-replies:
			heard++
			switch {
			case strings.Contains(reply, "killed by user"):
				killed++
			case !strings.Contains(reply, "BUSY"): // it came to a shard that another holds
				t.Errorf("a script ends with %s", reply)
			}
		case <-time.After(5 * time.Millisecond):
		}
	}
	if killed == 0 || ended < killed {
		t.Errorf("%d scripts have ended by %d KILLs", killed, ended)
	}
}

// TestStopEndsScripts stops a server while a script that has written goes on for ever.
func TestStopEndsScripts(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2", "--busy-reply-threshold", "20")
	busy, other := s.Dial(t), s.Dial(t)
	if err := busy.Send("EVAL", `redis.call("set", KEYS[1], 1) while true do end`, "1", "k"); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); other.Say(t, "SCRIPT", "KILL") == `-"NOTBUSY No scripts in execution right now."`; {
		if time.Now().After(deadline) {
			t.Fatal("the script is not busy")
		}
	}
	if got := other.Say(t, "SCRIPT", "KILL"); !strings.HasPrefix(got, `-"UNKILLABLE `) {
		t.Errorf("SCRIPT KILL of a script that has written: %s", got)
	}
	s.StopInTime(t)
}

// author writes random scripts.
type author struct{ rng *rand.Rand }

func (a author) pick(words ...string) string { return words[a.rng.IntN(len(words))] }

// value is an expression of any type.
func (a author) value(depth int) string {
	if depth > 3 {
		return a.pick("1", `"a"`, "nil", "true", "v")
	}
	switch a.rng.IntN(15) {
	case 0:
		return strconv.Itoa(a.rng.IntN(100) - 50)
	case 1:
		return a.pick("1.5", "1e15", "1e300", "1/0", "2^53", "2^63", "0.1")
	case 2:
		return a.pick(`"x"`, `""`, `"12"`, `"a\r\nb"`, `"\1"`, `"-5"`, `"OK"`)
	case 3:
		return a.pick("true", "false", "nil")
	case 4:
		return "{" + a.value(depth+1) + "," + a.value(depth+1) + "}"
	case 5:
		if a.rng.IntN(3) == 0 { // of one field: more would come in any order
			return "{" + a.pick("map", "set") + "={a=" + a.value(depth+1) + "}}"
		}
		return "{" + a.pick("ok", "err", "double", "big_number", "x") + "=" + a.value(depth+1) + "}"
	case 6:
		return "{verbatim_string={string=" + a.value(depth+1) + ",format=" + a.pick(`"txt"`, `"a"`, "1") + "}}"
	case 7:
		return a.pick("KEYS", "ARGV", "#KEYS", "KEYS[1]", "ARGV[2]", "KEYS[9]")
	case 8, 9, 10, 11:
		return a.call(depth)
	case 12:
		return a.pick("tonumber", "type") + "(" + a.value(depth+1) + ")"
	case 13:
		return "(" + a.value(depth+1) + a.pick(" + ", " == ", " and ", " or ", " < ") + a.value(depth+1) + ")"
	}
	return a.pick(`redis.error_reply("MY err")`, `redis.status_reply("fine")`, `redis.error_reply("e")`, `redis.sha1hex("a")`, "v", "{}")
}

// call is a call of a command, on keys that are declared and on others.
func (a author) call(depth int) string {
	key := a.pick("KEYS[1]", "KEYS[2]", `"k3"`, `KEYS[1] .. "x"`, "ARGV[1]")
	how := a.pick("redis.call", "redis.pcall", "redis.pcall", "try")
	switch a.rng.IntN(14) {
	case 0:
		return how + `("get", ` + key + ")"
	case 1:
		return how + `("set", ` + key + ", " + a.value(depth+2) + ")"
	case 2:
		return how + `("incr", ` + key + ")"
	case 3:
		return how + `("rpush", ` + key + ", 1, " + a.value(depth+2) + ")"
	case 4:
		return how + `("lrange", ` + key + ", 0, -1)"
	case 5:
		return how + `("hset", ` + key + `, "f", ` + a.value(depth+2) + ")"
	case 6:
		return how + `("hgetall", ` + key + ")"
	case 7:
		return how + `("mget", KEYS[1], ` + key + ")"
	case 8:
		return how + `("del", ` + key + ")"
	case 9:
		return how + `("zadd", ` + key + `, 1.5, "m")`
	case 10:
		return how + `("zscore", ` + key + `, "m")`
	case 11:
		return "get(" + a.pick(key, "at(1)", "at(2)", a.value(depth+2)) + ")"
	case 12:
		return how + `("del", ` + a.pick("unpack(KEYS)", "unpack(list)", "list[1]", "at(3)") + ")"
	}
	return how + "(" + a.pick(`"nosuch"`, `"get"`, `"multi"`, `"exists", `+key, `"type", `+key, `"dbsize"`, "", `"rename", `+key+", KEYS[2]") + ")"
}

func (a author) script() string {
	var b strings.Builder
	if a.rng.IntN(5) == 0 {
		b.WriteString(a.pick("#!lua\n", "#!lua flags=no-writes\n", "#!lua flags=allow-oom\n"))
	}
	b.WriteString(`local try = redis.pcall
local function get(k) return try("get", k) end
local function at(i) return KEYS[i] end
local list = ` + a.pick("KEYS", "{KEYS[1]}", "{ARGV[1], KEYS[2]}") + "\n")
	b.WriteString("local v = " + a.value(1) + "\n")
	if a.rng.IntN(4) == 0 {
		b.WriteString("redis.setresp(3)\n")
	}
	for range a.rng.IntN(4) {
		switch a.rng.IntN(8) {
		case 0:
			b.WriteString("v = " + a.value(0) + "\n")
		case 1:
			b.WriteString("if " + a.value(1) + " then v = " + a.value(1) + " end\n")
		case 2:
			b.WriteString("for i = 1, 3 do " + a.call(1) + " end\n")
		case 3:
			b.WriteString("local ok, e = pcall(function() return " + a.value(1) + " end) v = e\n")
		case 4:
			b.WriteString(a.call(0) + "\n")
		case 5:
			b.WriteString("for _, k in ipairs(" + a.pick("KEYS", "list", "ARGV") + `) do try("incr", k) end` + "\n")
		case 6:
			b.WriteString(a.pick("list[1] = ARGV[1]", "KEYS[1] = KEYS[2]", "at = function() return ARGV[1] end", "get = at", "try = redis.call", "list = ARGV") + "\n")
		case 7:
			b.WriteString("local try = function(...) return try(...) end\n")
		}
	}
	b.WriteString("return " + a.value(0))
	return b.String()
}

// operand is a value that an error names by the variable it stands in. Which of them
// have names is not the same everywhere.
var operand = regexp.MustCompile(`(?:local|field|global|upvalue|method) '[^']*' \((a \w+ value)\)`)

func anonymous(v resp.Value) string { return operand.ReplaceAllString(v.String(), "$1") }

// TestRandomScripts runs random scripts on a redis-server and on servers with different
// numbers of shards, and compares every reply. Each script has exactly one.
func TestRandomScripts(t *testing.T) {
	a := author{newRand(t)}
	oracle, err := servertest.Dial(servertest.Redis(t).Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer oracle.Close()
	var ours []*inprocess.Conn
	for _, shards := range []int{1, 3} {
		ours = append(ours, inprocess.Start(t, "--shards", strconv.Itoa(shards)).Dial(t))
	}
	for i := range 1500 {
		request := []string{"EVAL", a.script(), "2", "k1", "k2", "k4", "7"}
		switch {
		case i%50 == 0:
			request = []string{"FLUSHALL"}
		case i%300 == 1:
			request = []string{"HELLO", strconv.Itoa(2 + i/300%2)}
		}
		want, err := oracle.Do(request...)
		if err != nil {
			t.Fatalf("%q: redis: %v", request, err)
		}
		if request[0] == "HELLO" {
			want = resp.Value{}
		}
		for n, c := range ours {
			got, err := c.Do(request...)
			if err != nil {
				t.Fatalf("%q: %v", request, err)
			}
			if request[0] != "HELLO" && anonymous(got) != anonymous(want) {
				t.Errorf("server %d: %s\n got  %s\n want %s", n, strings.Join(request, " "), got, want)
			}
			token := fmt.Sprintf("token%d", i)
			if got := c.Say(t, "ECHO", token); got != strconv.Quote(token) && got != "$"+token {
				t.Fatalf("%q is answered by more than one reply: then comes %s", request, got)
			}
		}
		if t.Failed() {
			return
		}
	}
}
