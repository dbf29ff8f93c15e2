package store

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

func TestClasses(t *testing.T) {
	for size := uint32(1); size <= maxRecord; size++ {
		c := classOf(size)
		if c >= classCount || classSize(c) < size || c > 0 && classSize(c-1) >= size || classSize(c)%8 != 0 {
			t.Fatalf("size %d: class %d of %d", size, c, classSize(c))
		}
	}
	if classSize(classCount-1) != maxRecord || classOf(maxRecord) != classCount-1 {
		t.Fatal("the last class does not hold the largest record")
	}
}

// resident returns the resident bytes of the process, 0 where unknown.
func resident() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	f := strings.Fields(string(b))
	n, _ := strconv.ParseInt(f[1], 10, 64)
	return n * int64(os.Getpagesize())
}

// TestMemoryPerKey loads keys and compares what the process has grown by with
// the targets and with the store's own accounts.
func TestMemoryPerKey(t *testing.T) {
	keys := 600_000
	if raceEnabled {
		keys = 150_000 // slow, and with memory of its own: accounts only
	}
	for _, c := range []struct {
		name   string
		value  int
		expire int64
		limit  float64
	}{{"16+16", 16, NoExpire, 62}, {"16+16 ttl", 16, 1, 79}, {"16+64", 64, NoExpire, 112}} {
		t.Run(c.name, func(t *testing.T) {
			runtime.GC()
			debug.FreeOSMemory()
			before := resident()
			s := newTest(t, mix)
			value := bytes.Repeat([]byte{1}, c.value)
			for i := range keys {
				set(t, s, numKey(i), value, c.expire)
			}
			debug.FreeOSMemory()
			st := s.Stats()
			used := float64(s.UsedBytes()) / float64(keys)
			rss := float64(resident()-before) / float64(keys)
			t.Logf("used %.1f, resident estimate %.1f, process %.1f bytes a key", used, float64(st.ResidentBytes)/float64(keys), rss)
			if used > c.limit {
				t.Fatalf("%.1f bytes a key, limit %.0f", used, c.limit)
			}
			if e := float64(st.ResidentBytes) / float64(s.UsedBytes()); e < 0.99 || e > 1.05 {
				t.Fatalf("used %d, resident %d", s.UsedBytes(), st.ResidentBytes)
			}
			if before != 0 && !raceEnabled && (rss > c.limit || rss > used*1.1 || rss < used*0.9) {
				t.Fatalf("the process has grown by %.1f bytes a key, accounted %.1f", rss, used)
			}
		})
	}
}

