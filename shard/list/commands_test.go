package list

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// putString gives name a string, which no list command may work on.
func putString(h *commandtest.Harness, name string) {
	k := h.Key(name)
	copy(k.Put(k.Write(), keyspace.String, keyspace.Raw, 1, keyspace.NoExpire).Bytes(), "x")
}

// The replies are those of Redis 7.0.15.
func TestReplies(t *testing.T) {
	for _, shards := range []int{1, 3} {
		h := commandtest.New(t, shards, Commands)
		putString(h, "str")
		h.Expect([][2]string{
			{"LPUSHX l a", ":0"},
			{"RPUSH l a b c", ":3"},
			{"LPUSH l 1 2", ":5"},
			{"RPUSHX l d", ":6"},
			{"LRANGE l 0 -1", "*6|$1|2|$1|1|$1|a|$1|b|$1|c|$1|d"},
			{"LRANGE l -2 100", "*2|$1|c|$1|d"},
			{"LRANGE l 4 2", "*0"},
			{"LRANGE nokey 0 -1", "*0"},
			{"LINDEX l -1", "$1|d"},
			{"LINDEX l 6", "$-1"},
			{"LINDEX nokey x", "$-1"},
			{"LLEN l", ":6"},
			{"LLEN str", "-WRONGTYPE Operation against a key holding the wrong kind of value"},
			{"LINSERT l BEFORE a x", ":7"},
			{"LINSERT l after d a", ":8"},
			{"LINSERT l BEFORE nothing x", ":-1"},
			{"LINSERT nokey BEFORE a x", ":0"},
			{"LINSERT l BESIDE a x", "-ERR syntax error"},
			{"LPOS l a", ":3"},
			{"LPOS l a RANK -1", ":7"},
			{"LPOS l a COUNT 0", "*2|:3|:7"},
			{"LPOS l a COUNT 0 MAXLEN 4", "*1|:3"},
			{"LPOS l a RANK 3", "$-1"},
			{"LPOS l a COUNT 1 RANK -2", "*1|:3"},
			{"LPOS nokey a COUNT 0", "*0"},
			{"LSET l 0 zero", "+OK"},
			{"LSET l 8 x", "-ERR index out of range"},
			{"LSET nokey x x", "-ERR no such key"},
			{"LREM l -1 a", ":1"},
			{"LREM l 0 nothing", ":0"},
			{"LTRIM l 1 -2", "+OK"},
			{"LRANGE l 0 -1", "*5|$1|1|$1|x|$1|a|$1|b|$1|c"},
			{"LPOP l 2", "*2|$1|1|$1|x"},
			{"RPOP l 9", "*3|$1|c|$1|b|$1|a"},
			{"LPOP l", "$-1"},
			{"LPOP l 0", "*-1"},
			{"LPOP l 1 2", "-ERR wrong number of arguments for 'lpop' command"},
			{"RPOP l -1", "-ERR value is out of range, must be positive"},
		}...)
	}
}

func TestMoveAndMultiPopReplies(t *testing.T) {
	for _, shards := range []int{1, 3} {
		h := commandtest.New(t, shards, Commands)
		putString(h, "str")
		h.Expect([][2]string{
			{"RPUSH l 1 2 3", ":3"},
			{"LMOVE l m LEFT RIGHT", "$1|1"},
			{"LMOVE l str LEFT RIGHT", "-WRONGTYPE Operation against a key holding the wrong kind of value"},
			{"LMOVE nokey str LEFT RIGHT", "$-1"},
			{"LMOVE l m UP RIGHT", "-ERR syntax error"},
			{"RPOPLPUSH l m", "$1|3"},
			{"LMOVE m m LEFT RIGHT", "$1|3"},
			{"LRANGE m 0 -1", "*2|$1|1|$1|3"},
			{"LMOVE m m RIGHT RIGHT", "$1|3"},
			{"LMPOP 2 nokey m LEFT COUNT 5", "*2|$1|m|*2|$1|1|$1|3"},
			{"LMPOP 2 nokey m LEFT", "*-1"},
			{"LMPOP 2 nokey str RIGHT", "-WRONGTYPE Operation against a key holding the wrong kind of value"},
			{"LMPOP 1 l LEFT COUNT 0", "-ERR count should be greater than 0"},
			{"LMPOP 1 l LEFT COUNT 1 COUNT 1", "-ERR syntax error"},
			{"LLEN l", ":1"},
			{"LMOVE l m LEFT LEFT", "$1|2"},
			{"LLEN l", ":0"},
		}...)
	}
}

