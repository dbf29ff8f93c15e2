package shard

import (
	"github.com/troupe-db/troupe/shard/effect"
	"github.com/troupe-db/troupe/shard/journal"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Record tells whether what shards change is recorded, from the end of the fence over
// all of them on in which it is called (Hold).
func (t *Troupe) Record(on bool) {
	for _, s := range t.shards {
		s.records = on
	}
}

// Replay tells whether what shards are sent is a log that is played back: nothing is
// refused for want of memory, and keys stay until the log removes them. It is called
// while all of them are held (Hold).
func (t *Troupe) Replay(on bool) {
	for _, s := range t.shards {
		s.space.Replaying = on
	}
}

// Note runs change, which changes something that belongs to the whole server and not to
// keys, and records the request that has asked for it if change reports true. Such
// changes take place one after the other, in the turn of one shard, and are recorded in
// this order.
func (t *Troupe) Note(args [][]byte, change func() bool) {
	one := func(i int) bool { return i == 0 }
	t.fence(one, func(held []*Shard) {
		log := held[0].space.Effects
		if change() && log != nil {
			log.Received(0, args)
		}
	})
}

// publish appends what the turn has changed so far to the journal. Within a unit there
// is nothing whole to append; whoever ends the unit sees to it.
func (s *Shard) publish() {
	log := s.space.Effects
	if log == nil || log.Empty() || log.Within() {
		return
	}
	requests, first, last := log.Bytes()
	s.published = s.troupe.journal.Append(requests, first, last, s.space.Now)
	log.Reset()
}

// end finishes a turn: the journal has what it has changed, and others may read how
// much memory the shard uses.
func (s *Shard) end() {
	s.publish()
	s.space.End()
}

// answer releases what the turn has to say, at once or when everything that it may
// tell of is durable.
func (s *Shard) answer(p journal.Parked) {
	if s.space.Effects != nil && s.troupe.journal.Gated() {
		s.troupe.journal.Hold(s.published, p)
		return
	}
	p.Release()
}

// Release hands an executed batch back, if it is the last of its round.
func (b *Batch) Release() {
	if b.Round == nil || b.Round.under.Add(-1) == 0 {
		b.Done <- b
	}
}

// Release ends a wait that was claimed and answered.
func (w *Wait) Release() { w.Finish() }

// recordTogether has the shards held in one turn record into one log while fn runs, and
// appends what they have changed. It returns the offset at which everything is durable
// that fn may have seen.
func recordTogether(held []*Shard, fn func()) (upTo int64) {
	var first *Shard
	for _, s := range held {
		switch {
		case s == nil:
			continue
		case first == nil:
			first = s
		case s.space.Effects != nil:
			s.space.Effects = &first.effects
		}
		upTo = max(upTo, s.published)
	}
	fn()
	if first == nil {
		return upTo
	}
	first.publish()
	upTo = max(upTo, first.published)
	for _, s := range held {
		if s == nil {
			continue
		}
		s.published = upTo
		s.space.Effects = nil
		if s.records {
			s.space.Effects = &s.effects
		}
	}
	return upTo
}

// effectsOf returns the log that the keyspaces held in one turn have in common, nil
// while nothing is recorded.
func effectsOf(spaces []*keyspace.Keyspace) *effect.Log {
	for _, space := range spaces {
		if space != nil {
			return space.Effects
		}
	}
	return nil
}

// borrow is Group.Borrow for the shard, with one log for all that are held.
func (s *Shard) borrow(members func(shard int) bool, use func(held []*Shard)) {
	s.publish() // whoever borrows this shard meanwhile starts with an empty log
	s.troupe.group.Borrow(s.index, members, func(held []*Shard) {
		recordTogether(held, func() { use(held) })
	})
}
