package persist

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/snapshot"
)

// What keeps a snapshot from beginning.
var (
	ErrUnderWay = errors.New("persist: a snapshot is under way")
	ErrRewrite  = errors.New("persist: the append-only file is being rewritten")
	ErrStopped  = errors.New("persist: the server is stopping")
	ErrLoading  = errors.New("persist: the data are being loaded")
)

// save is a snapshot under way.
type save struct {
	base     bool // of an append-only file
	snapshot *snapshot.Snapshot
	began    time.Time
	done     chan struct{} // closed when the file is in place, or it has failed
	err      error         // valid then
}

// Save takes a snapshot and returns when its file is in place.
func (s *Store) Save() error {
	running, err := s.begin()
	if err != nil {
		return err
	}
	<-running.done
	return running.err
}

// SaveLast gives up the snapshot under way, if there is one, and takes one.
func (s *Store) SaveLast() error {
	s.mu.Lock()
	s.scheduled = false
	running := s.running
	s.mu.Unlock()
	if running != nil {
		running.snapshot.Cancel()
		<-running.done
	}
	return s.Save()
}

// Wanted tells whether there are save points: a server that ends saves then.
func (s *Store) Wanted() bool { return len(s.options.Config.Values().Saving.Points) > 0 }

// enter makes a snapshot the one that is under way. Nothing is cut yet: the shards
// are waited for without mu, since a turn may ask for INFO.
func (s *Store) enter(o snapshot.Options, base bool) (*save, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopped:
		return nil, ErrStopped
	case !base && s.loading.active.Load(): // a part would replace the whole
		return nil, ErrLoading
	case s.running != nil && s.running.base:
		return nil, ErrRewrite
	case s.running != nil:
		return nil, ErrUnderWay
	}
	now := time.Now()
	s.running = &save{base: base, snapshot: snapshot.New(o), began: now, done: make(chan struct{})}
	if !base {
		s.scheduled, s.last.tried = false, now
	}
	return s.running, nil
}

// begin begins a snapshot. The error is one of those above: what goes wrong later is
// that of the save.
func (s *Store) begin() (*save, error) {
	v := s.options.Config.Values()
	running, err := s.enter(s.SnapshotOptions(v.Saving, false), false)
	if err != nil {
		return nil, err
	}
	out, err := s.create(v)
	if err != nil {
		s.leave(running, err)
		return running, nil
	}
	running.snapshot.Begin(out)
	go func() {
		<-running.snapshot.Done()
		err := running.snapshot.Err()
		if err == nil {
			err = out.finish()
		} else {
			out.discard()
		}
		s.leave(running, err)
	}()
	return running, nil
}

// Base writes the base of an append-only file to out: a snapshot as of the moment when
// onCut runs, while all shards stand still. It returns when the shards go on; finish
// is called, on another goroutine, with the snapshot's error when all was written, and
// no other snapshot begins before it returns.
func (s *Store) Base(out io.Writer, onCut func([]*keyspace.Keyspace), finish func(error)) error {
	o := s.SnapshotOptions(s.options.Config.Values().Saving, true)
	o.OnCut = onCut
	running, err := s.enter(o, true)
	if err != nil {
		return err
	}
	running.snapshot.Begin(out)
	go func() {
		<-running.snapshot.Done()
		finish(running.snapshot.Err())
		s.leave(running, running.snapshot.Err())
	}()
	return nil
}

// leave ends a snapshot, and begins the one that is to follow.
func (s *Store) leave(running *save, err error) {
	s.mu.Lock()
	s.running, running.err = nil, err
	if !running.base {
		s.note(running, err)
	}
	next := s.scheduled
	s.mu.Unlock()
	close(running.done)
	if next {
		s.options.Later(s.follow) // the caller may be in a turn
	}
}

// follow begins the snapshot that was scheduled, if nothing stands in its way.
func (s *Store) follow() {
	if _, err := s.begin(); err != nil {
		s.options.Log.Info("the snapshot that was scheduled has to wait", "reason", err)
	}
}

// note keeps how a snapshot went. mu is held.
func (s *Store) note(running *save, err error) {
	s.last.took = time.Since(running.began)
	s.last.backlog, _ = running.snapshot.Backlog()
	switch {
	case errors.Is(err, snapshot.ErrCancelled):
		s.options.Log.Info("the snapshot was given up")
		return
	case err != nil:
		s.last.err = err
		s.options.Log.Error("could not save the data: they are kept in memory, and the last file is as it was; "+
			"see to the cause, then BGSAVE", "file", s.options.Config.Values().Saving.File, "error", err)
	default:
		s.last.err, s.last.saved = nil, time.Now()
		s.dirty = running.snapshot.Dirty()
		s.saves++
		keys, _ := running.snapshot.Keys()
		s.options.Log.Info("DB saved on disk", "keys", keys, "seconds", fmt.Sprintf("%.3f", s.last.took.Seconds()))
	}
	s.gate()
}

// SnapshotOptions says what a file is like; base tells that it is the base of an
// append-only file.
func (s *Store) SnapshotOptions(v config.Saving, base bool) snapshot.Options {
	return snapshot.Options{
		Troupe: s.options.Troupe, Later: s.options.Later, Functions: s.options.Functions,
		Aux: s.aux(base), Version: fileVersion(v.Version), Plain: !v.Compress, NoSum: !v.Checksum,
	}
}

// aux returns what files say about their writer.
func (s *Store) aux(base bool) []snapshot.Aux {
	flag := "0"
	if base {
		flag = "1"
	}
	return []snapshot.Aux{
		{Key: "redis-ver", Value: s.options.Version},
		{Key: "redis-bits", Value: strconv.Itoa(strconv.IntSize)},
		{Key: "ctime", Value: strconv.FormatInt(time.Now().Unix(), 10)},
		{Key: "used-mem", Value: strconv.FormatInt(s.options.Troupe.UsedBytes(), 10)},
		{Key: "aof-base", Value: flag},
	}
}

// fileVersion returns the version of RDB that a configuration asks for.
func fileVersion(v config.RDBVersion) int {
	switch v {
	case config.RDB10:
		return rdb.Redis70Version
	case config.RDB12:
		return rdb.TimedVersion
	default:
		return rdb.DefaultVersion
	}
}

// retryAfter is how long save points wait after a snapshot that has failed.
const retryAfter = 5 * time.Second

// Tick takes a snapshot if a save point asks for one. changes are all there have been
// since the start. It is to be called about once a second.
func (s *Store) Tick(now time.Time, changes int64) {
	if s.due(now, changes) {
		if _, err := s.begin(); err != nil {
			s.options.Log.Info("a save point has to wait", "reason", err)
		}
	}
}

// due tells whether a save point, or what was scheduled, asks for a snapshot.
func (s *Store) due(now time.Time, changes int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.running != nil || s.stopped || s.loading.active.Load():
		return false
	case s.scheduled:
		return true
	case s.last.err != nil && now.Sub(s.last.tried) < retryAfter:
		return false
	}
	for _, p := range s.options.Config.Values().Saving.Points {
		since := int64(now.Sub(s.last.saved) / time.Second)
		if changes-s.dirty >= p.Changes && since > p.Seconds {
			s.options.Log.Info("saving, as a save point asks for", "changes", p.Changes, "seconds", p.Seconds)
			return true
		}
	}
	return false
}
