package session

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/shard/command"
)

// tableNames are names of every length a command may have, many of them alike.
const tableNames = `get set del ttl incr decr mget mset keys scan type move copy
	getex getdel getset setnx setex append strlen substr incrby decrby exists expire
	persist rename pttl pexpire touch unlink object dbsize lpush rpush lpushx rpushx
	lpop rpop llen lrange lrem lset ltrim lindex linsert lpos lmove lmpop blpop brpop
	blmove blmpop rpoplpush brpoplpush getrange setrange msetnx psetex renamenx
	expireat pexpireat expiretime pexpiretime randomkey flushdb flushall swapdb ping
	echo auth hello quit reset select client config command info time shutdown debug
	lolwut memory incrbyfloat a ab abc zrangebyscore zrevrangebyscore
	zremrangebyscore zremrangebyrank georadiusbymember georadiusbymember_ro
	zrangebylex zrevrangebylex x_y x-y x.y lcs`

func rows(names ...string) []Command {
	cmds := make([]Command, len(names))
	for i, name := range names {
		cmds[i].Name = name
	}
	return cmds
}

func testTable(t testing.TB) *Table {
	t.Helper()
	tab, err := NewTable(rows(strings.Fields(tableNames)...))
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// TestLookup looks up every name in any case.
func TestLookup(t *testing.T) {
	tab := testTable(t)
	for _, name := range strings.Fields(tableNames) {
		for _, typed := range []string{name, strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:]} {
			if c := tab.Lookup([]byte(typed)); c == nil || c.Name != name {
				t.Errorf("Lookup(%q) = %v", typed, c)
			}
		}
	}
}

// TestLookupMatchesMap compares the table with a map, on names near to those
// that exist.
func TestLookupMatchesMap(t *testing.T) {
	tab := testTable(t)
	names := strings.Fields(tableNames)
	byName := map[string]bool{}
	for _, name := range names {
		byName[name] = true
	}
	rapid.Check(t, func(t *rapid.T) {
		typed := []byte(rapid.SampledFrom(names).Draw(t, "name"))
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			at := rapid.IntRange(0, len(typed)-1).Draw(t, "at")
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				typed[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			case 1:
				typed = bytes.ToUpper(typed)
			case 2:
				typed = append(typed[:at+1], typed[at:]...)
			case 3:
				if len(typed) > 1 {
					typed = append(typed[:at], typed[at+1:]...)
				}
			}
		}
		lowered := asciiLower(typed)
		c := tab.Lookup(typed)
		if (c != nil) != byName[lowered] || c != nil && c.Name != lowered {
			t.Fatalf("Lookup(%q) = %v", typed, c)
		}
	})
}

// asciiLower lowers A to Z alone, as names are compared.
func asciiLower(b []byte) string {
	out := bytes.Clone(b)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}

// TestLower checks every byte in every place of a word.
func TestLower(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for c := range 256 {
		for place := range 8 {
			word := rnd.Uint64()&^(0xff<<(8*place)) | uint64(c)<<(8*place)
			var b [8]byte
			for i := range b {
				b[i] = byte(word >> (8 * i))
			}
			lowered := asciiLower(b[:])
			var want uint64
			for i := range b {
				want |= uint64(lowered[i]) << (8 * i)
			}
			if got := lower(word); got != want {
				t.Fatalf("lower(%#x) = %#x, want %#x", word, got, want)
			}
		}
	}
}

func TestLookupMiss(t *testing.T) {
	tab := testTable(t)
	misses := []string{
		"", "g", "ge", "gett", "set\x00", "\x00", "zrevrangebyscorE_", "geo", "@et",
		"georadiusbymemXer_ro", "georadiusbymembXr_ro", strings.Repeat("get", 1000),
	}
	for _, name := range misses {
		if c := tab.Lookup([]byte(name)); c != nil {
			t.Errorf("Lookup(%q) = %q", name, c.Name)
		}
	}
	empty, err := NewTable()
	if err != nil {
		t.Fatal(err)
	}
	if c := empty.Lookup([]byte("get")); c != nil || empty.Len() != 0 {
		t.Errorf("an empty table has %v", c)
	}
}

func TestNewTableRefusesTwins(t *testing.T) {
	if _, err := NewTable(rows("get"), rows("set", "get")); err == nil {
		t.Error("two commands of one name")
	}
	twins := Command{Sub: rows("a", "a")}
	twins.Name = "box"
	if _, err := NewTable([]Command{twins}); err == nil {
		t.Error("two subcommands of one name")
	}
}

func TestTableOrderAndNumbers(t *testing.T) {
	box := Command{Command: command.Command{
		Spec: command.Spec{Name: "box"},
		Sub:  []command.Command{{Spec: command.Spec{Name: "b-long-subcommand-name"}}, {Spec: command.Spec{Name: "a"}}},
	}}
	tab, err := NewTable(rows("z", "c"), []Command{box})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ids := map[int]bool{}
	for _, c := range tab.All() {
		names = append(names, c.FullName())
		ids[c.ID] = true
		for i := range c.Sub {
			sub := &c.Sub[i]
			names = append(names, sub.FullName())
			ids[sub.ID] = true
			if sub.Parent() != c || c.Subcommand([]byte(strings.ToUpper(sub.Name))) != sub {
				t.Errorf("%s is lost", sub.FullName())
			}
		}
	}
	if got := strings.Join(names, " "); got != "box box|a box|b-long-subcommand-name c z" {
		t.Errorf("order: %s", got)
	}
	if len(ids) != tab.Len() || tab.Len() != 5 {
		t.Errorf("%d numbers for %d commands", len(ids), tab.Len())
	}
	if tab.Lookup([]byte("box")).Subcommand([]byte("b-long-subcommXnd-name")) != nil {
		t.Error("a subcommand with another middle")
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	tab := testTable(t)
	names := [][]byte{[]byte("GET"), []byte("incrbyfloat"), []byte("georadiusbymember_ro"), []byte("nope")}
	allocs := testing.AllocsPerRun(100, func() {
		for _, name := range names {
			tab.Lookup(name)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func BenchmarkLookup(b *testing.B) {
	tab := testTable(b)
	for _, name := range []string{"GET", "LPUSH", "INCRBYFLOAT", "georadiusbymember_ro", "nope"} {
		b.Run(name, func(b *testing.B) {
			key := []byte(name)
			for b.Loop() {
				tab.Lookup(key)
			}
		})
	}
	b.Run("mixed", func(b *testing.B) {
		var names [][]byte
		for _, name := range strings.Fields(tableNames) {
			names = append(names, []byte(strings.ToUpper(name)))
		}
		i := 0
		for b.Loop() {
			tab.Lookup(names[i])
			if i++; i == len(names) {
				i = 0
			}
		}
	})
}
