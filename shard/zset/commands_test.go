package zset

import (
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// limit makes sorted sets of more than so many members big.
func limit(h *commandtest.Harness, entries int) {
	s := keyspace.DefaultSettings()
	s.ZSetMaxListpackEntries = entries
	h.Set(s)
}

// putString gives name a string, which no sorted set command may work on.
func putString(h *commandtest.Harness, name string) {
	k := h.Key(name)
	copy(k.Put(k.Write(), keyspace.String, keyspace.Raw, 1, keyspace.NoExpire).Bytes(), "x")
}

const wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"

// The replies are those of Redis 7.0.15, on one shard and on several, flat and big.
func TestReplies(t *testing.T) {
	for _, shards := range []int{1, 3} {
		for _, entries := range []int{0, 128} {
			h := commandtest.New(t, shards, Commands)
			limit(h, entries)
			putString(h, "str")
			h.Expect([][2]string{
				{"ZADD z 1 a 2 b 2.5 c", ":3"},
				{"ZADD z CH 2 a 2 b 9 d", ":2"},
				{"ZADD z XX GT CH 1 a 3 b", ":1"},
				{"ZADD z INCR 1 a", "$1|3"},
				{"ZADD z NX INCR 1 a", "$-1"},
				{"ZADD z nan a", "-ERR value is not a valid float"},
				{"ZADD str 1 a", wrongType},
				{"ZRANGE z 0 -1 WITHSCORES", "*8|$1|c|$3|2.5|$1|a|$1|3|$1|b|$1|3|$1|d|$1|9"},
				{"ZRANGE z 1 -2 REV", "*2|$1|b|$1|a"},
				{"ZRANGE z (2.5 (9 BYSCORE LIMIT 1 1", "*1|$1|b"},
				{"ZREVRANGEBYSCORE z inf 3 WITHSCORES LIMIT 0 2", "*4|$1|d|$1|9|$1|b|$1|3"},
				{"ZRANK z a", ":1"},
				{"ZREVRANK z a WITHSCORE", "*2|:2|$1|3"},
				{"ZRANK z x WITHSCORE", "*-1"},
				{"ZSCORE z c", "$3|2.5"},
				{"ZMSCORE z c x", "*2|$3|2.5|$-1"},
				{"ZCOUNT z 3 3", ":2"},
				{"ZADD lex 0 a 0 b 0 c 0 d", ":4"},
				{"ZRANGEBYLEX lex (a [c", "*2|$1|b|$1|c"},
				{"ZLEXCOUNT lex - (c", ":2"},
				{"ZREMRANGEBYLEX lex [b [c", ":2"},
				{"ZUNION 2 z lex WITHSCORES", "*8|$1|c|$3|2.5|$1|a|$1|3|$1|b|$1|3|$1|d|$1|9"},
				{"ZINTERSTORE out 2 z lex WEIGHTS 2 1", ":2"},
				{"ZRANGE out 0 -1 WITHSCORES", "*4|$1|a|$1|6|$1|d|$2|18"},
				{"ZDIFF 2 z lex", "*2|$1|c|$1|b"},
				{"ZINTERCARD 2 z lex LIMIT 1", ":1"},
				{"ZUNIONSTORE out 1 str", wrongType},
				{"ZRANGESTORE out z 0 0", ":1"},
				{"ZPOPMAX z 2", "*4|$1|d|$1|9|$1|b|$1|3"},
				{"ZMPOP 2 none z MIN", "*2|$1|z|*1|*2|$1|c|$3|2.5"},
				{"ZREM z a x", ":1"},
				{"ZCARD z", ":0"},
				{"ZPOPMIN z", "*0"},
				{"ZREMRANGEBYRANK out 0 -1", ":1"},
				{"ZRANDMEMBER out", "$-1"},
				{"ZSCAN out 0", "*2|$1|0|*0"},
			}...)
		}
	}
}

// The keys of a request with a wrong count cannot be told; the handler says so
// itself.
func TestCountsAreRefused(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Expect([][2]string{
		{"ZMPOP 0 z MIN", "-ERR numkeys should be greater than 0"},
		{"ZMPOP 9223372036854775807 z MIN", "-ERR syntax error"},
		{"BZMPOP x 0 z MIN", "-ERR numkeys should be greater than 0"},
		{"BZMPOP x 1 z MIN", "-ERR timeout is not a float or out of range"},
		{"ZUNION 0 z", "-ERR at least 1 input key is needed for 'zunion' command"},
		{"ZDIFFSTORE d 0 z", "-ERR at least 1 input key is needed for 'zdiffstore' command"},
		{"ZINTER 9223372036854775807 z", "-ERR syntax error"},
		{"ZINTERCARD x z", "-ERR value is not an integer or out of range"},
	}...)
}

func TestRESP3Shapes(t *testing.T) {
	for _, entries := range []int{0, 128} {
		h := commandtest.New(t, 1, Commands)
		limit(h, entries)
		h.Ctx.Proto = 3
		h.Expect([][2]string{
			{"ZADD z 1 a 2.5 b inf c", ":3"},
			{"ZRANGE z 0 1 WITHSCORES", "*2|*2|$1|a|,1|*2|$1|b|,2.5"},
			{"ZSCORE z c", ",inf"},
			{"ZMSCORE z x", "*1|_"},
			{"ZRANK z b WITHSCORE", "*2|:1|,2.5"},
			{"ZRANK z x WITHSCORE", "_"},
			{"ZUNION 1 z WITHSCORES WEIGHTS 0", "*3|*2|$1|a|,0|*2|$1|b|,0|*2|$1|c|,0"},
			{"ZRANDMEMBER z 1 x", "-ERR syntax error"},
			{"ZSCAN z 0 MATCH a", "*2|$1|0|*2|$1|a|$1|1"},
			{"ZPOPMIN z", "*2|$1|a|,1"},
			{"ZPOPMIN z 1", "*1|*2|$1|b|,2.5"},
			{"BZPOPMAX z 0", "*3|$1|z|$1|c|,inf"},
			{"ZMPOP 1 z MIN", "_"},
		}...)
	}
}

func TestBlocking(t *testing.T) {
	for _, c := range []struct {
		request, served string
		key             int // the argument that is served
	}{
		{"BZPOPMIN a b 1.5", "*3|$1|b|$1|x|$1|1", 2},
		{"BZPOPMAX a b 1.5", "*3|$1|b|$1|z|$1|3", 2},
		{"BZMPOP 1.5 2 a b MAX COUNT 2", "*2|$1|b|*2|*2|$1|z|$1|3|*2|$1|y|$1|2", 4},
	} {
		h := commandtest.New(t, 3, Commands)
		if got := h.Dof("%s", c.request); got != "" {
			t.Fatalf("%s: replied %q", c.request, got)
		}
		block := *h.Ctx.Blocked()
		if block.Type != keyspace.ZSet || block.Keys[0] != c.key-1 || block.Keys[1] != c.key || block.Timeout.Seconds() != 1.5 {
			t.Fatalf("%s: blocked with %+v", c.request, block)
		}
		block.Empty(&h.Ctx)
		if string(h.Ctx.Buf) != "*-1\r\n" {
			t.Errorf("%s: empty reply %q", c.request, h.Ctx.Buf)
		}
		h.Dof("ZADD b 1 x 2 y 3 z")
		serve := command.Command{Spec: h.Row(strings.Fields(c.request)[0]).Spec, Run: func(ctx *command.Ctx) {
			block.Serve(ctx, c.key)
		}}
		h.Ctx.Buf = h.Ctx.Buf[:0]
		h.Run(&serve, words(c.request))
		if got := string(h.Ctx.Buf); got != commandtest.Wire(c.served) {
			t.Errorf("%s: served with %q, want %q", c.request, got, commandtest.Wire(c.served))
		}
	}
}

func words(request string) [][]byte {
	var args [][]byte
	for _, w := range strings.Fields(request) {
		args = append(args, []byte(w))
	}
	return args
}

func encoding(h *commandtest.Harness, name string) string {
	e := h.Key(name).Glance()
	if !e.Exists() {
		return "none"
	}
	return e.Encoding().String()
}

func TestConversion(t *testing.T) {
	for name, c := range map[string]struct {
		entries int
		steps   []string // requests, each followed by the encoding of z it leads to
	}{
		"entries": {3, []string{
			"ZADD z 1 a 2 b 3 c", "listpack", "ZADD z 9 a", "listpack", "ZADD z 1 d", "skiplist",
			"ZREM z a b c", "skiplist", "ZREM z d", "none",
		}},
		"none": {0, []string{"ZADD z 1 a", "skiplist", "ZUNIONSTORE z 1 z", "skiplist"}},
		"value": {128, []string{
			"ZADD z 1 " + strings.Repeat("v", 64), "listpack", "ZADD z 1 " + strings.Repeat("v", 65), "skiplist",
		}},
		"first value": {128, []string{"ZADD z 1 " + strings.Repeat("v", 65), "skiplist"}},
		"results": {3, []string{
			"ZADD y 1 a 2 b 3 c 4 d", "none", "ZRANGESTORE z y 0 2", "listpack", "ZRANGESTORE z y 0 3", "skiplist",
			"ZDIFFSTORE z 2 y z", "none", "ZUNIONSTORE z 1 y", "skiplist", "ZINTERSTORE z 2 z y WEIGHTS 0 1", "skiplist",
			"ZPOPMIN z 2", "skiplist", "ZUNIONSTORE z 1 z", "listpack",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			h := commandtest.New(t, 1, Commands)
			limit(h, c.entries)
			for i := 0; i < len(c.steps); i += 2 {
				reply := h.Dof("%s", c.steps[i])
				if got := encoding(h, "z"); got != c.steps[i+1] {
					t.Fatalf("step %d, reply %q: %s, want %s", i/2, reply, got, c.steps[i+1])
				}
			}
		})
	}
}

// TestExpiryAndAccounting checks that changes keep the time a key ends, that new
// values do not, and that the books of the keyspace are right.
func TestExpiryAndAccounting(t *testing.T) {
	for _, entries := range []int{0, 2, 1000} {
		h := commandtest.New(t, 1, Commands)
		limit(h, entries)
		h.Dof("ZADD z 1 a")
		h.Key("z").Glance().SetExpiry(h.Now() + 1000)
		for i := range 300 {
			h.Dof("ZADD z %d member:%d", i%7, i)
		}
		h.Dof("ZINCRBY z 3 a")
		h.Dof("ZREMRANGEBYRANK z 10 200")
		if at := h.Key("z").Glance().Expiry(); at != h.Now()+1000 {
			t.Errorf("limit %d: ends at %d, want %d", entries, at, h.Now()+1000)
		}
		if obj := h.Key("z").Glance().Object(); obj != nil {
			stats := h.Spaces[0].DB(0).StoreStats()
			held := h.Spaces[0].UsedBytes() - stats.LiveBytes - stats.IndexBytes - stats.BigBytes
			if held != obj.Bytes() {
				t.Errorf("limit %d: %d bytes accounted, the set takes %d", entries, held, obj.Bytes())
			}
		}
		h.Dof("ZUNIONSTORE z 1 z")
		if at := h.Key("z").Glance().Expiry(); at != keyspace.NoExpire {
			t.Errorf("limit %d: a new value ends at %d", entries, at)
		}
		h.Key("z").Glance().SetExpiry(h.Now() + 1000)
		h.Advance(1000)
		h.Expect([][2]string{{"ZCARD z", ":0"}, {"ZADD z 1 a", ":1"}, {"ZREM z a", ":1"}}...)
		if n := h.Spaces[0].DB(0).Len(); n != 0 {
			t.Errorf("limit %d: %d keys left", entries, n)
		}
	}
}

// TestRandomMembers draws until every member has come, and counts them.
func TestRandomMembers(t *testing.T) {
	for _, entries := range []int{0, 128} {
		h := commandtest.New(t, 1, Commands)
		limit(h, entries)
		for i := range 40 {
			h.Dof("ZADD z %d m%d", i, i)
		}
		for _, count := range []int{1, 5, 30, 39, 40, 50, -1, -100} {
			seen := map[string]int{}
			for range 400 {
				reply := strings.Split(h.Dof("ZRANDMEMBER z %d", count), "\r\n")
				once := map[string]bool{}
				for i := 2; i < len(reply); i += 2 {
					if count > 0 && once[reply[i]] {
						t.Fatalf("count %d: %s twice", count, reply[i])
					}
					once[reply[i]] = true
					seen[reply[i]]++
				}
				if n := (len(reply) - 2) / 2; n != min(count, 40) && n != -count {
					t.Fatalf("count %d: %d members", count, n)
				}
			}
			draws := 400 * min(max(count, -count), 40)
			if count < 0 {
				draws = -400 * count
			}
			for name, n := range seen {
				if mean := draws / 40; n < mean/4 || n > 4*mean {
					t.Errorf("limit %d, count %d: %s came %d times, on average %d", entries, count, name, n, mean)
				}
			}
			if len(seen) != 40 {
				t.Errorf("limit %d, count %d: %d members came", entries, count, len(seen))
			}
		}
	}
}

// A few bytes of request must not make a reply that takes all memory.
func TestHugeDrawsAreRefused(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Settings.ProtoMaxBulkLen = 1 << 20
	h.Dof("ZADD z 1 %s", strings.Repeat("m", 60))
	for _, count := range []string{"-9223372036854775807", "-200000", "-20000"} {
		h.Expect([2]string{"ZRANDMEMBER z " + count, "-ERR value is out of range"})
	}
}

// TestNoAllocations runs the commands of the hot path on a small and on a big set.
func TestNoAllocations(t *testing.T) {
	for _, members := range []int{20, 20_000} {
		h := commandtest.New(t, 1, Commands)
		for i := range members {
			h.Dof("ZADD z %d.5 member:%06d", i%100, i)
		}
		for _, request := range []string{
			"ZADD z 7 member:000001", "ZINCRBY z 1 member:000002", "ZADD z GT CH 5 member:000003", "ZSCORE z member:000004",
			"ZMSCORE z member:000004 none", "ZRANK z member:000005", "ZREVRANK z none", "ZCARD z", "ZCOUNT z 3 (40",
			"ZRANGE z 0 10 WITHSCORES", "ZRANGE z 20 10 BYSCORE REV LIMIT 0 5", "ZRANDMEMBER z", "ZRANDMEMBER z -5 WITHSCORES",
			"ZLEXCOUNT z - +", "ZREM z none", "ZREMRANGEBYSCORE z -2 -1", "ZPOPMIN none", "ZMPOP 1 none MIN",
		} {
			row, args := h.Row(strings.Fields(request)[0]), words(request)
			got := testing.AllocsPerRun(100, func() {
				h.Ctx.Buf = h.Ctx.Buf[:0]
				h.Run(row, args)
			})
			if got != 0 {
				t.Errorf("%s, %d members: %v allocations", request, members, got)
			}
		}
	}
}

// TestChurnAllocations adds and pops a member over and over.
func TestChurnAllocations(t *testing.T) {
	for _, members := range []int{20, 20_000} {
		h := commandtest.New(t, 1, Commands)
		for i := range members {
			h.Dof("ZADD z %d member:%06d", i, i)
		}
		add, pop := h.Row("ZADD"), h.Row("ZPOPMIN")
		adds, pops := words("ZADD z -1 again"), words("ZPOPMIN z")
		got := testing.AllocsPerRun(1000, func() {
			h.Ctx.Buf = h.Ctx.Buf[:0]
			h.Run(add, adds)
			h.Run(pop, pops)
		})
		if got != 0 {
			t.Errorf("%d members: %v allocations", members, got)
		}
	}
}
