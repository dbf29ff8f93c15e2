package keyspace

import "sync/atomic"

// Stats counts what happened in a shard since it started or since Reset. It is
// owned by the shard's turn.
type Stats struct {
	Hits    int64 // look-ups that found their key
	Misses  int64 // look-ups that did not
	Expired int64 // keys removed because their time had come
	// ExpiredElements counts elements of collections removed for the same reason.
	ExpiredElements int64
	Evicted         int64 // keys removed to make room
	Dirty           int64 // changes of the data set
	Lapsed          int64 // those of them that time has made, and no command
	Commands        int64 // commands executed
}

// Reset sets the counters that CONFIG RESETSTAT resets to zero.
func (s *Stats) Reset() {
	*s = Stats{Dirty: s.Dirty, Lapsed: s.Lapsed}
}

// Add adds the counters of another shard.
func (s *Stats) Add(o Stats) {
	s.Hits += o.Hits
	s.Misses += o.Misses
	s.Expired += o.Expired
	s.ExpiredElements += o.ExpiredElements
	s.Evicted += o.Evicted
	s.Dirty += o.Dirty
	s.Lapsed += o.Lapsed
	s.Commands += o.Commands
}

// Gauge is what one shard shows all others. It fills two cache lines, so that
// shards do not slow each other down by writing it.
type Gauge struct {
	used atomic.Int64
	_    [120]byte
}

// Used returns the bytes the shard used at the end of its last turn. Any
// goroutine may call it.
func (g *Gauge) Used() int64 { return g.used.Load() }

// SetUsed sets the figure, at the end of each turn of the shard, or of what stands for
// memory outside the shards. Nobody else sets it. Turns that change nothing are many,
// and to look first costs nothing, while a store waits for all stores before it.
func (g *Gauge) SetUsed(bytes int64) {
	if g.used.Load() != bytes {
		g.used.Store(bytes)
	}
}

// TotalUsed returns the bytes all gauges show.
func TotalUsed(gauges []Gauge) int64 {
	var sum int64
	for i := range gauges {
		sum += gauges[i].Used()
	}
	return sum
}
