package config

import (
	"errors"
	"math"
	"path/filepath"

	"github.com/troupe-db/troupe/shard/journal"
)

// Appending is what the configuration says about the append-only file.
type Appending struct {
	On         bool
	Dir        string         // name of its folder, in the working directory
	File       string         // what the names of its parts begin with
	Sync       journal.Policy // when what was written is made durable
	Percentage int            // growth since the last rewrite at which the next one begins, 0 for never
	MinSize    int64          // bytes below which none begins by itself
	NoSync     bool           // nothing is synced while a rewrite is under way
	Truncate   bool           // a torn tail is cut off at the start, which is refused otherwise
	Preamble   bool           // the base is a snapshot rather than commands
	Timestamps bool           // the file tells when it was written
	Checksums  bool           // of what is written at one time
	// IncrementalSync has the base made durable as it is written, not only at its end.
	IncrementalSync bool
}

func defaultAppending() Appending {
	return Appending{
		Dir: "appendonlydir", File: "appendonly.aof", Sync: journal.EverySec, Percentage: 100, MinSize: 64 << 20,
		Truncate: true, Preamble: true, Checksums: true, IncrementalSync: true,
	}
}

// Journal returns what the log needs to know.
func (a *Appending) Journal() journal.Settings {
	return journal.Settings{
		Policy: a.Sync, Checksums: a.Checksums, Timestamps: a.Timestamps, NoSyncOnRewrite: a.NoSync,
	}
}

// appendRows are about the append-only file.
func appendRows() []parameter {
	policies := []string{journal.Always: "always", journal.EverySec: "everysec", journal.No: "no"}
	return []parameter{
		boolean("appendonly", func(v *Values) *bool { return &v.Appending.On }).live(),
		plainName("appenddirname", func(v *Values) *string { return &v.Appending.Dir }),
		plainName("appendfilename", func(v *Values) *string { return &v.Appending.File }),
		choice("appendfsync", policies, []string{"everysec", "always", "no"},
			func(v *Values) *journal.Policy { return &v.Appending.Sync }).live(),
		integer("auto-aof-rewrite-percentage", 0, math.MaxInt32, func(v *Values) *int { return &v.Appending.Percentage }).live(),
		memory("auto-aof-rewrite-min-size", 0, math.MaxInt64, func(v *Values) *int64 { return &v.Appending.MinSize }).live(),
		boolean("no-appendfsync-on-rewrite", func(v *Values) *bool { return &v.Appending.NoSync }).live(),
		boolean("aof-load-truncated", func(v *Values) *bool { return &v.Appending.Truncate }).live(),
		boolean("aof-use-rdb-preamble", func(v *Values) *bool { return &v.Appending.Preamble }).live(),
		boolean("aof-timestamp-enabled", func(v *Values) *bool { return &v.Appending.Timestamps }).live(),
		boolean("aof-checksum", func(v *Values) *bool { return &v.Appending.Checksums }).live(),
		boolean("aof-rewrite-incremental-fsync", func(v *Values) *bool { return &v.Appending.IncrementalSync }).live(),
	}
}

// plainName is a row that holds a name in the working directory.
func plainName(name string, at func(*Values) *string) parameter {
	p := text(name, at)
	p.parse = func(v *Values, words []string) error {
		switch {
		case words[0] == "":
			return errors.New(name + " can't be empty")
		case filepath.Base(words[0]) != words[0] || words[0] == "." || words[0] == "..":
			return errors.New(name + " can't be a path, just a " + map[bool]string{true: "dirname", false: "filename"}[name == "appenddirname"])
		}
		*at(v) = words[0]
		return nil
	}
	return p
}
