package disk

import (
	"errors"
	"os"
)

// OS is the file system of the machine.
type OS struct{}

var _ FS = OS{}

// mode is that of the files that are made: as with Redis, others may read them if
// the umask lets them.
const (
	mode    = 0o644
	dirMode = 0o755
)

type osFile struct{ *os.File }

// Sync is fdatasync where there is one.
func (f osFile) Sync() error { return datasync(f.File) }

// Size returns the length in bytes.
func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func open(name string, flags int) (File, error) {
	f, err := os.OpenFile(name, flags, mode)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// Create opens a new file for writing, or empties the one that is there.
func (OS) Create(name string) (File, error) {
	return open(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
}

// Edit opens a file for reading and writing, and creates it if need be.
func (OS) Edit(name string) (File, error) {
	return open(name, os.O_RDWR|os.O_CREATE)
}

// Open opens a file for reading.
func (OS) Open(name string) (File, error) { return open(name, os.O_RDONLY) }

// Rename gives a file another name.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove removes a file.
func (OS) Remove(name string) error { return os.Remove(name) }

// Mkdir makes a folder, if it is not there.
func (OS) Mkdir(name string) error {
	if err := os.Mkdir(name, dirMode); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

// List returns the names of the files in a folder.
func (OS) List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// SyncDir returns when the names in a folder survive a crash.
func (OS) SyncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
