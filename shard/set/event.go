package set

import "github.com/troupe-db/troupe/shard/keyspace"

// notify tells of an event of the set.
func (s *set) notify(event string) { s.key.Notify(keyspace.EventSet, event) }

// notifyRemoved tells of an event by which members have gone, and of the end of the
// key if they were the last.
func (s *set) notifyRemoved(event string) {
	s.notify(event)
	if !s.entry.Exists() {
		s.key.Notify(keyspace.EventGeneric, "del")
	}
}
