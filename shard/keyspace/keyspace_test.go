package keyspace

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/troupe-db/troupe/shard/keyhash"
	"github.com/troupe-db/troupe/shard/store"
)

// start is the time at which tests begin, unix milliseconds.
const start = 1_700_000_000_000

// open returns a keyspace in its first turn, with settings changed as asked.
func open(t testing.TB, changes ...func(*Settings)) *Keyspace {
	t.Helper()
	s := DefaultSettings()
	for _, change := range changes {
		change(s)
	}
	source := new(Source)
	source.Store(s)
	ks := New(0, keyhash.New(7, 1).Sum, source, make([]Gauge, 1), 7)
	ks.Begin(start)
	t.Cleanup(ks.Close)
	return ks
}

// put gives a key a value of eight bytes.
func put(ks *Keyspace, db int, name string, at int64) Entry {
	k := ks.DB(db).KeyOf([]byte(name))
	e := k.Put(k.Write(), String, Int, 8, at)
	e.SetInt(1)
	return e
}

func key(ks *Keyspace, db int, name string) Key { return ks.DB(db).KeyOf([]byte(name)) }

// blob is an Object for tests.
type blob struct{ size int64 }

func (b *blob) Bytes() int64   { return b.size }
func (b *blob) Clone() Object  { c := *b; return &c }
func (b *blob) Freeze() Object { return b.Clone() }

func TestPutAndLookUp(t *testing.T) {
	ks := open(t)
	k := key(ks, 3, "k")
	if e := k.Read(); e.Exists() || e.Type() != None || !e.Is(List) {
		t.Error("an absent key exists")
	}
	e := k.Put(k.Write(), String, Raw, 3, NoExpire)
	copy(e.Bytes(), "abc")
	e = k.Read()
	if e.Type() != String || e.Encoding() != Raw || string(e.Bytes()) != "abc" || e.Expiry() != NoExpire {
		t.Errorf("got %v %v %q %d", e.Type(), e.Encoding(), e.Bytes(), e.Expiry())
	}
	e = k.Put(e, List, Listpack, 5, start+9)
	if e.Type() != List || e.Encoding() != Listpack || len(e.Bytes()) != 5 || e.Expiry() != start+9 {
		t.Errorf("got %v %v %d %d", e.Type(), e.Encoding(), len(e.Bytes()), e.Expiry())
	}
	e = e.SetExpiry(NoExpire)
	if e = e.Resize(100); len(e.Bytes()) != 100 || e.Expiry() != NoExpire {
		t.Errorf("resized to %d, expiry %d", len(e.Bytes()), e.Expiry())
	}
	if key(ks, 0, "k").Glance().Exists() {
		t.Error("the key is in another database too")
	}
	e.Delete()
	if k.Glance().Exists() || ks.DB(3).Len() != 0 {
		t.Error("the key outlives Delete")
	}
}

func TestHitsAndMisses(t *testing.T) {
	ks := open(t)
	put(ks, 0, "here", NoExpire)
	for _, name := range []string{"here", "gone"} {
		k := key(ks, 0, name)
		k.Read()
		k.Peek()
		k.Write()
		k.Glance()
	}
	if ks.Stats.Hits != 2 || ks.Stats.Misses != 2 {
		t.Errorf("%d hits, %d misses", ks.Stats.Hits, ks.Stats.Misses)
	}
	ks.Stats.Reset()
	if ks.Stats.Hits != 0 || ks.Stats.Dirty == 0 {
		t.Errorf("after Reset: %+v", ks.Stats)
	}
	var sum Stats
	sum.Add(Stats{Hits: 1, Misses: 2, Expired: 3, Evicted: 4, Dirty: 5, Commands: 6})
	sum.Add(sum)
	if sum != (Stats{Hits: 2, Misses: 4, Expired: 6, Evicted: 8, Dirty: 10, Commands: 12}) {
		t.Errorf("sum: %+v", sum)
	}
}

func TestUsedBytesAreShownAtTheEndOfATurn(t *testing.T) {
	ks := open(t)
	before := ks.UsedBytes()
	k := key(ks, 0, "k")
	k.PutObject(k.Write(), Set, Hashtable, &blob{size: 1 << 20}, NoExpire)
	if TotalUsed(ks.gauges) != 0 {
		t.Error("shown before the end")
	}
	ks.End()
	if used := ks.gauges[0].Used(); used != ks.UsedBytes() || used < before+1<<20 {
		t.Errorf("shows %d, uses %d, before %d", used, ks.UsedBytes(), before)
	}
}

