package keyspace

import (
	"time"

	"github.com/troupe-db/troupe/shard/store"
)

// A snapshot has every key as it was at one moment, the cut, while clients go on. At
// the cut each store begins a pass (store.Cut) in which no record is kept yet. From
// then on a record is captured once, before it changes or goes, or when the walk over
// its store meets it, whichever comes first:
//
//	Write, Put, SetExpiry, Delete …  ──┐
//	expiry, eviction, sweeps           ├─► keep ──► chunk ──► Sink ──► who saves it
//	CaptureStep, between messages    ──┘
//
// What is captured is a copy of a record, a reference to a value that stands outside
// its record and is copied when it changes (store.Share, store.Own), or an Object's
// frozen view. A database that is flushed leaves its store to the snapshot, and one
// that is swapped takes what the snapshot has to do with its store along.

// Sink takes what is captured of a shard. Its methods are called in the shard's turn.
type Sink interface {
	// Chunk returns an empty chunk.
	Chunk() *Chunk
	// Offer hands a chunk over, and waits for room that long. It reports false when
	// there is none.
	Offer(c *Chunk, patience time.Duration) bool
	// Abandoned tells that nobody wants the snapshot any more.
	Abandoned() bool
	// Later has work done off the shard.
	Later(work func())
}

const (
	// backlogMost is how many chunks may wait in a shard before those who change
	// what is not captured yet are slowed down, by patience for each further chunk.
	backlogMost = 256
	patience    = time.Millisecond
)

// capture is a shard's part of the snapshot under way.
type capture struct {
	sink      Sink
	chunk     *Chunk    // being filled, nil for none
	backlog   []*Chunk  // full ones that the sink had no room for
	todo      []*saving // stores that are to be walked yet
	last      *Chunk    // tells the sink that nothing follows; nil once it was sent
	abandoned bool
}

// saving is what a snapshot has to do with a store.
type saving struct {
	cut      *capture
	store    *store.Store
	number   int // of its database at the cut
	walk     store.Walk
	detached bool // its database was flushed: it does not change any more
	walked   bool
}

// Capture cuts: from now on the shard captures every key as it is now for sink, and
// offers it a last chunk when all were captured. It is called in a turn that holds
// all shards the snapshot is of, and not before the last one was released.
func (ks *Keyspace) Capture(sink Sink) {
	c := &capture{sink: sink, last: &Chunk{Shard: ks.index, Last: true}}
	for _, db := range ks.dbs {
		if db != nil && db.store.Len() > 0 {
			db.store.Cut()
			db.saving = &saving{cut: c, store: db.store, number: db.Number}
			c.todo = append(c.todo, db.saving)
		}
	}
	ks.capture = c
}

// Capturing tells whether there is something to be captured yet.
func (ks *Keyspace) Capturing() bool { return ks.capture != nil && ks.capture.last != nil }

// CaptureStep captures about budget keys that nobody has changed so far, as long as
// the sink takes them within the given time. It reports whether it has done all that
// can be done now: the sink has no room, or nothing is left.
func (ks *Keyspace) CaptureStep(budget int, patience time.Duration) (done bool) {
	c := ks.capture
	if c == nil || c.last == nil {
		return true
	}
	if c.abandoned = c.abandoned || c.sink.Abandoned(); c.abandoned {
		c.chunk, c.backlog = nil, nil
	}
	if !c.send(patience) {
		return true
	}
	if len(c.todo) == 0 {
		c.finish(patience)
		return true
	}
	s := c.todo[0]
	if s.store.Unkept(&s.walk, budget, s.take) {
		s.end()
		c.todo[0] = nil
		c.todo = c.todo[1:]
	}
	return false
}

// EndCapture lets go of the snapshot, of which nothing is read any more.
func (ks *Keyspace) EndCapture() {
	ks.capture = nil
	for _, db := range ks.dbs {
		if db != nil {
			db.saving = nil
		}
	}
}

// send offers the backlog, the oldest first, and tells whether the sink has taken all
// of it.
func (c *capture) send(patience time.Duration) bool {
	for len(c.backlog) > 0 {
		if !c.sink.Offer(c.backlog[0], patience) {
			return false
		}
		c.backlog[0] = nil
		c.backlog = c.backlog[1:]
	}
	c.backlog = nil
	return true
}

// finish offers what is left, and the last chunk behind it.
func (c *capture) finish(patience time.Duration) {
	if c.chunk != nil {
		c.backlog = append(c.backlog, c.chunk)
		c.chunk = nil
		if !c.send(patience) {
			return
		}
	}
	if c.sink.Offer(c.last, patience) {
		c.last = nil
	}
}

// keep sees to it that the snapshot under way has r as it is now, which is about to
// change, or has it already, and does not see the change.
func (s *saving) keep(r store.Ref) {
	if !s.store.Kept(r) {
		s.take(r)
	}
	s.store.Own(r)
}

// take captures r.
func (s *saving) take(r store.Ref) {
	s.store.Keep(r)
	c := s.cut
	if c.abandoned {
		return
	}
	if c.chunk == nil {
		c.chunk = c.sink.Chunk()
		c.chunk.Shard = c.last.Shard
	}
	var rec store.Record
	s.store.Record(r, &rec)
	if obj := rec.Object; obj != nil {
		if !s.detached {
			obj = obj.Freeze()
		}
		c.chunk.addObject(s.number, &rec, obj)
	} else {
		c.chunk.add(s.number, &rec, s.store.Share(r))
	}
	if c.chunk.full() {
		c.pass()
	}
}

// pass puts the chunk that is full behind the backlog.
func (c *capture) pass() {
	c.backlog = append(c.backlog, c.chunk)
	c.chunk = nil
	if len(c.backlog) <= backlogMost {
		return
	}
	if c.sink.Offer(c.backlog[0], patience) {
		c.backlog[0] = nil
		c.backlog = c.backlog[1:]
	}
}

// end gives a store back that belongs to no database any more.
func (s *saving) end() {
	s.walked = true
	if s.detached {
		s.cut.sink.Later(s.store.Close)
	}
}

// detach leaves the store of a database that is flushed to the snapshot, and reports
// whether that will close it.
func (s *saving) detach() bool {
	s.detached = true
	return !s.walked
}

// keep is called before the record r changes or goes.
func (db *DB) keep(r store.Ref) {
	switch {
	case db.saving != nil:
		db.saving.keep(r)
	case db.store.Shares():
		db.store.Own(r)
	}
}

// part is called before the record r goes, or before its value does.
func (db *DB) part(r store.Ref) {
	if s := db.saving; s != nil && !s.store.Kept(r) {
		s.take(r)
	}
}

// Alter is called before what e holds is changed in place, by those who have not got
// it from Key.Write. Views of the value die.
func (e Entry) Alter() { e.db.keep(e.ref) }
