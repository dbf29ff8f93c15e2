package keyspace

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// crowd fills a keyspace with 2000 keys in two databases, every other one with an
// expiry, and then sets a limit that half of them fit, or three quarters where only
// those with an expiry may go. prepare gives key i its access bits.
func crowd(t *testing.T, p Policy, prepare func(ks *Keyspace, i int, e Entry) Entry) *Keyspace {
	t.Helper()
	ks := open(t, func(s *Settings) { s.Policy = p; s.EvictionTenacity = 100 })
	empty := int64(0)
	for i := range crowdSize {
		if i < 2 {
			empty = ks.UsedBytes()
		}
		at := NoExpire
		if i%4 < 2 {
			at = start + 1_000_000 + int64(i)
		}
		prepare(ks, i, putBig(ks, i%2, fmt.Sprint(i), at))
	}
	s := *ks.Settings
	s.MaxMemory = (ks.UsedBytes() + empty) / 2
	if p.VolatileOnly() {
		s.MaxMemory = (3*ks.UsedBytes() + empty) / 4
	}
	ks.source.Store(&s)
	ks.Begin(ks.Now)
	return ks
}

const crowdSize = 2000

// putBig gives a key a value that outweighs the table.
func putBig(ks *Keyspace, db int, name string, at int64) Entry {
	k := key(ks, db, name)
	return k.Put(k.Write(), String, Raw, 1000, at)
}

func volatileKey(i int) bool { return i%4 < 2 }

// left returns which keys of a crowd are left.
func left(ks *Keyspace) (keys []int) {
	for i := range crowdSize {
		if key(ks, i%2, fmt.Sprint(i)).Glance().Exists() {
			keys = append(keys, i)
		}
	}
	return keys
}

func TestEachPolicyEvictsWhatItShould(t *testing.T) {
	oldest := func(ks *Keyspace, i int, e Entry) Entry { // key 0 was used longest ago
		e.SetAccess(ks.second() - uint32(crowdSize-i))
		return e
	}
	rarest := func(ks *Keyspace, i int, e Entry) Entry { // key 0 was used least
		e.SetAccess(ks.minute()<<8 | uint32(i*200/crowdSize))
		return e
	}
	asIs := func(_ *Keyspace, _ int, e Entry) Entry { return e } // key 0 ends first
	for _, c := range []struct {
		policy  Policy
		prepare func(*Keyspace, int, Entry) Entry
		ordered bool
	}{
		{AllKeysLRU, oldest, true},
		{AllKeysLFU, rarest, true},
		{AllKeysRandom, asIs, false},
		{VolatileLRU, oldest, true},
		{VolatileLFU, rarest, true},
		{VolatileRandom, asIs, false},
		{VolatileTTL, asIs, true},
	} {
		ks := crowd(t, c.policy, c.prepare)
		if got := ks.MakeRoom(); got != RoomEnough || ks.OverLimit() {
			t.Errorf("%v: MakeRoom says %d", c.policy, got)
		}
		keys := left(ks)
		if int(ks.Stats.Evicted) != crowdSize-len(keys) || ks.Stats.Expired != 0 {
			t.Errorf("%v: %d left, %+v", c.policy, len(keys), ks.Stats)
		}
		checkVictims(t, c.policy, keys, c.ordered)
	}
}

// checkVictims demands that only keys the policy may evict are gone, and that most
// of these come from the first in its order.
func checkVictims(t *testing.T, p Policy, keys []int, ordered bool) {
	t.Helper()
	gone, early, candidates := 0, 0, 0
	for i := range crowdSize {
		may := volatileKey(i) || !p.VolatileOnly()
		if may {
			candidates++
		}
		if slices.Contains(keys, i) {
			continue
		}
		if gone++; !may {
			t.Fatalf("%v: key %d without expiry is gone", p, i)
		}
		if i < crowdSize/2 {
			early++
		}
	}
	if gone < candidates*4/10 || gone > candidates*6/10 {
		t.Errorf("%v: %d of %d are gone", p, gone, candidates)
	}
	if share := float64(early) / float64(gone); ordered && share < 0.9 || !ordered && (share < 0.4 || share > 0.6) {
		t.Errorf("%v: %.0f %% of the victims are from the first half", p, 100*share)
	}
}

