package journal

import "sync/atomic"

// figures is what the log counts.
type figures struct {
	current     atomic.Int64 // bytes of the part at hand
	syncs       atomic.Int64
	delayed     atomic.Int64 // syncs that took too long
	syncing     atomic.Int64 // syncs under way that nobody waits for
	writeFailed atomic.Bool
}

// Status is what the log says of itself.
type Status struct {
	Part        int64 // bytes of the part at hand
	Buffered    int64 // bytes that wait to be written
	Syncs       int64 // since the server has started
	Delayed     int64 // of these, how many took more than two seconds
	Syncing     int64 // 1 while a sync is under way that nobody waits for
	WriteFailed bool  // the last write, or sync, has failed
}

// Status returns the figures.
func (j *Journal) Status() Status {
	j.mu.Lock()
	buffered := len(j.open.bytes) + j.queued
	j.mu.Unlock()
	f := &j.figures
	return Status{
		Part: f.current.Load(), Buffered: int64(buffered), Syncs: f.syncs.Load(), Delayed: f.delayed.Load(),
		Syncing: f.syncing.Load(), WriteFailed: f.writeFailed.Load(),
	}
}
