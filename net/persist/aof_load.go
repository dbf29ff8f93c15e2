package persist

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/shard/disk"
	"github.com/troupe-db/troupe/shard/journal"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/snapshot"
)

// Found tells whether the append-only file has something to load.
func (a *AOF) Found() bool {
	files, err := a.open()
	return err != nil || !files.Empty()
}

// Load plays the append-only file back and begins to append to it. Where there is
// none, what the Store has is loaded, and is its first base. Commands that need data
// are refused until it has returned without an error.
func (a *AOF) Load() error {
	files, err := a.open()
	if err != nil {
		return err
	}
	if files.Empty() {
		return a.create()
	}
	began := time.Now()
	requests, err := a.play(files)
	if err == nil {
		files.Tidy()
		_, err = a.options.Journal.Start(files, false)
	}
	if err != nil {
		return err
	}
	a.options.Troupe.Hold(func([]*keyspace.Keyspace) {
		a.options.Troupe.Replay(false)
		a.options.Troupe.Record(true)
	})
	a.options.Troupe.ResetStats() // nobody has asked for what was played back
	_, base := files.Size()
	a.mu.Lock()
	a.state, a.wanted = aofOn, true
	a.sizeBefore = base // it may have been larger when the last rewrite ended, which nobody has kept
	all := a.size()
	a.mu.Unlock()
	a.log.Info("DB loaded from append only file", "bytes", all, "requests", requests,
		"seconds", fmt.Sprintf("%.3f", time.Since(began).Seconds()))
	a.options.Store.loaded()
	return nil
}

// create makes the first base, of what a snapshot has brought.
func (a *AOF) create() error {
	s := a.options.Store
	if err := s.loadFile(a.options.Troupe, filepath.Join(a.options.Config.Values().Dir, a.options.Config.Values().Saving.File), false); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	a.mu.Lock()
	a.state, a.wanted = aofWaiting, true
	a.mu.Unlock()
	done, err := a.beginning()
	if err != nil {
		return fmt.Errorf("cannot make the append-only file: %w", err)
	}
	<-done
	a.mu.Lock()
	err = a.err
	a.mu.Unlock()
	if err != nil {
		return fmt.Errorf("cannot make the append-only file: %w", err)
	}
	a.options.Store.loaded()
	return nil
}

// play plays all parts back and returns how many requests there were.
func (a *AOF) play(files *journal.Files) (requests int64, err error) {
	parts := files.Parts()
	sizes := make([]int64, len(parts))
	for i, p := range parts {
		if sizes[i], err = a.measure(files.Path(p)); err != nil {
			return 0, err
		}
	}
	a.options.Troupe.Hold(func([]*keyspace.Keyspace) { a.options.Troupe.Replay(true) })
	l := &partLoader{aof: a, replay: newReplay(a), total: sum(sizes)}
	l.progress = a.options.Store.LoadOptions(a.options.Troupe, nil, l.total, false).Progress
	stop := a.options.Store.follows(a.appending().File, l.total)
	defer stop()
	for i, p := range parts {
		l.last = sum(sizes[i+1:]) == 0
		size, err := l.load(files.Path(p), sizes[i])
		if err != nil {
			return 0, err
		}
		files.Noted(p, size)
	}
	return l.replay.requests, nil
}

func sum(sizes []int64) (all int64) {
	for _, n := range sizes {
		all += n
	}
	return all
}

