package set

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/keyspace"
)

const wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value"

// putString gives name a string, which no set command may work on.
func putString(h *commandtest.Harness, name string) {
	k := h.Key(name)
	copy(k.Put(k.Write(), keyspace.String, keyspace.Raw, 1, keyspace.NoExpire).Bytes(), "x")
}

// everywhere runs a test on one shard and on several.
func everywhere(t *testing.T, test func(*testing.T, *commandtest.Harness)) {
	for _, shards := range []int{1, 3} {
		t.Run(fmt.Sprintf("shards=%d", shards), func(t *testing.T) {
			test(t, commandtest.New(t, shards, Commands))
		})
	}
}

// The replies are those of Redis 7.0.15; the order is that of a listpack.
func TestReplies(t *testing.T) {
	everywhere(t, func(_ *testing.T, h *commandtest.Harness) {
		putString(h, "str")
		h.Expect([][2]string{
			{"SADD s b a b 1", ":3"},
			{"SADD s a", ":0"},
			{"SADD str a", wrongType},
			{"SCARD s", ":3"},
			{"SCARD none", ":0"},
			{"SCARD str", wrongType},
			{"SISMEMBER s 1", ":1"},
			{"SISMEMBER s 01", ":0"},
			{"SISMEMBER none 1", ":0"},
			{"SMISMEMBER s a x 1", "*3|:1|:0|:1"},
			{"SMISMEMBER none a x", "*2|:0|:0"},
			{"SMEMBERS s", "*3|$1|b|$1|a|$1|1"},
			{"SMEMBERS none", "*0"},
			{"SREM s a x", ":1"},
			{"SREM none a", ":0"},
			{"SREM str a", wrongType},
			{"SADD i 3 -5 70000 3", ":3"},
			{"SMEMBERS i", "*3|$2|-5|$1|3|$5|70000"},
			{"SMOVE s i b", ":1"},
			{"SMOVE s i b", ":0"},
			{"SMOVE s s 1", ":1"},
			{"SMOVE s s x", ":0"},
			{"SMOVE none str x", ":0"},
			{"SMOVE s str 1", wrongType},
			{"SMOVE str s 1", wrongType},
			{"SMOVE s new 1", ":1"},
			{"SCARD s", ":0"},
			{"SMEMBERS new", "*1|$1|1"},
			{"SREM new 1", ":1"},
			{"SMEMBERS new", "*0"},
		}...)
	})
}

func TestAlgebraReplies(t *testing.T) {
	everywhere(t, func(_ *testing.T, h *commandtest.Harness) {
		putString(h, "str")
		h.Expect([][2]string{
			{"SADD a 1 2 3 4", ":4"},
			{"SADD b 3 4 5", ":3"},
			{"SADD c 4 x", ":2"},
			{"SINTER a b c", "*1|$1|4"},
			{"SINTER a none", "*0"},
			{"SINTER none str", wrongType},
			{"SUNION a b", "*5|$1|1|$1|2|$1|3|$1|4|$1|5"},
			{"SUNION none", "*0"},
			{"SUNION none str", wrongType},
			{"SDIFF a b c", "*2|$1|1|$1|2"},
			{"SDIFF none a", "*0"},
			{"SDIFF a a", "*0"},
			{"SDIFF a str", wrongType},
			{"SINTERCARD 2 a b", ":2"},
			{"SINTERCARD 2 a b LIMIT 1", ":1"},
			{"SINTERCARD 2 a b LIMIT 0", ":2"},
			{"SINTERCARD 2 a b LIMIT 1 limit 5", ":2"},
			{"SINTERCARD 2 a none", ":0"},
			{"SINTERCARD 1 str", wrongType},
			{"SINTERCARD 1 a b", "-ERR syntax error"},
			{"SINTERCARD 1 a LIMIT", "-ERR syntax error"},
			{"SINTERCARD 1 a LIMIT -1", "-ERR LIMIT can't be negative"},
			{"SINTERCARD 1 a LIMIT x", "-ERR LIMIT can't be negative"},
			{"SINTERSTORE str a b", ":2"},
			{"SMEMBERS str", "*2|$1|3|$1|4"},
			{"SINTERSTORE str none", ":0"},
			{"SMEMBERS str", "*0"},
			{"SUNIONSTORE a a b c", ":6"},
			{"SDIFFSTORE a a b c", ":2"},
			{"SMEMBERS a", "*2|$1|1|$1|2"},
			{"SDIFFSTORE b a a", ":0"},
			{"SCARD b", ":0"},
			{"SUNIONSTORE b none", ":0"},
		}...)
	})
}

// SINTERCARD's keys cannot be told when the count is wrong; the handler says so.
func TestIntercardRefusesItsCount(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Expect([][2]string{
		{"SINTERCARD 0 a", "-ERR numkeys should be greater than 0"},
		{"SINTERCARD -1 a", "-ERR numkeys should be greater than 0"},
		{"SINTERCARD x a", "-ERR numkeys should be greater than 0"},
		{"SINTERCARD 2 a", "-ERR Number of keys can't be greater than number of args"},
		{"SINTERCARD 9223372036854775807 a", "-ERR Number of keys can't be greater than number of args"},
	}...)
}

