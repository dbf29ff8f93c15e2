package admin

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/store"
)

// purgeMost is how long MEMORY PURGE may make a shard stand still.
const purgeMost = 100 * time.Millisecond

// memoryFigures is what the memory of the server is used for, in bytes.
type memoryFigures struct {
	used, peak, startup int64
	buffers             int64 // of connections
	index               int64 // of all tables
	indexes             map[int]int64
	keys                int64
	allocated           int64 // in use by data and by the program
	active              int64 // of pages that hold something in use
	mapped              int64 // that the system has given and not got back
	resident            int64 // of the process, 0 if unknown
}

// memoryFigures asks the shards of a troupe.
func (a *Admin) memoryFigures(troupe *shard.Troupe) memoryFigures {
	f := memoryFigures{
		used: a.usedBytes(), startup: a.startup, buffers: a.clients.BufferBytes(),
		indexes: map[int]int64{}, resident: residentBytes(),
	}
	f.peak = a.peak.Load()
	var sum store.Stats
	for _, r := range troupe.Reports() {
		for _, db := range r.DBs {
			f.indexes[db.Number] += db.Store.IndexBytes
			addStore(&sum, db.Store)
		}
	}
	f.index, f.keys = sum.IndexBytes, int64(sum.Keys)
	heap := readMetrics("/memory/classes/heap/objects:bytes", "/memory/classes/heap/unused:bytes",
		"/memory/classes/total:bytes", "/memory/classes/heap/released:bytes")
	objects := whole(heap[0])
	f.allocated = objects + sum.LiveBytes + sum.IndexBytes
	f.active = objects + whole(heap[1]) + sum.ArenaBytes + sum.IndexBytes
	f.mapped = whole(heap[2]) - whole(heap[3]) + sum.ResidentBytes - sum.BigBytes
	return f
}

func (f *memoryFigures) overhead() int64 { return f.startup + f.buffers + f.index }

func (f *memoryFigures) dataset() int64 { return max(f.used-f.overhead(), 0) }

// serveMemoryStats replies with names and figures.
func (a *Admin) serveMemoryStats(c *session.Client, _ [][]byte) {
	f := a.memoryFigures(c.Troupe())
	w := c.Reply
	mark, n := w.DeferArray(), 0
	number := func(name string, value int64) {
		w.BulkString(name)
		w.Int(value)
		n++
	}
	share := func(name string, part, whole float64) {
		w.BulkString(name)
		w.Double(part / max(whole, 1))
		n++
	}
	number("peak.allocated", f.peak)
	number("total.allocated", f.used)
	number("startup.allocated", f.startup)
	number("replication.backlog", 0)
	number("clients.slaves", 0)
	number("clients.normal", f.buffers)
	number("cluster.links", 0)
	number("aof.buffer", 0)
	n += writeOverheads(w, f.indexes)
	number("overhead.total", f.overhead())
	number("keys.count", f.keys)
	number("keys.bytes-per-key", max(f.used-f.startup, 0)/max(f.keys, 1))
	number("dataset.bytes", f.dataset())
	share("dataset.percentage", 100*float64(f.dataset()), float64(f.used-f.startup))
	share("peak.percentage", 100*float64(f.used), float64(f.peak))
	number("allocator.allocated", f.allocated)
	number("allocator.active", f.active)
	number("allocator.resident", f.mapped)
	share("allocator-fragmentation.ratio", float64(f.active), float64(f.allocated))
	number("allocator-fragmentation.bytes", f.active-f.allocated)
	share("allocator-rss.ratio", float64(f.mapped), float64(f.active))
	number("allocator-rss.bytes", f.mapped-f.active)
	share("rss-overhead.ratio", float64(f.resident), float64(f.mapped))
	number("rss-overhead.bytes", f.resident-f.mapped)
	share("fragmentation", float64(f.resident), float64(f.used))
	number("fragmentation.bytes", f.resident-f.used)
	w.CloseMap(mark, n)
}