// measure returns the size of a part.
func (a *AOF) measure(path string) (int64, error) {
	f, err := a.options.FS.Open(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return 0, fmt.Errorf("%s is named in the manifest and is not there: put it back, or take its line out of the manifest if it is not needed", path)
		}
		return 0, fmt.Errorf("cannot read a part of the append-only file: %w", err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	return f.Size()
}

// partLoader loads part after part.
type partLoader struct {
	aof      *AOF
	replay   *replay
	total    int64
	progress *snapshot.Progress
	last     bool // nothing comes after the part
}

// load loads a part, and returns how large it is then: a torn tail is cut off.
func (l *partLoader) load(path string, size int64) (int64, error) {
	f, err := l.aof.options.FS.Open(path)
	if err != nil {
		return 0, fmt.Errorf("cannot read a part of the append-only file: %w", err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	front, offset, err := l.front(f, path)
	if err != nil {
		return 0, err
	}
	before := l.progress.Bytes.Load()
	s := aof.NewScanner(front, offset)
	err = l.replay.part(s, func(at int64) { l.progress.Bytes.Store(before + at - offset) })
	var damage *aof.Damage
	switch {
	case err == nil:
		return s.Good(), l.unfill(path, s.Good(), size)
	case errors.As(err, &damage):
		return l.damaged(f, path, size, damage)
	default:
		return 0, fmt.Errorf("%s: %w", path, err)
	}
}

// unfill cuts the fill off that a part has behind its end.
func (l *partLoader) unfill(path string, at, size int64) error {
	if at == size {
		return nil
	}
	f, err := l.aof.options.FS.Edit(path)
	if err == nil {
		err = f.Truncate(at)
		_ = f.Close()
	}
	if err != nil {
		return fmt.Errorf("cannot cut off the fill behind the end of %s: %w", path, err)
	}
	return nil
}

// front loads the snapshot that a part may begin with, and returns what follows it and
// where that begins.
func (l *partLoader) front(f disk.File, path string) (io.Reader, int64, error) {
	magic := make([]byte, 5)
	if n, _ := f.ReadAt(magic, 0); n < len(magic) || string(magic) != "REDIS" {
		return f, 0, nil
	}
	o := l.aof.options.Store.LoadOptions(l.aof.options.Troupe, f, l.total, false)
	before := l.progress.Bytes.Load()
	o.Keep = true
	l.progress = o.Progress
	behind, err := snapshot.LoadFront(o)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, explain(err))
	}
	offset := l.progress.Bytes.Load()
	l.progress.Bytes.Add(before)
	return behind, offset, nil
}

// damaged decides what is to be done about damage. A torn tail of the last part is cut
// off and kept beside it; anything else keeps the server from starting.
func (l *partLoader) damaged(f disk.File, path string, size int64, d *aof.Damage) (int64, error) {
	verdict, sound, err := aof.Judge(f, size, d)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s: %w", path, err)
	case verdict == aof.Harmed && sound > 0:
		return 0, fmt.Errorf("%s is damaged %w, and what follows at byte %d is sound: the server does not start on a part "+
			"of the data; restore the file from a copy, or see what is wrong with troupe-check %s", path, d, sound, path)
	case verdict == aof.Harmed:
		return 0, fmt.Errorf("%s is damaged %w: make a copy of the file, then run troupe-check --fix %s, which cuts it off "+
			"at byte %d", path, d, path, d.Good)
	case !l.last:
		return 0, fmt.Errorf("%s ends too early %w, and there is a part after it: restore the file from a copy, or see what "+
			"is wrong with troupe-check %s", path, d, path)
	case !l.aof.appending().Truncate:
		return 0, fmt.Errorf("%s ends too early %w, and aof-load-truncated is no: make a copy of the file, then run "+
			"troupe-check --fix %s", path, d, path)
	}
	kept, err := CutTail(l.aof.options.FS, path, d.Good, size)
	if err != nil {
		return 0, fmt.Errorf("cannot cut off the torn tail of %s: %w", path, err)
	}
	l.aof.log.Warn("the append-only file ends too early, as after a crash: it is cut off behind the last whole group of changes",
		"file", filepath.Base(path), "at", d.Good, "dropped", size-d.Good, "kept", filepath.Base(kept), "reason", d.Reason)
	return d.Good, nil
}

// CutTail cuts a file off at an offset, and keeps what was behind it in a new file
// beside it, whose name it returns. That is durable before anything is cut off.
func CutTail(fs disk.FS, path string, at, size int64) (kept string, err error) {
	f, err := fs.Edit(path)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // what matters is synced
	if kept, err = tornName(fs, path); err != nil {
		return "", err
	}
	side, err := fs.Create(kept)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(side, io.NewSectionReader(f, at, size-at))
	if err == nil {
		err = side.Sync()
	}
	if closed := side.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = fs.SyncDir(filepath.Dir(path))
	}
	if err == nil {
		err = f.Truncate(at)
	}
	if err == nil {
		err = f.Sync()
	}
	return kept, err
}

// tornName returns a name that no file has yet for what is cut off another.
func tornName(fs disk.FS, path string) (string, error) {
	names, err := fs.List(filepath.Dir(path))
	if err != nil {
		return "", err
	}
	torn := path + ".torn"
	for n := 2; slices.Contains(names, filepath.Base(torn)); n++ {
		torn = fmt.Sprintf("%s-%d.torn", path, n)
	}
	return torn, nil
}