func TestRESP3Shapes(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Ctx.Proto = 3
	h.Expect([][2]string{
		{"SADD s a b", ":2"},
		{"SMEMBERS s", "~2|$1|a|$1|b"},
		{"SMEMBERS none", "~0"},
		{"SINTER s", "~2|$1|a|$1|b"},
		{"SUNION s none", "~2|$1|a|$1|b"},
		{"SDIFF s none", "~2|$1|a|$1|b"},
		{"SRANDMEMBER s 5", "*2|$1|a|$1|b"},
		{"SRANDMEMBER none", "_"},
		{"SRANDMEMBER none 2", "*0"},
		{"SSCAN s 0", "*2|$1|0|*2|$1|a|$1|b"},
		{"SMISMEMBER s a", "*1|:1"},
		{"SPOP s 0", "~0"},
		{"SPOP s 5", "~2|$1|a|$1|b"},
		{"SPOP s 5", "~0"},
		{"SPOP s", "_"},
	}...)
}

func encoding(h *commandtest.Harness, name string) string {
	e := h.Key(name).Glance()
	if !e.Exists() {
		return "none"
	}
	return e.Encoding().String()
}

// numbers returns the numbers from from to to-1, with a space behind each.
func numbers(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "%d ", i)
	}
	return b.String()
}

// The points of conversion are those of Redis 7.2.
func TestConversion(t *testing.T) {
	long, longer := strings.Repeat("x", 64), strings.Repeat("x", 65)
	for name, steps := range map[string][]string{ // requests, each followed by the encoding of s it leads to
		"integers":            {"SADD s " + numbers(0, 512), "intset", "SADD s 1", "intset", "SADD s 512", "hashtable"},
		"integers at once":    {"SADD s " + numbers(0, 513), "hashtable"},
		"too many arguments":  {"SADD s 1", "intset", "SADD s " + strings.Repeat("1 ", 513), "hashtable"},
		"texts":               {"SADD s a " + numbers(0, 127), "listpack", "SADD s a", "listpack", "SADD s b", "hashtable"},
		"texts at once":       {"SADD s a " + numbers(0, 128), "hashtable"},
		"a long text":         {"SADD s " + long, "listpack", "SADD s " + longer, "hashtable"},
		"a long first text":   {"SADD s " + longer, "hashtable"},
		"text joins":          {"SADD s " + numbers(0, 127), "intset", "SADD s a", "listpack", "SADD s b", "hashtable"},
		"text joins too late": {"SADD s " + numbers(0, 128), "intset", "SADD s a", "hashtable"},
		"a long text joins":   {"SADD s 1", "intset", "SADD s " + longer, "hashtable"},
		"nothing goes back":   {"SADD s a 1", "listpack", "SREM s a", "listpack", "SREM s 1", "none", "SADD s 1", "intset"},
		"results": {
			"SADD a " + numbers(0, 600), "none", "SADD b " + numbers(500, 700), "none",
			"SINTERSTORE s a b", "intset", "SUNIONSTORE s a b", "hashtable", "SDIFFSTORE s a b", "intset",
			"SADD a x", "intset", "SADD b x", "intset",
			"SINTERSTORE s a b", "listpack", "SDIFFSTORE s b a", "intset", "SUNIONSTORE s b", "hashtable",
		},
		"move": {"SADD a x " + longer, "none", "SADD s 1", "intset", "SMOVE a s x", "listpack", "SMOVE a s " + longer, "hashtable"},
	} {
		t.Run(name, func(t *testing.T) {
			h := commandtest.New(t, 1, Commands)
			for i := 0; i < len(steps); i += 2 {
				reply := h.Dof("%s", steps[i])
				if got := encoding(h, "s"); got != steps[i+1] {
					t.Fatalf("step %d, reply %.50q: %s, want %s", i/2, reply, got, steps[i+1])
				}
			}
		})
	}
}

func TestConversionByConfiguration(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for _, c := range []struct {
		intset, entries, value int
		request, want          string
	}{
		{0, 128, 64, "SADD s 1", "listpack"},
		{0, 0, 64, "SADD s 1", "hashtable"},
		{512, 128, 0, "SADD s a", "hashtable"},
		{512, 128, 1, "SADD s 1 -1 a", "hashtable"},
		{512, 128, 2, "SADD s 1 -1 a", "listpack"},
		{2, 4, 64, "SADD s 1 2 3", "listpack"},
		{1 << 62, 1 << 62, 1 << 62, "SADD s " + numbers(0, 3000), "intset"},
		{1 << 62, 1 << 62, 1 << 62, "SADD s 7 " + strings.Repeat("x", 5000), "listpack"},
	} {
		h.Clear()
		s := keyspace.DefaultSettings()
		s.SetMaxIntsetEntries, s.SetMaxListpackEntries, s.SetMaxListpackValue = c.intset, c.entries, c.value
		h.Set(s)
		h.Dof("%s", c.request)
		if got := encoding(h, "s"); got != c.want {
			t.Errorf("%+.50v: %s", c, got)
		}
	}
}

