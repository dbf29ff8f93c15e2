package keyspace

import (
	"slices"
	"sync/atomic"
)

// Watcher is what a client has asked for with WATCH: keys, in one shard or in
// several, and whether one of them has changed since. A shard remembers it until
// Unwatch.
type Watcher struct {
	touched atomic.Bool
	keys    atomic.Int64
}

// Touched tells whether one of the keys has changed. Any goroutine may call it;
// only the turn that holds all shards of the keys can rely on a false.
func (w *Watcher) Touched() bool { return w.touched.Load() }

// Keys returns how many keys are watched. Any goroutine may call it.
func (w *Watcher) Keys() int64 { return w.keys.Load() }

// watch is one client's interest in a key.
type watch struct {
	watcher *Watcher
	name    []byte // a copy
}

// Watch lets w know of every change of k from now on. A key whose time has come is
// taken out first: that it goes is no change. Watching a key twice does nothing.
//
// Complexity: O(C) for C clients that watch k.
func (k Key) Watch(w *Watcher) {
	k.Glance()
	db := k.DB
	for _, other := range db.watched[k.Hash] {
		if other.watcher == w && string(other.name) == string(k.Name()) {
			return
		}
	}
	if db.watched == nil {
		db.watched = map[uint64][]watch{}
	}
	if db.ks.watchers == nil {
		db.ks.watchers = map[*Watcher][]Key{}
	}
	k = db.Hashed(k.Hash, slices.Clone(k.Name()))
	db.watched[k.Hash] = append(db.watched[k.Hash], watch{watcher: w, name: k.Name()})
	db.ks.watchers[w] = append(db.ks.watchers[w], k)
	w.keys.Add(1)
}

// Unwatch forgets w, in O(K) for K keys, and O(C) for each that C clients watch.
func (ks *Keyspace) Unwatch(w *Watcher) {
	for _, k := range ks.watchers[w] {
		k.unwatch(w)
	}
	delete(ks.watchers, w)
	if len(ks.watchers) == 0 {
		ks.watchers = nil // a map keeps the room it once needed
	}
}

func (k Key) unwatch(w *Watcher) {
	db := k.DB
	rest := slices.DeleteFunc(db.watched[k.Hash], func(other watch) bool { return other.watcher == w })
	if len(rest) > 0 {
		db.watched[k.Hash] = rest
		return
	}
	delete(db.watched, k.Hash)
	if len(db.watched) == 0 {
		db.watched = nil
	}
}

// Recheck lets w know if the time of one of its keys has come without anybody
// having met the key, in O(K) for K keys.
func (ks *Keyspace) Recheck(w *Watcher) {
	for _, k := range ks.watchers[w] {
		k.Glance()
	}
}

// Watchers returns how many clients watch a key of this shard.
func (ks *Keyspace) Watchers() int { return len(ks.watchers) }

// alert tells those who watch a key with this hash that it has changed. That it
// may be another key, once in 2^64 pairs, costs them a transaction.
func (db *DB) alert(hash uint64) {
	for _, w := range db.watched[hash] {
		w.watcher.touched.Store(true)
	}
}

// alertAll tells those who watch a key that is in one of the given databases of
// the shard that it has changed: these databases are about to be emptied or
// exchanged.
func (db *DB) alertAll(among ...*DB) {
	for hash, watches := range db.watched {
		for _, w := range watches {
			for _, other := range among {
				if other.Hashed(hash, w.name).Glance().Exists() {
					w.watcher.touched.Store(true)
				}
			}
		}
	}
}
