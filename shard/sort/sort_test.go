package sort

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/hash"
	"github.com/troupe-db/troupe/shard/list"
	"github.com/troupe-db/troupe/shard/set"
	"github.com/troupe-db/troupe/shard/str"
	"github.com/troupe-db/troupe/shard/zset"
)

func newHarness(tb testing.TB, shards int) *commandtest.Harness {
	return commandtest.New(tb, shards, Commands, generic.Commands, str.Commands, list.Commands, set.Commands,
		zset.Commands, hash.Commands)
}

// The replies are those of Redis 7.0.15.
func TestReplies(t *testing.T) {
	for _, shards := range []int{1, 5} {
		h := newHarness(t, shards)
		h.Expect([][2]string{
			{"RPUSH ids 1 2 3 4", ":4"},
			{"MSET w_1 30 w_2 20 w_3 10", "+OK"},
			{"HSET u_1 name Zoe", ":1"},
			{"HSET u_2 name Ann", ":1"},
			{"SORT ids BY w_*", "*4|$1|4|$1|3|$1|2|$1|1"},
			{"SORT ids BY w_* LIMIT 1 1 GET # GET u_*->name", "*2|$1|3|$-1"},
			{"SORT ids BY u_*->name ALPHA DESC", "*4|$1|1|$1|2|$1|3|$1|4"},
			{"SORT ids DESC STORE out GET u_*->name", ":4"},
			{"LRANGE out 0 -1", "*4|$0||$0||$3|Ann|$3|Zoe"},
			{"SORT w_1", "-WRONGTYPE Operation against a key holding the wrong kind of value"},
			{"SORT_RO ids STORE out", "-ERR syntax error"},
			{"SORT u_1 BY", "-ERR syntax error"},
		}...)
	}
}

// TestDatabase checks that patterns lead to keys of the selected database.
func TestDatabase(t *testing.T) {
	h := newHarness(t, 3)
	h.Dof("MSET w_1 1 w_2 2")
	h.Select(4)
	h.Dof("RPUSH l 1 2")
	h.Dof("MSET w_1 2 w_2 1")
	h.Expect([2]string{"SORT l BY w_* STORE out", ":2"}, [2]string{"LRANGE out 0 -1", "*2|$1|2|$1|1"})
	h.Select(0)
	h.Expect([2]string{"EXISTS out", ":0"})
}

// TestKeys checks which arguments the router and COMMAND GETKEYS take for keys.
func TestKeys(t *testing.T) {
	for request, want := range map[string]string{
		"sort k":                              "1",
		"sort k STORE d":                      "1 3",
		"sort k STORE d STORE e":              "1 5",
		"sort k LIMIT 0 STORE store d":        "1 6",
		"sort k BY STORE GET STORE STORE d":   "1 7",
		"sort k FOO store d":                  "1 4",
		"sort k STORE":                        "1",
		"sort k BY":                           "1",
		"sort_ro k STORE d":                   "1",
		"sort k GET w_* LIMIT 1 2 ALPHA DESC": "1",
	} {
		var args [][]byte
		for _, word := range strings.Fields(request) {
			args = append(args, []byte(word))
		}
		row := &Commands[0]
		if string(args[0]) == "sort_ro" {
			row = &Commands[1]
		}
		refs, err := row.AppendKeys(nil, args)
		if err != nil {
			t.Errorf("%s: %v", request, err)
		}
		var got []string
		for _, ref := range refs {
			got = append(got, strconv.Itoa(ref.Index))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: keys %v, want %s", request, got, want)
		}
	}
}

