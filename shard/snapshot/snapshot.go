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
	// Out is written to by one goroutine, in pieces of some 64 KiB, from Start until
	// Done is closed.
	Out io.Writer
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
	Later   func(work func())
}

// Aux is something a file says about its writer.
type Aux struct{ Key, Value string }

// Snapshot is one that is under way, or has ended.
type Snapshot struct {
	// Fixed by Start.
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

// Start cuts, and writes the snapshot on a goroutine of its own. It returns when the
// shards go on. It must not be called in a shard's turn, nor while another snapshot of
// the Troupe is under way.
func Start(o Options) *Snapshot {
	s := begin(o, func(shard int) { o.Troupe.Resume(shard) })
	o.Troupe.Hold(func(spaces []*keyspace.Keyspace) { s.hold(spaces) })
	go s.encode()
	return s
}

// Within makes a snapshot of keyspaces that all stand still and returns its error: no
// command runs before it has ended.
func Within(o Options, spaces []*keyspace.Keyspace) (*Snapshot, error) {
	s := begin(o, func(int) {})
	s.hold(spaces)
	go s.encode()
	for _, space := range spaces {
		for space.Capturing() {
			space.CaptureStep(1<<16, patience)
		}
	}
	<-s.done
	return s, s.err
}

// patience is how long a shard that stands still waits for the encoder at a time.
const patience = 10 * time.Millisecond

func begin(o Options, resume func(int)) *Snapshot {
	s := &Snapshot{options: o, done: make(chan struct{})}
	s.sink = newSink(o.Troupe.Shards(), o.Later, &s.cancelled, resume)
	return s
}

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

// Backlog returns the most bytes of captured keys that have waited so far.
func (s *Snapshot) Backlog() int64 { return s.backlog.Load() }

// version returns the version of the file.
func (s *Snapshot) version() int {
	if s.cut.timed {
		return max(s.options.Version, rdb.TimedVersion)
	}
	return s.options.Version
}
