package persist

import (
	"strconv"
	"time"
)

// Field is a line of INFO.
type Field struct{ Name, Value string }

// LastSave returns when the data were saved last, the start if never.
func (s *Store) LastSave() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last.saved
}

// Loading tells whether data are being loaded.
func (s *Store) Loading() bool { return s.loading.active.Load() }

// Busy tells whether data are being loaded or saved.
func (s *Store) Busy() bool {
	if s.Loading() {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running != nil
}

// Info returns the fields of INFO's section about persistence that snapshots have.
// changes are all there have been since the start.
func (s *Store) Info(changes int64) []Field {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := fields{}
	f.flag("loading", s.loading.active.Load())
	f.num("async_loading", 0)
	var peak, waiting, all, written int64
	current := -time.Second
	running := s.running != nil && !s.running.base
	if s.running != nil {
		peak, waiting = s.running.snapshot.Backlog()
		all, written = s.running.snapshot.Keys()
		if running {
			current = time.Since(s.running.began)
		}
	}
	f.num("current_cow_peak", peak)
	f.num("current_cow_size", waiting)
	f.num("current_cow_size_age", 0)
	f.add("current_fork_perc", percent(written, all))
	f.num("current_save_keys_processed", written)
	f.num("current_save_keys_total", all)
	f.num("rdb_changes_since_last_save", max(changes-s.dirty, 0))
	f.flag("rdb_bgsave_in_progress", running)
	f.num("rdb_last_save_time", s.last.saved.Unix())
	f.add("rdb_last_bgsave_status", status(s.last.err))
	f.num("rdb_last_bgsave_time_sec", seconds(s.last.took))
	f.num("rdb_current_bgsave_time_sec", seconds(current))
	f.num("rdb_saves", s.saves)
	f.num("rdb_last_cow_size", s.last.backlog)
	var expired, loaded int64
	if p := s.loading.progress.Load(); p != nil {
		expired, loaded = p.Expired.Load(), p.Keys.Load()
	}
	f.num("rdb_last_load_keys_expired", expired)
	f.num("rdb_last_load_keys_loaded", loaded)
	return f.all
}

// InfoLoading returns the fields that there are while data are being loaded.
func (s *Store) InfoLoading(now time.Time) []Field {
	p := s.loading.progress.Load()
	if !s.loading.active.Load() || p == nil {
		return nil
	}
	f := fields{}
	started := time.UnixMilli(s.loading.started.Load())
	total, read := s.loading.total.Load(), p.Bytes.Load()
	f.num("loading_start_time", started.Unix())
	f.num("loading_total_bytes", total)
	f.num("loading_rdb_used_mem", 0)
	f.num("loading_loaded_bytes", read)
	f.add("loading_loaded_perc", percent(read, total))
	eta := int64(1)
	if read > 0 {
		eta = int64(now.Sub(started).Seconds() * float64(max(total-read, 0)) / float64(read))
	}
	f.num("loading_eta_seconds", eta)
	return f.all
}

// fields are lines that are being put together.
type fields struct{ all []Field }

func (f *fields) add(name, value string) { f.all = append(f.all, Field{name, value}) }

func (f *fields) num(name string, n int64) { f.add(name, strconv.FormatInt(n, 10)) }

func (f *fields) flag(name string, yes bool) {
	if yes {
		f.num(name, 1)
	} else {
		f.num(name, 0)
	}
}

// status returns what INFO calls an outcome.
func status(err error) string {
	if err != nil {
		return "err"
	}
	return "ok"
}

// seconds returns whole seconds, -1 for what is not.
func seconds(d time.Duration) int64 {
	if d < 0 {
		return -1
	}
	return int64(d / time.Second)
}

// percent returns a share of all, of which there may be none.
func percent(part, all int64) string {
	return strconv.FormatFloat(100*float64(part)/float64(max(all, 1)), 'f', 2, 64)
}