func TestFlush(t *testing.T) {
	ks := open(t)
	for i := range 1000 {
		put(ks, 0, fmt.Sprint(i), NoExpire)
		put(ks, 1, fmt.Sprint(i), start+5)
	}
	k := key(ks, 0, "object")
	k.PutObject(k.Write(), List, Quicklist, &blob{size: 500}, NoExpire)
	dirty := ks.Stats.Dirty
	removed, release := ks.DB(0).Flush()
	if removed != 1001 || ks.DB(0).Len() != 0 || ks.DB(0).objectBytes != 0 || ks.DB(1).Len() != 1000 {
		t.Errorf("removed %d, left %d and %d", removed, ks.DB(0).Len(), ks.DB(1).Len())
	}
	if ks.Stats.Dirty != dirty+1001 {
		t.Errorf("%d changes counted", ks.Stats.Dirty-dirty)
	}
	put(ks, 0, "new", NoExpire)
	release()
	if !key(ks, 0, "new").Glance().Exists() || key(ks, 0, "7").Glance().Exists() {
		t.Error("giving the memory back touched the new keys, or the old ones are there")
	}
	if removed, release := ks.DB(9).Flush(); removed != 0 {
		t.Errorf("removed %d of an empty database", removed)
	} else {
		release()
	}
}

func TestSwap(t *testing.T) {
	ks := open(t)
	put(ks, 0, "a", start+100)
	k := key(ks, 0, "o")
	k.PutObject(k.Write(), List, Quicklist, &blob{size: 77}, NoExpire)
	put(ks, 2, "b", NoExpire)
	ks.Swap(0, 2)
	if key(ks, 0, "a").Glance().Exists() || !key(ks, 0, "b").Glance().Exists() {
		t.Error("database 0 does not hold what 2 held")
	}
	if e := key(ks, 2, "a").Glance(); !e.Exists() || e.Expiry() != start+100 {
		t.Error("database 2 does not hold what 0 held")
	}
	if ks.DB(0).objectBytes != 0 || ks.DB(2).objectBytes != 77 {
		t.Errorf("objects take %d and %d", ks.DB(0).objectBytes, ks.DB(2).objectBytes)
	}
	if ks.DB(2).Number != 2 || ks.DB(2).Expires() != 1 {
		t.Errorf("database %d with %d expiries", ks.DB(2).Number, ks.DB(2).Expires())
	}
}

func TestScanLeavesExpiredKeysOut(t *testing.T) {
	ks := open(t)
	const n = 5000
	for i := range n {
		at := NoExpire
		if i%2 == 0 {
			at = start + 10
		}
		put(ks, 0, fmt.Sprint(i), at)
	}
	ks.Begin(start + 10)
	seen, calls := map[string]bool{}, 0
	for cursor := uint64(0); ; calls++ {
		cursor = ks.DB(0).Scan(cursor, 10, func(name []byte, e Entry) {
			if e.Type() != String || e.Expiry() != NoExpire {
				t.Errorf("%s: %v, %d", name, e.Type(), e.Expiry())
			}
			seen[string(name)] = true
		})
		if cursor == 0 {
			break
		}
		if cursor >= 1<<48 {
			t.Fatalf("cursor %d", cursor)
		}
	}
	if len(seen) != n/2 || calls < 20 {
		t.Errorf("%d keys in %d calls", len(seen), calls)
	}
}

func TestRandom(t *testing.T) {
	ks := open(t)
	db := ks.DB(0)
	if db.Random() != nil {
		t.Error("a key of an empty database")
	}
	const n = 100_000
	for i := range n {
		put(ks, 0, fmt.Sprint(i), start+10)
	}
	put(ks, 0, "alive", NoExpire)
	ks.Begin(start + 10)
	for range 3 {
		if name := db.Random(); string(name) != "alive" {
			t.Fatalf("got %q", name)
		}
	}
	if ks.Stats.Expired == 0 || int(ks.Stats.Expired)+db.Len() != n+1 {
		t.Errorf("%d expired, %d left", ks.Stats.Expired, db.Len())
	}
	key(ks, 0, "alive").Glance().Delete()
	if name := db.Random(); name != nil || db.Len() != 0 {
		t.Errorf("got %q with %d keys", name, db.Len())
	}
}