// LMPOP's keys cannot be told when the count is wrong; the handler says so itself.
func TestMultiPopRefusesItsCount(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Expect([][2]string{
		{"LMPOP 0 l LEFT", "-ERR numkeys should be greater than 0"},
		{"LMPOP x l LEFT", "-ERR numkeys should be greater than 0"},
		{"LMPOP 2 l LEFT", "-ERR syntax error"},
		{"LMPOP 9223372036854775807 l LEFT", "-ERR syntax error"},
		{"BLMPOP x 0 l LEFT", "-ERR numkeys should be greater than 0"},
		{"BLMPOP x 1 l LEFT", "-ERR timeout is not a float or out of range"},
	}...)
}

func TestPosRefuses(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Expect([][2]string{
		{"LPOS l a RANK 0", "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list"},
		{"LPOS l a RANK -9223372036854775808", "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"},
		{"LPOS l a RANK -9223372036854775807", "$-1"},
		{"LPOS l a COUNT -1", "-ERR COUNT can't be negative"},
		{"LPOS l a MAXLEN x", "-ERR MAXLEN can't be negative"},
		{"LPOS l a MAXLEN", "-ERR syntax error"},
	}...)
}

func TestBlocking(t *testing.T) {
	for _, shards := range []int{1, 3} {
		h := commandtest.New(t, shards, Commands)
		putString(h, "str")
		h.Expect([][2]string{
			{"RPUSH l 1 2 3 4 5", ":5"},
			{"BLPOP nokey l 0", "*2|$1|l|$1|1"},
			{"BRPOP l 0", "*2|$1|l|$1|5"},
			{"BLMOVE l m RIGHT LEFT 0", "$1|4"},
			{"BRPOPLPUSH l m 0", "$1|3"},
			{"BLMPOP 0 2 nokey m LEFT COUNT 2", "*2|$1|m|*2|$1|3|$1|4"},
			{"BLPOP l -1", "-ERR timeout is negative"},
			{"BLPOP str 0", "-WRONGTYPE Operation against a key holding the wrong kind of value"},
			{"BLMOVE str l LEFT LEFT 0", "-WRONGTYPE Operation against a key holding the wrong kind of value"},
		}...)
		for _, c := range []struct {
			request, served string
			keys            []int
			also            int
		}{
			{"BLPOP a b 1.5", "*2|$1|b|$1|x", []int{1, 2}, 0},
			{"BRPOP a b 1.5", "*2|$1|b|$1|z", []int{1, 2}, 0},
			{"BLMPOP 1.5 2 a b RIGHT COUNT 2", "*2|$1|b|*2|$1|z|$1|y", []int{3, 4}, 0},
			{"BLMOVE b a LEFT LEFT 1.5", "$1|x", []int{1}, 2},
			{"BRPOPLPUSH b a 1.5", "$1|z", []int{1}, 2},
			{"BLMOVE b str LEFT LEFT 1.5", "-WRONGTYPE Operation against a key holding the wrong kind of value", []int{1}, 2},
		} {
			h.Dof("LTRIM a 1 0")
			h.Dof("LTRIM b 1 0")
			checkBlock(t, h, c.request, c.served, c.keys, c.also)
		}
	}
}

