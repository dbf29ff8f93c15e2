package stream

import (
	"bytes"
	"cmp"
	"math"
	"strconv"

	"github.com/troupe-db/troupe/codec/num"
)

// ID names an entry: the time it was added, unix milliseconds, and its number
// within that millisecond. IDs are ordered by time, then by number.
type ID struct{ MS, Seq uint64 }

// lastOfAll is the greatest ID. No entry may follow it.
var lastOfAll = ID{math.MaxUint64, math.MaxUint64}

// Compare returns -1, 0 or 1 as id comes before o, is o or comes after it.
func (id ID) Compare(o ID) int {
	if c := cmp.Compare(id.MS, o.MS); c != 0 {
		return c
	}
	return cmp.Compare(id.Seq, o.Seq)
}

// Less tells whether id comes before o.
func (id ID) Less(o ID) bool {
	return id.MS < o.MS || id.MS == o.MS && id.Seq < o.Seq
}

// IsZero tells whether id is 0-0, which no entry has.
func (id ID) IsZero() bool { return id == ID{} }

// Next returns the ID right behind id, and false behind the last.
func (id ID) Next() (ID, bool) {
	if id.Seq < math.MaxUint64 {
		return ID{id.MS, id.Seq + 1}, true
	}
	if id.MS < math.MaxUint64 {
		return ID{id.MS + 1, 0}, true
	}
	return id, false
}

// Prev returns the ID right before id, and false before 0-0.
func (id ID) Prev() (ID, bool) {
	if id.Seq > 0 {
		return ID{id.MS, id.Seq - 1}, true
	}
	if id.MS > 0 {
		return ID{id.MS - 1, math.MaxUint64}, true
	}
	return id, false
}

// Append appends the ID's text, "ms-seq".
func (id ID) Append(dst []byte) []byte {
	dst = strconv.AppendUint(dst, id.MS, 10)
	dst = append(dst, '-')
	return strconv.AppendUint(dst, id.Seq, 10)
}

// String returns the ID's text.
func (id ID) String() string { return string(id.Append(nil)) }

// maxIDText is how long the text of an ID may be at most.
const maxIDText = 127

// parseID reads "ms-seq", or "ms" with seq given. It reports false for any other
// text. What follows a byte 0 does not count.
func parseID(text []byte, seq uint64) (ID, bool) {
	ms, rest, dash, ok := splitID(text)
	switch {
	case !ok:
		return ID{}, false
	case !dash:
		return ID{ms, seq}, true
	}
	seq, ok = num.ParseUint(rest)
	return ID{ms, seq}, ok
}

// parseNewID is parseID for an entry about to be added, whose number may be left
// to the server: "ms-*", for which any is true.
func parseNewID(text []byte) (id ID, any, ok bool) {
	ms, rest, dash, ok := splitID(text)
	if ok && dash && string(rest) == "*" {
		return ID{MS: ms}, true, true
	}
	id, ok = parseID(text, 0)
	return id, false, ok
}

// splitID reads the time of an ID and returns what follows the dash, if there is
// one.
func splitID(text []byte) (ms uint64, rest []byte, dash, ok bool) {
	if len(text) > maxIDText {
		return 0, nil, false, false
	}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		text = text[:i]
	}
	head, rest, dash := bytes.Cut(text, []byte{'-'})
	ms, ok = num.ParseUint(head)
	return ms, rest, dash, ok
}

// parseBound reads an ID as the bound of a range, where "-" and "+" are the least
// and the greatest.
func parseBound(text []byte, seq uint64) (ID, bool) {
	switch {
	case len(text) == 1 && text[0] == '-':
		return ID{}, true
	case len(text) == 1 && text[0] == '+':
		return lastOfAll, true
	}
	return parseID(text, seq)
}
