package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard/disk"
)

// manifestMost is how large a manifest may be, in bytes.
const manifestMost = 16 << 20

// checker reads files and tells what is in them.
type checker struct {
	out io.Writer
	fix bool

	progressing
}

// check checks a file of any kind.
func (c *checker) check(path string) error {
	f, err := disk.OS{}.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	head := make([]byte, 5)
	n, _ := f.ReadAt(head, 0)
	if n == len(head) && bytes.HasPrefix(head, []byte("file ")) {
		return c.manifest(path)
	}
	return c.part(f, path)
}

// manifest checks all parts that a manifest names.
func (c *checker) manifest(path string) error {
	text, err := disk.ReadFile(disk.OS{}, path, manifestMost)
	if err != nil {
		return err
	}
	m, err := aof.ParseManifest(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	parts := m.Parts()
	fmt.Fprintf(c.out, "%s names %d parts.\n", path, len(parts))
	failed := false
	for i, p := range parts {
		name := filepath.Join(filepath.Dir(path), p.Name)
		fixing := c.fix
		c.fix = fixing && i == len(parts)-1 // any other would leave a gap
		err := c.check(name)
		c.fix = fixing
		if err != nil {
			fmt.Fprintln(c.out, err)
			failed = true
		}
	}
	if failed {
		return fmt.Errorf("%s: not all parts are well", path)
	}
	return nil
}

// part checks a snapshot, a part of an append-only file, or one behind the other.
func (c *checker) part(f disk.File, path string) error {
	size, err := f.Size()
	if err != nil {
		return err
	}
	in, offset, err := c.snapshot(f, path, size)
	if err != nil {
		return err
	}
	s := aof.NewScanner(in, offset)
	var b aof.Block
	requests := 0
	for {
		err := s.Next(&b)
		var damage *aof.Damage
		switch {
		case errors.Is(err, io.EOF):
			fmt.Fprintf(c.out, "%s: %d requests, %d bytes.\n", path, requests, size)
			return nil
		case errors.As(err, &damage):
			return c.damaged(f, path, size, damage)
		case err != nil:
			return fmt.Errorf("%s: %w", path, err)
		}
		requests += b.Len()
		c.progress(path, b.End, size)
	}
}

// snapshot checks the snapshot that a file begins with, and returns what follows it and
// where that begins.
func (c *checker) snapshot(f disk.File, path string, size int64) (io.Reader, int64, error) {
	head := make([]byte, 5)
	if n, _ := f.ReadAt(head, 0); n < len(head) || string(head) != "REDIS" {
		return f, 0, nil
	}
	counted := &counting{in: f}
	r, err := rdb.NewReader(counted, math.MaxInt32, rdb.Extras{})
	keys := 0
	for err == nil {
		if _, err = r.Next(); err == nil {
			keys++
			c.progress(path, counted.n, size)
		}
	}
	if !errors.Is(err, io.EOF) {
		return nil, 0, fmt.Errorf("%s: the snapshot is damaged, behind %d keys: %w", path, keys, err)
	}
	offset := counted.n - int64(len(r.Ahead()))
	fmt.Fprintf(c.out, "%s: a snapshot of version %d with %d keys, %d bytes.\n", path, r.Version(), keys, offset)
	return io.MultiReader(bytes.NewReader(r.Ahead()), f), offset, nil
}
