package stream

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

const wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"

// putString gives name a string, which no stream command may work on.
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
			{"XADD s 1-1 f v", "$3|1-1"},
			{"XADD s 1-* f v g w", "$3|1-2"},
			{"XADD s 3 n 17", "$3|3-0"},
			{"XADD s * f v", fmt.Sprintf("$15|%d-0", commandtest.Start)},
			{"XADD s * f v", fmt.Sprintf("$15|%d-1", commandtest.Start)},
			{"XLEN s", ":5"},
			{"XLEN none", ":0"},
			{"XLEN str", wrongType},
			{"XADD s NOMKSTREAM 1-1 f v", "-ERR The ID specified in XADD is equal or smaller than the target stream top item"},
			{"XADD none NOMKSTREAM * f v", "$-1"},
			{"XADD s 0-0 f v", "-ERR The ID specified in XADD must be greater than 0-0"},
			{"XADD s x f v", "-ERR Invalid stream ID specified as stream command argument"},
			{"XADD s * f", "-ERR wrong number of arguments for 'xadd' command"},
			{"XADD str * f v", wrongType},
			{"XRANGE s - + COUNT 2", "*2|*2|$3|1-1|*2|$1|f|$1|v|*2|$3|1-2|*4|$1|f|$1|v|$1|g|$1|w"},
			{"XRANGE s (1-1 (3-0", "*1|*2|$3|1-2|*4|$1|f|$1|v|$1|g|$1|w"},
			{"XREVRANGE s 3 2", "*1|*2|$3|3-0|*2|$1|n|$2|17"},
			{"XRANGE s - + COUNT 0", "*-1"},
			{"XRANGE none - +", "*0"},
			{"XRANGE s (18446744073709551615-18446744073709551615 +", "-ERR invalid start ID for the interval"},
			{"XRANGE s - (0-0", "-ERR invalid end ID for the interval"},
			{"XDEL s 1-2 1-2 9-9", ":1"},
			{"XTRIM s MAXLEN = 2", ":2"},
			{"XTRIM s MAXLEN ~ 0", ":2"},
			{"XLEN s", ":0"},
			{"XTRIM s MAXLEN -1", "-ERR The MAXLEN argument must be >= 0."},
			{"XTRIM s MAXLEN 1 LIMIT 5", "-ERR syntax error, LIMIT cannot be used without the special ~ option"},
			{"XSETID s 5-0", "+OK"},
			{"XADD s 18446744073709551615-18446744073709551615 f v", "$41|18446744073709551615-18446744073709551615"},
			{"XADD s * f v", "-ERR The stream has exhausted the last possible ID, unable to add more items"},
			{"XADD s MAXLEN 1 MINID 1 * f v", "-ERR syntax error, MAXLEN and MINID options at the same time are not compatible"},
		}...)
	}
}

func TestGroupReplies(t *testing.T) {
	for _, shards := range []int{1, 3} {
		h := commandtest.New(t, shards, Commands)
		one, two := "*2|$3|1-0|*2|$1|f|$1|v", "*2|$3|2-0|*2|$1|f|$1|w"
		h.Expect([][2]string{
			{"XGROUP CREATE s g $", "-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically."},
			{"XGROUP CREATE s g $ MKSTREAM", "+OK"},
			{"XGROUP CREATE s g 0", "-BUSYGROUP Consumer Group name already exists"},
			{"XADD s 1 f v", "$3|1-0"},
			{"XADD s 2 f w", "$3|2-0"},
			{"XREADGROUP GROUP g c COUNT 1 STREAMS s >", "*1|*2|$1|s|*1|" + one},
			{"XREADGROUP GROUP g d STREAMS s >", "*1|*2|$1|s|*1|" + two},
			{"XREADGROUP GROUP g d STREAMS s >", "*-1"},
			{"XREADGROUP GROUP g c STREAMS s 0", "*1|*2|$1|s|*1|" + one},
			{"XREADGROUP GROUP g c STREAMS none >", "-NOGROUP No such key 'none' or consumer group 'g' in XREADGROUP with GROUP option"},
			{"XPENDING s g", "*4|:2|$3|1-0|$3|2-0|*2|*2|$1|c|$1|1|*2|$1|d|$1|1"},
			{"XPENDING s g - + 10 c", "*1|*4|$3|1-0|$1|c|:0|:2"},
			{"XCLAIM s g d 0 1-0 JUSTID", "*1|$3|1-0"},
			{"XAUTOCLAIM s g c 0 2 COUNT 1", "*3|$3|0-0|*1|" + two + "|*0"},
			{"XDEL s 1-0", ":1"},
			{"XREADGROUP GROUP g d STREAMS s 0", "*1|*2|$1|s|*1|*2|$3|1-0|*-1"},
			{"XAUTOCLAIM s g c 0 0", "*3|$3|0-0|*1|" + two + "|*1|$3|1-0"},
			{"XACK s g 1-0 2-0", ":1"},
			{"XACK s nog x", ":0"},
			{"XPENDING s g", "*4|:0|$-1|$-1|*-1"},
			{"XGROUP CREATECONSUMER s g e", ":1"},
			{"XGROUP CREATECONSUMER s g e", ":0"},
			{"XGROUP DELCONSUMER s g e", ":0"},
			{"XGROUP SETID s nog 0", "-NOGROUP No such consumer group 'nog' for key name 's'"},
			{"XGROUP SETID s g 0", "+OK"},
			{"XINFO GROUPS s", "*1|*12|$4|name|$1|g|$9|consumers|:2|$7|pending|:0|$17|last-delivered-id|$3|0-0|$12|entries-read|$-1|$3|lag|:1"},
			{"XGROUP DESTROY s g", ":1"},
			{"XGROUP DESTROY s g", ":0"},
			{"XINFO GROUPS s", "*0"},
			{"XINFO STREAM none", "-ERR no such key"},
			{"XINFO STREAM s MORE", "-ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP."},
		}...)
	}
}

