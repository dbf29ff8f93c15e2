package shard

import (
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/actor"
	"github.com/troupe-db/troupe/shard/journal"
	"github.com/troupe-db/troupe/shard/keyhash"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
)

// Options is what a Troupe is made of.
type Options struct {
	Shards   int              // at least 1
	Settings *keyspace.Source // holds the settings in force; never empty
	Fatal    func(Crash)      // called when data may be damaged; must not return
	Later    func(func())     // runs work that may take long off the shards
	Journal  *journal.Journal // what Record records into; nil if that is never called

	// Herald makes what tells clients what happens to keys, for one shard. Nil: nobody
	// is told.
	Herald   func() keyspace.Herald
	Audience *keyspace.Audience // of the heralds; needed with Herald

	// Observer is told of what takes notably long. Nil: one of the troupe's own.
	Observer *measure.Observer
}

// Crash describes a panic in a command that writes.
type Crash struct {
	Command string // its name
	Reason  any    // the value of the panic
	Stack   []byte
}

// Troupe is all shards. Its methods may be called by any goroutine that is not
// in a shard's turn.
type Troupe struct {
	group    *actor.Group[*Shard]
	shards   []*Shard
	hasher   keyhash.Hasher
	gauges   []keyspace.Gauge // one per shard, and the last for what is not in shards
	settings *keyspace.Source
	fatal    func(Crash)
	later    func(func())
	held     []*Shard // see standing; nil but there
	jam      *jam
	journal  *journal.Journal
	observer *measure.Observer
	alone    *atomic.Bool // see OneProcessor
}

// New starts a troupe.
func New(o Options) *Troupe {
	n := max(o.Shards, 1)
	t := &Troupe{
		hasher: keyhash.New(rand.Uint64(), n), gauges: make([]keyspace.Gauge, n+1),
		settings: o.Settings, fatal: o.Fatal, later: o.Later, journal: o.Journal,
		jam: &jam{texts: make([]atomic.Pointer[string], n)}, observer: o.Observer, alone: new(atomic.Bool),
	}
	if t.observer == nil {
		t.observer = measure.NewObserver()
	}
	for i := range n {
		t.shards = append(t.shards, newShard(t, i))
		if o.Herald != nil {
			t.shards[i].space.SetHerald(o.Herald(), o.Audience)
		}
	}
	t.group = actor.Start(t.shards)
	return t
}

// Stop ends all shards after they have executed what was sent before. No
// connection may send anything afterwards.
func (t *Troupe) Stop() {
	t.group.Stop()
	for _, s := range t.shards {
		s.space.Close()
	}
}

// Observer returns who is told of what takes notably long.
func (t *Troupe) Observer() *measure.Observer { return t.observer }

// Shards returns the number of shards.
func (t *Troupe) Shards() int { return len(t.shards) }

// Locate returns the hash of a key and the shard that owns it.
func (t *Troupe) Locate(key []byte) (hash uint64, shard int) {
	hash = t.hasher.Sum(key)
	return hash, t.hasher.Shard(key, hash)
}

// UsedBytes returns what the data of all shards and SetOverhead's figure come
// to, as of each shard's last turn.
func (t *Troupe) UsedBytes() int64 { return keyspace.TotalUsed(t.gauges) }

// SetOverhead tells how many bytes are used outside the shards. They count
// against maxmemory.
func (t *Troupe) SetOverhead(bytes int64) { t.gauges[len(t.shards)].SetUsed(bytes) }

// OneProcessor tells whether all goroutines shared one processor at the last Tick. The
// runtime tells only who takes its lock.
func (t *Troupe) OneProcessor() bool { return t.alone.Load() }

// Tick gives every shard, every so often, a share of time for housekeeping:
// interval is how long it is until the next Tick. A shard that has not come
// round to the last one is left out.
func (t *Troupe) Tick(interval time.Duration) {
	if one := runtime.GOMAXPROCS(0) == 1; t.alone.Load() != one {
		t.alone.Store(one)
	}
	for _, s := range t.shards {
		if s.ticked.CompareAndSwap(false, true) {
			t.group.Send(s.index, tick{interval: interval})
		}
	}
}
