package admin

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/measure"
)

// counted is what shards and connections have counted, put together.
type counted struct {
	commands measure.Commands
	errors   measure.Errors
}

// counts returns what was counted of commands and errors, asked for once.
func (s *snapshot) counts() *counted {
	if s.counted == nil {
		s.counted = s.admin.counts(s.troupe)
	}
	return s.counted
}

// counts asks the shards of a troupe, and adds what connections have counted.
func (a *Admin) counts(troupe *shard.Troupe) *counted {
	c := &counted{}
	troupe.AddCounts(&c.commands, &c.errors)
	a.clients.Served.AddTo(&c.commands, &c.errors)
	return c
}

// calls returns how many commands have run.
func (c *counted) calls(t *session.Table) (sum int64) {
	each(t, func(cmd *session.Command) { sum += c.commands.At(cmd.ID).Calls })
	return sum
}

// failures returns how many replies were errors.
func (c *counted) failures() (sum int64) {
	for _, n := range c.errors.Kinds() {
		sum += n
	}
	return sum
}

// each calls fn with every command and subcommand of a table, by name.
func each(t *session.Table, fn func(*session.Command)) {
	for _, cmd := range t.All() {
		fn(cmd)
		for i := range cmd.Sub {
			fn(&cmd.Sub[i])
		}
	}
}

// commandstats says how often each command was called, and how long it took.
func (s *snapshot) commandstats(p *page) {
	counts := s.counts()
	each(s.table, func(cmd *session.Command) {
		c := counts.commands.At(cmd.ID)
		if c.Idle() {
			return
		}
		perCall := 0.0
		if c.Calls > 0 {
			perCall = float64(c.Nanos) / 1000 / float64(c.Calls)
		}
		p.str("cmdstat_"+cmd.FullName(), "calls="+strconv.FormatInt(c.Calls, 10)+
			",usec="+strconv.FormatInt(c.Micros(), 10)+
			",usec_per_call="+strconv.FormatFloat(perCall, 'f', 2, 64)+
			",rejected_calls="+strconv.FormatInt(c.Rejected, 10)+
			",failed_calls="+strconv.FormatInt(c.Failed, 10))
	})
}

// errorstats says which kinds of errors clients were told.
func (s *snapshot) errorstats(p *page) {
	kinds := s.counts().errors.Kinds()
	plain := strings.NewReplacer("#", "_", ":", "_", "\r", "_", "\n", "_")
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		p.str("errorstat_"+plain.Replace(kind), "count="+strconv.FormatInt(kinds[kind], 10))
	}
}

// latencystats says how long most calls of each command took, as far as that is kept.
func (s *snapshot) latencystats(p *page) {
	if !s.values.Thresholds.Tracking {
		return
	}
	counts := s.counts()
	each(s.table, func(cmd *session.Command) {
		h := counts.commands.At(cmd.ID).Latency
		if h == nil || h.Total() == 0 {
			return
		}
		shares := make([]string, len(s.values.Percentiles))
		for i, share := range s.values.Percentiles {
			micros := float64(h.Percentile(share)) / 1000
			shares[i] = "p" + config.FormatPercentile(share) + "=" + strconv.FormatFloat(micros, 'f', 3, 64)
		}
		p.str("latency_percentiles_usec_"+cmd.FullName(), strings.Join(shares, ","))
	})
}
