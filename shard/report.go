package shard

import (
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
	"github.com/troupe-db/troupe/shard/store"
)

// Report is what one shard says of itself.
type Report struct {
	Index        int
	Stats        keyspace.Stats
	DBs          []DBReport // databases that hold keys, by number
	Used         int64      // bytes of keys, values and index
	Watchers     int        // clients that watch a key of this shard
	StalePercent float64    // share of keys found expired by the last walks, 0 to 100
}

// DBReport is what a shard says of one of its databases.
type DBReport struct {
	Number  int
	Keys    int
	Expires int
	Life    int64 // milliseconds keys with an expiry have left on average
	Sweeps  int   // keys with elements that have a deadline of their own
	Store   store.Stats
}

// inquiry asks a shard for its report.
type inquiry struct {
	reset bool
	into  *Report
	done  chan<- struct{}
}

// Receive writes the report.
func (m inquiry) Receive(s *Shard) {
	if m.reset {
		s.space.Stats.Reset()
		s.meter.commands.Reset()
		s.meter.errors.Reset()
	}
	*m.into = s.report()
	m.done <- struct{}{}
}

func (s *Shard) report() Report {
	r := Report{Index: s.index, Stats: s.space.Stats, Used: s.space.UsedBytes(), Watchers: s.space.Watchers(), StalePercent: s.space.StalePercent()}
	s.space.Each(func(db *keyspace.DB) {
		if db.Len() > 0 {
			r.DBs = append(r.DBs, DBReport{Number: db.Number, Keys: db.Len(), Expires: db.Expires(), Life: db.MeanLife(), Sweeps: db.Sweeps(), Store: db.StoreStats()})
		}
	})
	return r
}

// Reports asks every shard for its report, all as of one moment.
func (t *Troupe) Reports() []Report { return t.inquire(false) }

// ResetStats sets the counters that CONFIG RESETSTAT resets to zero.
func (t *Troupe) ResetStats() { t.inquire(true) }

func (t *Troupe) inquire(reset bool) []Report {
	reports := make([]Report, len(t.shards))
	done := make(chan struct{}, len(t.shards))
	t.together(func() {
		for i := range t.shards {
			t.send(i, inquiry{reset: reset, into: &reports[i], done: done})
		}
	})
	for range t.shards {
		<-done
	}
	return reports
}

// counts is what a shard has counted of commands and errors.
type counts struct {
	commands measure.Commands
	errors   measure.Errors
}

// countInquiry asks a shard for a copy of its counts.
type countInquiry struct {
	into *counts
	done chan<- struct{}
}

// Receive copies the counts.
func (m countInquiry) Receive(s *Shard) {
	m.into.commands.Merge(&s.meter.commands)
	m.into.errors.Merge(&s.meter.errors)
	m.done <- struct{}{}
}

// AddCounts adds what all shards have counted of commands, as of one moment, to the
// given counters.
//
// Complexity: one message per shard, and O(commands) histograms.
func (t *Troupe) AddCounts(commands *measure.Commands, errors *measure.Errors) {
	all := make([]counts, len(t.shards))
	done := make(chan struct{}, len(t.shards))
	t.together(func() {
		for i := range t.shards {
			t.send(i, countInquiry{into: &all[i], done: done})
		}
	})
	for range t.shards {
		<-done
	}
	for i := range all {
		commands.Merge(&all[i].commands)
		errors.Merge(&all[i].errors)
	}
}
