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
	r.look(time.Now(), nil)
	deadline := time.Now().Add(10 * time.Second)
	for r.running.Load() && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if after := heapBytes(); after > before-3*reclaimSlack {
		t.Errorf("the heap held %d bytes, and holds %d", before, after)
	}
	last := r.last
	r.look(time.Now(), nil)
	if r.last != last {
		t.Error("a second look right after the first has collected again")
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
