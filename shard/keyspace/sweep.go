package keyspace

import (
	"math"

	"github.com/troupe-db/troupe/shard/dict"
)

// Elements of a collection can have deadlines of their own. The collection hides
// and removes those that have come when a command opens it; a collection that
// nobody opens is swept, which the schedule of its database sees to: a table of the
// names of such keys, each with the time at which it wants to be looked at.

// Never is the deadline of an element that has none: a time that does not come.
const Never = dict.Never

// Sweeper removes elements whose deadline is not after now from the collection e,
// which k names. It does a bounded piece of work, deletes the key with its last
// element, and calls Swept and SweepAt.
type Sweeper func(k Key, e Entry, now int64)

// Timed is an Object whose elements may have deadlines.
type Timed interface {
	// Next returns a time before which no element ends, or Never.
	Next() int64
}

// sweepBudget is how much of a database's schedule one step looks at: until it
// finds a segment with keys to sweep, 64 at most.
const sweepBudget = dict.DueSegment

// SweepAt has the key looked at by the Sweeper soon after at, if at is not Never.
// The last call counts; a key that is removed or replaced is forgotten.
func (k Key) SweepAt(at int64) {
	db := k.DB
	switch {
	case at != Never:
		if db.schedule == nil {
			db.schedule = dict.New(false)
		}
		db.schedule.SetUntil(k.Name(), nil, at)
	case db.schedule != nil:
		db.schedule.Delete(k.Name())
	}
}

// Due returns the time up to which deadlines of elements have come: now, or before
// all time while a log is played back that removes them itself.
func (k Key) Due() int64 {
	if k.DB.ks.Replaying {
		return math.MinInt64
	}
	return k.DB.ks.Now
}

// Swept counts elements that were removed because their time had come.
func (k Key) Swept(removed int) { k.DB.ks.Stats.ExpiredElements += int64(removed) }

// Lapse runs change, by which elements go whose time has come. It is none of the
// command at hand.
func (k Key) Lapse(change func()) {
	stats := &k.DB.ks.Stats
	before := stats.Dirty
	change()
	stats.Lapsed += stats.Dirty - before
}

// Sweeps returns the number of keys with elements that have a deadline.
func (db *DB) Sweeps() int {
	if db.schedule == nil {
		return 0
	}
	return db.schedule.Len()
}

// scheduled looks at a value that k was given as a whole. The deadlines in a
// record are not known before it is filled in: they are looked up at once.
func (k Key) scheduled(enc Encoding, obj Object) {
	if enc == ListpackEx {
		k.SweepAt(k.DB.ks.Now)
		return
	}
	if t, ok := obj.(Timed); ok {
		if at := t.Next(); at != Never {
			k.SweepAt(at)
		}
	}
}

// forget takes the key called name out of the schedule.
func (db *DB) forget(name []byte) {
	if db.schedule != nil && db.schedule.Len() > 0 {
		db.schedule.Delete(name)
	}
}

// sweepStep has the next few keys of every database swept whose time has come, and
// reports whether there are more.
func (ks *Keyspace) sweepStep() bool {
	more := false
	for _, db := range ks.dbs {
		if db != nil && db.schedule != nil && db.schedule.Next() <= ks.Now && ks.Sweeper != nil {
			db.sweepStep()
			more = more || db.schedule.Next() <= ks.Now
		}
	}
	return more
}

// sweepStep takes keys whose time has come off the schedule, and then has them
// swept, since that may put them back.
func (db *DB) sweepStep() {
	names, ends := db.ks.swept[:0], db.ks.sweptEnds[:0]
	db.schedule.Expire(db.ks.Now, sweepBudget, func(e dict.Element) {
		names = append(names, e.Key...)
		ends = append(ends, len(names))
	})
	from := 0
	for _, end := range ends {
		k := db.KeyOf(names[from:end])
		if e := k.Glance(); e.Exists() {
			db.ks.Sweeper(k, e, db.ks.Now)
		}
		from = end
	}
	db.ks.swept, db.ks.sweptEnds = names, ends
	if cap(names) > maxSpareName {
		db.ks.swept = nil
	}
}
