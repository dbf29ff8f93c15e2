package persist

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/snapshot"
)

// loading is how far the loading of a file is.
type loading struct {
	active   atomic.Bool
	started  atomic.Int64                      // unix milliseconds
	total    atomic.Int64                      // bytes there are to read
	progress atomic.Pointer[snapshot.Progress] // of the last file; nil for none
}

// Found tells whether there is something to load.
func (s *Store) Found() bool {
	v := s.options.Config.Values()
	f, err := s.options.FS.Open(filepath.Join(v.Dir, v.Saving.File))
	if err == nil {
		_ = f.Close()
	}
	return !errors.Is(err, os.ErrNotExist)
}

// Load loads the file that is there, and returns when its keys are served. Without a
// file there is nothing to do. From New on until Load has succeeded, commands that
// need the data are refused, and nothing is saved.
func (s *Store) Load() error {
	v := s.options.Config.Values()
	err := s.loadFile(s.options.Troupe, filepath.Join(v.Dir, v.Saving.File), false)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	s.loaded()
	return nil
}

// loaded opens the gate. What was loaded is no change.
func (s *Store) loaded() {
	dirty := s.changes()
	s.loading.active.Store(false)
	s.mu.Lock()
	s.dirty = dirty
	s.gate()
	s.mu.Unlock()
}

// loadFile loads a file into the shards of t. Keys that are there are an error unless
// they are to be replaced.
func (s *Store) loadFile(t *shard.Troupe, name string, replace bool) error {
	f, err := s.options.FS.Open(name)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	size, err := f.Size()
	if err != nil {
		return err
	}
	began := time.Now()
	stop := s.follows(name, size)
	defer stop()
	err = snapshot.Load(s.LoadOptions(t, f, size, replace))
	if err != nil {
		return fmt.Errorf("%s: %w", name, explain(err))
	}
	p := s.loading.progress.Load()
	s.options.Log.Info("DB loaded from disk", "file", filepath.Base(name), "keys", p.Keys.Load(),
		"expired", p.Expired.Load(), "empty", p.Empty.Load(), "seconds", fmt.Sprintf("%.3f", time.Since(began).Seconds()))
	return nil
}

// LoadOptions says how a file of a size is loaded into t, and makes it the one that
// INFO shows.
func (s *Store) LoadOptions(t *shard.Troupe, in io.Reader, size int64, replace bool) snapshot.Loading {
	p := &snapshot.Progress{}
	now := time.Now().UnixMilli()
	s.loading.started.Store(now)
	s.loading.total.Store(size)
	s.loading.progress.Store(p)
	return snapshot.Loading{
		In: in, Troupe: t, Settings: s.options.Config.Values().Settings(), Now: now,
		Replace: replace, Function: s.options.Function, Progress: p,
	}
}

// explain says what to do about an error of a file.
func explain(err error) error {
	switch {
	case errors.Is(err, rdb.ErrCorrupt) || errors.Is(err, rdb.ErrChecksum):
		return fmt.Errorf("the file is damaged or cut short, and is left as it is: %w; put a good copy in its place, "+
			"or move it away to start without data", err)
	case errors.Is(err, rdb.ErrVersion):
		return fmt.Errorf("the file was written by a newer server, or by another kind: %w", err)
	case errors.Is(err, rdb.ErrModule):
		return fmt.Errorf("the file has values of modules, which this server does not know: %w", err)
	case errors.Is(err, snapshot.ErrDatabase):
		return fmt.Errorf("raise the directive databases: %w", err)
	default:
		return err
	}
}

// reportEach is how often the log tells how far a loading is.
const reportEach = 5 * time.Second

// follows has the log tell how far a loading is, until stop is called.
func (s *Store) follows(name string, size int64) (stop func()) {
	quit := make(chan struct{})
	go func() {
		timer := time.NewTicker(reportEach)
		defer timer.Stop()
		for {
			select {
			case <-quit:
				return
			case <-timer.C:
				p := s.loading.progress.Load()
				s.options.Log.Info("loading", "file", filepath.Base(name), "percent", 100*p.Bytes.Load()/max(size, 1),
					"keys", p.Keys.Load())
			}
		}
	}()
	return func() { close(quit) }
}

// ReloadOptions are the words of DEBUG RELOAD.
type ReloadOptions struct {
	NoSave  bool // what the file has is loaded, not what there is now
	NoFlush bool // what there is stays
	Merge   bool // keys of the file replace those there are
}

// Reload writes all data to the file, empties the shards and loads the file again, in
// a turn that holds all shards of t. A snapshot that is under way is waited for, but
// not within a transaction.
func (s *Store) Reload(t *shard.Troupe, o ReloadOptions) (err error) {
	if s.loading.active.Load() {
		return ErrLoading
	}
	for {
		t.Still(func(still *shard.Troupe, spaces []*keyspace.Keyspace) { err = s.reload(still, spaces, o) })
		if t != s.options.Troupe || !errors.Is(err, ErrUnderWay) && !errors.Is(err, ErrRewrite) {
			return err
		}
		s.mu.Lock()
		running := s.running
		s.mu.Unlock()
		if running != nil {
			<-running.done
		}
	}
}

func (s *Store) reload(still *shard.Troupe, spaces []*keyspace.Keyspace, o ReloadOptions) error {
	v := s.options.Config.Values()
	if !o.NoSave {
		if err := s.saveWithin(spaces); err != nil {
			return err
		}
	}
	if !o.NoFlush {
		for _, space := range spaces {
			space.Each(func(db *keyspace.DB) {
				_, release := db.Flush()
				release()
			})
		}
		if s.options.Forget != nil {
			s.options.Forget()
		}
	}
	return s.loadFile(still, filepath.Join(v.Dir, v.Saving.File), o.Merge)
}

// saveWithin takes a snapshot of keyspaces that stand still.
func (s *Store) saveWithin(spaces []*keyspace.Keyspace) error {
	v := s.options.Config.Values()
	running, err := s.enter(s.SnapshotOptions(v.Saving, false), false)
	if err != nil {
		return err
	}
	out, err := s.create(v)
	if err == nil {
		if err = running.snapshot.Within(out, spaces); err == nil {
			err = out.finish()
		} else {
			out.discard()
		}
	}
	s.leave(running, err)
	return err
}
