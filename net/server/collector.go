package server

import (
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"

	"github.com/troupe-db/troupe/shard"
)

const (
	// garbage is how much the Go heap may grow between two collections at the least. Keys
	// and short values do not live there, so what lives is next to nothing, and to
	// collect whenever it has doubled would be to do little else where commands make
	// garbage (SORT, LCS, unions).
	garbage = 16 << 20
	// usual is the percentage by which the heap may grow when more lives than that.
	usual = 100
	// most bounds the percentage: the run time lets a heap become 4 MB times it in any
	// case.
	most = garbage / (4 << 20) * 100
	// beside is what the process may take beside its data: buffers of connections, the
	// run time's own. A quarter of maxmemory comes to it.
	beside = 64 << 20
)

// collector sets the collector of garbage by what the server holds and may hold: how much
// the heap may grow between two collections, and what the process is not to exceed. Where
// the environment has GOGC or GOMEMLIMIT, that holds.
type collector struct {
	growth, limit   int64 // that are in force
	growing, bounds bool  // whether they are for us to set
}

func newCollector() *collector {
	c := &collector{growth: usual, limit: math.MaxInt64}
	_, set := os.LookupEnv("GOGC")
	c.growing = !set
	_, set = os.LookupEnv("GOMEMLIMIT")
	c.bounds = !set
	c.grow(liveBytes())
	return c
}

// grow sets how much the heap may grow when so many bytes live in it.
func (c *collector) grow(live int64) {
	growth := min(max(100*garbage/max(live, 1), usual), most)
	// To set it stops the program for some microseconds: not for little.
	if off := max(growth-c.growth, c.growth-growth); c.growing && off > c.growth/10 {
		debug.SetGCPercent(int(growth))
		c.growth = growth
	}
}

// bound sets what the heap is not to exceed, so that the process takes little more than
// maxmemory, 0 for as much as there is. outside is the data that does not live in the heap.
// What lives never comes near the limit: to collect all the time would free nothing.
func (c *collector) bound(maxmemory, outside, live int64) {
	limit := int64(math.MaxInt64)
	if 0 < maxmemory && maxmemory < math.MaxInt64/2 {
		limit = max(maxmemory+maxmemory/4+beside-outside, live+live/4+beside)
	}
	if off := max(limit-c.limit, c.limit-limit); c.bounds && off > limit/64 {
		debug.SetMemoryLimit(limit)
		c.limit = limit
	}
}

// release sets back what was set, for whoever uses the process next.
func (c *collector) release() {
	if c.growth != usual {
		debug.SetGCPercent(usual)
	}
	c.bound(0, 0, 0)
}

// dataOutside returns what data takes outside the heap.
func dataOutside(reports []shard.Report) (sum int64) {
	for i := range reports {
		for _, db := range reports[i].DBs {
			sum += db.Store.ArenaBytes + db.Store.IndexBytes
		}
	}
	return sum
}

// liveBytes returns what the last collection has left in the heap.
func liveBytes() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}