func TestOutOfMemoryLeavesTheKeyspaceSound(t *testing.T) {
	ks := open(t)
	db := ks.DB(0)
	db.store.Close()
	db.store = store.New(store.Options{Hash: ks.hash, Reserve: 1}) // the least there is
	o := db.KeyOf([]byte("o"))
	o.PutObject(o.Write(), List, Quicklist, &blob{size: 10}, NoExpire)
	value := bytes.Repeat([]byte("x"), 16<<10)
	n := 0
	reason := func() (reason any) {
		defer func() { reason = recover() }()
		for {
			k := db.KeyOf(fmt.Append(nil, n))
			copy(k.Put(k.Write(), String, Raw, len(value), NoExpire).Bytes(), value)
			n++
		}
	}()
	if !OutOfMemory(reason) {
		t.Fatalf("ended with %v", reason)
	}
	if OutOfMemory(nil) || OutOfMemory("x") || OutOfMemory(errors.New("x")) {
		t.Error("other reasons count as out of memory")
	}
	for i := range n {
		if e := db.KeyOf(fmt.Append(nil, i)).Glance(); !bytes.Equal(e.Bytes(), value) {
			t.Fatalf("key %d is damaged", i)
		}
	}
	func() {
		defer func() { reason = recover() }()
		o.Put(o.Write(), String, Raw, len(value), NoExpire)
	}()
	if e := o.Glance(); !OutOfMemory(reason) || e.Object() == nil || db.objectBytes != 10 {
		t.Errorf("%v; the key that was to be replaced has %v, objects take %d", reason, e.Object(), db.objectBytes)
	}
	for i := range n {
		db.KeyOf(fmt.Append(nil, i)).Glance().Delete()
	}
	put(ks, 0, "new", NoExpire)
	if ks.Full() {
		t.Error("full with 16 MiB")
	}
}

func TestTidy(t *testing.T) {
	ks := open(t)
	for i := range 20_000 {
		put(ks, i%2, fmt.Sprint(i), NoExpire)
	}
	for i := range 20_000 {
		if i%64 > 1 {
			key(ks, i%2, fmt.Sprint(i)).Glance().Delete()
		}
	}
	steps := 0
	for ks.Tidy(64) {
		if steps++; steps > 100_000 {
			t.Fatal("housekeeping never ends")
		}
	}
	for i := range 20_000 {
		if got := key(ks, i%2, fmt.Sprint(i)).Glance().Exists(); got != (i%64 < 2) {
			t.Fatalf("key %d exists: %v", i, got)
		}
	}
}

func TestEachAndIndex(t *testing.T) {
	ks := open(t)
	put(ks, 5, "a", NoExpire)
	put(ks, 2, "a", NoExpire)
	var numbers []int
	ks.Each(func(db *DB) { numbers = append(numbers, db.Number) })
	if fmt.Sprint(numbers) != "[2 5]" || ks.Index() != 0 {
		t.Errorf("databases %v of shard %d", numbers, ks.Index())
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"string", "list", "set", "zset", "hash", "stream", "STREAM"} {
		kind, ok := ParseType(name)
		if !ok || !equalFold(kind.String(), name) {
			t.Errorf("%s: %v, %v", name, kind, ok)
		}
	}
	for _, name := range []string{"", "none", "foo", "lists"} {
		if kind, ok := ParseType(name); ok {
			t.Errorf("%q is %v", name, kind)
		}
	}
	for i, name := range PolicyNames() {
		if got := Policy(i).String(); got != name {
			t.Errorf("policy %d is %s, in the list %s", i, got, name)
		}
	}
	for e := Int; e <= StreamTree; e++ {
		if e.String() == "" {
			t.Errorf("encoding %d has no name", e)
		}
	}
	for p, want := range map[Policy][2]bool{
		NoEviction: {false, false}, AllKeysLRU: {false, false}, AllKeysLFU: {true, false}, AllKeysRandom: {false, false},
		VolatileLRU: {false, true}, VolatileLFU: {true, true}, VolatileRandom: {false, true}, VolatileTTL: {false, true},
	} {
		if p.LFU() != want[0] || p.VolatileOnly() != want[1] {
			t.Errorf("%v: LFU %v, volatile only %v", p, p.LFU(), p.VolatileOnly())
		}
	}
}
