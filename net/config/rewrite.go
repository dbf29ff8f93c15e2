package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/troupe-db/troupe/codec/conf"
)

// ErrNoFile says that there is no file to rewrite.
var ErrNoFile = errors.New("the server runs without a configuration file")

// Rewrite writes the parameters in force back to the configuration file. Lines
// it knows nothing about stay, comments and includes among them; a parameter at
// its default gets a line only if it had one. Whatever happens, the file is
// either the old one or the new one.
func (s *Store) Rewrite() error {
	if s.file == "" {
		return ErrNoFile
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	path, err := filepath.EvalSymlinks(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		path, err = s.file, nil
	}
	if err != nil {
		return fmt.Errorf("rewrite %s: %w", s.file, err)
	}
	mode, old := fs.FileMode(0o644), []byte(nil)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
		if old, err = readFile(path); err != nil {
			return fmt.Errorf("rewrite %s: %w", path, err)
		}
	}
	if err := replace(path, s.rewritten(old), mode); err != nil {
		return fmt.Errorf("rewrite %s: %w", path, err)
	}
	return nil
}

// rewritten returns the text of the file with the parameters in force.
func (s *Store) rewritten(old []byte) []byte {
	doc := conf.ParseDocument(old, func(name string) (string, bool) {
		if p := s.table.byName[name]; p != nil {
			return p.name, true
		}
		return name, name == "include"
	})
	v := s.Values()
	for i := range s.table.rows {
		p := &s.table.rows[i]
		if p.presence != listed || p.foreign {
			continue
		}
		value := p.format(v)
		doc.Set(p.name, p.line(v), value != p.format(s.defaults))
	}
	return doc.Bytes()
}

// line returns the value as it stands in a file.
func (p *parameter) line(v *Values) string {
	value := p.format(v)
	if words := strings.Fields(value); p.words && len(words) > 0 {
		return conf.Join(words...)
	}
	return conf.Join(value)
}

// replace gives path a new content in one step: a file beside it is written,
// made durable and renamed.
func replace(path string, text []byte, mode fs.FileMode) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".tmp-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(text); err != nil {
		return err
	}
	if err = f.Chmod(mode); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes a rename in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
