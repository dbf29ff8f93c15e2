package dump

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/crc"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/digest"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/hash"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/list"
	"github.com/troupe-db/troupe/shard/set"
	"github.com/troupe-db/troupe/shard/str"
	"github.com/troupe-db/troupe/shard/stream"
	"github.com/troupe-db/troupe/shard/zset"
)

func newHarness(tb testing.TB, shards int) *commandtest.Harness {
	h := commandtest.New(tb, shards, Commands, generic.Commands, str.Commands, list.Commands, set.Commands,
		zset.Commands, hash.Commands, stream.Commands)
	for _, ks := range h.Spaces {
		ks.Sweeper = hash.Sweep
	}
	return h
}

// dump returns the payload of a key, which is there.
func dump(tb testing.TB, h *commandtest.Harness, key string) string {
	tb.Helper()
	reply := h.Do("DUMP", key)
	head, rest, _ := strings.Cut(reply, "\r\n")
	n, err := strconv.Atoi(head[1:])
	if err != nil || n < 0 {
		tb.Fatalf("DUMP %s: %q", key, reply)
	}
	return rest[:n]
}

// signed puts the right checksum on a payload that was changed.
func signed(p []byte) []byte {
	if len(p) < 10 {
		return p
	}
	binary.LittleEndian.PutUint64(p[len(p)-8:], crc.Sum64(p[:len(p)-8]))
	return p
}

const (
	ok        = "+OK\r\n"
	badFormat = "-ERR Bad data format\r\n"
	badSum    = "-ERR DUMP payload version or checksum are wrong\r\n"
)

// word returns a text of one of the sorts that are written differently.
func word(rng *rand.Rand) string {
	switch rng.IntN(6) {
	case 0:
		return strconv.FormatInt(int64(rng.Uint64())>>rng.IntN(64), 10)
	case 1:
		return strings.Repeat("ab", rng.IntN(100))
	case 2:
		b := make([]byte, rng.IntN(90))
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return string(b)
	case 3:
		return []string{"", "0", "-0", "007", "9223372036854775807"}[rng.IntN(5)]
	default:
		return fmt.Sprint("w", rng.IntN(300))
	}
}

// fill makes key a value of a type with about n elements.
func fill(h *commandtest.Harness, rng *rand.Rand, typ, key string, n int) {
	for i := range n {
		switch typ {
		case "string":
			h.Do("SET", key, strings.Repeat(word(rng), 1+rng.IntN(n)))
		case "list":
			h.Do("RPUSH", key, word(rng))
		case "ints":
			h.Do("SADD", key, fmt.Sprint(rng.Int64()>>rng.IntN(64)))
		case "set":
			h.Do("SADD", key, word(rng))
		case "zset":
			h.Do("ZADD", key, fmt.Sprint(rng.NormFloat64()*float64(rng.IntN(3))), word(rng))
		case "hash", "timed":
			h.Do("HSET", key, word(rng), word(rng))
			if field := fmt.Sprint("w", rng.IntN(300)); typ == "timed" {
				h.Do("HSET", key, field, "x")
				h.Do("HPEXPIRE", key, fmt.Sprint(1+rng.IntN(100_000)), "FIELDS", "1", field)
			}
		case "stream":
			fillStream(h, rng, key, i)
		}
	}
}

func fillStream(h *commandtest.Harness, rng *rand.Rand, key string, i int) {
	id := fmt.Sprintf("%d-%d", 1+i*i/7, i+1)
	if rng.IntN(2) == 0 {
		h.Do("XADD", key, id, "a", word(rng), "b", word(rng))
	} else {
		h.Do("XADD", key, id, word(rng), word(rng))
	}
	group := fmt.Sprint("g", rng.IntN(3))
	switch rng.IntN(5) {
	case 0:
		h.Do("XDEL", key, fmt.Sprintf("%d-%d", 1+i*i/28, i/2+1))
	case 1:
		h.Do("XGROUP", "CREATE", key, group, "0")
	case 2:
		h.Do("XREADGROUP", "GROUP", group, fmt.Sprint("c", rng.IntN(3)), "COUNT", "3", "STREAMS", key, ">")
	case 3:
		h.Do("XACK", key, group, fmt.Sprintf("%d-%d", 1, rng.IntN(3)))
	}
}