// Names of groups and consumers may be words of the command; the keys are found
// all the same, and no others are touched. A request that blocks is known by its
// options.
func TestOptionsAmongOddNames(t *testing.T) {
	for line, want := range map[string][]int{
		"XREAD STREAMS a 0":                                    {2},
		"XREAD COUNT 1 BLOCK 5 STREAMS a b 0 0":                {6, 7},
		"XREADGROUP GROUP streams STREAMS STREAMS a >":         {5},
		"XREADGROUP GROUP streams STREAMS BLOCK 1 STREAMS a >": {7},
		"XREADGROUP NOACK GROUP g STREAMS STREAMS a >":         {6},
		"XREADGROUP GROUP count block COUNT 1 STREAMS a >":     {7},
		"XREAD STREAMS a":                                      nil,
		"XREAD COUNT STREAMS a 0":                              nil,
		"XREAD BLOCK":                                          nil,
		"XREADGROUP GROUP g STREAMS":                           nil,
	} {
		args := byteSlices(strings.Fields(line))
		refs, err := readKeys(nil, args)
		var got []int
		for _, ref := range refs {
			got = append(got, ref.Index)
		}
		if !slices.Equal(got, want) || (err != nil) != (want == nil) {
			t.Errorf("%s: keys at %v, %v; want %v", line, got, err, want)
		}
		if got := readWaits(args); want != nil && got != strings.Contains(line, "BLOCK ") {
			t.Errorf("%s: may wait %v", line, got)
		}
	}
}

// TestOnlyWhoMayWaitWaits has every request of odd words that blocks be known.
func TestOnlyWhoMayWaitWaits(t *testing.T) {
	h := commandtest.New(t, 2, Commands)
	rapid.Check(t, func(rt *rapid.T) {
		words := []string{rapid.SampledFrom([]string{"XREAD", "XREADGROUP"}).Draw(rt, "command")}
		words = append(words, rapid.SliceOfN(rapid.SampledFrom([]string{
			"BLOCK", "STREAMS", "GROUP", "COUNT", "NOACK", "1", "0", "$", ">", "s",
		}), 3, 12).Draw(rt, "words")...)
		h.Clear()
		h.Dof("XGROUP CREATE s BLOCK $ MKSTREAM")
		h.Dof("XGROUP CREATE s STREAMS $")
		row := h.Row(words[0])
		if reply := h.Do(words...); reply == "" && !row.Waits(byteSlices(words)) {
			rt.Fatalf("%q blocks and was not expected to", words)
		}
	})
}

