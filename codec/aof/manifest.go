package aof

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/codec/quote"
)

// Type says what a part is.
type Type byte

// The types, as the manifest writes them.
const (
	Base    Type = 'b' // what the data was when the part was begun
	History Type = 'h' // a part that is no longer needed
	Incr    Type = 'i' // what has changed since
)

// Part is a file that a manifest names.
type Part struct {
	Name string // within the folder of the manifest
	Seq  int64  // at least 1 in what is written
	Type Type
}

// Manifest says which files, in which order, make up the data.
type Manifest struct {
	Base    *Part  // nil when there is none
	Incr    []Part // ascending by Seq
	History []Part // to be removed
}

// manifestLine is how long a line of a manifest may be, its end included.
const manifestLine = 1024

// What may be wrong with a manifest.
var (
	ErrManifestEmpty = errors.New("the manifest is empty")
	errLineLong      = errors.New("the line is too long, or not ended")
	errLineForm      = errors.New("the line is not of the form 'file <name> seq <number> type <b|h|i>'")
	errNamePath      = errors.New("the name is a path: parts are in the folder of the manifest")
	errType          = errors.New("the type is none of b, h and i")
	errTwoBases      = errors.New("there are two base files")
	errOrder         = errors.New("the sequence numbers of increments do not ascend")
)

// ParseManifest reads a manifest. An error names the line.
func ParseManifest(text []byte) (*Manifest, error) {
	m := &Manifest{}
	number := 0
	for len(text) > 0 {
		number++
		end := bytes.IndexByte(text, '\n')
		if end < 0 || end >= manifestLine {
			return nil, lineError(number, errLineLong)
		}
		line := text[:end]
		text = text[end+1:]
		if len(line) > 0 && line[0] == '#' {
			continue
		}
		part, err := parsePart(line)
		if err == nil {
			err = m.add(part)
		}
		if err != nil {
			return nil, lineError(number, err)
		}
	}
	if number == 0 {
		return nil, ErrManifestEmpty
	}
	return m, nil
}

func lineError(number int, err error) error {
	return fmt.Errorf("line %d of the manifest: %w", number, err)
}

// parsePart reads a line: names and values in turn, in any order.
func parsePart(line []byte) (p Part, err error) {
	words, ok := quote.Split(nil, bytes.Trim(line, " \t\r\n"))
	if !ok || len(words) < 6 || len(words)%2 != 0 {
		return p, errLineForm
	}
	for i := 0; i < len(words); i += 2 {
		value := string(words[i+1])
		switch strings.ToLower(string(words[i])) {
		case "file":
			p.Name = value
		case "seq":
			if p.Seq, err = strconv.ParseInt(value, 10, 64); err != nil {
				return p, errLineForm
			}
		case "type":
			if len(value) != 1 {
				return p, errType
			}
			p.Type = Type(value[0])
		}
	}
	switch {
	case p.Name == "" || p.Seq == 0 || p.Type == 0:
		return p, errLineForm
	case !plainName(p.Name):
		return p, errNamePath
	}
	return p, nil
}

// plainName tells whether a name stays in its folder.
func plainName(name string) bool {
	return name != "." && name != ".." && !strings.ContainsAny(name, "/\\\x00")
}

// add puts a part where it belongs.
func (m *Manifest) add(p Part) error {
	switch p.Type {
	case Base:
		if m.Base != nil {
			return errTwoBases
		}
		m.Base = &p
	case History:
		m.History = append(m.History, p)
	case Incr:
		if n := len(m.Incr); n > 0 && m.Incr[n-1].Seq >= p.Seq {
			return errOrder
		}
		m.Incr = append(m.Incr, p)
	default:
		return errType
	}
	return nil
}

// Append writes the manifest: base, history, increments, as Redis does.
func (m *Manifest) Append(buf []byte) []byte {
	if m.Base != nil {
		buf = m.Base.append(buf)
	}
	for i := range m.History {
		buf = m.History[i].append(buf)
	}
	for i := range m.Incr {
		buf = m.Incr[i].append(buf)
	}
	return buf
}

func (p *Part) append(buf []byte) []byte {
	buf = append(buf, "file "...)
	if name := []byte(p.Name); quote.Needed(name) {
		buf = quote.Append(buf, name)
	} else {
		buf = append(buf, name...)
	}
	buf = append(buf, " seq "...)
	buf = strconv.AppendInt(buf, p.Seq, 10)
	return append(buf, ' ', 't', 'y', 'p', 'e', ' ', byte(p.Type), '\n')
}

// Clone returns a copy that shares nothing with m.
func (m *Manifest) Clone() *Manifest {
	c := &Manifest{Incr: append([]Part(nil), m.Incr...), History: append([]Part(nil), m.History...)}
	if m.Base != nil {
		base := *m.Base
		c.Base = &base
	}
	return c
}

// Parts returns base and increments in the order in which they are to be read.
func (m *Manifest) Parts() []Part {
	var parts []Part
	if m.Base != nil {
		parts = append(parts, *m.Base)
	}
	return append(parts, m.Incr...)
}

// Next returns the sequence number of the next part of a type.
func (m *Manifest) Next(t Type) int64 {
	last := int64(0)
	if t == Base && m.Base != nil {
		last = m.Base.Seq
	}
	for _, p := range m.History {
		if t == Base && strings.Contains(p.Name, ".base.") || t == Incr && strings.Contains(p.Name, ".incr.") {
			last = max(last, p.Seq)
		}
	}
	if t == Incr && len(m.Incr) > 0 {
		last = max(last, m.Incr[len(m.Incr)-1].Seq)
	}
	return last + 1
}