var types = []string{"string", "list", "ints", "set", "zset", "hash", "timed", "stream"}

// TestRoundTrip restores what was dumped, of every type and size, under settings
// that keep values flat and under some that do not.
func TestRoundTrip(t *testing.T) {
	const seed = 11
	t.Logf("seed %d", seed)
	small := *keyspace.DefaultSettings()
	small.SetMaxIntsetEntries, small.SetMaxListpackEntries, small.ListMaxListpackSize = 3, 3, 3
	small.ZSetMaxListpackEntries, small.HashMaxListpackEntries, small.StreamNodeMaxEntries = 3, 3, 7
	for _, shards := range []int{1, 3} {
		h := newHarness(t, shards)
		rng := rand.New(rand.NewPCG(seed, uint64(shards)))
		for round := range 60 {
			for _, typ := range types {
				h.Clear()
				h.Set([]*keyspace.Settings{keyspace.DefaultSettings(), &small}[round%2])
				fill(h, rng, typ, "from", 1+rng.IntN([]int{3, 100, 700}[round%3]))
				roundTrip(t, h, typ, round)
			}
		}
	}
}

func roundTrip(t *testing.T, h *commandtest.Harness, typ string, round int) {
	t.Helper()
	before := digest.Value(h.Key("from").Glance(), h.Now())
	payload := dump(t, h, "from")
	if digest.Value(h.Key("from").Glance(), h.Now()) != before {
		t.Fatalf("%s, round %d: DUMP changes the value", typ, round)
	}
	if got := h.Do("RESTORE", "to", "0", payload); got != ok {
		t.Fatalf("%s, round %d: %s", typ, round, got)
	}
	if digest.Value(h.Key("to").Glance(), h.Now()) != before {
		t.Fatalf("%s, round %d: another value comes back", typ, round)
	}
	// A flat list may be somewhat longer than one that is made at once.
	a, b := h.Key("from").Glance().Encoding(), h.Key("to").Glance().Encoding()
	if a != b && round%2 == 0 && typ != "list" {
		t.Errorf("%s, round %d: a %s comes back as %s", typ, round, a, b)
	}
	if typ == "stream" {
		for _, ask := range []string{"XINFO STREAM %s FULL COUNT 0", "XINFO GROUPS %s"} {
			a, b := h.Dof(ask, "from"), h.Dof(ask, "to")
			if stripped(a) != stripped(b) {
				t.Fatalf("round %d: %s\n%s\n%s", round, ask, a, b)
			}
		}
	}
	if typ == "timed" {
		fields := []string{"HPEXPIRETIME", "from", "FIELDS", "300"}
		for i := range 300 {
			fields = append(fields, fmt.Sprint("w", i))
		}
		a := h.Do(fields...)
		fields[1] = "to"
		if b := h.Do(fields...); a != b {
			t.Fatalf("round %d: deadlines\n%s\n%s", round, a, b)
		}
	}
	if got := h.Do("RESTORE", "to", "0", payload, "REPLACE"); got != ok || h.Do("DBSIZE") == "" {
		t.Fatalf("%s, round %d: REPLACE: %s", typ, round, got)
	}
}

// stripped leaves out of XINFO what depends on how entries came to be in chunks, and
// the time at which a consumer got something, which payloads do not have.
func stripped(info string) string {
	lines := strings.Split(info, "\r\n")
	var kept []string
	for i := 0; i < len(lines); i++ {
		switch lines[i] {
		case "radix-tree-keys", "radix-tree-nodes", "active-time":
			i++
		default:
			kept = append(kept, lines[i])
		}
	}
	return strings.Join(kept, "\r\n")
}