func TestBlocking(t *testing.T) {
	for _, c := range []struct{ request, served, after string }{
		{"XREAD BLOCK 1500 STREAMS a s 0 $", "*1|*2|$1|s|*1|*2|$3|9-0|*2|$1|f|$1|v", "XADD s 9 f v"},
		{"XREAD BLOCK 1500 STREAMS a s + +", "*1|*2|$1|s|*1|*2|$3|9-0|*2|$1|f|$1|v", "XADD s 9 f v"},
		{"XREADGROUP GROUP g c BLOCK 1500 STREAMS s >", "*1|*2|$1|s|*1|*2|$3|9-0|*2|$1|f|$1|v", "XADD s 9 f v"},
		{"XREADGROUP GROUP g c BLOCK 1500 STREAMS s >", "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option", "XGROUP DESTROY s g"},
	} {
		for _, shards := range []int{1, 3} {
			h := commandtest.New(t, shards, Commands)
			h.Dof("XGROUP CREATE s g $ MKSTREAM")
			if got := h.Dof("%s", c.request); got != "" {
				t.Fatalf("%s: replied %q", c.request, got)
			}
			block := *h.Ctx.Blocked()
			if block.Type != keyspace.Stream || block.Timeout != 1500*time.Millisecond {
				t.Fatalf("%s: blocked with %+v", c.request, block)
			}
			words := strings.Fields(c.request)
			at := slices.Index(words, "s")
			var ready bool
			serve := command.Command{Spec: h.Row(words[0]).Spec, Run: func(ctx *command.Ctx) {
				if ready = block.Ready(ctx, at); ready {
					block.Serve(ctx, at)
				}
			}}
			h.Ctx.Buf = h.Ctx.Buf[:0]
			h.Run(&serve, byteSlices(words))
			if ready {
				t.Errorf("%s: served before there is anything", c.request)
			}
			h.Dof("%s", c.after)
			h.Ctx.Buf = h.Ctx.Buf[:0]
			h.Run(&serve, byteSlices(words))
			if got := string(h.Ctx.Buf); got != commandtest.Wire(c.served) {
				t.Errorf("%s: served with %q, want %q", c.request, got, commandtest.Wire(c.served))
			}
			h.Ctx.Buf = h.Ctx.Buf[:0]
			block.Empty(&h.Ctx)
			if string(h.Ctx.Buf) != "*-1\r\n" {
				t.Errorf("%s: empty reply %q", c.request, h.Ctx.Buf)
			}
		}
	}
}

func TestReadsTheLastEntry(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Expect([][2]string{
		{"XADD s 1 f v", "$3|1-0"},
		{"XADD s 2 f w", "$3|2-0"},
		{"XREAD STREAMS s +", "*1|*2|$1|s|*1|*2|$3|2-0|*2|$1|f|$1|w"},
		{"XDEL s 2", ":1"},
		{"XREAD STREAMS s +", "*1|*2|$1|s|*1|*2|$3|1-0|*2|$1|f|$1|v"},
		{"XDEL s 1", ":1"},
		{"XREAD STREAMS s none + +", "*-1"},
		{"XGROUP CREATE s g 0", "+OK"},
		{"XREADGROUP GROUP g c STREAMS s +", "-" + command.ErrPlusInGroup},
	}...)
}

func TestRESP3(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Ctx.Proto = 3
	h.Expect([][2]string{
		{"XADD s 1 f v", "$3|1-0"},
		{"XREAD STREAMS s none 0 0", "%1|$1|s|*1|*2|$3|1-0|*2|$1|f|$1|v"},
		{"XREAD STREAMS s 1", "_"},
		{"XGROUP CREATE s g 0", "+OK"},
		{"XPENDING s g", "*4|:0|_|_|_"},
		{"XREADGROUP GROUP g c STREAMS s >", "%1|$1|s|*1|*2|$3|1-0|*2|$1|f|$1|v"},
		{"XINFO CONSUMERS s g", "*1|%4|$4|name|$1|c|$7|pending|:1|$4|idle|:0|$8|inactive|:0"},
	}...)
}

// Consumers that got nothing have no active time.
func TestSeenAndActive(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	consumer := func(idle, inactive int) [2]string {
		return [2]string{"XINFO CONSUMERS s g", fmt.Sprintf("*1|*8|$4|name|$1|c|$7|pending|:0|$4|idle|:%d|$8|inactive|:%d", idle, inactive)}
	}
	h.Expect([][2]string{{"XGROUP CREATE s g 0 MKSTREAM", "+OK"}, {"XREADGROUP GROUP g c STREAMS s >", "*-1"}}...)
	h.Advance(10)
	h.Expect(consumer(10, -1))
	h.Dof("XADD s 1 f v")
	h.Dof("XREADGROUP GROUP g c NOACK STREAMS s >")
	h.Advance(5)
	h.Expect(consumer(5, 5))
	h.Dof("XCLAIM s g c 0 7-7")
	h.Advance(1)
	h.Expect(consumer(1, 6))
}