// checkBlock sends a request that blocks, and serves it once b holds x, y and z.
func checkBlock(t *testing.T, h *commandtest.Harness, request, served string, keys []int, also int) {
	t.Helper()
	if got := h.Dof("%s", request); got != "" {
		t.Fatalf("%s: replied %q", request, got)
	}
	block := *h.Ctx.Blocked()
	if block.Type != keyspace.List || !slices.Equal(block.Keys, keys) || block.Also != also || block.Timeout.Seconds() != 1.5 {
		t.Fatalf("%s: blocked with %+v", request, block)
	}
	block.Empty(&h.Ctx)
	if string(h.Ctx.Buf) != "*-1\r\n" {
		t.Errorf("%s: empty reply %q", request, h.Ctx.Buf)
	}
	h.Dof("RPUSH b x y z")
	h.Ctx.Buf = h.Ctx.Buf[:0]
	words := strings.Fields(request)
	args := make([][]byte, len(words))
	for i := range words {
		args[i] = []byte(words[i])
	}
	serve := command.Command{Spec: h.Row(words[0]).Spec, Run: func(ctx *command.Ctx) {
		block.Serve(ctx, slices.Index(words, "b"))
	}}
	h.Run(&serve, args)
	if got := string(h.Ctx.Buf); got != commandtest.Wire(served) {
		t.Errorf("%s: served with %q, want %q", request, got, commandtest.Wire(served))
	}
}

func TestRESP3Nulls(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Ctx.Proto = 3
	h.Expect([][2]string{{"LPOP l", "_"}, {"LPOP l 1", "_"}, {"LMPOP 1 l LEFT", "_"}, {"LPOS l x", "_"}}...)
}

func encoding(h *commandtest.Harness, name string) string {
	e := h.Key(name).Glance()
	if !e.Exists() {
		return "none"
	}
	return e.Encoding().String()
}

// The points of conversion are those of Redis 7.2.
func TestConversion(t *testing.T) {
	for name, c := range map[string]struct {
		size  int
		steps []string // requests, each followed by the encoding it leads to
	}{
		"bytes": {-2, []string{
			"RPUSH l " + strings.Repeat("a", 8185), "listpack", // 7 + 8185 = 8192
			"RPUSH l ", "quicklist",
		}},
		"one big element": {-2, []string{"RPUSH l " + strings.Repeat("a", 8186), "quicklist"}},
		"count": {3, []string{
			"RPUSH l 1 2 3", "listpack", "RPUSH l 4", "quicklist",
			"LPOP l", "quicklist", "LPOP l", "quicklist", "LPOP l", "listpack",
		}},
		"pivot that is not there": {2, []string{
			"RPUSH l 1 2", "listpack", "LINSERT l BEFORE x y", "quicklist",
		}},
		"set": {-1, []string{
			"RPUSH l a b", "listpack",
			"LSET l 0 " + strings.Repeat("c", 5000), "quicklist",
			"LSET l 0 a", "quicklist", // two chunks
			"LPOP l", "listpack",
		}},
		"trim":       {4, []string{"RPUSH l 1 2 3 4 5", "quicklist", "LTRIM l 1 2", "listpack"}},
		"rem":        {4, []string{"RPUSH l 1 1 1 4 5", "quicklist", "LREM l 0 1", "listpack", "LREM l 0 4", "listpack", "LREM l 0 5", "none"}},
		"move":       {2, []string{"RPUSH m 1 2 3", "none", "LMOVE m l LEFT LEFT", "listpack", "LMOVE m l LEFT LEFT", "listpack", "LMOVE m l LEFT LEFT", "quicklist"}},
		"to the end": {1, []string{"RPUSH l 1", "listpack", "RPUSH l 2", "quicklist", "LPOP l", "quicklist", "LPOP l", "none"}},
		"many at once": {-2, []string{
			"RPUSH l " + strings.Repeat("element ", 2000), "quicklist",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			h := commandtest.New(t, 1, Commands)
			s := keyspace.DefaultSettings()
			s.ListMaxListpackSize = c.size
			h.Set(s)
			for i := 0; i < len(c.steps); i += 2 {
				reply := h.Do(strings.Split(c.steps[i], " ")...)
				if got := encoding(h, "l"); got != c.steps[i+1] {
					t.Fatalf("step %d, reply %.50q: %s, want %s", i/2, reply, got, c.steps[i+1])
				}
			}
		})
	}
}

