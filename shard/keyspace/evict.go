package keyspace

import (
	"slices"
	"sort"
	"time"

	"github.com/troupe-db/troupe/shard/store"
)

// evictPool is how many good candidates are remembered between evictions, so
// that a few samples per eviction approach the true order (as Redis does since
// 3.0, https://redis.io/docs/latest/develop/reference/eviction/).
const evictPool = 16

// maxSpareName is the longest name whose memory the pool keeps for the next.
const maxSpareName = 4 << 10

// candidate is a key worth evicting when it was sampled.
type candidate struct {
	name  []byte // a copy
	db    int
	score uint64 // the higher the sooner it goes
}

// evictor finds the keys to evict in one shard.
//
// Invariant: pool[:size] is sorted by score, best last. The names behind it are
// spare memory.
type evictor struct {
	pool   [evictPool]candidate
	size   int
	policy Policy // that the scores are of
	next   int    // database a random policy looks at next
}

// Room is what MakeRoom found.
type Room uint8

// What MakeRoom may find.
const (
	RoomEnough    Room = iota // memory is below the limit
	RoomPending               // still above it, and the time for one turn is over
	RoomExhausted             // above it, and nothing here may be evicted
)

// OverLimit tells whether all shards together use more than maxmemory.
func (ks *Keyspace) OverLimit() bool {
	limit := ks.Settings.MaxMemory
	return limit > 0 && ks.totalUsed() > limit
}

// totalUsed is what all shards use, this one as of now.
func (ks *Keyspace) totalUsed() int64 {
	return TotalUsed(ks.gauges) - ks.gauges[ks.index].Used() + ks.UsedBytes()
}

// MakeRoom evicts keys of this shard until all shards together use no more than
// maxmemory, for a bounded time.
func (ks *Keyspace) MakeRoom() Room {
	if !ks.OverLimit() {
		return RoomEnough
	}
	if ks.Settings.Policy == NoEviction {
		return RoomExhausted
	}
	deadline := time.Now().Add(ks.evictionTime())
	for i := 1; ks.OverLimit(); i++ {
		if !ks.evictOne() {
			break
		}
		if i%16 == 0 && time.Now().After(deadline) {
			return RoomPending
		}
	}
	if ks.OverLimit() {
		return RoomExhausted
	}
	return RoomEnough
}

// fullHeadroom is how much of a database's address space is kept free for what
// the commands that are not refused may need: 1/64, 512 MiB.
const fullHeadroom = store.DefaultReserve / 64

// Full tells whether the address space for the records of some database was nearly
// used up at the end of the last turn, 32 GiB a shard whatever maxmemory says.
func (ks *Keyspace) Full() bool { return ks.full }

// nearlyFull finds out for Full. used is what all databases take.
func (ks *Keyspace) nearlyFull(used int64) bool {
	if used <= store.DefaultReserve/2 {
		return false
	}
	return slices.ContainsFunc(ks.dbs, func(db *DB) bool {
		return db != nil && db.store.Stats().ArenaBytes > store.DefaultReserve-fullHeadroom
	})
}

// evictionTime returns how long one command may evict: 500 µs at the default
// maxmemory-eviction-tenacity of 10, and without a limit in practice at 100.
func (ks *Keyspace) evictionTime() time.Duration {
	switch t := ks.Settings.EvictionTenacity; {
	case t <= 10:
		return time.Duration(50*t) * time.Microsecond
	case t < 100:
		d := 500 * time.Microsecond
		for range t - 10 {
			d = d * 115 / 100
		}
		return d
	default:
		return time.Hour
	}
}

// evictOne removes the best key to evict, and reports false when there is none.
func (ks *Keyspace) evictOne() bool {
	p := ks.Settings.Policy
	if p == AllKeysRandom || p == VolatileRandom {
		return ks.evictRandom()
	}
	if p != ks.evict.policy {
		ks.evict.policy, ks.evict.size = p, 0
	}
	for ks.fillPool() {
		for ks.evict.size > 0 {
			if ks.evictKey(ks.best()) {
				return true
			}
		}
	}
	return false
}

// best takes the best candidate out of the pool. Its name dies with the next
// change of the pool.
func (ks *Keyspace) best() Key {
	ks.evict.size--
	c := &ks.evict.pool[ks.evict.size]
	k := ks.DB(c.db).KeyOf(c.name)
	if cap(c.name) > maxSpareName {
		c.name = nil
	}
	return k
}

// evictKey removes k if it is still there and may still go.
func (ks *Keyspace) evictKey(k Key) bool {
	e := k.find()
	if e.ref == 0 || ks.Settings.Policy.VolatileOnly() && e.Expiry() == NoExpire {
		return false
	}
	k.evict(e)
	return true
}

// evict removes k, whose record is e.
func (k Key) evict(e Entry) {
	k.goes()
	k.Notify(EventEvicted, "evicted")
	e.Delete()
	k.DB.ks.Stats.Evicted++
}

// evictRandom removes some key, going round the databases.
func (ks *Keyspace) evictRandom() bool {
	for range ks.dbs {
		ks.evict.next = (ks.evict.next + 1) % len(ks.dbs)
		db := ks.dbs[ks.evict.next]
		if db == nil {
			continue
		}
		var victim store.Ref
		db.sample(1, func(r store.Ref) { victim = r })
		if victim != 0 {
			e := Entry{db: db, hash: db.store.Hash(victim), ref: victim}
			db.Hashed(e.hash, db.store.Key(victim)).evict(e)
			return true
		}
	}
	return false
}

// sample calls fn with up to n random records the policy may evict.
func (db *DB) sample(n int, fn func(store.Ref)) {
	volatileOnly := db.ks.Settings.Policy.VolatileOnly()
	if volatileOnly && db.store.Expires() == 0 {
		return
	}
	db.store.Sample(db.ks.rng, n, volatileOnly, fn)
}

// fillPool samples every database and keeps the best candidates. It reports
// false when no key may be evicted.
func (ks *Keyspace) fillPool() bool {
	for _, db := range ks.dbs {
		if db != nil {
			db.sample(ks.Settings.MaxMemorySamples, func(r store.Ref) {
				ks.offer(db, r, ks.score(db, r))
			})
		}
	}
	return ks.evict.size > 0
}

// score tells how soon a record should go: idle seconds, lack of use, or
// nearness of its end.
func (ks *Keyspace) score(db *DB, r store.Ref) uint64 {
	switch access := db.store.Access(r); ks.Settings.Policy {
	case AllKeysLFU, VolatileLFU:
		return uint64(255 - ks.Frequency(access))
	case VolatileTTL:
		return ^uint64(0) - uint64(db.store.Expire(r))
	default:
		return uint64(ks.IdleSeconds(access))
	}
}

// offer puts a record into the pool if it is better than the worst there, or
// there is room.
func (ks *Keyspace) offer(db *DB, r store.Ref, score uint64) {
	v, pool := &ks.evict, ks.evict.pool[:ks.evict.size]
	at := sort.Search(len(pool), func(i int) bool { return pool[i].score >= score })
	if at == 0 && len(pool) == evictPool {
		return
	}
	name := db.store.Key(r)
	for i := range pool {
		if pool[i].db == db.Number && string(pool[i].name) == string(name) {
			return
		}
	}
	var spare []byte
	if len(pool) == evictPool {
		spare = pool[0].name
		at--
		copy(pool, pool[1:at+1])
	} else {
		spare = v.pool[v.size].name
		v.size++
		copy(v.pool[at+1:v.size], pool[at:])
	}
	v.pool[at] = candidate{name: append(spare[:0], name...), db: db.Number, score: score}
}
