package sort

import "github.com/troupe-db/troupe/shard/command"

// sorting is one call of SORT: what it is asked for, and the work in progress.
type sorting struct {
	ctx *command.Ctx

	// Fixed after parse.
	desc, alpha bool
	asIs        bool // no order: a BY pattern without '*' was given
	by          pattern
	weighed     bool // by is in use
	gets        []pattern
	offset      int64
	count       int64 // -1 for all
	destination int   // argument that names the key to store in, 0 for none
	loose       bool  // the order of what is equal is chance: the elements have none of their own

	elements []element
	numbers  []byte // room for the texts of numbers
	name     []byte // of the key looked up last
	faulty   bool   // a weight is no number
}

// parse reads the options. It replies and reports false when one is wrong.
func (s *sorting) parse(store bool) bool {
	s.count = -1
	p := s.ctx.Parse(2)
	for p.More() {
		switch {
		case p.Is("ASC"):
			s.desc = false
		case p.Is("DESC"):
			s.desc = true
		case p.Is("ALPHA"):
			s.alpha = true
		case p.IsWith("LIMIT", 2):
			s.offset, s.count = p.Int(), p.Int()
		case store && p.IsWith("STORE", 1):
			s.destination = p.Index()
			p.Skip(1)
		case p.IsWith("BY", 1):
			s.by, s.weighed = patternOf(p.Bytes()), true
			s.asIs = s.asIs || !s.by.star
		case p.IsWith("GET", 1):
			s.gets = append(s.gets, patternOf(p.Bytes()))
		default:
			p.Syntax()
		}
	}
	return p.Done()
}

// window returns which of n elements, in order, are asked for: from first on, so
// many.
func (s *sorting) window(n int) (first, size int) {
	first = int(min(max(s.offset, 0), int64(n)))
	size = n - first
	if s.count >= 0 {
		size = int(min(s.count, int64(size)))
	}
	return first, size
}
