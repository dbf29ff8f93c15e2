package config

import (
	"errors"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/codec/num"
)

// SavePoint asks for a snapshot when so many seconds have passed since the last one
// and there have been so many changes.
type SavePoint struct {
	Seconds int64 // at least 1
	Changes int64 // at least 0
}

// Saving is what the configuration says about snapshots and their file.
type Saving struct {
	Points          []SavePoint
	File            string // name of the file, in the working directory
	Compress        bool   // texts, where that makes them shorter
	Checksum        bool   // at the end of the file
	IncrementalSync bool   // the file is made durable as it is written, not only at its end
	StopWrites      bool   // while the last snapshot has failed
	Version         RDBVersion

	given bool // a file or the command line has said when to save
}

// RDBVersion is the form of the files.
type RDBVersion uint8

// The forms. A hash with fields that end needs that of 12 in any case.
const (
	RDBAuto RDBVersion = iota
	RDB10
	RDB11
	RDB12
)

func defaultSaving() Saving {
	return Saving{
		Points: []SavePoint{{3600, 1}, {300, 100}, {60, 10000}}, File: "dump.rdb",
		Compress: true, Checksum: true, IncrementalSync: true, StopWrites: true,
	}
}

// savingRows are about snapshots.
func savingRows() []parameter {
	file := text("dbfilename", func(v *Values) *string { return &v.Saving.File }).guarded()
	parse := file.parse
	file.parse = func(v *Values, words []string) error {
		if filepath.Base(words[0]) != words[0] && words[0] != "" {
			return errors.New("dbfilename can't be a path, just a filename")
		}
		return parse(v, words)
	}
	versions := []string{RDBAuto: "auto", RDB10: "10", RDB11: "11", RDB12: "12"}
	return []parameter{
		{name: "save", words: true, parse: parseSave, format: formatSave, change: anytime},
		file,
		boolean("rdbcompression", func(v *Values) *bool { return &v.Saving.Compress }).live(),
		boolean("rdbchecksum", func(v *Values) *bool { return &v.Saving.Checksum }),
		boolean("rdb-save-incremental-fsync", func(v *Values) *bool { return &v.Saving.IncrementalSync }).live(),
		choice("rdb-version", versions, versions, func(v *Values) *RDBVersion { return &v.Saving.Version }).live(),
		boolean("stop-writes-on-bgsave-error", func(v *Values) *bool { return &v.Saving.StopWrites }).live(),
	}
}

// parseSave reads pairs of seconds and changes. The first directive of a file or the
// command line replaces the defaults, and those that follow add to it; an empty one
// takes back all before it.
func parseSave(v *Values, words []string) error {
	nothing := len(words) == 0 || len(words) == 1 && words[0] == ""
	if nothing {
		words = nil
	}
	points, err := savePoints(words)
	if err != nil {
		return err
	}
	s := &v.Saving
	if nothing || !s.given {
		s.Points = nil
	}
	s.Points = append(s.Points[:len(s.Points):len(s.Points)], points...)
	s.given = true
	return nil
}

func savePoints(words []string) ([]SavePoint, error) {
	if len(words)%2 != 0 {
		return nil, errSave
	}
	var points []SavePoint
	for ; len(words) > 0; words = words[2:] {
		seconds, ok := num.ParseInt([]byte(words[0]))
		changes, good := num.ParseInt([]byte(words[1]))
		if !ok || !good || seconds < 1 || changes < 0 {
			return nil, errSave
		}
		points = append(points, SavePoint{Seconds: seconds, Changes: changes})
	}
	return points, nil
}

func formatSave(v *Values) string {
	words := make([]string, 0, 2*len(v.Saving.Points))
	for _, p := range v.Saving.Points {
		words = append(words, strconv.FormatInt(p.Seconds, 10), strconv.FormatInt(p.Changes, 10))
	}
	return strings.Join(words, " ")
}