// writeOverheads writes what the tables of each database take, and returns how many
// fields these are. Deadlines stand in the records and have no table.
func writeOverheads(w *resp.Writer, indexes map[int]int64) int {
	numbers := make([]int, 0, len(indexes))
	for number := range indexes {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	for _, number := range numbers {
		w.BulkString(fmt.Sprintf("db.%d", number))
		w.Map(2)
		w.BulkString("overhead.hashtable.main")
		w.Int(indexes[number])
		w.BulkString("overhead.hashtable.expires")
		w.Int(0)
	}
	return len(numbers)
}

// serveMemoryDoctor says in words what is odd about the use of memory.
func (a *Admin) serveMemoryDoctor(c *session.Client, _ [][]byte) {
	f := a.memoryFigures(c.Troupe())
	c.Reply.Verbatim("txt", []byte(f.diagnose(int64(a.clients.Count()))))
}

// The limits from which the doctor speaks.
const (
	doctorLittle    = 5 << 20   // bytes below which nothing can be said
	doctorPeak      = 1.5       // peak by what is used now
	doctorSpread    = 1.4       // pages by what is in them
	doctorSlack     = 10 << 20  // bytes below which a ratio means nothing
	doctorBuffers   = 200 << 10 // bytes of buffers a connection
	doctorResidence = 1.3       // of the process by what was mapped
)

// diagnose returns the report about so many connections.
func (f *memoryFigures) diagnose(connections int64) string {
	if f.used < doctorLittle {
		return "There is next to nothing in memory: too little to find anything in it.\n"
	}
	var found []string
	add := func(odd bool, format string, values ...any) {
		if odd {
			found = append(found, "- "+fmt.Sprintf(format, values...)+"\n")
		}
	}
	add(float64(f.peak) > doctorPeak*float64(f.used),
		"Peak: there once was %s in memory, and %s now. What the process got for it is given back step by step; "+
			"MEMORY PURGE makes haste.", human(f.peak), human(f.used))
	add(f.active-f.allocated > doctorSlack && float64(f.active) > doctorSpread*float64(f.allocated),
		"Sparse pages: %s of the pages in use hold nothing. Shards move records together while they have time for it; "+
			"many deletions a short while ago look like this.", human(f.active-f.allocated))
	add(f.resident-f.mapped > doctorSlack && float64(f.resident) > doctorResidence*float64(f.mapped),
		"Process: it takes %s more than data and the language's run time account for.", human(f.resident-f.mapped))
	add(connections > 0 && f.buffers/connections > doctorBuffers,
		"Connections: they hold %s of unfinished requests and unread output, %s each on average. CLIENT LIST shows which.",
		human(f.buffers), human(f.buffers/max(connections, 1)))
	if len(found) == 0 {
		return "Nothing is odd about the use of memory.\n"
	}
	return "What is odd about the use of memory:\n\n" + strings.Join(found, "\n")
}

// serveMemoryPurge gives memory back to the system.
func (a *Admin) serveMemoryPurge(c *session.Client, _ [][]byte) {
	c.Troupe().Purge(purgeMost)
	debug.FreeOSMemory()
	c.Reply.OK()
}

// serveMemoryMallocStats shows the figures of the allocators: the arenas of the shards,
// and the language's run time.
func (a *Admin) serveMemoryMallocStats(c *session.Client, _ [][]byte) {
	var b strings.Builder
	b.WriteString("Arenas of the shards (bytes)\n")
	fmt.Fprintf(&b, "%-6s %-4s %14s %14s %14s %14s %10s\n", "shard", "db", "live", "pages", "resident", "index", "moves")
	for _, r := range c.Troupe().Reports() {
		for _, db := range r.DBs {
			s := &db.Store
			fmt.Fprintf(&b, "%-6d %-4d %14d %14d %14d %14d %10d\n", r.Index, db.Number,
				s.LiveBytes, s.ArenaBytes, s.ResidentBytes, s.IndexBytes, s.Moves)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.WriteString("\nHeap of the run time (bytes)\n")
	fmt.Fprintf(&b, "in use %d, idle %d, given back %d, of the system %d, objects %d\n",
		m.HeapInuse, m.HeapIdle, m.HeapReleased, m.HeapSys, m.HeapObjects)
	fmt.Fprintf(&b, "stacks %d, tables of the collector %d, collections %d\n", m.StackSys, m.GCSys, m.NumGC)
	b.WriteString("\nObjects by size: bytes, in use\n")
	for _, class := range m.BySize {
		if class.Mallocs > class.Frees {
			fmt.Fprintf(&b, "%6d %12d\n", class.Size, class.Mallocs-class.Frees)
		}
	}
	c.Reply.Verbatim("txt", []byte(b.String()))
}
