package sort

import (
	"bytes"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/hash"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/str"
)

// pattern leads from an element to a value:
//
//	#               the element itself
//	weight_*        the string at the key in which the element stands for '*'
//	user_*->name    the field of the hash at such a key
//	other           nothing
type pattern struct {
	itself         bool
	star           bool // there is a '*'
	before, behind []byte
	field          []byte // nil for a string
}

// patternOf reads a pattern. As in Redis nothing special is looked for behind a
// NUL, and an arrow at the end of the pattern is part of the key.
func patternOf(text []byte) pattern {
	shown := untilNUL(text)
	at := bytes.IndexByte(shown, '*')
	if at < 0 {
		return pattern{itself: string(shown) == "#"}
	}
	p := pattern{star: true, before: text[:at], behind: text[at+1:]}
	arrow := bytes.Index(shown[at+1:], []byte("->"))
	if arrow >= 0 && at+1+arrow+2 < len(shown) {
		p.field = p.behind[arrow+2:]
		p.behind = p.behind[:arrow]
	}
	return p
}

// untilNUL returns text up to its first NUL: what C takes for all of it.
func untilNUL(text []byte) []byte {
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return text[:i]
	}
	return text
}

// look returns the value that p leads to from an element, a view, and whether
// there is one. The value is never nil then.
func (s *sorting) look(p *pattern, text []byte) (value []byte, ok bool) {
	if p.itself {
		return text, true
	}
	if !p.star {
		return nil, false
	}
	s.name = append(append(append(s.name[:0], p.before...), text...), p.behind...)
	e := s.ctx.Named(s.name, s.ctx.Number).Read()
	switch {
	case !e.Exists():
	case p.field != nil && e.Type() == keyspace.Hash:
		v := hash.ViewOf(e, s.ctx.Now)
		if found, there := v.Get(p.field); there {
			return s.text(found), true
		}
	case p.field == nil && e.Type() == keyspace.String:
		if e.Encoding() == keyspace.Int {
			return s.text(listpack.Value{Int: e.Int()}), true
		}
		return present(str.Text(e, nil)), true
	}
	return nil, false
}

// present returns b, and what is empty but not nil for nil.
func present(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
