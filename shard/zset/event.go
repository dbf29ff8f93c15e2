package zset

import "github.com/troupe-db/troupe/shard/keyspace"

// notify tells of an event of the sorted set.
func (v *Value) notify(event string) { v.key.Notify(keyspace.EventZSet, event) }

// notifyRemoved tells of an event by which members have gone, and of the end of the
// key if they were the last.
func (v *Value) notifyRemoved(event string) {
	v.notify(event)
	if !v.Exists() {
		v.key.Notify(keyspace.EventGeneric, "del")
	}
}

// popEvent is the event of members that are taken from an end.
func popEvent(highest bool) string {
	if highest {
		return "zpopmax"
	}
	return "zpopmin"
}

// popVerb is the command that takes members from an end.
func popVerb(highest bool) string {
	if highest {
		return "ZPOPMAX"
	}
	return "ZPOPMIN"
}
