package dict

// Timed returns the number of elements with a deadline.
func (d *Dict) Timed() int {
	if d.rest == nil {
		return 0
	}
	return d.rest.timed
}

// Next returns a time before which no element ends, Never if none does: a lower
// bound that Expire makes exact.
func (d *Dict) Next() int64 {
	if d.rest == nil {
		return Never
	}
	return d.rest.next
}

// timer notes the deadline of an element that was put into s.
func (d *Dict) timer(s *segment, until int64) {
	if until == Never {
		return
	}
	d.more().timed++
	d.alarm(s, until)
}

// alarm sees to it that Expire looks at s when until has come.
func (d *Dict) alarm(s *segment, until int64) {
	if until == Never {
		return
	}
	s.next = min(s.next, until)
	d.rest.next = min(d.rest.next, until)
	d.rest.least = min(d.rest.least, until)
}

// DueSegment is how much of Expire's budget a segment takes in which it finds
// elements to remove, 64 at most. One without takes 1: it is a comparison.
const DueSegment = 32

// Expire removes elements whose deadline is not after now, in as many segments as
// budget allows, at least one, and calls fn with each before. It returns how many
// it removed. Next is after now when none is left. Calls go on where the last one
// ended.
func (d *Dict) Expire(now int64, budget int, fn func(Element)) (removed int) {
	r := d.rest
	if r == nil || r.next > now {
		return 0
	}
	for r.walk < int(d.number) && budget > 0 {
		s := d.at(uint32(r.walk))
		if s.next <= now {
			s = d.own(s)
			removed += d.expireSegment(s, now, fn)
			number := d.number
			d.merge(s)
			budget -= DueSegment
			if d.number != number {
				continue // another segment may have this number now
			}
			s = d.at(uint32(r.walk))
		}
		r.least = min(r.least, s.next)
		r.walk++
		budget--
	}
	if r.walk >= int(d.number) {
		r.next, r.least, r.walk = r.least, Never, 0
	}
	return removed
}

// expireSegment removes the elements of one segment whose time has come.
func (d *Dict) expireSegment(s *segment, now int64, fn func(Element)) (removed int) {
	next := int64(Never)
	for slot := int(s.count) - 1; slot >= 0; slot-- {
		e := d.element(s, slot)
		if e.Until > now {
			next = min(next, e.Until)
			continue
		}
		fn(e)
		d.remove(s, slot)
		removed++
	}
	s.next = next
	d.shrink(s)
	return removed
}
