package admin

import (
	"math"
	"runtime/metrics"
)

// memory says what is used for what.
func (s *snapshot) memory(p *page) {
	used, resident := s.admin.usedBytes(), residentBytes()
	peak, stores := s.admin.peak.Load(), s.stores()
	buffers := s.admin.clients.BufferBytes()
	overhead := stores.IndexBytes + buffers
	p.bytes("used_memory", used)
	p.bytes("used_memory_rss", resident)
	p.bytes("used_memory_peak", peak)
	p.str("used_memory_peak_perc", percentText(used, peak))
	p.num("used_memory_overhead", overhead)
	p.num("used_memory_dataset", max(used-overhead, 0))
	p.str("used_memory_dataset_perc", percentText(max(used-overhead, 0), used))
	s.scripts(p)
	if total := machineBytes(); total > 0 {
		p.bytes("total_system_memory", total)
	}
	p.bytes("maxmemory", s.values.Data.MaxMemory)
	p.str("maxmemory_policy", s.values.Data.Policy.String())
	if used > 0 && resident > 0 {
		p.frac("mem_fragmentation_ratio", float64(resident)/float64(used), 2)
		p.num("mem_fragmentation_bytes", resident-used)
	}
	p.num("mem_clients_normal", buffers)
	p.num("mem_clients_slaves", 0)
	p.num("mem_replication_backlog", 0)
	p.num("mem_aof_buffer", 0)
	p.str("mem_allocator", "arena")
	p.num("arena_bytes", stores.ArenaBytes)
	p.num("arena_live_bytes", stores.LiveBytes)
	p.num("arena_resident_bytes", stores.ResidentBytes)
	p.num("index_bytes", stores.IndexBytes)
	p.num("index_segments", int64(stores.Segments))
	p.num("big_values", int64(stores.BigValues))
	p.num("big_value_bytes", stores.BigBytes)
	p.num("objects", int64(stores.Objects))
	heap := readMetrics("/memory/classes/heap/objects:bytes", "/memory/classes/total:bytes",
		"/gc/heap/goal:bytes", "/gc/gomemlimit:bytes")
	p.num("go_heap_bytes", whole(heap[0]))
	p.num("go_total_bytes", whole(heap[1]))
	p.num("go_heap_goal_bytes", whole(heap[2]))
	p.num("go_memory_limit_bytes", whole(heap[3]))
}

// scripts says what scripts and functions there are, and what their texts take.
func (s *snapshot) scripts(p *page) {
	cached := s.admin.scripts.CacheFigures()
	libraries, functions := s.admin.scripts.Libraries().Counts()
	code := s.admin.scripts.Libraries().Bytes()
	p.num("used_memory_scripts_eval", cached.Bytes)
	p.num("number_of_cached_scripts", int64(cached.Scripts))
	p.num("number_of_functions", int64(functions))
	p.num("number_of_libraries", int64(libraries))
	p.num("used_memory_functions", code)
	p.bytes("used_memory_scripts", cached.Bytes+code)
}

// cpu says how much processor time was used, in seconds.
func (s *snapshot) cpu(p *page) {
	own, children := processorTimes()
	p.frac("used_cpu_sys", own.system, 6)
	p.frac("used_cpu_user", own.user, 6)
	p.frac("used_cpu_sys_children", children.system, 6)
	p.frac("used_cpu_user_children", children.user, 6)
}

// times is processor time in seconds.
type times struct{ user, system float64 }

// runtime says what the language's run time costs: collections, how long they
// stop the program, how long a goroutine waits for a processor.
func (s *snapshot) runtime(p *page) {
	m := readMetrics("/sched/goroutines:goroutines", "/sched/gomaxprocs:threads", "/gc/cycles/total:gc-cycles",
		"/cpu/classes/gc/total:cpu-seconds", "/cpu/classes/total:cpu-seconds",
		"/sched/pauses/total/gc:seconds", "/sched/latencies:seconds")
	p.num("goroutines", whole(m[0]))
	p.num("processors", whole(m[1]))
	p.num("gc_cycles", whole(m[2]))
	p.frac("gc_cpu_seconds", fraction(m[3]), 6)
	p.frac("gc_cpu_percent", percent(fraction(m[3]), fraction(m[4])), 2)
	quantiles(p, "gc_pause_usec", m[5])
	quantiles(p, "sched_latency_usec", m[6])
}

// quantiles writes the middle, the 99th percentile and the longest of a
// histogram of seconds, in microseconds; each is the upper bound of its bucket.
func quantiles(p *page, name string, v metrics.Value) {
	if v.Kind() != metrics.KindFloat64Histogram {
		return
	}
	h := v.Float64Histogram()
	for _, q := range []struct {
		suffix string
		share  float64
	}{{"_p50", 0.5}, {"_p99", 0.99}, {"_max", 1}} {
		p.frac(name+q.suffix, quantile(h, q.share)*1e6, 3)
	}
}

// quantile returns the upper bound of the bucket below whose end the given
// share of samples lies, 0 without samples.
func quantile(h *metrics.Float64Histogram, share float64) float64 {
	var total uint64
	for _, n := range h.Counts {
		total += n
	}
	need, seen := uint64(math.Ceil(share*float64(total))), uint64(0)
	for i, n := range h.Counts {
		if seen += n; n > 0 && seen >= need {
			if upper := h.Buckets[i+1]; !math.IsInf(upper, 0) {
				return upper
			}
			return h.Buckets[i]
		}
	}
	return 0
}

// readMetrics returns the run time's own figures in the order of their names.
func readMetrics(names ...string) []metrics.Value {
	samples := make([]metrics.Sample, len(names))
	for i, name := range names {
		samples[i].Name = name
	}
	metrics.Read(samples)
	values := make([]metrics.Value, len(names))
	for i := range samples {
		values[i] = samples[i].Value
	}
	return values
}

// whole returns a figure that is a whole number, or 0.
func whole(v metrics.Value) int64 {
	if v.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(min(v.Uint64(), math.MaxInt64))
}

// fraction returns a figure that has a fraction, or 0.
func fraction(v metrics.Value) float64 {
	if v.Kind() != metrics.KindFloat64 {
		return 0
	}
	return v.Float64()
}
