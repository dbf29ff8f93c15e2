package server

import (
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/shard"
)

const (
	// reclaimSlack is how much of the Go heap may be other than data before it is
	// looked at.
	reclaimSlack = 64 << 20
	// reclaimGap is the least time between two collections for its sake.
	reclaimGap = 5 * time.Second
)

// reclaimer gives the memory of deleted big values back to the system. They live
// in the Go heap, and a server that has deleted them and then has little to do
// allocates nothing, so that the collector has no reason to run.
type reclaimer struct {
	last    time.Time    // of the last collection
	floor   atomic.Int64 // what the heap held after it
	running atomic.Bool
}

// look starts a collection when the heap holds more than twice what data and
// connections account for.
func (r *reclaimer) look(now time.Time, reports []shard.Report) {
	if now.Sub(r.last) < reclaimGap || r.running.Load() {
		return
	}
	if heapBytes() < 2*max(dataInHeap(reports), r.floor.Load())+reclaimSlack {
		return
	}
	r.last = now
	r.running.Store(true)
	go func() {
		debug.FreeOSMemory()
		r.floor.Store(heapBytes())
		r.running.Store(false)
	}()
}

// dataInHeap returns what values take outside the arenas.
func dataInHeap(reports []shard.Report) int64 {
	var sum int64
	for _, r := range reports {
		sum += r.Used
		for _, db := range r.DBs {
			sum -= db.Store.LiveBytes + db.Store.IndexBytes
		}
	}
	return sum
}

// heapBytes returns what objects of the Go heap take, the dead ones included
// until they are swept.
func heapBytes() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}
