package measure

import (
	"bytes"
	"maps"
)

const (
	kindsMost  = 128                   // kinds of errors that are told apart
	kindLength = 32                    // bytes of a reply in which its kind must end
	kindPlain  = "ERR"                 // the kind of replies that name none
	kindOther  = "ERRORSTATS_OVERFLOW" // the kind of all that came when there were kindsMost
)

// Errors counts error replies by their kind, the first word. The zero value is
// empty. It has one owner.
//
// Invariant: it knows at most kindsMost kinds, and kindOther.
type Errors struct{ counts map[string]int64 }

// Count counts an error reply as it is sent, with the sign in front.
//
// Complexity: O(1), and an allocation for the first of a kind.
func (e *Errors) Count(reply []byte) {
	kind := kindOf(reply)
	if _, known := e.counts[string(kind)]; known {
		e.counts[string(kind)]++
		return
	}
	e.add(string(kind), 1)
}

// kindOf returns the first word of an error reply, kindPlain when there is none.
func kindOf(reply []byte) []byte {
	if end := bytes.IndexByte(reply[:min(len(reply), kindLength)], ' '); end > 1 {
		return reply[1:end]
	}
	return []byte(kindPlain)
}

func (e *Errors) add(kind string, n int64) {
	if e.counts == nil {
		e.counts = map[string]int64{}
	}
	if _, known := e.counts[kind]; !known && len(e.counts) >= kindsMost {
		kind = kindOther
	}
	e.counts[kind] += n
}

// Merge adds what others have counted.
func (e *Errors) Merge(o *Errors) {
	for kind, n := range o.counts {
		e.add(kind, n)
	}
}

// Kinds returns the counts by kind.
func (e *Errors) Kinds() map[string]int64 { return maps.Clone(e.counts) }

// Reset forgets everything.
func (e *Errors) Reset() { e.counts = nil }
