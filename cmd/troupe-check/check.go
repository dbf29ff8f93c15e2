package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"time"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/net/persist"
	"github.com/troupe-db/troupe/shard/disk"
)

// manifestMost is how large a manifest may be, in bytes.
const manifestMost = 16 << 20

// checker reads files and tells what is in them.
type checker struct {
	out io.Writer
	fix bool

	shown time.Time // when progress was shown last
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

// damaged says what damage means, and cuts it off if that is wanted.
func (c *checker) damaged(f disk.File, path string, size int64, d *aof.Damage) error {
	verdict, sound, err := aof.Judge(f, size, d)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	what := "it was not written to its end, as after a crash"
	switch {
	case verdict == aof.Harmed && sound > 0:
		what = fmt.Sprintf("it has come to harm in the middle: what stands at byte %d is sound again", sound)
	case verdict == aof.Harmed:
		what = "it has come to harm"
	}
	wrong := fmt.Errorf("%s: %w: %s; everything before byte %d is whole, and %d bytes are behind that", path, d, what, d.Good, size-d.Good)
	if !c.fix {
		return fmt.Errorf("%w; make a copy, then use --fix to cut it off there", wrong)
	}
	kept, err := persist.CutTail(disk.OS{}, path, d.Good, size)
	if err != nil {
		return fmt.Errorf("%w; it cannot be cut off: %w", wrong, err)
	}
	fmt.Fprintf(c.out, "%v.\nIt was cut off there; the rest is in %s.\n", wrong, kept)
	return nil
}

// progress tells now and then how far a file is read.
func (c *checker) progress(path string, at, size int64) {
	if now := time.Now(); now.Sub(c.shown) > 2*time.Second {
		if !c.shown.IsZero() {
			fmt.Fprintf(c.out, "%s: %d%%\n", path, 100*at/max(size, 1))
		}
		c.shown = now
	}
}

// counting counts what is read.
type counting struct {
	in io.Reader
	n  int64
}

// Read reads.
func (r *counting) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	r.n += int64(n)
	return n, err
}