func TestPattern(t *testing.T) {
	for text, want := range map[string]pattern{
		"#":        {itself: true},
		"#\x00x":   {itself: true},
		"##":       {},
		"":         {},
		"fixed":    {},
		"a\x00*":   {},
		"*":        {star: true},
		"w_*":      {star: true, before: []byte("w_")},
		"a*b*c":    {star: true, before: []byte("a"), behind: []byte("b*c")},
		"h*->f":    {star: true, before: []byte("h"), field: []byte("f")},
		"h*x->f->": {star: true, before: []byte("h"), behind: []byte("x"), field: []byte("f->")},
		"h*->":     {star: true, before: []byte("h"), behind: []byte("->")},
		"a->b*":    {star: true, before: []byte("a->b")},
	} {
		got := patternOf([]byte(text))
		if got.itself != want.itself || got.star != want.star || (got.field == nil) != (want.field == nil) ||
			!bytes.Equal(got.before, want.before) || !bytes.Equal(got.behind, want.behind) || !bytes.Equal(got.field, want.field) {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestScore(t *testing.T) {
	for text, want := range map[string]string{
		"": "0", "1": "1", "-2.5": "-2.5", " \t3": "3", "0x10": "16", "1e3": "1000", "inf": "+Inf", "12\x00abc": "12",
		" ": "", "1 ": "", "nan": "", "1e999": "", "1e-999": "", "abc": "", "\x00": "0",
	} {
		score, ok := parseScore([]byte(text))
		got := strconv.FormatFloat(score, 'g', -1, 64)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %s %t, want %q", text, got, ok, want)
		}
	}
}

// TestTwin sorts random numbers in all encodings of all sources and compares with
// a plain sort.
func TestTwin(t *testing.T) {
	h := newHarness(t, 3)
	const seed = 7
	rnd := rand.New(rand.NewPCG(seed, 0))
	for round := range 60 {
		h.Clear()
		members := map[int]bool{}
		for range 1 + rnd.IntN(600) {
			members[rnd.IntN(2000)-1000] = true
		}
		var want []int
		for n := range members {
			want = append(want, n)
			h.Do("RPUSH", "list", strconv.Itoa(n))
			h.Do("SADD", "set", strconv.Itoa(n))
			h.Do("ZADD", "zset", strconv.Itoa(n%7), strconv.Itoa(n))
		}
		slices.Sort(want)
		options := ""
		if rnd.IntN(2) == 0 {
			slices.Reverse(want)
			options += " DESC"
		}
		if rnd.IntN(3) > 0 {
			first, count := rnd.IntN(len(want)+1), rnd.IntN(len(want)+1)
			options += fmt.Sprintf(" LIMIT %d %d", first, count)
			want = want[first:min(first+count, len(want))]
		}
		var reply strings.Builder
		fmt.Fprintf(&reply, "*%d\r\n", len(want))
		for _, n := range want {
			text := strconv.Itoa(n)
			fmt.Fprintf(&reply, "$%d\r\n%s\r\n", len(text), text)
		}
		for _, source := range []string{"list", "set", "zset"} {
			if got := h.Dof("SORT %s%s", source, options); got != reply.String() {
				t.Fatalf("seed %d, round %d: SORT %s%s\n got %q\nwant %q", seed, round, source, options, got, reply.String())
			}
			h.Dof("SORT %s%s STORE out", source, options)
			if got := h.Dof("LRANGE out 0 -1"); got != reply.String() {
				t.Fatalf("seed %d, round %d: SORT %s%s STORE\n got %q\nwant %q", seed, round, source, options, got, reply.String())
			}
		}
	}
}

// TestTies checks that elements of equal weight keep their order, whatever part of
// them is asked for.
func TestTies(t *testing.T) {
	h := newHarness(t, 1)
	var want []string
	for i := range 50 {
		name := fmt.Sprintf("e%02d", i*37%50)
		want = append(want, name)
		h.Do("RPUSH", "l", name)
		h.Do("SET", "w_"+name, "same")
	}
	for _, limit := range []int{1, 3, 12, 13, 50} {
		for _, order := range []string{"ASC", "DESC"} {
			reply := h.Dof("SORT l BY w_* ALPHA %s LIMIT 0 %d", order, limit)
			if got := strings.Count(reply, "$"); got != limit {
				t.Errorf("LIMIT 0 %d: %d elements", limit, got)
			}
			at := 0
			for _, name := range want[:limit] {
				next := strings.Index(reply, name)
				if next < at {
					t.Fatalf("%s LIMIT 0 %d: %q is not the order of %q", order, limit, reply, want)
				}
				at = next
			}
		}
	}
}

// TestExpired checks that keys whose time has come are no weights.
func TestExpired(t *testing.T) {
	h := newHarness(t, 3)
	h.Dof("RPUSH l 1 2 3")
	h.Dof("SET w_1 5")
	h.Dof("SET w_2 3 PX 10")
	h.Dof("HSET h_1 f x g y")
	h.Dof("HPEXPIRE h_1 10 FIELDS 1 f")
	h.Expect([2]string{"SORT l BY w_* GET # GET h_*->f", "*6|$1|3|$-1|$1|2|$-1|$1|1|$1|x"})
	h.Advance(10)
	h.Expect([2]string{"SORT l BY w_* GET # GET h_*->f", "*6|$1|2|$-1|$1|3|$-1|$1|1|$-1"})
	h.Expect([2]string{"SORT l BY w_* DESC GET h_*->g", "*3|$1|y|$-1|$-1"})
}

// BenchmarkSort sorts 10,000 numbers, all of them and the first ten.
func BenchmarkSort(b *testing.B) {
	h := newHarness(b, 1)
	for i := range 10_000 {
		h.Do("RPUSH", "l", strconv.Itoa(i*7919%10_007))
	}
	row := h.Row("SORT")
	for name, request := range map[string]string{"all": "SORT l", "ten": "SORT l LIMIT 0 10", "weights": "SORT l BY w_*"} {
		var args [][]byte
		for _, word := range strings.Fields(request) {
			args = append(args, []byte(word))
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				h.Ctx.Buf = h.Ctx.Buf[:0]
				h.Run(row, args)
			}
		})
	}
}

// FuzzScript holds SORT to the contract of a handler.
func FuzzScript(f *testing.F) {
	for _, script := range []string{
		"RPUSH l 1 2 3\nSORT l BY w_* GET # GET h_*->f LIMIT 0 2 DESC STORE out\nLRANGE out 0 -1",
		"SADD s a b\nSORT s ALPHA\nSORT s BY x STORE s\nSORT s",
		"ZADD z 1 a 2 b\nSORT z BY nosort DESC LIMIT 1 1\nSORT z LIMIT -1 -1 ALPHA",
		"SET w_1 x\nRPUSH l 1\nSORT l BY w_*\nSORT_RO l BY w_* ALPHA GET w_*",
		"HSET h_1 f v\nRPUSH l 1\nSORT l GET h_*->f GET *->f GET h_*->",
	} {
		f.Add([]byte(script))
	}
	h := newHarness(f, 3)
	f.Fuzz(func(t *testing.T, script []byte) { h.Script(t, script) })
}

// TestRows checks the description of both commands.
func TestRows(t *testing.T) {
	for i := range Commands {
		if err := Commands[i].Validate(); err != nil {
			t.Error(err)
		}
	}
	if first := Commands[0].FirstKey(); first != 0 {
		t.Errorf("SORT is routed by argument %d alone", first)
	}
}
