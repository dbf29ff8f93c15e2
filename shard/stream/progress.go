package stream

// How far a group has got, counted in entries the stream has ever had. The
// counter follows the deliveries as long as none of the entries between was
// removed; after that it is unread until the group is at a place whose count is
// known without counting.

// advance moves the group on to id, which is about to be delivered. first is the
// ID of the stream's first entry.
func (s *Stream) advance(g *group, id, first ID) {
	if !g.last.Less(id) {
		return
	}
	if g.read != unread && !s.tombstonesFrom(id, first) {
		g.read++
	} else if s.added > 0 {
		g.read = s.countTo(id, first)
	}
	g.last = id
}

// tombstonesFrom tells whether an entry at id or behind it was removed by XDEL,
// as far as that matters: behind first, the ID of the first entry.
func (s *Stream) tombstonesFrom(id, first ID) bool {
	return s.length > 0 && !s.maxDeleted.IsZero() && !s.maxDeleted.Less(first) && !s.maxDeleted.Less(id)
}

// countTo returns how many entries the stream has ever had up to id, or unread
// when that cannot be told without counting. first is the ID of the first entry.
func (s *Stream) countTo(id, first ID) int64 {
	switch {
	case s.added == 0:
		return 0
	case s.length == 0 && !s.last.Less(id):
		return int64(s.added)
	case id == s.last:
		return int64(s.added)
	case s.last.Less(id):
		return unread
	}
	if s.maxDeleted.IsZero() || s.maxDeleted.Less(first) {
		switch before := int64(s.added) - int64(s.length); id.Compare(first) {
		case -1:
			return before
		case 0:
			return before + 1
		}
	}
	return unread
}

// lag returns how many entries the group has not got yet, and false when that
// cannot be told without counting.
func (s *Stream) lag(g *group) (int64, bool) {
	if s.added == 0 {
		return 0, true
	}
	first := s.first()
	if g.read != unread && !s.tombstonesFrom(g.last, first) {
		return int64(s.added) - g.read, true
	}
	if read := s.countTo(g.last, first); read != unread {
		return int64(s.added) - read, true
	}
	return 0, false
}
