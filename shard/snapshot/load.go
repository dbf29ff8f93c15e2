package snapshot

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/dump"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// What Load reports besides errors of codec/rdb and of the source of bytes.
var (
	ErrTwice    = errors.New("snapshot: the key comes twice")
	ErrDatabase = errors.New("snapshot: there are not so many databases")
	ErrFull     = errors.New("snapshot: no memory left for records")
)

// textMost bounds the texts of a value whatever the configuration says: what holds
// them counts their bytes in 32 bits.
const textMost = 3 << 30

// Loading is what is to be loaded, and how. Only In, Troupe and Settings must be set.
type Loading struct {
	In       io.Reader
	Troupe   *shard.Troupe
	Settings *keyspace.Settings
	Now      int64 // unix milliseconds
	// Keep keeps what has expired: something follows that says when it goes.
	Keep bool
	// Replace lets keys of the file replace those that are there. Without it a key
	// that is there is an error.
	Replace bool
	// Function, if not nil, is given the sources of libraries of functions. Its error
	// ends the loading.
	Function func(code []byte) error
	// Aux, if not nil, is given what the writer says about itself.
	Aux      func(key, value []byte)
	Progress *Progress // nil for none
}

// Progress is what any goroutine may read while a file is loaded.
type Progress struct {
	Bytes   atomic.Int64 // read
	Keys    atomic.Int64 // loaded
	Expired atomic.Int64 // left out, since their time had come
	Empty   atomic.Int64 // left out, since they had no element
	Sum     atomic.Int64 // announced by the file
}

// Load reads a file and stores its keys, and returns when the shards have stored all
// of them. An error says at which byte it was met. What was loaded before it stays.
//
// The calling goroutine reads and checks; the shards store, all at the same time.
func Load(l Loading) error {
	_, err := LoadFront(l)
	return err
}

// LoadFront is Load for a file that something else follows, which it returns.
func LoadFront(l Loading) (behind io.Reader, err error) {
	if l.Progress == nil {
		l.Progress = &Progress{}
	}
	if l.Keep {
		l.Now = 0
	}
	d := newDealer(&l)
	in := &counting{in: l.In, progress: l.Progress}
	r, err := rdb.NewReader(in, textLimit(l.Settings), rdb.Extras{
		Aux:      l.aux,
		Function: l.function,
		Size: func(_ int, keys, _ uint64) error {
			l.Progress.Sum.Add(int64(min(keys, 1<<40)))
			return nil
		},
		Module: func(uint64) error { return rdb.ErrModule },
	})
	if err == nil {
		err = d.read(r)
	}
	if failed := d.finish(); err == nil {
		err = failed
	}
	if err != nil {
		return nil, err
	}
	l.Progress.Bytes.Add(-int64(len(r.Ahead()))) // they are no part of it
	return bufio.NewReaderSize(io.MultiReader(bytes.NewReader(r.Ahead()), l.In), 1<<16), nil
}

// textLimit returns the length of the longest text that is accepted.
func textLimit(s *keyspace.Settings) int {
	return int(max(min(s.ProtoMaxBulkLen, textMost), textLeast))
}

// textLeast is accepted whatever proto-max-bulk-len says: the file was written under
// another.
const textLeast = 512 << 20

func (l *Loading) aux(key, value []byte) error {
	if l.Aux != nil {
		l.Aux(key, value)
	}
	return nil
}

func (l *Loading) function(code []byte) error {
	if l.Function == nil {
		return nil
	}
	return l.Function(code)
}

// counting counts what is read.
type counting struct {
	in       io.Reader
	progress *Progress
}

// Read reads.
func (c *counting) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.progress.Bytes.Add(int64(n))
	return n, err
}

// read deals all keys of a file.
func (d *dealer) read(r *rdb.Reader) error {
	l := d.loading
	v := dump.NewValue(l.Settings, l.Now)
	for {
		e, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case e.DB >= l.Settings.Databases:
			return fmt.Errorf("%w: database %d, and %d are configured", ErrDatabase, e.DB, l.Settings.Databases)
		}
		expired := !l.Keep && e.ExpireAt != rdb.None && e.ExpireAt < l.Now
		if expired {
			l.Progress.Expired.Add(1)
			continue // Next passes over the value
		}
		switch err := r.Value(v); {
		case err == rdb.ErrEmpty:
			l.Progress.Empty.Add(1)
			continue
		case err != nil:
			return fmt.Errorf("key %q of database %d: %w", clip(e.Key), e.DB, err)
		}
		if text, ok := v.String(); ok {
			err = d.deal(e, text, nil)
		} else {
			err = d.deal(e, nil, v)
			v = dump.NewValue(l.Settings, l.Now)
		}
		if err != nil {
			return err
		}
	}
}

// clip cuts the name of a key for an error.
func clip(name []byte) []byte { return name[:min(len(name), 128)] }
