package persist

import "time"

// Info returns the fields of INFO's section about persistence that the append-only file
// has.
func (a *AOF) Info() []Field {
	a.mu.Lock()
	defer a.mu.Unlock()
	log := a.options.Journal.Status()
	f := fields{}
	f.flag("aof_enabled", a.state != aofOff)
	f.flag("aof_rewrite_in_progress", a.rewriting)
	f.flag("aof_rewrite_scheduled", a.scheduled)
	f.num("aof_last_rewrite_time_sec", seconds(a.took))
	current := -time.Second
	if a.rewriting {
		current = time.Since(a.began)
	}
	f.num("aof_current_rewrite_time_sec", seconds(current))
	f.add("aof_last_bgrewrite_status", status(a.err))
	f.num("aof_rewrites", a.rewrites)
	f.num("aof_rewrites_consecutive_failures", a.failures)
	write := "ok"
	if log.WriteFailed {
		write = "err"
	}
	f.add("aof_last_write_status", write)
	f.num("aof_last_cow_size", 0)
	f.num("module_fork_in_progress", 0)
	f.num("module_fork_last_cow_size", 0)
	if a.state == aofOff {
		return f.all
	}
	f.num("aof_current_size", a.size())
	f.num("aof_base_size", a.sizeBefore)
	f.flag("aof_pending_rewrite", a.scheduled)
	f.num("aof_buffer_length", log.Buffered)
	f.num("aof_pending_bio_fsync", log.Syncing)
	f.num("aof_delayed_fsync", log.Delayed)
	f.num("aof_fsyncs", log.Syncs)
	return f.all
}