// Expiry and accounting survive every change of encoding.
func TestExpiryAndAccounting(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Dof("RPUSH l a b c")
	at := h.Now() + 1000
	h.Key("l").Glance().SetExpiry(at)
	for _, request := range []string{
		"RPUSH l " + strings.Repeat("x", 9000), "LSET l 0 y", "LTRIM l 0 1", "LPUSH l 1", "LMOVE l l LEFT RIGHT",
		"RPUSH l " + strings.Repeat("word ", 3000), "LREM l 0 word",
	} {
		h.Dof("%s", request)
		if got := h.Key("l").Glance().Expiry(); got != at {
			t.Fatalf("%.20s: expiry %d, want %d", request, got, at)
		}
	}
	h.Advance(1000)
	h.Expect([2]string{"LLEN l", ":0"})
	empty := h.Spaces[0].UsedBytes()
	h.Dof("RPUSH l %s", strings.Repeat("word ", 5000))
	if used := h.Spaces[0].UsedBytes() - empty; used < 25000 || used > 60000 {
		t.Errorf("5000 words take %d bytes", used)
	}
	h.Dof("LREM l 4000 word")
	h.Dof("LPOP l 1000")
	if used := h.Spaces[0].UsedBytes(); used > empty+1024 {
		t.Errorf("%d bytes are left of a list that is gone", used-empty)
	}
}

// A list behaves the same whatever its encoding: the same requests under every
// limit give the same replies.
func TestEncodingsAgree(t *testing.T) {
	sizes := []int{-2, -1, 1, 4}
	var hs []*commandtest.Harness
	for i, size := range sizes {
		h := commandtest.New(t, 1+i%2*2, Commands)
		s := keyspace.DefaultSettings()
		s.ListMaxListpackSize = size
		h.Set(s)
		hs = append(hs, h)
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, h := range hs {
			h.Dof("LTRIM l 1 0")
			h.Dof("LTRIM m 1 0")
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			request := requests().Draw(t, "request")
			want := hs[0].Do(request...)
			for i, h := range hs[1:] {
				if got := h.Do(request...); got != want {
					t.Fatalf("%q with list-max-listpack-size %d: %.100q, with %d %.100q", request, sizes[i+1], got, sizes[0], want)
				}
			}
		}
	})
}

// requests are legal requests to two lists.
func requests() *rapid.Generator[[]string] {
	return rapid.Custom(func(t *rapid.T) []string {
		key := rapid.SampledFrom([]string{"l", "l", "m"})
		index := rapid.Map(rapid.IntRange(-30, 30), strconv.Itoa)
		end := rapid.SampledFrom([]string{"LEFT", "RIGHT"})
		k, x := key.Draw(t, "key"), texts().Draw(t, "text")
		switch rapid.IntRange(0, 11).Draw(t, "command") {
		case 0, 1, 2:
			return []string{"LPUSH", k, x, texts().Draw(t, "text")}
		case 3, 4:
			return append([]string{"RPUSH", k}, slices.Repeat([]string{x}, rapid.IntRange(1, 20).Draw(t, "times"))...)
		case 5:
			return []string{"RPOP", k, strconv.Itoa(rapid.IntRange(0, 10).Draw(t, "count"))}
		case 6:
			return []string{"LSET", k, index.Draw(t, "index"), x}
		case 7:
			return []string{"LINSERT", k, rapid.SampledFrom([]string{"BEFORE", "AFTER"}).Draw(t, "where"), texts().Draw(t, "pivot"), x}
		case 8:
			return []string{"LREM", k, index.Draw(t, "count"), x}
		case 9:
			return []string{"LMOVE", k, key.Draw(t, "to"), end.Draw(t, "from"), end.Draw(t, "to")}
		case 10:
			return []string{"LPOS", k, x, "RANK", strconv.Itoa(rapid.IntRange(1, 3).Draw(t, "rank")), "COUNT", "0"}
		default:
			return []string{"LRANGE", k, index.Draw(t, "start"), index.Draw(t, "stop")}
		}
	})
}

// quiet lets a Harness that was made outside of the fuzzed function be used in it.
type quiet struct{ testing.TB }

func (quiet) Helper() {}

