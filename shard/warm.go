package shard

import (
	"github.com/troupe-db/troupe/actor"
	"github.com/troupe-db/troupe/shard/command"
)

// Foresee warms the keys of several connections' single requests together. Those of
// longer batches are warmed when their turn begins.
func (s *Shard) Foresee(due []actor.Message[*Shard]) {
	s.hashes = s.hashes[:0]
	number := 0
	for _, m := range due {
		b, ok := m.(*Batch)
		if !ok || len(b.Requests) != 1 || b.Requests[0].Key == 0 {
			continue
		}
		if len(s.hashes) == 0 {
			number = b.Number
		}
		if b.Number == number {
			s.hashes = append(s.hashes, b.Requests[0].Hash)
		}
	}
	if len(s.hashes) > 1 {
		s.space.DB(number).Warm(s.hashes)
	}
}

// warm brings what the batch is about to use into the processor's cache, so
// that the misses of different keys, and of different members of one, overlap.
func (s *Shard) warm(b *Batch) {
	if len(b.Requests) == 1 && b.Requests[0].Transaction == nil {
		return
	}
	s.hashes = s.hashes[:0]
	last := uint64(0)
	add := func(r *Request) {
		if r.Key != 0 && r.Hash != last {
			s.hashes = append(s.hashes, r.Hash)
			last = r.Hash
		}
	}
	for i := range b.Requests {
		add(&b.Requests[i])
		if tx := b.Requests[i].Transaction; tx != nil {
			for n := range tx.Queue {
				add(&tx.Queue[n].Request)
			}
		}
	}
	if len(s.hashes) > 1 {
		s.space.DB(b.Number).Warm(s.hashes)
	}
	if len(s.hashes) < len(b.Requests) {
		s.warmMembers(b)
	}
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
