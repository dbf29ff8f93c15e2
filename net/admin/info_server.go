package admin

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"time"
)

// server says what runs where since when.
func (s *snapshot) server(p *page) {
	uptime := s.now.Sub(s.admin.started)
	p.str("redis_version", RedisVersion)
	p.str("troupe_version", Version)
	p.str("redis_mode", "standalone")
	p.str("os", system())
	p.num("arch_bits", strconv.IntSize)
	p.str("go_version", runtime.Version())
	p.num("process_id", int64(os.Getpid()))
	p.str("process_supervised", "no")
	p.str("run_id", s.admin.runID)
	p.num("tcp_port", int64(s.values.Port))
	p.num("server_time_usec", s.now.UnixMicro())
	p.num("uptime_in_seconds", int64(uptime/time.Second))
	p.num("uptime_in_days", int64(uptime/(24*time.Hour)))
	p.num("hz", int64(s.values.Hz))
	p.num("configured_hz", int64(s.values.Hz))
	p.num("shards", int64(s.admin.troupe.Shards()))
	if path, err := os.Executable(); err == nil {
		p.str("executable", path)
	}
	p.str("config_file", s.admin.config.File())
	p.num("io_threads_active", 0)
}

// clients says who is connected.
func (s *snapshot) clients(p *page) {
	p.num("connected_clients", int64(s.admin.clients.Count()))
	p.num("cluster_connections", 0)
	p.num("maxclients", int64(s.values.MaxClients))
	p.num("blocked_clients", s.admin.clients.Blocked.Load())
	p.num("tracking_clients", s.admin.tracking.Figures().Clients)
	p.num("pubsub_clients", s.admin.hub.Figures().Clients)
	watching, keys := s.admin.clients.Watching()
	p.num("watching_clients", watching)
	p.num("total_watched_keys", keys)
}

// persistence says what is kept in files.
func (s *snapshot) persistence(p *page) {
	for _, f := range s.admin.persist.Info(s.total().Dirty) {
		p.str(f.Name, f.Value)
	}
	for _, f := range s.admin.aof.Info() {
		p.str(f.Name, f.Value)
	}
	for _, f := range s.admin.persist.InfoLoading(s.now) {
		p.str(f.Name, f.Value)
	}
}

// stats counts what happened since the start or since CONFIG RESETSTAT.
func (s *snapshot) stats(p *page) {
	const kilo = 1024.0
	total, traffic, rate := s.total(), s.admin.clients.Traffic(), s.admin.rates.read()
	p.num("total_connections_received", s.admin.clients.Received.Load())
	p.num("total_commands_processed", s.counts().calls(s.table))
	p.num("instantaneous_ops_per_sec", rate[0])
	p.num("total_net_input_bytes", traffic.Input)
	p.num("total_net_output_bytes", traffic.Output)
	p.frac("instantaneous_input_kbps", float64(rate[1])/kilo, 2)
	p.frac("instantaneous_output_kbps", float64(rate[2])/kilo, 2)
	p.num("rejected_connections", s.admin.clients.Rejected.Load())
	p.num("total_error_replies", s.counts().failures())
	p.num("client_output_buffer_limit_disconnections", s.admin.clients.Overruns.Load())
	p.num("sync_full", 0)
	p.num("sync_partial_ok", 0)
	p.num("sync_partial_err", 0)
	p.num("expired_subkeys", total.ExpiredElements)
	p.num("expired_keys", total.Expired)
	p.frac("expired_stale_perc", s.stale(), 2)
	p.num("evicted_keys", total.Evicted)
	p.num("evicted_scripts", s.admin.scripts.CacheFigures().Evicted)
	p.num("keyspace_hits", total.Hits)
	p.num("keyspace_misses", total.Misses)
	listening := s.admin.hub.Figures()
	p.num("pubsub_channels", listening.Channels)
	p.num("pubsub_patterns", listening.Patterns)
	p.num("pubsubshard_channels", listening.ShardChannels)
	tracked := s.admin.tracking.Figures()
	p.num("tracking_total_keys", tracked.Keys)
	p.num("tracking_total_items", tracked.Items)
	p.num("tracking_total_prefixes", tracked.Prefixes)
	p.num("latest_fork_usec", 0)
	p.num("total_forks", 0)
}

// stale returns the share of keys that are expired and still there, weighted by
// the keys of each shard.
func (s *snapshot) stale() float64 {
	keys, stale := 0.0, 0.0
	for _, r := range s.shardReports() {
		n := 0
		for _, db := range r.DBs {
			n += db.Expires
		}
		keys += float64(n)
		stale += float64(n) * r.StalePercent
	}
	if keys == 0 {
		return 0
	}
	return stale / keys
}

// replication says that this server is on its own.
func (s *snapshot) replication(p *page) {
	p.str("role", "master")
	p.num("connected_slaves", 0)
	p.str("master_failover_state", "no-failover")
	p.str("master_replid", s.admin.replID)
	p.str("master_replid2", "0000000000000000000000000000000000000000")
	p.num("master_repl_offset", 0)
	p.num("second_repl_offset", -1)
	p.num("repl_backlog_active", 0)
}

// cluster says that this server is no cluster node.
func (s *snapshot) cluster(p *page) { p.num("cluster_enabled", 0) }

// shards shows how even the load is spread.
func (s *snapshot) shards(p *page) {
	for _, r := range s.shardReports() {
		keys := 0
		for _, db := range r.DBs {
			keys += db.Keys
		}
		p.str(fmt.Sprintf("shard%d", r.Index), fmt.Sprintf(
			"keys=%d,used_memory=%d,commands=%d,hits=%d,misses=%d,expired=%d,evicted=%d,watchers=%d",
			keys, r.Used, r.Stats.Commands, r.Stats.Hits, r.Stats.Misses, r.Stats.Expired, r.Stats.Evicted, r.Watchers))
	}
}

// keyspace counts keys by database, and averages the time they have left.
func (s *snapshot) keyspace(p *page) {
	type count struct {
		keys, expires int
		life          int64 // of all keys with an expiry together
		sweeps        int   // keys with fields that have a deadline
	}
	var numbers []int
	counts := map[int]count{}
	for _, r := range s.shardReports() {
		for _, db := range r.DBs {
			n, seen := counts[db.Number]
			if !seen {
				numbers = append(numbers, db.Number)
			}
			counts[db.Number] = count{
				keys: n.keys + db.Keys, expires: n.expires + db.Expires,
				life: n.life + db.Life*int64(db.Expires), sweeps: n.sweeps + db.Sweeps,
			}
		}
	}
	slices.Sort(numbers)
	for _, number := range numbers {
		n := counts[number]
		p.str(fmt.Sprintf("db%d", number), fmt.Sprintf("keys=%d,expires=%d,avg_ttl=%d,subexpiry=%d",
			n.keys, n.expires, n.life/int64(max(n.expires, 1)), n.sweeps))
	}
}
