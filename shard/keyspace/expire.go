package keyspace

import "github.com/troupe-db/troupe/shard/store"

// expired tells whether a record's time has come.
func (db *DB) expired(r store.Ref) bool {
	at := db.store.Expire(r)
	return at != NoExpire && at <= db.ks.Now
}

// expire removes a record whose time has come.
func (db *DB) expire(hash uint64, r store.Ref) {
	db.remove(hash, r)
	db.ks.Stats.Expired++
	db.modified()
}

// expireCycle is the walk over all databases that removes keys nobody asks for.
type expireCycle struct {
	db      int   // the database the walk is in
	seen    int64 // keys with an expiry met since the last Report
	removed int64 // of these, removed
}

// Groups of the table one step of the expiry walk looks at, for an effort of 1.
// A group has 12 slots: some 800 keys, tens of microseconds.
const expireStepGroups = 64

// ExpireStep removes the expired keys among the next few, and reports whether
// so many of them were expired that the walk should go on soon.
func (ks *Keyspace) ExpireStep() bool {
	if !ks.Settings.ActiveExpire {
		return false
	}
	for range ks.dbs {
		ks.cycle.db = (ks.cycle.db + 1) % len(ks.dbs)
		db := ks.dbs[ks.cycle.db]
		if db == nil || db.store.Expires() == 0 {
			continue
		}
		seen, removed := db.expireStep(expireStepGroups)
		ks.cycle.seen += int64(seen)
		ks.cycle.removed += int64(removed)
		if removed > 0 && removed*4*ks.Settings.ActiveExpireEffort >= seen {
			ks.cycle.db-- // stay in a database that is worth it
			return true
		}
	}
	return false
}

func (db *DB) expireStep(groups int) (seen, removed int) {
	db.expireAt = db.store.ScanExpires(db.expireAt, groups, func(r store.Ref) {
		seen++
		if db.expired(r) {
			removed++
			db.expire(db.store.Hash(r), r)
		}
	})
	return seen, removed
}

// StalePercent returns which share of the keys with an expiry that the walk has
// met since the last call was expired, 0 to 100.
func (ks *Keyspace) StalePercent() float64 {
	seen, removed := ks.cycle.seen, ks.cycle.removed
	ks.cycle.seen, ks.cycle.removed = 0, 0
	if seen == 0 {
		return 0
	}
	return 100 * float64(removed) / float64(seen)
}
