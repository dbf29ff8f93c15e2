package stream

// Trim says what to remove from the front of a stream.
type Trim struct {
	ByID   bool  // what is before MinID, else all but the last MaxLen
	MaxLen int64 // entries to leave
	MinID  ID
	Approx bool  // whole chunks only
	Limit  int64 // entries to remove at most, 0 for no limit
}

// Trim removes entries from the front and returns how many. A chunk is dropped as
// a whole where all of it goes; otherwise, unless t is approximate, its entries
// are marked. O(chunks and marked entries).
func (s *Stream) Trim(t *Trim) (removed int64) {
	for s.ring.n > 0 && (t.ByID || int64(s.length) > t.MaxLen) {
		c := s.ring.at(0)
		live := int64(c.live)
		if t.Limit > 0 && removed+live > t.Limit {
			break
		}
		whole := int64(s.length)-live >= t.MaxLen
		if t.ByID {
			whole = c.last.Less(t.MinID)
		}
		if !whole {
			if !t.Approx {
				removed += s.trimChunk(t)
			}
			break
		}
		s.dropChunk(0)
		removed += live
	}
	return removed
}

// trimChunk marks the entries of the first chunk that have to go.
func (s *Stream) trimChunk(t *Trim) (removed int64) {
	c := s.ring.edit(0)
	cur := s.read(0)
	var e entry
	for cur.next(&e) {
		if t.ByID && !e.id.Less(t.MinID) || !t.ByID && int64(s.length) <= t.MaxLen {
			break
		}
		if !e.dead {
			s.own(c)
			c.kill(e.pos)
			s.length--
			removed++
		}
		s.front = front{e.end, e.id}
	}
	return removed
}
