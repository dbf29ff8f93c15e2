package keyspace

import "github.com/troupe-db/troupe/shard/store"

// expired tells whether a record's time has come.
func (db *DB) expired(r store.Ref) bool {
	at := db.store.Expire(r)
	return at != NoExpire && at <= db.ks.Now && !db.ks.Replaying
}

// expire removes a record whose time has come.
func (db *DB) expire(hash uint64, r store.Ref) {
	k := db.Hashed(hash, db.store.Key(r))
	k.goes()
	k.Notify(EventExpired, "expired")
	db.modified(hash, r)
	db.remove(hash, r)
	db.ks.Stats.Expired++
	db.ks.Stats.Lapsed++
}

const (
	// expireGroups is how many groups of a table one step of the expiry walk
	// looks at, over all databases. A group has 12 slots: some 100 keys.
	expireGroups = 16

	// staleAccepted is the share of expired keys, in percent of those met, that
	// the walk leaves be at an effort of 1. Each step of effort takes one off.
	staleAccepted = 10
)

// ExpireStep removes the expired keys among the next few of every database that
// has any, and reports whether so many of them were expired somewhere that the
// walk should go on soon. It looks at some 16 groups of tables, at most one more
// for each further database, so that a million keys that expire together cost a
// hundred at a time. Elements with deadlines of their own get a step, too.
func (ks *Keyspace) ExpireStep() bool {
	if !ks.Settings.ActiveExpire || ks.Replaying {
		return false
	}
	volatile, met, stale := 0, 0, 0
	for _, db := range ks.dbs {
		if db != nil && db.store.Expires() > 0 {
			volatile++
		}
	}
	more := ks.sweepStep()
	for _, db := range ks.dbs {
		if db != nil && db.store.Expires() > 0 {
			seen, removed := db.expireStep(max(expireGroups/volatile, 1))
			met += seen
			stale += removed
			more = more || removed*100 > seen*(staleAccepted+1-ks.Settings.ActiveExpireEffort)
		}
	}
	if met > 0 {
		ks.stale += (100*float64(stale)/float64(met) - ks.stale) / 20
	}
	return more
}

func (db *DB) expireStep(groups int) (seen, removed int) {
	left := 0.0
	db.expireAt = db.store.ScanExpires(db.expireAt, groups, func(r store.Ref) {
		seen++
		if db.expired(r) {
			removed++
			db.expire(db.store.Hash(r), r)
		} else {
			left += float64(db.store.Expire(r) - db.ks.Now)
		}
	})
	if alive := seen - removed; alive > 0 {
		db.noteLife(left / float64(alive))
	}
	return seen, removed
}

// noteLife takes the mean time left of some keys into the running mean, to which
// the last 50 samples or so contribute.
func (db *DB) noteLife(mean float64) {
	if db.life == 0 {
		db.life = mean
		return
	}
	db.life += (mean - db.life) / 50
}

// MeanLife estimates how many milliseconds keys with an expiry have left on
// average, from those the expiry walk has met. It is 0 before it has met one, and
// without such keys.
func (db *DB) MeanLife() int64 {
	if db.store.Expires() == 0 {
		return 0
	}
	return int64(db.life)
}

// StalePercent estimates which share of the keys with an expiry is past it and
// not removed yet, 0 to 100: a running mean over the last 20 steps or so.
func (ks *Keyspace) StalePercent() float64 { return ks.stale }