func FuzzHandlers(f *testing.F) {
	for i := range Commands {
		f.Add(uint8(i), "l 1 a", int8(-2))
	}
	f.Add(uint8(1), "1 1 l LEFT COUNT 2", int8(1))
	f.Add(uint8(11), "l a RANK -1 COUNT 2 MAXLEN 3", int8(3))
	h := commandtest.New(quiet{f}, 2, Commands)
	f.Fuzz(func(t *testing.T, row uint8, words string, size int8) {
		s := keyspace.DefaultSettings()
		s.ListMaxListpackSize = int(size)
		h.Set(s)
		putString(h, "str")
		h.Dof("RPUSH l 1 a 1 bb -70000 1 c")
		request := append([]string{Commands[int(row)%len(Commands)].Name}, strings.Split(words, " ")...)
		got := h.Do(request...)
		blocked := got == "" && h.Ctx.Blocked() != nil
		if n, ok := commandtest.Replies([]byte(got)); !blocked && (!ok || n != 1) {
			t.Fatalf("%q: replied %q", request, got)
		}
		for _, name := range append(request, "l", "str") {
			if e := h.Key(name).Glance(); e.Exists() {
				e.Delete()
			}
		}
		if n := h.Spaces[0].DB(0).Len() + h.Spaces[1].DB(0).Len(); n != 0 {
			t.Fatalf("%q: %d keys nobody named", request, n)
		}
	})
}

func TestNoAllocations(t *testing.T) {
	for _, n := range []int{3, 20000} {
		h := commandtest.New(t, 1, Commands)
		for i := range n {
			h.Dof("RPUSH l element:%06d", i)
		}
		for _, request := range []string{
			"LLEN l", "LINDEX l 1", "LPOS l element:000002", "LMOVE l l LEFT RIGHT", "LSET l 0 element:999999",
			"LMPOP 1 nokey LEFT", "LTRIM l 0 -1", "LREM l 1 nothing", "LRANGE l 0 99", "LPUSHX nokey x",
		} {
			checkAllocs(t, h, n, request)
		}
		checkAllocs(t, h, n, "LPUSH l element:000000", "RPOP l")
		checkAllocs(t, h, n, "RPUSH l element:000000", "LPOP l")
	}
}

// call is a request that is ready to run.
type call struct {
	row  *command.Command
	args [][]byte
}

func calls(h *commandtest.Harness, requests []string) []call {
	var ready []call
	for _, request := range requests {
		words := strings.Fields(request)
		c := call{row: h.Row(words...)}
		for _, w := range words {
			c.args = append(c.args, []byte(w))
		}
		ready = append(ready, c)
	}
	return ready
}

func run(h *commandtest.Harness, ready []call) {
	for i := range ready {
		h.Ctx.Buf = h.Ctx.Buf[:0]
		h.Run(ready[i].row, ready[i].args)
	}
}

// checkAllocs runs requests, which together leave the list as long as it was.
func checkAllocs(t *testing.T, h *commandtest.Harness, n int, requests ...string) {
	t.Helper()
	ready := calls(h, requests)
	if got := testing.AllocsPerRun(1000, func() { run(h, ready) }); got > 0 {
		t.Errorf("%q on %d elements: %v allocations", requests, n, got)
	}
}

func BenchmarkCommands(b *testing.B) {
	for _, n := range []int{100, 1_000_000} {
		h := commandtest.New(b, 1, Commands)
		fill := slices.Insert(slices.Repeat([]string{"element:123"}, 100), 0, "RPUSH", "l")
		for i := 0; i < n; i += 100 {
			h.Do(fill...)
		}
		for _, requests := range [][]string{
			{"LLEN l"},
			{"LPUSH l element:123", "RPOP l"},
			{"LPUSH l element:123", "LPOP l"},
			{"LMOVE l l LEFT RIGHT"},
			{"LINDEX l 49"},
			{"LRANGE l 0 99"},
			{"LRANGE l 0 599"},
		} {
			ready := calls(h, requests)
			b.Run(fmt.Sprintf("%d/%s", n, strings.Join(requests, "+")), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					run(h, ready)
				}
			})
		}
	}
}
