package keyspace

import (
	"bytes"
	"slices"
	"sync/atomic"
)

// Tracker is a client that is told when keys change which it has read, so that it
// may keep copies of them: client-side caching. The shards remember it with every
// such key until the key changes.
type Tracker struct {
	// Task is what the layer above knows of the client. It is fixed.
	Task any
}

// Reader is the part that the client at hand has in client-side caching. The zero
// Reader has none.
type Reader struct {
	Tracker  *Tracker // who it is, nil if it tracks nothing
	Remember bool     // what it reads is remembered
}

// Audience is what all shards know together of clients that are told of changes.
// The zero Audience is ready for use, by any goroutine.
type Audience struct {
	broadcast atomic.Bool
	keys      atomic.Int64
	readings  atomic.Int64
}

// SetBroadcast tells whether somebody wants to hear of every change, be the key read
// before or not. Turns that begin later go by it.
func (a *Audience) SetBroadcast(on bool) { a.broadcast.Store(on) }

// Keys returns how many keys are remembered in all shards, and Readings how many
// clients they are remembered for, one by one.
func (a *Audience) Keys() int64 { return a.keys.Load() }

// Readings returns the number of pairs of a remembered key and a client.
func (a *Audience) Readings() int64 { return a.readings.Load() }

// reading is a key that clients have read, each of them once.
type reading struct {
	name []byte // a copy
	who  []*Tracker
}

// Change is a change of a key, in whatever database, and who has made it: nil for
// one that tracks nothing, or nobody.
type Change struct {
	Name   []byte
	Author *Tracker
}

// changesMost is how many changes are told at a time.
const changesMost = 512

// trimMost is how many keys are forgotten at a time for there being too many.
const trimMost = 128

// Remember has t told of the next change of k, in any database. Names of keys with
// equal hashes displace each other, which is told as a change.
//
// Complexity: O(C) for C clients that have read k.
func (k Key) Remember(t *Tracker) {
	ks := k.DB.ks
	r := ks.read[k.Hash]
	if r != nil && !bytes.Equal(r.name, k.Name()) {
		ks.invalidate(k.Hash, nil)
		r = nil
	}
	if r == nil {
		if ks.read == nil {
			ks.read = map[uint64]*reading{}
		}
		r = &reading{name: bytes.Clone(k.Name())}
		ks.read[k.Hash] = r
		ks.attentive = true
		ks.audience.keys.Add(1)
	}
	if !slices.Contains(r.who, t) {
		r.who = append(r.who, t)
		ks.audience.readings.Add(1)
	}
	ks.TrimReadings()
}

// TrimReadings forgets some keys of this shard, which it chooses at random, while
// all shards together remember more than Settings.TrackingMaxKeys. Those who have
// read them are told that they have changed.
func (ks *Keyspace) TrimReadings() {
	limit := ks.Settings.TrackingMaxKeys
	for range trimMost {
		if limit == 0 || ks.audience.keys.Load() <= limit || len(ks.read) == 0 {
			return
		}
		for hash := range ks.read {
			ks.invalidate(hash, nil)
			break
		}
	}
}

// ForgetReadings forgets all keys that were read, without telling anybody.
func (ks *Keyspace) ForgetReadings() {
	for _, r := range ks.read {
		ks.audience.readings.Add(-int64(len(r.who)))
	}
	ks.audience.keys.Add(-int64(len(ks.read)))
	ks.read = nil
}

// InvalidateAll tells every client that tracks keys that all of them may have
// changed. One shard does it for all.
func (ks *Keyspace) InvalidateAll() {
	if ks.herald != nil {
		ks.herald.InvalidateAll()
		ks.told = true
	}
}

// noticed lets those know who care for the key with this name and hash that it
// changes. Nobody may care: then attentive is not set, which callers look at.
func (ks *Keyspace) noticed(hash uint64, name []byte) {
	if ks.read[hash] != nil {
		ks.invalidate(hash, ks.Reader.Tracker)
	}
	if !ks.broadcast {
		return
	}
	if n := len(ks.changes); n > 0 {
		if last := ks.changes[n-1]; last.Author == ks.Reader.Tracker && bytes.Equal(last.Name, name) {
			return
		}
	}
	ks.changes = append(ks.changes, Change{Name: bytes.Clone(name), Author: ks.Reader.Tracker})
	ks.told = true
	if len(ks.changes) == changesMost {
		ks.tellChanges()
	}
}

// invalidate tells who has read the key with this hash, and forgets it. author has
// changed it, nil for nobody: then all are told.
func (ks *Keyspace) invalidate(hash uint64, author *Tracker) {
	r := ks.read[hash]
	delete(ks.read, hash)
	if len(ks.read) == 0 {
		ks.read = nil // a map keeps the room it once needed
		ks.attentive = ks.broadcast
	}
	ks.audience.keys.Add(-1)
	ks.audience.readings.Add(-int64(len(r.who)))
	if ks.herald != nil {
		ks.herald.Invalidate(r.who, Change{Name: r.name, Author: author})
		ks.told = true
	}
}

// tellChanges tells who wants to hear of every change.
func (ks *Keyspace) tellChanges() {
	if len(ks.changes) > 0 && ks.herald != nil {
		ks.herald.Broadcast(ks.changes)
	}
	clear(ks.changes)
	ks.changes = ks.changes[:0]
}
