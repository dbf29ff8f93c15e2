package keyspace

import (
	"fmt"
	"testing"
	"time"
)

func TestLookUpRemovesExpiredKeys(t *testing.T) {
	looks := map[string]func(Key) Entry{"Read": Key.Read, "Peek": Key.Peek, "Write": Key.Write, "Glance": Key.Glance}
	for name, look := range looks {
		ks := open(t)
		put(ks, 0, "k", start+10)
		put(ks, 0, "other", NoExpire)
		ks.Begin(start + 9)
		if !look(key(ks, 0, "k")).Exists() {
			t.Errorf("%s: gone before its time", name)
		}
		ks.Begin(start + 10)
		if ks.DB(0).Len() != 2 {
			t.Errorf("%s: removed although nobody asked", name)
		}
		if look(key(ks, 0, "k")).Exists() || !look(key(ks, 0, "other")).Exists() {
			t.Errorf("%s: the wrong key is there", name)
		}
		if ks.DB(0).Len() != 1 || ks.DB(0).Expires() != 0 || ks.Stats.Expired != 1 {
			t.Errorf("%s: %d keys, %d expiries, %+v", name, ks.DB(0).Len(), ks.DB(0).Expires(), ks.Stats)
		}
	}
}

// TestMillionKeysExpireInBoundedSteps is the load that must not stall a shard.
func TestMillionKeysExpireInBoundedSteps(t *testing.T) {
	const n = 1_000_000
	ks := open(t)
	name := make([]byte, 0, 16)
	for i := range n {
		name = fmt.Appendf(name[:0], "key:%012d", i)
		k := ks.DB(0).KeyOf(name)
		k.Put(k.Write(), String, Int, 8, start+10)
	}
	put(ks, 0, "alive", start+1_000_000)
	if ks.ExpireStep() || ks.DB(0).Len() != n+1 {
		t.Fatal("nothing has expired yet")
	}
	ks.Begin(start + 10)
	const most = 4 * expireGroups * 12
	steps, largest := 0, int64(0)
	var longest time.Duration
	for more := true; more; steps++ {
		before, began := ks.Stats.Expired, time.Now()
		more = ks.ExpireStep()
		longest = max(longest, time.Since(began))
		largest = max(largest, ks.Stats.Expired-before)
		if steps > n {
			t.Fatal("the walk never ends")
		}
	}
	t.Logf("%d steps of at most %d keys, the longest took %v", steps, largest, longest)
	if largest > most {
		t.Errorf("one step removed %d keys, at most %d are allowed", largest, most)
	}
	if left := ks.DB(0).Len(); left > n/50 {
		t.Errorf("%d keys left when the walk stopped", left)
	}
	for range 2 * n / 100 {
		ks.ExpireStep()
	}
	if ks.DB(0).Len() != 1 || !key(ks, 0, "alive").Glance().Exists() || ks.Stats.Expired != n {
		t.Errorf("%d keys left, %d expired", ks.DB(0).Len(), ks.Stats.Expired)
	}
}

func TestExpireStepIsFairAmongDatabases(t *testing.T) {
	ks := open(t)
	for i := range 50_000 {
		put(ks, 0, fmt.Sprint(i), start+1)
	}
	for i := range 500 {
		put(ks, 3, fmt.Sprint(i), start+1)
		put(ks, 15, fmt.Sprint(i), start+1)
		put(ks, 7, fmt.Sprint(i), NoExpire)
	}
	ks.Begin(start + 1)
	for range 50 {
		if !ks.ExpireStep() {
			t.Fatal("the walk stops although nearly everything is expired")
		}
	}
	if ks.DB(3).Len() != 0 || ks.DB(15).Len() != 0 {
		t.Errorf("%d and %d keys wait for the large database", ks.DB(3).Len(), ks.DB(15).Len())
	}
	if left := ks.DB(0).Len(); left == 0 || left == 50_000 {
		t.Errorf("%d keys of the large database are left", left)
	}
	if ks.DB(7).Len() != 500 {
		t.Error("keys without expiry were removed")
	}
}

func TestExpireStepGoesOnAsEffortDemands(t *testing.T) {
	for effort, want := range map[int]bool{1: false, 10: true} {
		ks := open(t, func(s *Settings) { s.ActiveExpireEffort = effort })
		for i := range 20_000 {
			at := int64(start + 1000)
			if i%20 == 0 { // 5 %
				at = start + 1
			}
			put(ks, 0, fmt.Sprint(i), at)
		}
		ks.Begin(start + 1)
		more := 0
		for range 60 {
			if ks.ExpireStep() {
				more++
			}
		}
		if (more > 30) != want {
			t.Errorf("effort %d: %d of 60 steps ask for more", effort, more)
		}
		if stale := ks.StalePercent(); stale < 3 || stale > 7 {
			t.Errorf("effort %d: %.1f %% were stale, not 5", effort, stale)
		}
	}
}

func TestActiveExpireCanBeOff(t *testing.T) {
	ks := open(t, func(s *Settings) { s.ActiveExpire = false })
	put(ks, 0, "k", start+1)
	ks.Begin(start + 1)
	if ks.ExpireStep() || ks.DB(0).Len() != 1 {
		t.Error("a key was removed")
	}
	if key(ks, 0, "k").Read().Exists() {
		t.Error("the key is to be seen")
	}
}
