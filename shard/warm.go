package shard

import (
	"github.com/troupe-db/troupe/actor"
	"github.com/troupe-db/troupe/shard/command"
)

// foreseeMost ends what is warmed together at the batch that reaches it: more keys
// overlap no better, and what is warmed must still be in the cache when it is used.
const foreseeMost = 64

// Foresee brings what the next batches are about to use into the processor's cache,
// those of several connections together, so that the misses of different keys overlap
// however few of them a batch has. Other messages are foreseen apart.
func (s *Shard) Foresee(due []actor.Message[*Shard]) (foreseen int) {
	s.meter.ended = 0
	s.hashes = s.hashes[:0]
	number := 0
	for _, m := range due {
		b, ok := m.(*Batch)
		if !ok {
			foreseen = max(foreseen, 1)
			break
		}
		if b.Number != number {
			s.warmKeys(number)
			number = b.Number
		}
		s.foresee(b)
		foreseen++
		if len(s.hashes) >= foreseeMost {
			break
		}
	}
	s.warmKeys(number)
	return foreseen
}

// foresee notes the keys of a batch.
func (s *Shard) foresee(b *Batch) {
	last := uint64(0)
	add := func(r *Request) {
		switch {
		case r.Key == 0:
		case r.Hash == last:
			b.repeats = true
		default:
			s.hashes = append(s.hashes, r.Hash)
			last = r.Hash
		}
	}
	for i := range b.Requests {
		add(&b.Requests[i])
		if tx := b.Requests[i].transaction(); tx != nil {
			for n := range tx.Queue {
				add(&tx.Queue[n].Request)
			}
		}
	}
}

// warmKeys warms the keys that are noted, and forgets them.
func (s *Shard) warmKeys(number int) {
	if len(s.hashes) > 1 {
		s.space.DB(number).Warm(s.hashes)
	}
	s.hashes = s.hashes[:0]
}

// warmMembers does it for the members of collections that runs of requests on one
// key look for, or take from an end.
func (s *Shard) warmMembers(b *Batch) {
	for i := 0; i < len(b.Requests); {
		first := &b.Requests[i]
		lowest, highest := 0, 0
		s.members = s.members[:0]
		for ; i < len(b.Requests) && b.Requests[i].Hash == first.Hash; i++ {
			r := &b.Requests[i]
			switch m := r.Command.Member; {
			case m == command.FirstMember:
				lowest++
			case m == command.LastMember:
				highest++
			case m != 0 && m < len(r.Args):
				s.members = append(s.members, r.Args[m])
			}
		}
		if first.Key == 0 {
			continue
		}
		key := s.space.DB(b.Number).Hashed(first.Hash, first.Args[first.Key])
		if len(s.members) > 1 {
			key.WarmMembers(s.members)
		}
		if lowest > 1 {
			key.WarmEnd(false, lowest)
		}
		if highest > 1 {
			key.WarmEnd(true, highest)
		}
		clear(s.members)
	}
}
