package shard

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// watching asks a shard to watch keys for a client.
type watching struct {
	watcher *keyspace.Watcher
	number  int
	names   [][]byte
	done    chan<- struct{}
}

// Receive watches the keys.
func (m watching) Receive(s *Shard) {
	s.begin()
	for _, name := range m.names {
		s.space.DB(m.number).KeyOf(name).Watch(m.watcher)
	}
	s.end()
	m.done <- struct{}{}
}

// unwatching tells a shard that a client watches nothing any more.
type unwatching struct{ watcher *keyspace.Watcher }

// Receive forgets the client.
func (m unwatching) Receive(s *Shard) { s.space.Unwatch(m.watcher) }

// Watch lets w know of every change of the named keys of a database, as of one
// moment, which is over when it returns. It sets the element of shards, which has
// one for every shard, of each that owns one of the keys.
func (t *Troupe) Watch(w *keyspace.Watcher, number int, names [][]byte, shards []bool) {
	parts := make([][][]byte, len(t.shards))
	for _, name := range names {
		_, owner := t.Locate(name)
		parts[owner] = append(parts[owner], name)
		shards[owner] = true
	}
	done := make(chan struct{}, len(t.shards))
	sent := 0
	t.together(func() {
		for i, part := range parts {
			if len(part) > 0 {
				t.send(i, watching{watcher: w, number: number, names: part, done: done})
				sent++
			}
		}
	})
	for range sent {
		<-done
	}
}

// Unwatch has the given shards forget w, each in its own time.
func (t *Troupe) Unwatch(w *keyspace.Watcher, shards []bool) {
	for i, watches := range shards {
		if watches {
			t.send(i, unwatching{w})
		}
	}
}

// MakeRoom sees to it that memory is below maxmemory, and returns the error for a
// client that may take no more, or "". As long as there is room it only adds up
// the shards' gauges.
func (t *Troupe) MakeRoom() string {
	limit := t.settings.Load().MaxMemory
	if limit <= 0 || t.UsedBytes() <= limit {
		return ""
	}
	refusal := ""
	t.fence(Everyone, func(held []*Shard) {
		begun(held, now())
		refusal = refuse(command.DenyOOM, held)
	})
	return refusal
}