// TestPendingHasOneOwner runs commands on groups at random and checks what the
// doc of group promises, and the books.
func TestPendingHasOneOwner(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	rapid.Check(t, func(rt *rapid.T) {
		h.Clear()
		h.Dof("XGROUP CREATE s g 0 MKSTREAM")
		id := func() string { return fmt.Sprint(rapid.IntRange(1, 60).Draw(rt, "id")) }
		next := 1
		for range rapid.IntRange(1, 120).Draw(rt, "steps") {
			c := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "consumer")
			switch rapid.IntRange(0, 10).Draw(rt, "op") {
			case 0, 1:
				h.Dof("XADD s %d f v", next)
				next++
			case 2, 3:
				h.Dof("XREADGROUP GROUP g %s COUNT 3 STREAMS s >", c)
			case 4:
				h.Dof("XACK s g %s %s %s", id(), id(), id())
			case 5:
				h.Dof("XCLAIM s g %s 0 %s %s FORCE", c, id(), id())
			case 6:
				h.Dof("XAUTOCLAIM s g %s 0 %s COUNT 2", c, id())
			case 7:
				h.Dof("XDEL s %s %s", id(), id())
			case 8:
				h.Dof("XGROUP DELCONSUMER s g %s", c)
			case 9:
				h.Dof("XGROUP SETID s g %s", id())
			default:
				h.Dof("XREADGROUP GROUP g %s STREAMS s %s", c, id())
			}
			s := h.Key("s").Glance().Object().(*Stream)
			checkGroup(rt, s, s.group([]byte("g")))
			if s.Clone(); s.Bytes() != h.Key("s").Glance().RecordBytes()-emptyRecord(h) {
				rt.Fatalf("the books are wrong")
			}
		}
	})
}

// emptyRecord returns what a record takes whose Object takes nothing.
func emptyRecord(h *commandtest.Harness) int64 {
	e := h.Key("s").Glance()
	return e.RecordBytes() - e.Object().Bytes()
}

func checkGroup(rt *rapid.T, s *Stream, g *group) {
	owned := 0
	for _, c := range g.consumers {
		if g.roster[c.number] != c {
			rt.Fatalf("consumer %s is not number %d", c.name, c.number)
		}
		for p := c.owned.seek(ID{}); c.owned.has(p); p = c.owned.next(p) {
			id, _ := c.owned.at(p)
			if n := g.pending.find(id); n == nil || g.owner(n) != c {
				rt.Fatalf("%s is pending for %s: %v", id, c.name, n)
			}
		}
		owned += c.owned.n
	}
	if owned != g.pending.n {
		rt.Fatalf("%d entries are pending, %d for some consumer", g.pending.n, owned)
	}
	twin := s.Clone().(*Stream).group([]byte("g"))
	if twin.pending.n != g.pending.n || len(twin.consumers) != len(g.consumers) || twin.last != g.last {
		rt.Fatalf("a copy has %d pending and %d consumers", twin.pending.n, len(twin.consumers))
	}
}

// TestAllocations checks that adding and reading allocate nothing but what keeps
// the entries: a hundred of them share what a chunk and its slab cost.
func TestAllocations(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for _, c := range []struct {
		line string
		most float64
	}{
		{"XADD s * sensor 1234 temperature 19.8", 0.01},
		{"XADD s MAXLEN 1000 * sensor 1234 temperature 19.8", 0.01},
		{"XADD s MAXLEN ~ 1000 * f " + strings.Repeat("v", 30), 0.03},
		{"XLEN s", 0},
		{"XRANGE s - + COUNT 10", 0},
		{"XREVRANGE s + - COUNT 1", 0},
		{"XTRIM s MAXLEN 100000", 0},
		{"XPENDING s g", 0},
		{"XREAD COUNT 5 STREAMS s $", 0},
		{"XREAD COUNT 5 STREAMS s 0", 0},
		{"XREADGROUP GROUP g c COUNT 1 STREAMS s >", 0.2},
		{"XACK s g 1-1 2-2", 0},
	} {
		h.Clear()
		h.Dof("XGROUP CREATE s g 0 MKSTREAM")
		for range 2000 {
			h.Dof("XADD s * sensor 1234 temperature 19.8")
		}
		words := strings.Fields(c.line)
		row, args := h.Row(words...), byteSlices(words)
		const each = 1000
		got := testing.AllocsPerRun(3, func() {
			for range each {
				h.Ctx.Buf = h.Ctx.Buf[:0]
				h.Run(row, args)
			}
		})
		if got > c.most*each {
			t.Errorf("%s: %v allocations in a thousand", c.line, got)
		}
	}
}

