package persist

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/shard/disk"
)

// syncEach is how many bytes are written between two syncs with
// rdb-save-incremental-fsync, so that the last one has not everything to do.
const syncEach = 4 << 20

// file is a snapshot's file while it has another name.
type file struct {
	fs         disk.FS
	f          disk.File
	temp, name string // absolute: the working directory may change meanwhile
	each       int64  // bytes between two syncs, 0 for one at the end
	unsynced   int64
}

// create makes the file for a snapshot.
func (s *Store) create(v *config.Values) (*file, error) {
	out := &file{
		fs: s.options.FS, name: filepath.Join(v.Dir, v.Saving.File),
		temp: filepath.Join(v.Dir, "temp-"+strconv.Itoa(os.Getpid())+".rdb"),
	}
	if v.Saving.IncrementalSync {
		out.each = syncEach
	}
	var err error
	if out.f, err = out.fs.Create(out.temp); err != nil {
		return nil, fmt.Errorf("cannot write a snapshot: %w", err)
	}
	return out, nil
}

// Write writes the next bytes.
func (f *file) Write(p []byte) (int, error) {
	n, err := f.f.Write(p)
	f.unsynced += int64(n)
	if err == nil && f.each > 0 && f.unsynced >= f.each {
		f.unsynced = 0
		err = f.f.Sync()
	}
	return n, err
}

// finish makes what was written durable and gives it its name. When it fails before
// that, what had the name still has it.
func (f *file) finish() error {
	err := f.f.Sync()
	if closed := f.f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = f.fs.Rename(f.temp, f.name)
	}
	if err != nil {
		_ = f.fs.Remove(f.temp)
		return fmt.Errorf("cannot put a snapshot in place: %w", err)
	}
	if err := f.fs.SyncDir(filepath.Dir(f.name)); err != nil {
		return fmt.Errorf("cannot make the name of a snapshot durable: %w", err)
	}
	return nil
}

// discard removes what was written.
func (f *file) discard() {
	_ = f.f.Close()
	_ = f.fs.Remove(f.temp)
}
