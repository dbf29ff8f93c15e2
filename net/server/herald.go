package server

import (
	"github.com/troupe-db/troupe/net/pubsub"
	"github.com/troupe-db/troupe/net/tracking"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// herald tells clients what happens to the keys of one shard: those who listen to
// events, and those who keep copies.
type herald struct {
	*pubsub.Announcer
	*tracking.Teller
}

// newHerald returns the herald of a shard.
func (s *Server) newHerald() keyspace.Herald {
	return herald{s.hub.NewAnnouncer(), s.tracking.NewTeller()}
}

// Depart sends what both have queued on its way.
func (h herald) Depart() {
	h.Announcer.Depart()
	h.Teller.Depart()
}
