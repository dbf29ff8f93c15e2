package disk

import "io"

// File is an open file.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer   // may write a part and return why not the rest
	io.WriterAt // likewise
	io.Closer

	// Sync returns when what was written so far, and how long the file is, survives a
	// crash.
	Sync() error
	// Truncate makes the file size bytes long.
	Truncate(size int64) error
	// Size returns the length in bytes.
	Size() (int64, error)
}

// FS is a file system. Its methods return the errors of package os.
type FS interface {
	// Create opens a new file for writing, or empties the one that is there.
	Create(name string) (File, error)
	// Edit opens a file for reading and writing, and creates it if need be.
	Edit(name string) (File, error)
	// Open opens a file for reading.
	Open(name string) (File, error)
	// Rename gives a file another name, in place of what had that name.
	Rename(from, to string) error
	// Remove removes a file.
	Remove(name string) error
	// Mkdir makes a folder, if it is not there.
	Mkdir(name string) error
	// List returns the names of the files in a folder, without those of folders.
	List(dir string) ([]string, error)
	// SyncDir returns when the names in a folder survive a crash.
	SyncDir(dir string) error
}

// WriteFile writes a file so that after a crash either the whole of it or what had
// the name before is there.
func WriteFile(fs FS, dir, name string, content []byte) error {
	temp := dir + "/" + "temp-" + name
	f, err := fs.Create(temp)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = fs.Rename(temp, dir+"/"+name)
	}
	if err != nil {
		_ = fs.Remove(temp)
		return err
	}
	return fs.SyncDir(dir)
}

// ReadFile returns the content of a file of at most limit bytes.
func ReadFile(fs FS, name string, limit int64) ([]byte, error) {
	f, err := fs.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	return io.ReadAll(io.LimitReader(f, limit))
}