func TestNoEviction(t *testing.T) {
	ks := crowd(t, NoEviction, func(_ *Keyspace, _ int, e Entry) Entry { return e })
	if got := ks.MakeRoom(); got != RoomExhausted || len(left(ks)) != crowdSize {
		t.Errorf("MakeRoom says %d, %d left", got, len(left(ks)))
	}
}

func TestPoliciesAreExhausted(t *testing.T) {
	for p := AllKeysLRU; p <= VolatileTTL; p++ {
		ks := open(t, func(s *Settings) { s.Policy = p; s.EvictionTenacity = 100 })
		for i := range 100 {
			putBig(ks, 0, fmt.Sprint(i), NoExpire)
			putBig(ks, 3, fmt.Sprint("v", i), start+1000)
		}
		s := *ks.Settings
		s.MaxMemory = 1
		ks.source.Store(&s)
		ks.Begin(start)
		if got := ks.MakeRoom(); got != RoomExhausted {
			t.Errorf("%v: MakeRoom says %d", p, got)
		}
		want := 0
		if p.VolatileOnly() {
			want = 100
		}
		if ks.DB(0).Len() != want || ks.DB(3).Len() != 0 {
			t.Errorf("%v: %d and %d keys left", p, ks.DB(0).Len(), ks.DB(3).Len())
		}
		if got := ks.MakeRoom(); got != RoomExhausted {
			t.Errorf("%v, the second time: MakeRoom says %d", p, got)
		}
	}
}

func TestExpiredVictimsMakeRoomToo(t *testing.T) {
	ks := open(t, func(s *Settings) { s.Policy = VolatileTTL; s.EvictionTenacity = 100 })
	for i := range 1000 {
		putBig(ks, 0, fmt.Sprint(i), start+1)
	}
	s := *ks.Settings
	s.MaxMemory = ks.UsedBytes() / 2
	ks.source.Store(&s)
	ks.Begin(start + 1)
	if got := ks.MakeRoom(); got != RoomEnough || ks.Stats.Evicted != 0 || ks.Stats.Expired == 0 {
		t.Errorf("MakeRoom says %d, %+v", got, ks.Stats)
	}
}

func TestMakeRoomCountsAllShards(t *testing.T) {
	source := new(Source)
	s := DefaultSettings()
	s.Policy, s.MaxMemory = AllKeysLRU, 1<<30
	source.Store(s)
	gauges := make([]Gauge, 3)
	ks := New(1, open(t).hash, source, gauges, 1)
	t.Cleanup(ks.Close)
	putBig(ks, 0, "k", NoExpire)
	if ks.OverLimit() || ks.MakeRoom() != RoomEnough {
		t.Error("over the limit with one key")
	}
	gauges[0].SetUsed(1 << 29)
	gauges[2].SetUsed(1<<29 - ks.UsedBytes())
	if ks.OverLimit() {
		t.Error("over the limit when exactly at it")
	}
	gauges[2].SetUsed(1 << 29)
	if !ks.OverLimit() || ks.MakeRoom() != RoomExhausted || ks.DB(0).Len() != 0 {
		t.Errorf("other shards do not count; %d keys left", ks.DB(0).Len())
	}
}

func TestMakeRoomTakesBoundedTime(t *testing.T) {
	ks := crowd(t, AllKeysLRU, func(_ *Keyspace, _ int, e Entry) Entry { return e })
	s := *ks.Settings
	s.EvictionTenacity = 0
	ks.source.Store(&s)
	ks.Begin(start)
	turns := 1
	for ; ks.MakeRoom() == RoomPending; turns++ {
		if turns > crowdSize {
			t.Fatal("no end")
		}
	}
	if ks.OverLimit() || turns < crowdSize/2/16-2 {
		t.Errorf("room after %d turns", turns)
	}
	for tenacity, want := range map[int]time.Duration{0: 0, 1: 50 * time.Microsecond, 10: 500 * time.Microsecond} {
		s.EvictionTenacity = tenacity
		if got := ks.withSettings(&s).evictionTime(); got != want {
			t.Errorf("tenacity %d: %v, want %v", tenacity, got, want)
		}
	}
	last := time.Duration(0)
	for s.EvictionTenacity = 1; s.EvictionTenacity <= 100; s.EvictionTenacity++ {
		got := ks.withSettings(&s).evictionTime()
		if got <= last {
			t.Errorf("tenacity %d: %v after %v", s.EvictionTenacity, got, last)
		}
		last = got
	}
}

