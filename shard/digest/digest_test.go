package digest

import (
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/hash"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/list"
	"github.com/troupe-db/troupe/shard/set"
	"github.com/troupe-db/troupe/shard/str"
	"github.com/troupe-db/troupe/shard/stream"
	"github.com/troupe-db/troupe/shard/zset"
)

func newHarness(t *testing.T, shards int) *commandtest.Harness {
	return commandtest.New(t, shards, generic.Commands, str.Commands, list.Commands, set.Commands,
		zset.Commands, hash.Commands, stream.Commands)
}

// build makes a key of every type, and one in another database.
func build(h *commandtest.Harness) {
	for _, request := range requests() {
		h.Dof("%s", request)
	}
	h.Select(3)
	h.Dof("SET q 1")
	h.Select(0)
}

func requests() []string {
	return []string{
		"SET int 12", "SET text hello", "SET ends xx EX 1000",
		"RPUSH list 1 2 x y 5000000000 -3",
		"SADD ints 1 2 3", "SADD texts a b 3",
		"ZADD zset 1 a 2.5 b inf c -inf d 1e20 e 0.1 f 1e-7 g -0 h 123456789012345678 i 3 4",
		"HSET hash f 1 g x 2 3",
		"XADD stream 1-1 a 1 b xyz", "XADD stream 2-0 a 2 b y", "XADD stream 3-5 c d", "XDEL stream 2-0",
	}
}

// The digests are those of redis-server 7.0.15 after the same requests.
func TestAsRedis(t *testing.T) {
	want := map[string]string{
		"int":    "655ac46b180ad2f61a3cee25f0b1780fa2ec879a",
		"text":   "36b23a1456b2dce2c3ed252c456761301dba8060",
		"ends":   "6a58a605c9067994edf0348ed8a16768bbb13dc8",
		"list":   "f669e055a395d2d69d06c650079ed3296fcd198d",
		"ints":   "2a462a3f51a1db89738ebbeef0c47ce1bbc85246",
		"texts":  "aa475a4a8f122ca5936aa41d911aacf8c93b827d",
		"zset":   "cf75bc84e61ce9b20f335612dda1f92c391457d9",
		"hash":   "b63266e92bcdc633969eaf2c18cf686cd3c70300",
		"stream": "460cf06daf3d88b9f6bdffb285d4a7cbc48b3c06",
	}
	const dataset = "a6b2b391f3aeb9975b345d53b9de517b3b848f26"
	for _, shards := range []int{1, 2, 7} {
		h := newHarness(t, shards)
		if got := Dataset(h.Spaces, h.Now()).String(); got != (Sum{}).String() {
			t.Errorf("%d shards: nothing has the digest %s", shards, got)
		}
		build(h)
		for name, sum := range want {
			if got := Value(h.Key(name).Glance(), h.Now()).String(); got != sum {
				t.Errorf("%d shards: %s: %s, want %s", shards, name, got, sum)
			}
		}
		if got := Dataset(h.Spaces, h.Now()).String(); got != dataset {
			t.Errorf("%d shards: dataset: %s, want %s", shards, got, dataset)
		}
	}
}

// TestEncodings checks that what counts is the value, not how it is laid out or
// when it came.
func TestEncodings(t *testing.T) {
	h := newHarness(t, 1)
	for _, c := range []struct{ forward, back string }{
		{"SADD %s %d", "SADD %s %d"},
		{"ZADD %[1]s %[2]d.5 m%[2]d", "ZADD %[1]s %[2]d.5 m%[2]d"},
		{"HSET %[1]s f%[2]d %[2]d", "HSET %[1]s f%[2]d %[2]d"},
		{"RPUSH %s %d", "LPUSH %s %d"},
	} {
		h.Clear()
		const n = 2000
		for i := range n {
			h.Dof(c.forward, "a", i)
			h.Dof(c.back, "b", n-1-i)
		}
		a, b := Value(h.Key("a").Glance(), h.Now()), Value(h.Key("b").Glance(), h.Now())
		if a != b {
			t.Errorf("%s: the order of arrival counts", c.forward)
		}
		small := *keyspace.DefaultSettings()
		small.SetMaxIntsetEntries, small.SetMaxListpackEntries = 0, 0
		small.ZSetMaxListpackEntries, small.HashMaxListpackEntries = 0, 0
		small.ListMaxListpackSize = 1
		for i := range 5 {
			h.Dof(c.forward, "flat", i)
		}
		h.Set(&small)
		for i := range 5 {
			h.Dof(c.forward, "big", i)
		}
		h.Set(keyspace.DefaultSettings())
		flat, big := h.Key("flat").Glance(), h.Key("big").Glance()
		if flat.Encoding() == big.Encoding() {
			t.Errorf("%s: both are %s", c.forward, big.Encoding())
		}
		if Value(flat, h.Now()) != Value(big, h.Now()) {
			t.Errorf("%s: %s and %s differ", c.forward, flat.Encoding(), big.Encoding())
		}
	}
}

// TestDeadlines checks what an end, of a key or of a field, does to a digest.
func TestDeadlines(t *testing.T) {
	h := newHarness(t, 1)
	sum := func() Sum { return Value(h.Key("h").Glance(), h.Now()) }
	seen := map[Sum]string{}
	for _, request := range []string{
		"HSET h a 1 b 2", "HPEXPIRE h 1000 FIELDS 1 a", "HPEXPIRE h 2000 FIELDS 1 b", "PEXPIRE h 5000",
	} {
		h.Dof("%s", request)
		if before, ok := seen[sum()]; ok {
			t.Errorf("%s: the digest is that after %s", request, before)
		}
		seen[sum()] = request
	}
	before := sum()
	h.Dof("HPEXPIRE h 1500 FIELDS 1 a")
	if sum() != before {
		t.Error("when a field ends counts")
	}
	h.Advance(1500)
	after := sum()
	h.Dof("HGET h a")
	if sum() != after || after == before {
		t.Error("a field whose time has come counts")
	}
	h.Advance(10_000)
	h.Spaces[0].Begin(h.Now())
	if got := Dataset(h.Spaces, h.Now()); got != (Sum{}) {
		t.Errorf("a key whose time has come counts: %s", got)
	}
}

// TestEveryType checks that no type is left out.
func TestEveryType(t *testing.T) {
	for typ := keyspace.String; int(typ) < len(kinds); typ++ {
		if kinds[typ].walk == nil {
			t.Errorf("no digest of a %s", typ)
		}
		if parsed, ok := keyspace.ParseType(typ.String()); !ok || parsed != typ {
			t.Errorf("type %d is no type", typ)
		}
	}
	if len(kinds) != int(keyspace.Stream)+1 {
		t.Errorf("%d types", len(kinds)-1)
	}
}
