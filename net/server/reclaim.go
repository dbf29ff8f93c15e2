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
	// reclaimAfter is for how long there must have been so much more. What was deleted
	// to be written anew takes its place sooner, and memory that was given back would
	// have to be asked for again, page by page.
	reclaimAfter = 2 * time.Second
)

// reclaimer gives the memory of deleted big values back to the system. They live
// in the Go heap, and a server that has deleted them and then has little to do
// allocates nothing, so that the collector has no reason to run.
type reclaimer struct {
	since   time.Time    // when the heap was first seen to hold too much, or zero
	floor   atomic.Int64 // what the heap held after the last collection for its sake
	running atomic.Bool
}

// look starts a collection when the heap has held more than twice what data and
// connections account for, for a while.
func (r *reclaimer) look(now time.Time, reports []shard.Report) {
	switch {
	case r.running.Load() || heapBytes() < 2*max(dataInHeap(reports), r.floor.Load())+reclaimSlack:
		r.since = time.Time{}
		return
	case r.since.IsZero():
		r.since = now
	}
	if now.Sub(r.since) < reclaimAfter {
		return
	}
	r.since = time.Time{}
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
