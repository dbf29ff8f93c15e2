package pubsub

import (
	"hash/maphash"
	"testing"

	"github.com/troupe-db/troupe/shard/keyspace"
)

// TestUnheardEventsAllocateNothing tells of events while somebody listens to
// something else: that costs two look-ups, and no memory.
func TestUnheardEventsAllocateNothing(t *testing.T) {
	h := NewHub()
	h.names[channels].Add(1)
	var source keyspace.Source
	settings := keyspace.DefaultSettings()
	settings.Events, _ = keyspace.ParseEventClass("KEA")
	source.Store(settings)
	seed := maphash.MakeSeed()
	hash := func(key []byte) uint64 { return maphash.Bytes(seed, key) }
	ks := keyspace.New(0, hash, &source, make([]keyspace.Gauge, 1), 1)
	t.Cleanup(ks.Close)
	a, k := h.NewAnnouncer(), ks.DB(0).KeyOf([]byte("key"))
	a.Event("set", k) // makes room for the names
	if n := testing.AllocsPerRun(1000, func() {
		a.Event("set", k)
		a.Depart()
	}); n != 0 {
		t.Errorf("%v allocations for an event that nobody hears", n)
	}
	if string(a.channel) != "__keyevent@0__:set" {
		t.Errorf("the last channel is %q", a.channel)
	}
}
