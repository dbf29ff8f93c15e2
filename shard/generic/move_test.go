package generic

import (
	"fmt"
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

const (
	same    = "-ERR source and destination objects are the same"
	missing = "-ERR no such key"
	badDB   = "-ERR DB index is out of range"
	integer = "-ERR value is not an integer or out of range"
	int32s  = "-ERR value is out of range, value must between -2147483648 and 2147483647"
)

func TestRename(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		h.Expect([][2]string{
			{"RENAME a b", missing},
			{"RENAME a a", missing},
			{"RENAMENX a a", missing},
			{"PUT a 1", "+OK"},
			{"RENAME a a", "+OK"},
			{"RENAMENX a a", ":0"},
			{"SEE a", "*3|$1|1|:-1|:0"},
			{"RENAME a b", "+OK"},
			{"EXISTS a", ":0"},
			{"SEE b", "*3|$1|1|:-1|:0"},
			{"PUT c 2", "+OK"},
			{"RENAMENX b c", ":0"},
			{"RENAMENX b d", ":1"},
			{"EXISTS b", ":0"},
			{"SEE c", "*3|$1|2|:-1|:0"},
			{"RENAME c d", "+OK"},
			{"SEE d", "*3|$1|2|:-1|:0"},
			{"DBSIZE", ":1"},
		}...)
	})
}

// TestRenameMovesEverything tries many pairs of names, so that source and
// destination are on the same shard and on different ones.
func TestRenameMovesEverything(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		for i, value := range []string{"v", "12", "@object", "@", "@@", "0"} {
			for j := range 6 {
				from, to := fmt.Sprint("from", i), fmt.Sprint("to", j)
				at := h.Now() + 1_000_000
				h.Do("PUT", to, "@overwritten", fmt.Sprint(h.Now()+5))
				h.Do("PUT", from, value, fmt.Sprint(at))
				h.Advance(3)
				h.Expect([][2]string{
					{"RENAME " + from + " " + to, "+OK"},
					{"EXISTS " + from, ":0"},
					{"SEE " + to, fmt.Sprintf("*3|$%d|%s|:%d|:0", len(value), value, at)},
					{"DEL " + to, ":1"},
					{"DBSIZE", ":0"},
				}...)
			}
		}
		checkAccounts(t, h)
	})
}

// checkAccounts demands that an empty keyspace accounts for no Objects.
func checkAccounts(t *testing.T, h *commandtest.Harness) {
	t.Helper()
	for _, ks := range h.Spaces {
		ks.Each(func(db *keyspace.DB) {
			if stats := db.StoreStats(); db.Len() == 0 && (stats.Objects != 0 || db.UsedBytes()-stats.LiveBytes-stats.IndexBytes != 0) {
				t.Errorf("database %d is empty, accounts for %d bytes and has %d objects", db.Number, db.UsedBytes(), stats.Objects)
			}
		})
	}
}

// TestUseMovesWithTheKey: a key that moves keeps its use counter, a copy starts
// with that of a new key.
func TestUseMovesWithTheKey(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		settings := *h.Settings
		settings.Policy, settings.LFULogFactor = keyspace.AllKeysLFU, 1_000_000
		h.Set(&settings)
		h.Do("PUT", "k", "@object")
		e := h.Key("k").Glance()
		e.SetAccess(e.Access() + 195)
		h.Expect([][2]string{
			{"OBJECT FREQ k", ":200"},
			{"COPY k c", ":1"},
			{"OBJECT FREQ c", ":5"},
			{"RENAME k c", "+OK"},
			{"OBJECT FREQ c", ":200"},
			{"RENAMENX c d", ":1"},
			{"OBJECT FREQ d", ":200"},
			{"MOVE d 1", ":1"},
		}...)
		h.Select(1)
		h.Expect([2]string{"OBJECT FREQ d", ":200"})
	})
}

func TestCopy(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		at := h.Now() + 5000
		h.Dof("PUT a 17 %d", at)
		h.Do("PUT", "o", "@object")
		h.Expect([][2]string{
			{"COPY x y", ":0"},
			{"COPY x x", same},
			{"COPY a a", same},
			{"COPY a a DB 0", same},
			{"COPY a a REPLACE", same},
			{"COPY a b", ":1"},
			{"SEE b", fmt.Sprintf("*3|$2|17|:%d|:0", at)},
			{"COPY o b", ":0"},
			{"COPY o b REPLACE", ":1"},
			{"SEE b", "*3|$7|@object|:-1|:0"},
			{"COPY a a DB 3", ":1"},
			{"COPY a a DB 3", ":0"},
			{"COPY a z DB 1 DB 3 REPLACE", ":1"},
			{"COPY x z DB 3 REPLACE", ":0"},
			{"COPY a b FOO", "-ERR syntax error"},
			{"COPY a b DB", "-ERR syntax error"},
			{"COPY a b DB 16", badDB},
			{"COPY a b DB -1", badDB},
			{"COPY a b DB 16 FOO", badDB},
			{"COPY a b DB x", integer},
			{"COPY a b DB 4294967296", int32s},
			{"COPY a b FOO DB x", "-ERR syntax error"},
			{"COPY a", "-ERR wrong number of arguments for 'copy' command"},
		}...)
		h.Select(3)
		h.Expect([][2]string{{"SEE z", fmt.Sprintf("*3|$2|17|:%d|:0", at)}, {"DBSIZE", ":2"}}...)
	})
}

func TestCopySharesNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		h.Do("PUT", "o", "@object")
		for i := range 5 {
			h.Dof("COPY o c%d", i)
		}
		original := h.Key("o").Glance().Object().(*thing)
		if *original.owner != 5 {
			t.Errorf("%d clones for five copies", *original.owner)
		}
		original.text = "@CHANGED"
		for i := range 5 {
			h.Expect([2]string{fmt.Sprint("SEE c", i), "*3|$7|@object|:-1|:0"})
		}
		h.Do("PUT", "s", "text")
		h.Do("COPY", "s", "t")
		copy(h.Key("s").Glance().Bytes(), "TEXT")
		h.Expect([2]string{"SEE t", "*3|$4|text|:-1|:0"})
	})
}

func TestMove(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		at := h.Now() + 5000
		h.Dof("PUT a @object %d", at)
		h.Do("PUT", "b", "1")
		h.Expect([][2]string{
			{"MOVE a 0", same},
			{"MOVE x 0", same},
			{"MOVE x 1", ":0"},
			{"MOVE a 16", badDB},
			{"MOVE x -1", badDB},
			{"MOVE a x", integer},
			{"MOVE a 4294967296", int32s},
			{"MOVE a", "-ERR wrong number of arguments for 'move' command"},
			{"MOVE a 1", ":1"},
			{"MOVE a 1", ":0"},
			{"EXISTS a", ":0"},
			{"MOVE b 1", ":1"},
			{"PUT b 2", "+OK"},
			{"MOVE b 1", ":0"},
			{"SEE b", "*3|$1|2|:-1|:0"},
			{"DBSIZE", ":1"},
		}...)
		h.Select(1)
		h.Expect([][2]string{
			{"SEE a", fmt.Sprintf("*3|$7|@object|:%d|:0", at)},
			{"SEE b", "*3|$1|1|:-1|:0"},
			{"DBSIZE", ":2"},
			{"MOVE a 0", ":1"},
			{"DEL b", ":1"},
		}...)
		checkAccounts(t, h)
	})
}

func TestSwapdb(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		for i := range 50 {
			h.Dof("PUT %d @zero", i)
		}
		h.Select(9)
		h.Do("PUT", "nine", "9")
		const first, second = "-ERR invalid first DB index", "-ERR invalid second DB index"
		h.Expect([][2]string{
			{"SWAPDB x 1", first},
			{"SWAPDB x y", first},
			{"SWAPDB 0 y", second},
			{"SWAPDB 16 y", second},
			{"SWAPDB 4294967296 0", first},
			{"SWAPDB 0 16", badDB},
			{"SWAPDB -1 0", badDB},
			{"SWAPDB 16 16", badDB},
			{"SWAPDB 9 9", "+OK"},
			{"DBSIZE", ":1"},
			{"SWAPDB 9 0", "+OK"},
			{"DBSIZE", ":50"},
			{"TYPE 7", "+list"},
		}...)
		h.Select(0)
		h.Expect([][2]string{{"DBSIZE", ":1"}, {"SEE nine", "*3|$1|9|:-1|:0"}, {"SWAPDB 0 9", "+OK"}, {"DBSIZE", ":50"}}...)
	})
}

// TestAValueThatArrivesWakesThoseWhoWait covers each way in which a list can turn
// up under a name that somebody waits for.
func TestAValueThatArrivesWakesThoseWhoWait(t *testing.T) {
	for _, c := range []struct{ before, request string }{
		{"", "RENAME source k"},
		{"", "RENAMENX source k"},
		{"", "COPY source k"},
		{"PUT k string", "RENAME source k"},
		{"PUT k string", "COPY source k REPLACE"},
	} {
		h := newHarness(t, 1)
		h.Do("PUT", "source", "@list")
		h.Key("k").Wait(&keyspace.Waiter{Type: keyspace.List})
		if c.before != "" {
			h.Dof("%s", c.before)
			h.Spaces[0].Ready()
		}
		h.Dof("%s", c.request)
		if ready := h.Spaces[0].Ready(); len(ready) != 1 || string(ready[0].Name()) != "k" {
			t.Errorf("%s after %q: %d keys are ready", c.request, c.before, len(ready))
		}
	}
}
