package keyspace

import (
	"math/rand/v2"

	"github.com/troupe-db/troupe/shard/dict"
	"github.com/troupe-db/troupe/shard/effect"
	"github.com/troupe-db/troupe/shard/store"
)

// Keyspace is the keys of one shard.
type Keyspace struct {
	// Fixed after New.
	hash   func(key []byte) uint64
	pool   *store.Pool // address space of flushed databases
	source *Source
	gauges []Gauge // of all shards; gauges[index] is this one's
	index  int

	// Sweeper removes elements of collections whose deadline has come. It is set
	// before the first turn.
	Sweeper Sweeper

	// Owned by the turn.
	Settings *Settings // in force for this turn
	Now      int64     // unix milliseconds, the same for the whole turn
	NoTouch  bool      // the client at hand does not count as a user of keys
	// Effects takes what the turn changes, nil while nobody wants to know. In a turn
	// that holds several shards all of them have the same.
	Effects *effect.Log
	// Replaying tells that a log is played back: keys stay until it removes them.
	Replaying bool
	// Listener is told of events of keys, see Notify. It is set before the first turn.
	Listener func(event string, k Key)
	herald   Herald // nil for none; fixed before the first turn
	told     bool   // something, since the last End

	// Reader is the client at hand, as far as it tracks keys.
	Reader    Reader
	read      map[uint64]*reading // by hash: keys that clients have read; nil when there are none
	changes   []Change            // that are yet to be told, while broadcast is set
	broadcast bool                // somebody wants to hear of every change
	attentive bool                // broadcast, or read is not empty
	audience  *Audience           // of all shards; fixed before the first turn

	Stats Stats
	dbs   []*DB // by number; nil until it is used
	// capture is this shard's part of the snapshot under way, nil while there is none.
	capture *capture
	full    bool  // see Full
	ready   []Key // keys that waiters wait for and that came into being in this command
	// watchers are the clients that watch keys of this shard, with those keys; nil
	// when there are none.
	watchers map[*Watcher][]Key
	rng      *rand.Rand
	evict    evictor
	stale    float64 // see StalePercent
	remains  Remains

	swept     []byte // names of the keys of a sweep, one after the other
	sweptEnds []int  // where each ends
}

// DB is one numbered database of a shard.
type DB struct {
	Number int

	ks          *Keyspace
	store       *store.Store
	saving      *saving // what a snapshot has to do with store; nil while there is none
	objectBytes int64   // what the Objects of this database take
	waiting     map[string][]*Waiter
	watched     map[uint64][]watch // by hash of the key; nil when nobody watches one
	expireAt    uint64             // where the expiry cycle goes on
	life        float64            // running mean of the time left of keys with an expiry, ms
	schedule    *dict.Dict         // keys to sweep, with the time; nil until there are any
}

// Object is a value too large for one record.
type Object = store.Object

// New returns the empty keyspace of shard index. gauges has one element per
// shard, shared by all of them; seed starts the random sequence used for
// sampling.
func New(index int, hash func([]byte) uint64, source *Source, gauges []Gauge, seed uint64) *Keyspace {
	ks := &Keyspace{
		hash: hash, pool: store.NewPool(), source: source, gauges: gauges, index: index,
		rng: rand.New(rand.NewPCG(seed, uint64(index))), audience: &Audience{},
	}
	ks.Begin(0)
	return ks
}

// Begin starts a turn at now, unix milliseconds.
func (ks *Keyspace) Begin(now int64) {
	ks.Now = now
	ks.Settings = ks.source.Load()
	ks.NoTouch = false
	ks.Reader = Reader{}
	ks.broadcast = ks.audience.broadcast.Load()
	ks.attentive = ks.broadcast || len(ks.read) != 0
}

// End finishes a turn: what others may read of this shard is up to date.
func (ks *Keyspace) End() {
	used := ks.UsedBytes()
	ks.gauges[ks.index].SetUsed(used)
	ks.full = ks.nearlyFull(used)
	if ks.told {
		ks.told = false
		ks.tellChanges()
		if ks.herald != nil {
			ks.herald.Depart()
		}
	}
}

// Index returns the shard's number, 0 for the first.
func (ks *Keyspace) Index() int { return ks.index }

// Rand returns the next number of the shard's own random sequence.
func (ks *Keyspace) Rand() uint64 { return ks.rng.Uint64() }