// FuzzCommands runs arbitrary requests to every row of the table.
func FuzzCommands(f *testing.F) {
	for _, script := range []string{
		"XADD s 1-1 f v\nXADD s 1-* f v g w\nXADD s MAXLEN ~ 1 LIMIT 5 * f v\nXRANGE s - + COUNT 1\nXREVRANGE s + (1-1\nXDEL s 1-1 1-2",
		"XGROUP CREATE s g 0 MKSTREAM ENTRIESREAD 5\nXADD s 5 f v\nXREADGROUP GROUP g c NOACK STREAMS s >\nXREADGROUP GROUP g c BLOCK 0 STREAMS s t > 0\nXACK s g 5",
		"XADD s 5 f v\nXGROUP CREATE s g 0\nXREADGROUP GROUP g c STREAMS s >\nXCLAIM s g d 0 5 IDLE 5 TIME -1 RETRYCOUNT 9 FORCE JUSTID LASTID 7\nXAUTOCLAIM s g c 0 (0-1 COUNT 9\nXPENDING s g IDLE 1 - + 9 d",
		"XINFO STREAM s FULL COUNT 0\nXINFO GROUPS s\nXINFO CONSUMERS s g\nXGROUP DELCONSUMER s g c\nXGROUP DESTROY s g\nXSETID s 9 ENTRIESADDED 9 MAXDELETEDID 1",
		"XREAD COUNT 1 STREAMS s t u 0 $ +\nXREAD BLOCK 9223372036854775807 STREAMS s 0\nXREADGROUP NOACK GROUP g STREAMS STREAMS s >\nXTRIM s MINID = 5-5\nXADD s 18446744073709551615-18446744073709551615 f v\nXADD s 18446744073709551615-* f v",
	} {
		f.Add([]byte(script), uint8(0))
		f.Add([]byte(script), uint8(1))
	}
	harnesses := [...]*commandtest.Harness{commandtest.New(f, 1, Commands), commandtest.New(f, 4, Commands)}
	f.Fuzz(func(t *testing.T, script []byte, which uint8) {
		harnesses[which%2].Script(t, script)
	})
}

// Values of every form come back as they went in, and their sizes in a listpack
// are what package listpack says.
func TestTextForms(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := []byte(texts().Draw(rt, "text"))
		buf, size := appendText([]byte{1, 2, 3}, in)
		out, end := decodeText(buf, 3)
		if got := out.String(); got != string(in) || end != len(buf) || skipText(buf, 3) != end {
			rt.Fatalf("%q came back as %q, to %d of %d", in, got, end, len(buf))
		}
		if want := listpack.ItemOf(in).Size(); size != want {
			rt.Fatalf("%q takes %d in a listpack, want %d", in, size, want)
		}
	})
	for _, edge := range []int{1 << 6, 126, 1 << 12, 1<<14 - 1, 1<<21 - 1} {
		for n := edge - 8; n < edge+8; n++ {
			if got, want := packedString(n), listpack.ItemOf(make([]byte, n)).Size(); got != want {
				t.Errorf("%d bytes take %d in a listpack, want %d", n, got, want)
			}
		}
	}
	for shift := range 64 {
		for _, n := range []int64{1<<shift - 1, 1 << shift, -1 << shift, -1<<shift - 1} {
			if got, want := packedInt(n), listpack.IntItem(n).Size(); got != want {
				t.Errorf("%d takes %d in a listpack, want %d", n, got, want)
			}
		}
	}
}

func TestIDs(t *testing.T) {
	for text, want := range map[string]string{
		"1-2": "1-2", "5": "5-7", "0": "0-7", "18446744073709551615-0": "18446744073709551615-0",
		"+3": "3-7", "007-08": "7-8", "": "", "-": "", "+": "", "1-": "", "-1": "", "1-2-3": "", "x": "", "1-*": "",
		"18446744073709551616": "", "1-2\x00junk": "1-2", strings.Repeat("0", 128): "",
	} {
		id, ok := parseID([]byte(text), 7)
		if ok != (want != "") || ok && id.String() != want {
			t.Errorf("%q: %s %v, want %q", text, id, ok, want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		id := ID{rapid.Uint64().Draw(rt, "ms"), rapid.Uint64().Draw(rt, "seq")}
		if back, ok := parseID([]byte(id.String()), 0); !ok || back != id {
			rt.Fatalf("%s came back as %s", id, back)
		}
		next, ok := id.Next()
		if prev, _ := next.Prev(); ok && (prev != id || !id.Less(next) || id.Compare(next) != -1) {
			rt.Fatalf("%s is followed by %s, which follows %s", id, next, prev)
		}
	})
}
