package persist

import (
	"errors"
	"log/slog"
	"math"
	"sync"
	"time"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/disk"
	"github.com/troupe-db/troupe/shard/journal"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// AOFOptions is what an AOF works with.
type AOFOptions struct {
	Config  *config.Store
	Troupe  *shard.Troupe
	FS      disk.FS
	Log     *slog.Logger
	Journal *journal.Journal
	Store   *Store       // takes the snapshots that bases are
	Env     *session.Env // its table is used when Load is called, and its clients from then on
}

// AOF keeps the append-only file: it plays it back at the start, has it rewritten, and
// switches it on and off. Any goroutine may use it.
type AOF struct {
	// Fixed after NewAOF.
	options AOFOptions
	log     *slog.Logger

	mu         sync.Mutex // guards what follows
	files      *journal.Files
	state      aofState
	wanted     bool // the configuration wants it to be on
	stopped    bool
	switching  bool // a goroutine brings the state to what is wanted
	rewriting  bool
	scheduled  bool // a rewrite is to follow
	began      time.Time
	took       time.Duration // the last rewrite, -1 for none
	err        error         // of the last rewrite
	rewrites   int64         // that were begun
	failures   int64         // in a row
	tried      time.Time     // when the last rewrite ended
	sizeBefore int64         // bytes in all parts when the last rewrite ended, or at the start
}

// aofState is what an AOF is doing.
type aofState uint8

const (
	aofOff     aofState = iota
	aofWaiting          // switched on, and its first base is not there yet
	aofOn
)

// errAOFStopped says that no rewrite begins any more.
var errAOFStopped = errors.New("persist: the append-only file is not kept any more")

// NewAOF returns an AOF that is off.
func NewAOF(o AOFOptions) *AOF {
	a := &AOF{options: o, log: o.Log, took: -1}
	o.Journal.Configure(a.appending().Journal())
	return a
}

func (a *AOF) appending() *config.Appending { return &a.options.Config.Values().Appending }

// open reads the manifest.
func (a *AOF) open() (*journal.Files, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.files == nil {
		v := a.options.Config.Values()
		files, err := journal.OpenFiles(a.options.FS, v.Dir, v.Appending.Dir, v.Appending.File)
		if err != nil {
			return nil, err
		}
		a.files = files
	}
	return a.files, nil
}

// Configured tells that the configuration has changed. What takes its time happens on
// another goroutine: this may be a transaction's turn.
func (a *AOF) Configured(v *config.Values) {
	a.options.Journal.Configure(v.Appending.Journal())
	a.mu.Lock()
	defer a.mu.Unlock()
	if v.Appending.On == a.wanted || a.options.Store.Loading() {
		return
	}
	a.wanted = v.Appending.On
	if !a.wanted {
		a.options.Env.Clients.Rouse()
	}
	if !a.switching {
		a.switching = true
		go a.follow()
	}
}

// follow brings the state to what is wanted.
func (a *AOF) follow() {
	for {
		a.mu.Lock()
		on, off := a.wanted && a.state == aofOff && !a.stopped, !a.wanted && a.state != aofOff && !a.stopped
		if !on && !off {
			a.switching = false
			a.mu.Unlock()
			return
		}
		if on {
			a.state = aofWaiting
		}
		a.mu.Unlock()
		if on {
			if err := a.begin(); err != nil {
				a.log.Warn("the append-only file has to wait for its base", "reason", err)
			}
		} else {
			a.switchOff()
		}
	}
}

// switchOff ends recording. What was appended is made durable.
func (a *AOF) switchOff() {
	a.options.Troupe.Hold(func([]*keyspace.Keyspace) { a.options.Troupe.Record(false) })
	a.options.Journal.Stop()
	a.mu.Lock()
	a.state = aofOff
	a.mu.Unlock()
	a.log.Info("the append-only file is no longer kept")
}

// On tells whether changes go to the append-only file.
func (a *AOF) On() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.state == aofOn
}

// expected tells whether there is an append-only file, or is to be one as soon as its
// first base is there.
func (a *AOF) expected() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.wanted
}

// Stop makes what was appended durable. The shards have been stopped.
func (a *AOF) Stop() {
	a.mu.Lock()
	a.stopped = true
	a.mu.Unlock()
	a.options.Journal.Stop()
}

// Tick begins a rewrite when one is due. It is to be called about once a second.
func (a *AOF) Tick(now time.Time) {
	if a.due(now) {
		if err := a.begin(); err != nil && !errors.Is(err, errAOFStopped) {
			a.log.Info("the rewrite of the append-only file has to wait", "reason", err)
		}
	}
}

// Renew asks for a rewrite because the part at hand is beyond repair, or not named in
// the manifest yet.
func (a *AOF) Renew() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failures == 0 || time.Since(a.tried) >= retryLeast {
		a.scheduled = a.scheduled || a.state == aofOn
	}
}

const (
	// retryLeast is how long a rewrite is put off after one that has failed.
	retryLeast = 5 * time.Second
	// retryMost is the longest time that it is, after several.
	retryMost = time.Hour
)

// due tells whether a rewrite is to begin: it was asked for, or the file has grown.
// After three failures in a row the pauses grow, from a minute on.
func (a *AOF) due(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rewriting || a.stopped || a.options.Store.Loading() {
		return false
	}
	if a.failures > 0 {
		pause := retryLeast
		if a.failures >= 3 {
			pause = min(time.Minute<<min(a.failures-3, 10), retryMost)
		}
		if now.Sub(a.tried) < pause && !a.scheduled {
			return false
		}
	}
	if a.scheduled || a.state == aofWaiting {
		return true
	}
	if a.state != aofOn {
		return false
	}
	v := a.appending()
	size := a.size()
	growth := float64(size)*100/float64(max(a.sizeBefore, 1)) - 100
	if v.Percentage > 0 && size > v.MinSize && growth >= float64(v.Percentage) {
		a.log.Info("rewriting the append-only file, since it has grown", "percent", int64(growth), "bytes", size)
		return true
	}
	return false
}

// size returns the bytes of all parts. mu is held.
func (a *AOF) size() int64 {
	if a.files == nil {
		return 0
	}
	all, _ := a.files.Size()
	if a.state == aofOn {
		all += a.options.Journal.Status().Part
	}
	return all
}

// none is an increment behind all others: a base without any.
func none() aof.Part { return aof.Part{Seq: math.MaxInt64} }
