package keyspace

import (
	"fmt"
	"testing"
)

// TestChangesTouchWatchers goes through everything that may happen to a watched
// key, and to its neighbours.
func TestChangesTouchWatchers(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(ks *Keyspace, k Key)
		want bool
	}{
		{"nothing", func(*Keyspace, Key) {}, false},
		{"read", func(_ *Keyspace, k Key) { k.Read() }, false},
		{"touch", func(_ *Keyspace, k Key) { k.Write().Touch() }, false},
		{"other key", func(ks *Keyspace, _ Key) { put(ks, 0, "other", NoExpire) }, false},
		{"other database", func(ks *Keyspace, _ Key) { put(ks, 1, "k", NoExpire) }, false},
		{"replace", func(ks *Keyspace, _ Key) { put(ks, 0, "k", NoExpire) }, true},
		{"change in place", func(_ *Keyspace, k Key) { k.Write().SetInt(5) }, true},
		{"resize", func(_ *Keyspace, k Key) { k.Write().Resize(3) }, true},
		{"object", func(_ *Keyspace, k Key) { k.PutObject(k.Write(), List, Quicklist, &blob{4}, NoExpire) }, true},
		{"set expiry", func(_ *Keyspace, k Key) { k.Write().SetExpiry(start + 1) }, true},
		{"delete", func(_ *Keyspace, k Key) { k.Write().Delete() }, true},
		{"flush", func(ks *Keyspace, _ Key) { ks.DB(0).Flush() }, true},
		{"flush of another database", func(ks *Keyspace, _ Key) { put(ks, 1, "k", NoExpire); ks.DB(1).Flush() }, false},
		{"swap away", func(ks *Keyspace, _ Key) { ks.Swap(0, 1) }, true},
		{"swap of others", func(ks *Keyspace, _ Key) { put(ks, 1, "k", NoExpire); ks.Swap(1, 2) }, false},
		{"expiry met", func(ks *Keyspace, k Key) { ks.Begin(start + 100); k.Read() }, true},
		{"expiry not met", func(ks *Keyspace, _ Key) { ks.Begin(start + 100) }, true},
		{"eviction", func(ks *Keyspace, _ Key) { ks.evictOne() }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ks := open(t, func(s *Settings) { s.Policy = AllKeysRandom })
			put(ks, 0, "k", start+50)
			w := &Watcher{}
			k := key(ks, 0, "k")
			k.Watch(w)
			c.do(ks, k)
			ks.Recheck(w)
			if w.Touched() != c.want {
				t.Errorf("touched: %v", w.Touched())
			}
		})
	}
}

// TestAbsentKeysAreWatched is about keys that are not there when they are named.
func TestAbsentKeysAreWatched(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(ks *Keyspace)
		want bool
	}{
		{"create", func(ks *Keyspace) { put(ks, 0, "k", NoExpire) }, true},
		{"flush", func(ks *Keyspace) { put(ks, 0, "other", NoExpire); ks.DB(0).Flush() }, false},
		{"swap without it", func(ks *Keyspace) { put(ks, 1, "other", NoExpire); ks.Swap(0, 1) }, false},
		{"swap in", func(ks *Keyspace) { put(ks, 1, "k", NoExpire); ks.Swap(1, 0) }, true},
		{"swap in what has expired", func(ks *Keyspace) {
			put(ks, 1, "k", start+5)
			ks.Begin(start + 10)
			ks.Swap(0, 1)
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			ks := open(t)
			put(ks, 0, "k", start-1) // its time is over: it is not there
			w := &Watcher{}
			key(ks, 0, "k").Watch(w)
			c.do(ks)
			ks.Recheck(w)
			if w.Touched() != c.want {
				t.Errorf("touched: %v", w.Touched())
			}
		})
	}
}

// TestUnwatchLeavesNothing looks at the books of a shard that many have watched.
func TestUnwatchLeavesNothing(t *testing.T) {
	ks := open(t)
	watchers := make([]*Watcher, 20)
	for i := range watchers {
		watchers[i] = &Watcher{}
		for n := range 10 {
			key(ks, n%3, fmt.Sprint(n%(i+1))).Watch(watchers[i])
		}
	}
	if got := watchers[0].Keys(); got != 3 {
		t.Errorf("%d keys of one name in three databases", got)
	}
	if got := watchers[19].Keys(); got != 10 {
		t.Errorf("%d keys of ten", got)
	}
	for i, w := range watchers {
		ks.Unwatch(w)
		ks.Unwatch(w)
		if got := ks.Watchers(); got != len(watchers)-1-i {
			t.Fatalf("%d watchers after %d have left", got, i+1)
		}
	}
	put(ks, 0, "0", NoExpire)
	for i, w := range watchers {
		if w.Touched() {
			t.Errorf("watcher %d has left and hears of changes", i)
		}
	}
	ks.Each(func(db *DB) {
		if db.watched != nil {
			t.Errorf("database %d: %v", db.Number, db.watched)
		}
	})
	if ks.watchers != nil {
		t.Errorf("still watching: %v", ks.watchers)
	}
}
