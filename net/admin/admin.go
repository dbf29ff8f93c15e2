package admin

import (
	"crypto/rand"
	"encoding/hex"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/persist"
	"github.com/troupe-db/troupe/net/pubsub"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/net/tracking"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/measure"
	"github.com/troupe-db/troupe/shard/script"
)

// Options is what an Admin shows and acts upon.
type Options struct {
	Config   *config.Store
	Troupe   *shard.Troupe
	Clients  *session.Registry
	Hub      *pubsub.Hub
	Tracking *tracking.Registry
	Persist  *persist.Store
	AOF      *persist.AOF
	Scripts  *script.Engine
	Shutdown func() // begins to stop the server and returns at once
}

// Admin serves the operator's commands. Build it with New.
type Admin struct {
	// Fixed after New.
	config   *config.Store
	troupe   *shard.Troupe
	clients  *session.Registry
	hub      *pubsub.Hub
	tracking *tracking.Registry
	persist  *persist.Store
	aof      *persist.AOF
	scripts  *script.Engine
	started  time.Time
	shutdown func()
	runID    string // 40 hexadecimal digits, different for every start
	replID   string // likewise
	observer *measure.Observer

	table *session.Table // set by Describe

	// Fed by Tick, read by INFO.
	rates rates
	peak  atomic.Int64 // bytes

	startup int64 // bytes that were in use before the first client; fixed after New
}

// New returns an Admin.
func New(o Options) *Admin {
	return &Admin{
		config: o.Config, troupe: o.Troupe, clients: o.Clients, hub: o.Hub, tracking: o.Tracking, persist: o.Persist, aof: o.AOF, scripts: o.Scripts, started: time.Now(), shutdown: o.Shutdown,
		runID: randomID(), replID: randomID(), observer: o.Troupe.Observer(),
		startup: o.Troupe.UsedBytes(),
	}
}

// Describe sets the table of which INFO shows the statistics. It is called before the
// first client.
func (a *Admin) Describe(t *session.Table) { a.table = t }

// Tick measures what INFO shows per second, and the peak of memory. It is to be
// called about ten times a second; the interval need not be exact.
func (a *Admin) Tick(now time.Time) {
	t := a.clients.Traffic()
	a.rates.sample(now, t.Commands, t.Input, t.Output)
	a.usedBytes()
}

// usedBytes returns the bytes in use, and raises the peak if need be.
func (a *Admin) usedBytes() int64 {
	used := a.troupe.UsedBytes()
	for {
		peak := a.peak.Load()
		if used <= peak || a.peak.CompareAndSwap(peak, used) {
			return used
		}
	}
}

// ResetStats forgets the rates. It belongs behind the reset of the counters they
// are made of.
func (a *Admin) ResetStats() { a.rates.reset() }

// randomID returns 40 random hexadecimal digits.
func randomID() string {
	var raw [20]byte
	rand.Read(raw[:])
	return hex.EncodeToString(raw[:])
}
