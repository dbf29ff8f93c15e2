package keyspace

import (
	"slices"
	"sync/atomic"
)

// Waiter is a client that waits for one of several keys. It stands in the queue
// of each of them, in one shard or in several.
//
// Whoever ends the wait (a shard that has something for it, its time-out,
// CLIENT UNBLOCK, the end of its connection) must Claim it first; exactly one
// succeeds, and only that one may touch the rest.
type Waiter struct {
	claimed atomic.Bool

	// Fixed before the waiter is queued.
	Type Type // what a key must hold to serve it
	Gone bool // also served when a key goes or comes to hold something else
	Task any  // how to serve it, for the layer above
}

// Claim ends the wait on behalf of the caller. It reports false when somebody
// else has done so before.
func (w *Waiter) Claim() bool { return w.claimed.CompareAndSwap(false, true) }

// Claimed tells whether the wait has ended.
func (w *Waiter) Claimed() bool { return w.claimed.Load() }

// Wait puts w at the end of the queue for k.
func (k Key) Wait(w *Waiter) {
	db := k.DB
	if db.waiting == nil {
		db.waiting = map[string][]*Waiter{}
	}
	db.waiting[string(k.Name())] = append(db.waiting[string(k.Name())], w)
}

// Leave takes w out of the queue for k, in O(length of the queue). It does
// nothing when w is not in it.
func (k Key) Leave(w *Waiter) {
	queue := k.DB.waiting[string(k.Name())]
	for i, other := range queue {
		if other != w {
			continue
		}
		if i == 0 { // the rule, since the first is served first
			queue[0] = nil
			k.setQueue(queue[1:])
		} else {
			k.setQueue(slices.Delete(queue, i, i+1))
		}
		return
	}
}

// Next returns the first in the queue for k that waits for a t, or for anything
// to become of a key it has seen, that nobody has claimed and that is not in
// passed, or nil. t is None when k is absent.
func (k Key) Next(t Type, passed map[*Waiter]bool) *Waiter {
	for _, w := range k.DB.waiting[string(k.Name())] {
		if (w.Type == t || w.Gone) && !w.Claimed() && !passed[w] {
			return w
		}
	}
	return nil
}

func (k Key) setQueue(queue []*Waiter) {
	if len(queue) == 0 {
		delete(k.DB.waiting, string(k.Name()))
		return
	}
	k.DB.waiting[string(k.Name())] = queue
}

// signal notes that k came into being, when somebody waits for it.
func (db *DB) signal(k Key) {
	if len(db.waiting) == 0 {
		return
	}
	if _, ok := db.waiting[string(k.Name())]; ok {
		db.ks.ready = append(db.ks.ready, db.Hashed(k.Hash, slices.Clone(k.Name())))
	}
}

// Signal notes that k has something new for those who wait for it. A key that
// comes into being is noted without it.
func (k Key) Signal() { k.DB.signal(k) }

// signalGone notes that a key is about to go, when somebody wants to know.
func (db *DB) signalGone(k Key) {
	if len(db.waiting) > 0 && wantsGone(db.waiting[string(k.Name())]) {
		db.signal(k)
	}
}

// wantsGone tells whether one of the queue is also served when the key goes.
func wantsGone(queue []*Waiter) bool {
	return slices.ContainsFunc(queue, func(w *Waiter) bool { return w.Gone })
}

// wakeAll notes every key that is waited for and there, and every key that is
// not for those who want to know.
func (db *DB) wakeAll() {
	for name, queue := range db.waiting {
		if k := db.KeyOf([]byte(name)); wantsGone(queue) || k.Glance().Exists() {
			db.signal(k)
		}
	}
}

// Ready returns the keys that came into being and are waited for since the last
// call, in order, without repeats of neighbours.
func (ks *Keyspace) Ready() []Key {
	ready := ks.ready
	ks.ready = nil
	return ready
}

// HasReady tells whether Ready has anything to return.
func (ks *Keyspace) HasReady() bool { return len(ks.ready) > 0 }