// Records are as long as what is in them, whatever room a command has taken.
func TestRecordsFit(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for _, request := range []string{
		"SADD s 1 1 1 1 1 1 1 1", "SADD s 70000 2 2 2", "SREM s 1 2", "SADD s a bb bb bb 70000", "SREM s bb",
		"SPOP s", "SADD t x y z y y y", "SPOP t 2", "SMOVE t s z", "SUNIONSTORE u s t",
	} {
		h.Dof("%s", request)
		for _, name := range []string{"s", "t", "u"} {
			if m := View(h.Key(name).Glance()); m.Len() > 0 && m.size() != len(m.flat) {
				t.Errorf("%s: %s takes %d bytes of %d", request, name, m.size(), len(m.flat))
			}
		}
	}
}

// Expiry survives every change but a result's; accounting is exact.
func TestExpiryAndAccounting(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Dof("SADD s 1")
	h.Dof("SPOP s")
	empty := h.Spaces[0].UsedBytes() // the database's index has its first page
	h.Dof("SADD s 1")
	at := h.Now() + 1000
	h.Key("s").Glance().SetExpiry(at)
	for _, request := range []string{
		"SADD s 2 70000", "SADD s a", "SREM s 2", "SPOP s", "SADD s " + numbers(0, 1000), "SPOP s 900", "SMOVE s t a", "SREM s 1",
	} {
		h.Dof("%s", request)
		if got := h.Key("s").Glance().Expiry(); got != at {
			t.Fatalf("%.20s: expiry %d, want %d", request, got, at)
		}
	}
	h.Dof("SADD u 1 2")
	h.Dof("SUNIONSTORE s s u")
	if got := h.Key("s").Glance().Expiry(); got != keyspace.NoExpire {
		t.Errorf("a result expires at %d", got)
	}
	h.Dof("SADD s %s", numbers(0, 100_000))
	if used := h.Spaces[0].UsedBytes() - empty; used < 900_000 || used > 2_500_000 {
		t.Errorf("100000 members take %d bytes", used)
	}
	h.Dof("SPOP s 99990")
	h.Dof("SPOP s 100")
	h.Dof("SPOP t 100")
	h.Dof("SPOP u 100")
	if used := h.Spaces[0].UsedBytes(); used != empty {
		t.Errorf("%d bytes are left of sets that are gone", used-empty)
	}
}

func TestView(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for request, want := range map[string][]string{
		"SADD none":                            {},
		"SADD s 5 3":                           {"3", "5"},
		"SADD s 5 b 3":                         {"5", "b", "3"},
		"SADD s b " + strings.Repeat("a", 100): {"b", strings.Repeat("a", 100)},
	} {
		h.Clear()
		h.Dof("%s", request)
		m := View(h.Key("s").Glance())
		got := []string{}
		m.Each(func(v listpack.Value) bool {
			got = append(got, string(v.Append(nil)))
			return true
		})
		if m.table != nil {
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) || m.Len() != len(want) {
			t.Errorf("%.20s: %q, length %d", request, got, m.Len())
		}
		for _, text := range want {
			if !m.Has([]byte(text)) || m.Has([]byte(text+"0")) {
				t.Errorf("%.20s: has %q: %v", request, text, m.Has([]byte(text)))
			}
		}
		visits := 0
		m.Each(func(listpack.Value) bool { visits++; return false })
		if visits != min(1, len(want)) {
			t.Errorf("%.20s: %d visits after the first", request, visits)
		}
	}
}

// A copy shares nothing with what it was made of, whatever the encoding.
func TestCopies(t *testing.T) {
	for _, members := range []string{numbers(0, 5), "x " + numbers(0, 5), "x " + numbers(0, 5000)} {
		h := commandtest.New(t, 1, Commands, generic.Commands)
		h.Dof("SADD s %s", members)
		h.Expect([2]string{"COPY s t", ":1"})
		if got := encoding(h, "t"); got != encoding(h, "s") {
			t.Errorf("a copy is a %s", got)
		}
		before := h.Dof("SCARD s")
		h.Expect([][2]string{
			{"SADD t new", ":1"},
			{"SREM t 3", ":1"},
			{"SMISMEMBER s new 3", "*2|:0|:1"},
			{"SMISMEMBER t new 3", "*2|:1|:0"},
			{"RENAME t u", "+OK"},
			{"SISMEMBER u new", ":1"},
			{"TYPE u", "+set"},
		}...)
		if after := h.Dof("SCARD s"); after != before {
			t.Errorf("%q members became %q", before, after)
		}
	}
}
