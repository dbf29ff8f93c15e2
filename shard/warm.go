package shard

import "github.com/troupe-db/troupe/shard/keyspace"

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

// warmMembers does it for the members of collections that runs of requests look for.
func (s *Shard) warmMembers(b *Batch) {
	for i := 0; i < len(b.Requests); {
		first := &b.Requests[i]
		s.members = s.members[:0]
		for ; i < len(b.Requests) && b.Requests[i].Hash == first.Hash; i++ {
			r := &b.Requests[i]
			if m := r.Command.Member; m != 0 && m < len(r.Args) {
				s.members = append(s.members, r.Args[m])
			}
		}
		if len(s.members) > 1 && first.Key != 0 {
			key := keyspace.Key{DB: s.space.DB(b.Number), Hash: first.Hash, Name: first.Args[first.Key]}
			key.WarmMembers(s.members)
		}
		clear(s.members)
	}
}
