package snapshot

import (
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// ErrCancelled says that the snapshot was given up by Cancel.
var ErrCancelled = errors.New("snapshot: cancelled")

// Options is what a snapshot is made of.
type Options struct {
	Troupe *shard.Troupe
	// OnCut, if not nil, runs at the cut, while all shards stand still. It must be
	// quick, and must not send anything to a shard.
	OnCut func(spaces []*keyspace.Keyspace)
	// Functions, if not nil, returns the sources of the libraries of functions. It
	// runs like OnCut.
	Functions func() [][]byte
	// Aux is what the file says about its writer, pairs in this order.
	Aux []Aux
	// Version is that of the file, or a later one that data need: rdb.Redis70Version
	// to rdb.NewestVersion.
	Version int
	Plain   bool // nothing is compressed
	NoSum   bool // the checksum is left out
	// Later runs work off the shards: it gives memory back.
	Later func(work func())
}

// Aux is something a file says about its writer.
type Aux struct{ Key, Value string }

// Snapshot is one that is under way, or has ended.
type Snapshot struct {
	// Fixed by New and, but for the options, by Begin.
	options Options
	cut     cut
	sink    *sink
	done    chan struct{}

	keys      atomic.Int64
	backlog   atomic.Int64 // the most bytes that waited for the encoder
	cancelled atomic.Bool
	err       error // valid when done is closed
}

// cut is what was found out while all shards stood still.
type cut struct {
	now       int64 // unix milliseconds
	dbs       []size
	keys      int64
	dirty     int64
	used      int64 // bytes of all data
	lfu, lru  bool  // what the access bits of keys are, if anybody wants to know
	timed     bool  // there may be fields that end
	clock     keyspace.Clock
	functions [][]byte
}

// size is how many keys a database has.
type size struct{ keys, expires uint64 }

// New returns a snapshot that has not been begun.
func New(o Options) *Snapshot {
	s := &Snapshot{options: o, done: make(chan struct{})}
	s.sink = newSink(o.Troupe.Shards(), o.Later, &s.cancelled)
	return s
}

// Begin cuts, and writes the snapshot to out on a goroutine of its own, in pieces of
// some 64 KiB, until Done is closed. It returns when the shards go on. It must not be
// called in a shard's turn, nor while another snapshot of the Troupe is under way.
func (s *Snapshot) Begin(out io.Writer) {
	s.sink.resume = s.options.Troupe.Resume
	s.options.Troupe.Hold(s.hold)
	go s.encode(out)
}

// Within is Begin for keyspaces that all stand still, all those of the Troupe: it
// returns when the snapshot has ended, with its error.
func (s *Snapshot) Within(out io.Writer, spaces []*keyspace.Keyspace) error {
	s.hold(spaces)
	go s.encode(out)
	for _, space := range spaces {
		for space.Capturing() {
			space.CaptureStep(stepKeys, patience)
		}
	}
	<-s.done
	return s.err
}

const (
	// stepKeys is how many records a shard that stands still looks at in a step.
	stepKeys = 1 << 12
	// patience is how long it waits for the encoder at a time.
	patience = 10 * time.Millisecond
)

// hold begins the capture, in the turn that holds all shards.
func (s *Snapshot) hold(spaces []*keyspace.Keyspace) {
	c := &s.cut
	c.now = spaces[0].Now
	c.clock = spaces[0].Clock()
	c.lfu = spaces[0].Settings.Policy.LFU()
	c.lru = spaces[0].Settings.Policy.LRU()
	for _, space := range spaces {
		c.dirty += space.Stats.Dirty
		c.used += space.UsedBytes()
		space.Each(c.count)
		space.Capture(s.sink)
	}
	if s.options.Functions != nil {
		c.functions = s.options.Functions()
	}
	if s.options.OnCut != nil {
		s.options.OnCut(spaces)
	}
}

// count adds the keys of a database.
func (c *cut) count(db *keyspace.DB) {
	for len(c.dbs) <= db.Number {
		c.dbs = append(c.dbs, size{})
	}
	c.dbs[db.Number].keys += uint64(db.Len())
	c.dbs[db.Number].expires += uint64(db.Expires())
	c.keys += int64(db.Len())
	c.timed = c.timed || db.Sweeps() > 0
}

// Cancel gives the snapshot up. Done is closed soon after.
func (s *Snapshot) Cancel() { s.cancelled.Store(true) }

// Done returns a channel that is closed when the snapshot has ended.
func (s *Snapshot) Done() <-chan struct{} { return s.done }

// Err returns why the snapshot is not whole, nil if it is. Done must be closed.
func (s *Snapshot) Err() error { return s.err }

// Dirty returns the number of changes the data had seen at the cut.
func (s *Snapshot) Dirty() int64 { return s.cut.dirty }

// Keys returns how many keys there were at the cut, and how many of them are written.
func (s *Snapshot) Keys() (all, written int64) { return s.cut.keys, s.keys.Load() }

// Backlog returns how many bytes of captured keys wait for being written, and the most
// that have waited so far.
func (s *Snapshot) Backlog() (peak, now int64) { return s.backlog.Load(), s.sink.waiting.Load() }

// version returns the version of the file.
func (s *Snapshot) version() int {
	if s.cut.timed {
		return max(s.options.Version, rdb.TimedVersion)
	}
	return s.options.Version
}
