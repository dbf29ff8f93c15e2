package server

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestReclaim drops a lot of memory on a heap where the collector has no reason
// of its own to run, and waits for it to be given back.
func TestReclaim(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	before := heapWith(4 * reclaimSlack)
	var r reclaimer
	now := time.Now()
	r.look(now, nil)
	r.look(now.Add(reclaimAfter-1), nil)
	if r.running.Load() {
		t.Error("what has only just been deleted is collected already")
	}
	r.look(now.Add(reclaimAfter), nil)
	deadline := time.Now().Add(10 * time.Second)
	for r.running.Load() && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if after := heapBytes(); after > before-3*reclaimSlack {
		t.Errorf("the heap held %d bytes, and holds %d", before, after)
	}
	r.floor.Store(0)
	heapWith(4 * reclaimSlack)
	if r.look(now.Add(reclaimAfter+1), nil); r.running.Load() {
		t.Error("what is deleted right after a collection is collected at once")
	}
}

// TestReclaimForgets has a server that fills again what it has deleted.
func TestReclaimForgets(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var r reclaimer
	now := time.Now()
	heapWith(4 * reclaimSlack)
	r.look(now, nil)
	r.floor.Store(heapBytes()) // stands for data that has come
	r.look(now.Add(reclaimAfter/2), nil)
	r.floor.Store(0)
	r.look(now.Add(reclaimAfter), nil)
	if r.running.Load() {
		t.Error("the heap did not hold too much all the time, and is collected")
	}
}

// heapWith returns what the heap holds with that many more bytes, which are dead
// when it returns.
func heapWith(bytes int) int64 {
	held := make([][]byte, bytes>>20)
	for i := range held {
		held[i] = make([]byte, 1<<20)
	}
	defer runtime.KeepAlive(held)
	return heapBytes()
}