// TestDamage flips and cuts every byte of payloads of every type. With the checksum
// as it was all are refused; with the right one for the bytes none may do harm, and
// one that is refused leaves the key as it was.
func TestDamage(t *testing.T) {
	const seed = 5
	t.Logf("seed %d", seed)
	h := newHarness(t, 1)
	rng := rand.New(rand.NewPCG(seed, seed))
	for _, typ := range types {
		for _, n := range []int{2, 12} {
			h.Clear()
			fill(h, rng, typ, "from", n)
			payload := dump(t, h, "from")
			h.Do("SET", "to", "as it was", "PX", "5000")
			before := digest.Value(h.Key("to").Glance(), h.Now())
			for at := range payload {
				for _, mask := range []byte{1, 0x80, 0xFF, byte(1 + rng.IntN(255))} {
					p := []byte(payload)
					p[at] ^= mask
					damaged(t, h, p, before)
				}
				damaged(t, h, []byte(payload[:at]), before)
				damaged(t, h, append([]byte(payload[:at]), payload[min(at+1, len(payload)):]...), before)
			}
		}
	}
}

func damaged(t *testing.T, h *commandtest.Harness, p []byte, before digest.Sum) {
	t.Helper()
	// The sum of bytes does not tell zeros in front of them.
	if got := h.Do("RESTORE", "to", "0", string(p), "REPLACE"); got != badSum && got != badFormat {
		t.Fatalf("%q: %s", p, got)
	}
	if h.Do("RESTORE", "to", "0", string(signed(p)), "REPLACE") != ok {
		if digest.Value(h.Key("to").Glance(), h.Now()) != before {
			t.Fatalf("%q was refused and changed the key", p)
		}
		return
	}
	use(h.Do, "to")
	h.Do("SET", "to", "as it was", "PX", "5000")
}

// use reads and changes a value, whatever its type, with do.
func use(do func(words ...string) string, key string) {
	for _, request := range []string{
		"DUMP k", "RPOP k", "SPOP k", "SADD k one", "ZADD k 1 one", "ZPOPMIN k", "HSET k one 2", "HGETALL k", "HDEL k one",
		"XINFO STREAM k FULL", "XREVRANGE k + - COUNT 2", "XAUTOCLAIM k g0 c0 0 0", "XADD k MAXLEN 1 * a b",
		"COPY k copy REPLACE", "APPEND k x", "DUMP k",
	} {
		words := strings.Fields(request)
		for i := range words {
			if words[i] == "k" {
				words[i] = key
			}
		}
		do(words...)
	}
}

func TestExpiry(t *testing.T) {
	h := newHarness(t, 1)
	h.Expect([2]string{"SET k v PX 1000", "+OK"})
	payload := dump(t, h, "k")
	restore := func(want string, args ...string) {
		t.Helper()
		if got := h.Do(append([]string{"RESTORE", "to"}, args...)...); got != want {
			t.Errorf("%q: %q", args, got)
		}
	}
	restore(ok, "0", payload)
	h.Expect([2]string{"PTTL to", ":-1"})
	restore(ok, "300", payload, "REPLACE")
	h.Expect([2]string{"PTTL to", ":300"})
	h.Advance(300)
	h.Expect([2]string{"EXISTS to", ":0"})
	restore(ok, fmt.Sprint(h.Now()+7), payload, "ABSTTL")
	h.Expect([2]string{"PTTL to", ":7"})
	restore(ok, fmt.Sprint(h.Now()), payload, "ABSTTL", "REPLACE")
	h.Expect([2]string{"EXISTS to", ":0"})
	restore("-ERR Invalid TTL value, must be >= 0\r\n", "-1", payload)
	restore(ok, "9223372036854775807", payload)
	h.Expect([2]string{"EXISTS to", ":0"})
}