func (ks *Keyspace) withSettings(s *Settings) *Keyspace {
	ks.Settings = s
	return ks
}

func TestPoolKeepsTheBest(t *testing.T) {
	const seed = 11
	rng := rand.New(rand.NewPCG(seed, 0))
	for round := range 200 {
		ks := open(t)
		var want []uint64
		for i := range 1 + rng.IntN(60) {
			e := put(ks, i%3, fmt.Sprint(i), NoExpire)
			score := uint64(rng.IntN(20))
			for range 1 + rng.IntN(2) { // the same key may be offered twice
				ks.offer(ks.DB(i%3), e.ref, score)
			}
			want = append(want, score)
		}
		slices.Sort(want)
		want = want[max(len(want)-evictPool, 0):]
		var got []uint64
		for _, c := range ks.evict.pool[:ks.evict.size] {
			got = append(got, c.score)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d, round %d: the pool has %v, want %v", seed, round, got, want)
		}
		seen := map[string]bool{}
		for ks.evict.size > 0 {
			k := ks.best()
			if name := fmt.Sprintf("%d:%s", k.DB.Number, k.Name()); seen[name] || !k.Glance().Exists() {
				t.Fatalf("seed %d, round %d: %s is in the pool twice, or never was a key", seed, round, name)
			} else {
				seen[name] = true
			}
		}
	}
}

func TestPoolDoesNotLetStaleCandidatesGo(t *testing.T) {
	ks := open(t, func(s *Settings) { s.Policy = VolatileTTL })
	e := put(ks, 0, "persisted", start+1000)
	ks.offer(ks.DB(0), e.ref, ^uint64(0))
	e.SetExpiry(NoExpire)
	e = put(ks, 0, "deleted", start+1000)
	ks.offer(ks.DB(0), e.ref, ^uint64(0)-1)
	e.Delete()
	ks.evict.policy = VolatileTTL
	put(ks, 0, "victim", start+5000)
	if !ks.evictOne() || key(ks, 0, "victim").Glance().Exists() || !key(ks, 0, "persisted").Glance().Exists() {
		t.Error("the wrong key is gone")
	}
	if ks.evictOne() {
		t.Error("a key without expiry is gone")
	}
}

func TestPoolForgetsScoresOfAnotherPolicy(t *testing.T) {
	ks := open(t, func(s *Settings) { s.Policy = VolatileTTL })
	soon := put(ks, 0, "soon", start+10)
	put(ks, 0, "idle", start+100_000).SetAccess(ks.second() - 1000)
	ks.evict.policy = VolatileTTL
	ks.offer(ks.DB(0), soon.ref, ks.score(ks.DB(0), soon.ref))
	s := *ks.Settings
	s.Policy = AllKeysLRU
	s.MaxMemorySamples = 64
	ks.source.Store(&s)
	ks.Begin(start)
	if !ks.evictOne() || !key(ks, 0, "soon").Glance().Exists() {
		t.Error("the score of the old policy counted")
	}
}

func TestLongNamesLeaveThePool(t *testing.T) {
	ks := open(t, func(s *Settings) { s.Policy = AllKeysLRU })
	long := string(make([]byte, 2*maxSpareName))
	put(ks, 0, long, NoExpire)
	if !ks.evictOne() || key(ks, 0, long).Glance().Exists() {
		t.Error("the long name is not evicted")
	}
	if ks.evict.pool[0].name != nil {
		t.Error("the pool keeps the memory of a long name")
	}
}

func TestEvictionAllocatesNothing(t *testing.T) {
	for _, p := range []Policy{AllKeysLRU, AllKeysRandom} {
		ks := open(t, func(s *Settings) { s.Policy = p })
		names := make([][]byte, 3000)
		for i := range names {
			names[i] = fmt.Append(nil, "key:", i)
			k := ks.DB(0).KeyOf(names[i])
			k.Put(k.Write(), String, Raw, 40, NoExpire)
		}
		for range 500 {
			ks.evictOne()
		}
		if n := testing.AllocsPerRun(1000, func() { ks.evictOne() }); n > 0 {
			t.Errorf("%v: %.1f allocations for an eviction", p, n)
		}
	}
}
