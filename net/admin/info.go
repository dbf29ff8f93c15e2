package admin

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/store"
)

// section is a part of INFO.
type section struct {
	title string // the name is the title in lower case
	extra bool   // only in "all" and "everything", or by name
	write func(*snapshot, *page)
}

// sections lists INFO's parts in the order they appear in.
func sections() []section {
	return []section{
		{title: "Server", write: (*snapshot).server},
		{title: "Clients", write: (*snapshot).clients},
		{title: "Memory", write: (*snapshot).memory},
		{title: "Persistence", write: (*snapshot).persistence},
		{title: "Stats", write: (*snapshot).stats},
		{title: "Replication", write: (*snapshot).replication},
		{title: "CPU", write: (*snapshot).cpu},
		{title: "Runtime", write: (*snapshot).runtime},
		{title: "Shards", extra: true, write: (*snapshot).shards},
		{title: "Commandstats", extra: true, write: (*snapshot).commandstats},
		{title: "Errorstats", write: (*snapshot).errorstats},
		{title: "Latencystats", extra: true, write: (*snapshot).latencystats},
		{title: "Cluster", write: (*snapshot).cluster},
		{title: "Keyspace", write: (*snapshot).keyspace},
	}
}

// serveInfo answers INFO [section ...].
func (a *Admin) serveInfo(c *session.Client, args [][]byte) {
	c.Reply.Verbatim("txt", a.info(c.Troupe(), args[1:]))
}

// info returns what INFO shows for some sections, the default ones if there are
// none. Names that are no section's are passed over.
//
// Complexity: one message per shard, and O(connections).
func (a *Admin) info(troupe *shard.Troupe, names [][]byte) []byte {
	snap := snapshot{admin: a, table: a.table, troupe: troupe, now: time.Now(), values: a.config.Values()}
	var p page
	for _, s := range sections() {
		if s.wanted(names) {
			p.title(s.title)
			s.write(&snap, &p)
		}
	}
	return p.text
}

// wanted tells whether the section is among the names.
func (s *section) wanted(names [][]byte) bool {
	if len(names) == 0 {
		return !s.extra
	}
	for _, name := range names {
		switch lower := strings.ToLower(string(name)); lower {
		case "all", "everything", strings.ToLower(s.title):
			return true
		case "default":
			if !s.extra {
				return true
			}
		}
	}
	return false
}

// snapshot is what one INFO shows. What is dear to find out is found out when a
// section asks, once.
type snapshot struct {
	admin   *Admin
	troupe  *shard.Troupe // to ask
	now     time.Time
	values  *config.Values
	table   *session.Table
	asked   bool
	reports []shard.Report
	counted *counted
}

// shardReports returns what the shards say of themselves.
func (s *snapshot) shardReports() []shard.Report {
	if !s.asked {
		s.reports, s.asked = s.troupe.Reports(), true
	}
	return s.reports
}

// total returns the sum of the shards' counters.
func (s *snapshot) total() (sum keyspace.Stats) {
	for _, r := range s.shardReports() {
		sum.Add(r.Stats)
	}
	return sum
}

// stores returns the sum of the figures of all tables and arenas.
func (s *snapshot) stores() (sum store.Stats) {
	for _, r := range s.shardReports() {
		for _, db := range r.DBs {
			addStore(&sum, db.Store)
		}
	}
	return sum
}

func addStore(sum *store.Stats, o store.Stats) {
	sum.Keys += o.Keys
	sum.Expires += o.Expires
	sum.LiveBytes += o.LiveBytes
	sum.BigBytes += o.BigBytes
	sum.IndexBytes += o.IndexBytes
	sum.ArenaBytes += o.ArenaBytes
	sum.ResidentBytes += o.ResidentBytes
	sum.Segments += o.Segments
	sum.BigValues += o.BigValues
	sum.Objects += o.Objects
	sum.Splits += o.Splits
	sum.Merges += o.Merges
	sum.Moves += o.Moves
}

// page is the text of an INFO under way.
type page struct{ text []byte }

// title begins a section.
func (p *page) title(name string) {
	if len(p.text) > 0 {
		p.text = append(p.text, "\r\n"...)
	}
	p.text = fmt.Appendf(p.text, "# %s\r\n", name)
}

// str writes a field. A line break in the value would begin a field of its own
// and becomes a space.
func (p *page) str(name, value string) {
	p.text = append(p.text, name...)
	p.text = append(p.text, ':')
	p.text = append(p.text, strings.NewReplacer("\r", " ", "\n", " ").Replace(value)...)
	p.text = append(p.text, "\r\n"...)
}

// num writes a whole number.
func (p *page) num(name string, value int64) {
	p.str(name, strconv.FormatInt(value, 10))
}

// frac writes a number with some decimals.
func (p *page) frac(name string, value float64, decimals int) {
	p.str(name, strconv.FormatFloat(value, 'f', decimals, 64))
}

// bytes writes a number of bytes, and again for people to read.
func (p *page) bytes(name string, value int64) {
	p.num(name, value)
	p.str(name+"_human", human(value))
}

// human prints bytes as Redis does: 919.06K.
func human(bytes int64) string {
	if bytes < 1024 {
		return strconv.FormatInt(bytes, 10) + "B"
	}
	value, unit := float64(bytes)/1024, 0
	for ; value >= 1024 && unit < len("KMGTP")-1; unit++ {
		value /= 1024
	}
	return strconv.FormatFloat(value, 'f', 2, 64) + "KMGTP"[unit:unit+1]
}

// percent returns part as a share of whole in percent, 0 when there is no whole.
func percent(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * part / whole
}

// percentText prints part as a share of whole.
func percentText(part, whole int64) string {
	return strconv.FormatFloat(percent(float64(part), float64(whole)), 'f', 2, 64) + "%"
}
