package list

import "github.com/troupe-db/troupe/shard/keyspace"

// notify tells of an event of the list.
func (l *list) notify(event string) {
	if l.ctx.Settings.Events != 0 {
		l.key().Notify(keyspace.EventList, event)
	}
}

// notifyRemoved tells of an event by which elements have gone, and of the end of
// the key if they were the last.
func (l *list) notifyRemoved(event string) {
	l.notify(event)
	if !l.exists() && l.ctx.Settings.Events != 0 {
		l.key().Notify(keyspace.EventGeneric, "del")
	}
}

// pushed is the event of elements that come at an end.
func pushed(left bool) string {
	if left {
		return "lpush"
	}
	return "rpush"
}

// popVerb is the command that takes elements from an end.
func popVerb(left bool) string {
	if left {
		return "LPOP"
	}
	return "RPOP"
}

// sideName is an end as commands call it.
func sideName(left bool) string {
	if left {
		return "LEFT"
	}
	return "RIGHT"
}