// TestDefragment deletes half of the keys at random and expects most of their
// memory back.
func TestDefragment(t *testing.T) {
	const seed, keys = 5, 200_000
	t.Log("seed", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := newTest(t, mix)
	for i := range keys {
		set(t, s, numKey(i), numKey(i * 7)[:rng.IntN(17)], NoExpire)
	}
	loaded := s.Stats()
	before := resident()
	for i := range keys {
		if rng.IntN(2) == 0 {
			s.Delete(mix(numKey(i)), s.Find(mix(numKey(i)), numKey(i)))
		}
	}
	halved := s.Stats()
	t.Log(tidyAll(t, s), "steps")
	st := s.Stats()
	t.Logf("loaded %d, halved %d, tidied %d resident bytes; process fell by %d",
		loaded.ResidentBytes, halved.ResidentBytes, st.ResidentBytes, before-resident())
	if st.ResidentBytes > loaded.ResidentBytes*7/10 || st.Moves == 0 {
		t.Fatalf("halved %+v, tidied %+v", halved, st)
	}
	for i := range keys {
		if r := s.Find(mix(numKey(i)), numKey(i)); r != 0 && !bytes.HasPrefix(numKey(i*7), s.Value(r)) {
			t.Fatalf("key %d has value %q", i, s.Value(r))
		}
	}
	if s.Tidy(64) {
		t.Fatal("tidy found something to do in a tidy store")
	}
}

// TestFull fills a small reservation and expects an error that leaves
// everything as it was, and room again after deletions.
func TestFull(t *testing.T) {
	s := New(Options{Hash: mix, Reserve: minReserve})
	defer s.Close()
	n := 0
	for ; ; n++ {
		r, err := s.Insert(mix(numKey(n)), numKey(n), 1, 1000, NoExpire)
		if err != nil {
			if !errors.Is(err, ErrFull) {
				t.Fatal(err)
			}
			break
		}
		fill(s.Value(r), n)
	}
	if n < minReserve/1200 || s.Len() != n {
		t.Fatalf("%d records of 1000 bytes fit", n)
	}
	check(t, s)
	h := mix(numKey(0))
	r := s.Find(h, numKey(0))
	for what, f := range map[string]func() (Ref, error){
		"resize":  func() (Ref, error) { return s.Resize(h, r, 3000) },
		"move":    func() (Ref, error) { return s.Resize(h, r, 100_000) },
		"replace": func() (Ref, error) { return s.Replace(h, r, 9, 3000, 5) },
		"outside": func() (Ref, error) { return s.Replace(h, r, 9, 100_000, 5) },
		"object":  func() (Ref, error) { return s.SetObject(h, r, text("1")) },
		"long":    func() (Ref, error) { return s.Resize(h, r, -1) },
		"longer":  func() (Ref, error) { return s.Replace(h, r, 9, MaxLength+1, 5) },
	} {
		if got, err := f(); !errors.Is(err, ErrFull) || got != r || s.Kind(r) != 1 || len(s.Value(r)) != 1000 {
			t.Fatalf("%s: %d %v, kind %d", what, got, err, s.Kind(r))
		}
		check(t, s)
	}
	for i := 0; i < n; i += 2 {
		s.Delete(mix(numKey(i)), s.Find(mix(numKey(i)), numKey(i)))
	}
	tidyAll(t, s)
	for i := range n / 4 {
		set(t, s, append(numKey(i), 'x'), make([]byte, 3000)[:900], NoExpire)
	}
	for i := 1; i < n; i += 2 {
		want := make([]byte, 1000)
		fill(want, i)
		if !bytes.Equal(s.Value(s.Find(mix(numKey(i)), numKey(i))), want) {
			t.Fatalf("value %d", i)
		}
	}
	check(t, s)
}

// TestEvacuationWithoutRoom takes the free slots away while a page is being
// evacuated into them. The evacuation must give up and lose nothing.
func TestEvacuationWithoutRoom(t *testing.T) {
	s := New(Options{Hash: mix, Reserve: minReserve})
	defer s.Close()
	n := 0
	for ; s.arena.top < s.arena.limit || s.arena.current[classOf(1024)] != 0; n++ {
		set(t, s, numKey(n), make([]byte, 1000-16), NoExpire)
	}
	for i := 0; i < n; i++ {
		if i%5 < 2 {
			s.Delete(mix(numKey(i)), s.Find(mix(numKey(i)), numKey(i)))
		}
	}
	for i := 0; s.arena.victim == 0; i++ {
		if s.Tidy(8); i > 10_000 {
			t.Fatal("no evacuation")
		}
	}
	keys := s.Len()
	for i := n; ; i++ {
		if _, err := s.Insert(mix(numKey(i)), numKey(i), 1, 1000-16, NoExpire); err != nil {
			break
		}
		keys++
	}
	if s.arena.victim == 0 {
		t.Fatal("the evacuation has ended by itself")
	}
	tidyAll(t, s)
	if s.arena.victim != 0 || s.Len() != keys {
		t.Fatalf("victim %d, %d of %d keys", s.arena.victim, s.Len(), keys)
	}
	scanAll(t, s, keys)
}

// TestReservation checks that a size below the minimum is refused.
func TestReservation(t *testing.T) {
	if _, ok := newReservation(minReserve-1, false); ok {
		t.Fatal("a reservation that is too small")
	}
	res, ok := newReservation(minReserve, true)
	if !ok || res.records.reserve(res.records.size+1) {
		t.Fatal("an area can grow past its end")
	}
	if !res.records.reserve(1) || res.records.committed != commitMin {
		t.Fatalf("committed %d", res.records.committed)
	}
}

// TestHugePages grows a store past the size where it asks for huge pages.
func TestHugePages(t *testing.T) {
	s := New(Options{Hash: mix, HugePages: true})
	defer s.Close()
	for i := range 5_000 {
		set(t, s, numKey(i), make([]byte, 30_000), NoExpire)
	}
	if s.arena.mem.committed <= hugeFrom {
		t.Fatal("too small to show anything")
	}
	check(t, s)
}

func TestResetAndPool(t *testing.T) {
	pool := NewPool()
	s := New(Options{Hash: mix, Pool: pool})
	for round := range 3 {
		for i := range 5000 {
			set(t, s, numKey(i), make([]byte, i%3*20_000), 9)
		}
		check(t, s)
		switch round {
		case 0:
			s.Reset()
		case 1:
			s.Close()
			if s.Find(1, nil) != 0 || s.Len() != 0 || s.Scan(0, 10, nil) != 0 || s.Tidy(1) || s.UsedBytes() != 0 {
				t.Fatal("a closed store is not empty")
			}
			if _, err := s.Insert(1, nil, 1, 1, NoExpire); !errors.Is(err, ErrFull) {
				t.Fatal(err)
			}
			s.Warm([]uint64{1})
			s.Reset()
			base := pool.free[s.poolKey()][0].records.base
			s = New(Options{Hash: mix, Pool: pool})
			if s.res.records.base != base {
				t.Fatal("the reservation was not used again")
			}
		}
		if round < 2 && (s.Len() != 0 || s.Stats().BigValues != 0 || s.Find(mix(numKey(1)), numKey(1)) != 0) {
			t.Fatal("keys survived")
		}
	}
	s.Close()
}

// TestManyStores reserves address space as a server with many shards does.
func TestManyStores(t *testing.T) {
	pool := NewPool()
	var stores []*Store
	for i := range 16 * 16 {
		s := New(Options{Hash: mix, Pool: pool})
		set(t, s, numKey(i), numKey(i), NoExpire)
		stores = append(stores, s)
	}
	for i, s := range stores {
		if s.arena.limit < DefaultReserve/pageBytes-2 || s.Find(mix(numKey(i)), numKey(i)) == 0 {
			t.Fatalf("store %d: %d pages", i, s.arena.limit)
		}
		s.Close()
	}
}

// TestBigLimits goes around the size where records leave the arena.
func TestBigLimits(t *testing.T) {
	s := newTest(t, mix)
	for _, klen := range []int{0, 1, 255, 256, 300, maxInlineKey, maxInlineKey + 1, 1 << 20} {
		key := bytes.Repeat([]byte{'k'}, klen)
		h := mix(key)
		for _, n := range []int{0, maxRecord - 300 - klen, maxRecord - 40, maxRecord - 8 - klen, maxRecord - klen, maxRecord, 1 << 20} {
			n = max(n, 0)
			r, err := s.Insert(h, key, 3, n, NoExpire)
			if err != nil {
				t.Fatal(err)
			}
			fill(s.Value(r), n)
			want := bytes.Clone(s.Value(r))
			for _, at := range []int64{5, 6, NoExpire, 7} {
				if r, err = s.SetExpire(h, r, at); err != nil {
					t.Fatal(err)
				}
				if s.Expire(r) != at || !bytes.Equal(s.Value(r), want) || !bytes.Equal(s.Key(r), key) {
					t.Fatalf("key of %d, value of %d bytes: wrong after SetExpire", klen, n)
				}
				check(t, s)
			}
			s.Delete(h, r)
		}
	}
	if st := s.Stats(); st.BigBytes != 0 || st.BigValues != 0 || st.LiveBytes != 0 {
		t.Fatalf("left behind: %+v", st)
	}
}

// TestAppendIsLinear grows a value by single bytes and counts what is copied,
// by the moves of the record and the capacities outside.
func TestAppendIsLinear(t *testing.T) {
	s := newTest(t, mix)
	key := []byte("log")
	h := mix(key)
	r := set(t, s, key, nil, NoExpire)
	const n = 3 << 20
	copied, last := 0, 0
	for i := 1; i <= n; i++ {
		moves := s.moves
		var err error
		if r, err = s.Resize(h, r, i); err != nil {
			t.Fatal(err)
		}
		v := s.Value(r)
		v[i-1] = byte(i)
		if c := s.RecordBytes(r); s.moves != moves || c != last {
			copied += i
			last = c
		}
	}
	if copied > 12*n {
		t.Fatalf("%d bytes copied to append %d", copied, n)
	}
	for i, b := range s.Value(r) {
		if b != byte(i+1) {
			t.Fatalf("byte %d lost", i)
		}
	}
	full := s.UsedBytes()
	if r, _ = s.Resize(h, r, 10); s.UsedBytes() > full/10 || len(s.Value(r)) != 10 {
		t.Fatalf("shrinking keeps %d of %d bytes", s.UsedBytes(), full)
	}
	check(t, s)
}

// TestNoAllocation checks that the hot paths leave the Go heap alone.
func TestNoAllocation(t *testing.T) {
	s := newTest(t, mix)
	var buf [16]byte
	for i := range 10_000 {
		k := benchKey(&buf, uint64(i))
		if _, err := s.Insert(mix(k), k, 1, 16, NoExpire); err != nil {
			t.Fatal(err)
		}
	}
	hs := make([]uint64, 64)
	i := uint64(0)
	for what, f := range map[string]func(){
		"find": func() {
			k := benchKey(&buf, i%20_000)
			s.Find(mix(k), k)
		},
		"replace": func() {
			k := benchKey(&buf, i%10_000)
			r := s.Find(mix(k), k)
			r, _ = s.Replace(mix(k), r, 1, int(i%50), NoExpire)
			r, _ = s.SetExpire(mix(k), r, int64(i))
			r, _ = s.SetExpire(mix(k), r, NoExpire)
			r, _ = s.Resize(mix(k), r, int(i%70))
			copy(s.Value(r), k)
		},
		"insert and delete": func() {
			k := benchKey(&buf, 1<<40+i)
			r, _ := s.Insert(mix(k), k, 1, int(i%100), int64(i))
			s.Delete(mix(k), r)
		},
		"warm": func() { s.Warm(hs) },
		"tidy": func() { s.Tidy(64) },
		"scan": func() { s.Scan(i<<30, 10, func(Ref) {}) },
	} {
		if n := testing.AllocsPerRun(2000, func() { i++; f() }); n != 0 {
			t.Errorf("%s: %.2f allocations", what, n)
		}
	}
}