// DB returns database number n, which must be below Settings.Databases. It is
// created when it is asked for the first time.
func (ks *Keyspace) DB(n int) *DB {
	if n < len(ks.dbs) && ks.dbs[n] != nil {
		return ks.dbs[n]
	}
	return ks.openDB(n)
}

func (ks *Keyspace) openDB(n int) *DB {
	for len(ks.dbs) <= n {
		ks.dbs = append(ks.dbs, nil)
	}
	db := &DB{Number: n, ks: ks, store: ks.newStore()}
	ks.dbs[n] = db
	return db
}

func (ks *Keyspace) newStore() *store.Store {
	return store.New(store.Options{Hash: ks.hash, HugePages: true, Pool: ks.pool})
}

// Each calls fn with every database that was used.
func (ks *Keyspace) Each(fn func(*DB)) {
	for _, db := range ks.dbs {
		if db != nil {
			fn(db)
		}
	}
}

// UsedBytes returns what keys, values and their index take in this shard, in
// O(databases).
func (ks *Keyspace) UsedBytes() int64 {
	var sum int64
	for _, db := range ks.dbs {
		if db != nil {
			sum += db.UsedBytes()
		}
	}
	return sum
}

// Close gives the memory of all databases back.
func (ks *Keyspace) Close() {
	ks.Each(func(db *DB) { db.store.Close() })
	ks.dbs = nil
}

// Len returns the number of keys, expired ones included until they are removed.
func (db *DB) Len() int { return db.store.Len() }

// Expires returns the number of keys with an expiry.
func (db *DB) Expires() int { return db.store.Expires() }

// UsedBytes returns what the database takes.
func (db *DB) UsedBytes() int64 {
	n := db.store.UsedBytes() + db.objectBytes
	if db.schedule != nil {
		n += db.schedule.Bytes()
	}
	return n
}

// StoreStats returns the figures of the database's table and arena.
func (db *DB) StoreStats() store.Stats { return db.store.Stats() }

// Flush removes every key and returns how many there were, in O(1). The memory
// goes back when the caller calls release, once, on any goroutine.
func (db *DB) Flush() (removed int, release func()) {
	db.alertAll(db)
	if db.store.Len() == 0 {
		return 0, func() {}
	}
	old, saving := db.store, db.saving
	removed = old.Len()
	db.store, db.saving = db.ks.newStore(), nil
	db.objectBytes, db.expireAt = 0, 0
	db.schedule = nil
	db.ks.Stats.Dirty += int64(removed)
	db.wakeAll()
	if saving != nil && saving.detach() {
		return removed, func() {} // the snapshot does
	}
	return removed, old.Close
}

// Swap exchanges the keys of two databases of one shard. Waiters stay with the
// number they named, and those whose key is there now are ready.
func (ks *Keyspace) Swap(a, b int) {
	x, y := ks.DB(a), ks.DB(b)
	x.alertAll(x, y)
	y.alertAll(x, y)
	x.store, y.store = y.store, x.store
	x.saving, y.saving = y.saving, x.saving
	x.objectBytes, y.objectBytes = y.objectBytes, x.objectBytes
	x.expireAt, y.expireAt = y.expireAt, x.expireAt
	x.schedule, y.schedule = y.schedule, x.schedule
	ks.Stats.Dirty++
	x.wakeAll()
	y.wakeAll()
}

// Scan calls fn with entries from cursor on, as SCAN does: every key that is
// there from the first call to the last is given at least once. cursor is below
// 1<<48; 0 starts, and a returned 0 ends. fn must not change the database;
// expired keys are left out.
func (db *DB) Scan(cursor uint64, count int, fn func(name []byte, e Entry)) uint64 {
	return db.store.Scan(cursor, count, func(r store.Ref) {
		e := Entry{db: db, ref: r}
		if !db.expired(r) {
			fn(db.store.Key(r), e)
		}
	})
}

// Random returns the name of a key chosen uniformly, or nil when there is none.
// The name is a view that dies with the next change. Expired keys that are drawn
// are removed, so that no later call meets them again: O(1) amortised.
func (db *DB) Random() []byte {
	for {
		r := db.store.Random(db.ks.rng)
		if r == 0 {
			return nil
		}
		if !db.expired(r) {
			return db.store.Key(r)
		}
		db.expire(db.store.Hash(r), r)
	}
}

// Tidy does a bounded piece of housekeeping and reports whether more is due.
func (ks *Keyspace) Tidy(budget int) bool {
	more := false
	ks.Each(func(db *DB) { more = db.store.Tidy(budget) || more })
	return more
}
