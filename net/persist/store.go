package persist

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/disk"
	"github.com/troupe-db/troupe/shard/journal"
)

// Options is what a Store works with.
type Options struct {
	Config *config.Store
	Troupe *shard.Troupe
	FS     disk.FS
	Log    *slog.Logger
	// Gate is where the Store says which commands are refused.
	Gate *atomic.Pointer[session.Gate]
	// Later runs work that may take long on another goroutine.
	Later func(work func())
	// Functions returns the sources of the libraries of functions, Function loads one,
	// and Forget forgets all. Any of them may be nil.
	Functions func() [][]byte
	Function  func(code []byte) error
	Forget    func()
	// Journal, if not nil, refuses commands that write while it cannot be written.
	Journal *journal.Journal
	// Version is what the files say about who wrote them.
	Version string
}

// Store keeps the data of a server in files. Any goroutine may use it.
type Store struct {
	// Fixed after New.
	options Options
	started time.Time

	loading loading

	mu        sync.Mutex // guards what follows
	running   *save      // under way, nil for none
	scheduled bool       // one is to follow
	stopped   bool       // no snapshot may begin any more
	parting   parting    // what Stop does
	last      outcome
	dirty     int64 // changes as of the last snapshot that succeeded
	saves     int64 // snapshots that have succeeded
}

// outcome is how the last snapshots went.
type outcome struct {
	saved   time.Time     // when the last one succeeded, or the start
	tried   time.Time     // when the last one began
	err     error         // of the last one
	took    time.Duration // the last one, -1 for none
	backlog int64         // bytes that waited in the last one at most
}

// New returns a Store. Load is to be called before anybody is served.
func New(o Options) *Store {
	now := time.Now()
	s := &Store{options: o, started: now}
	s.last = outcome{saved: now, took: -1}
	s.loading.active.Store(true)
	s.gate()
	return s
}

// Configured tells that the configuration has changed.
func (s *Store) Configured(v *config.Values) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateFor(&v.Saving)
}

// Regate tells that the journal refuses something, or no longer.
func (s *Store) Regate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate()
}

// gate says which commands are refused now. mu is held, or nobody else knows s yet.
func (s *Store) gate() { s.gateFor(&s.options.Config.Values().Saving) }

func (s *Store) gateFor(v *config.Saving) {
	var g session.Gate
	if s.loading.active.Load() {
		g.Loading = textLoading
	}
	if s.last.err != nil && v.StopWrites && len(v.Points) > 0 {
		g.Stored = textMisconf
	} else if s.options.Journal != nil {
		g.Stored = s.options.Journal.Refusal()
	}
	if g == (session.Gate{}) {
		s.options.Gate.Store(nil)
		return
	}
	s.options.Gate.Store(&g)
}