// TestFieldsThatHaveEnded restores a hash some or all of whose fields end on the way.
func TestFieldsThatHaveEnded(t *testing.T) {
	for _, fields := range []int{2, 600} {
		h := newHarness(t, 1)
		for i := range fields {
			h.Dof("HSET h f%d %d", i, i)
			h.Dof("HPEXPIRE h %d FIELDS 1 f%d", 100+i%2*100, i)
		}
		payload := dump(t, h, "h")
		h.Advance(150)
		if got := h.Do("RESTORE", "to", "0", payload); got != ok {
			t.Fatal(got)
		}
		h.Expect([2]string{"HLEN to", fmt.Sprintf(":%d", fields/2)})
		if again := dump(t, h, "h"); len(again) >= len(payload) {
			t.Errorf("%d bytes with the fields that have ended, %d without", len(payload), len(again))
		}
		h.Advance(50)
		h.Expect([2]string{"DUMP h", "$-1"})
		if got := h.Do("RESTORE", "to", "0", payload, "REPLACE"); got != ok {
			t.Fatal(got)
		}
		h.Expect([2]string{"EXISTS to", ":0"})
	}
}

func TestUse(t *testing.T) {
	h := newHarness(t, 1)
	h.Do("SET", "k", "v")
	payload := dump(t, h, "k")
	h.Do("RESTORE", "k", "0", payload, "REPLACE", "IDLETIME", "77")
	h.Expect([2]string{"OBJECT IDLETIME k", ":77"})
	h.Do("RESTORE", "k", "0", payload, "REPLACE", "IDLETIME", "9223372036854775807")
	h.Expect([2]string{"OBJECT IDLETIME k", ":16777215"})
	lfu := *keyspace.DefaultSettings()
	lfu.Policy = keyspace.AllKeysLFU
	h.Set(&lfu)
	h.Do("RESTORE", "k", "0", payload, "REPLACE", "FREQ", "99")
	h.Expect([2]string{"OBJECT FREQ k", ":99"})
}

// TestLongTexts refuses texts that SET would refuse, however well compressed.
func TestLongTexts(t *testing.T) {
	h := newHarness(t, 1)
	h.Do("SET", "k", strings.Repeat("x", 3<<20))
	payload := dump(t, h, "k")
	if len(payload) > 100_000 {
		t.Errorf("%d bytes", len(payload))
	}
	short := *keyspace.DefaultSettings()
	short.ProtoMaxBulkLen = 2 << 20
	h.Set(&short)
	if got := h.Do("RESTORE", "to", "0", payload); got != badFormat {
		t.Error(got)
	}
}

func FuzzRestore(f *testing.F) {
	h := newHarness(f, 1)
	rng := rand.New(rand.NewPCG(1, 2))
	for _, typ := range types {
		for _, n := range []int{1, 5, 40} {
			h.Clear()
			fill(h, rng, typ, "k", n)
			f.Add([]byte(dump(f, h, "k")))
		}
	}
	// Harness.Do reports to f, which must not be used any more by then.
	rows := map[string]*command.Command{}
	for _, word := range strings.Fields("RESTORE DUMP RPOP SPOP SADD ZADD ZPOPMIN HSET HGETALL HDEL XREVRANGE XAUTOCLAIM XADD COPY APPEND") {
		rows[word] = h.Row(word)
	}
	rows["XINFO"] = h.Row("XINFO", "STREAM")
	do := func(words ...string) string {
		args := make([][]byte, len(words))
		for i, w := range words {
			args[i] = []byte(w)
		}
		h.Ctx.Buf = h.Ctx.Buf[:0]
		h.Run(rows[words[0]], args)
		return string(h.Ctx.Buf)
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		h.Clear()
		p = append([]byte(nil), p...)
		if do("RESTORE", "to", "0", string(signed(p))) != ok {
			if h.Key("to").Glance().Exists() {
				t.Fatal("a payload that was refused left a key")
			}
			return
		}
		if reply := do("DUMP", "to"); reply[0] == '$' && reply != "$-1\r\n" {
			_, again, _ := strings.Cut(reply, "\r\n")
			if got := do("RESTORE", "to", "0", again[:len(again)-2], "REPLACE"); got != ok {
				t.Fatalf("%q: %s", again, got)
			}
		}
		use(do, "to")
	})
}
