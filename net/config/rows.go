package config

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// maxShards bounds the number of shard actors; more than cores buys nothing.
const maxShards = 1024

// table is every directive by name.
type table struct {
	rows   []parameter
	byName map[string]*parameter // aliases too
}

func newTable() *table {
	t := &table{byName: map[string]*parameter{}}
	for _, group := range [][]parameter{
		networkRows(), clientRows(), dataRows(), savingRows(), appendRows(), processRows(), observeRows(), stoppingRows(), absentRows(),
	} {
		t.rows = append(t.rows, group...)
	}
	for i := range t.rows {
		p := &t.rows[i]
		t.byName[p.name] = p
		if p.alias != "" {
			t.byName[p.alias] = p
		}
	}
	return t
}

// find returns the row of that name, in any case, or nil.
func (t *table) find(name string) *parameter {
	return t.byName[strings.ToLower(name)]
}

// networkRows are about where clients come in.
func networkRows() []parameter {
	return []parameter{
		{
			name: "bind", words: true,
			parse:  parseBind,
			format: func(v *Values) string { return strings.Join(v.Bind, " ") },
		},
		integer("port", 0, 65535, func(v *Values) *int { return &v.Port }).live(),
		text("unixsocket", func(v *Values) *string { return &v.UnixSocket }),
		octal("unixsocketperm", 0o777, func(v *Values) *int { return &v.UnixSocketPerm }),
		integer("tcp-backlog", 0, math.MaxInt32, func(v *Values) *int { return &v.TCPBacklog }),
		boolean("protected-mode", func(v *Values) *bool { return &v.ProtectedMode }).live(),
	}
}

// clientRows are about what a client may do.
func clientRows() []parameter {
	accesses := []string{"no", "yes", "local"}
	password := text("requirepass", func(v *Values) *string { return &v.RequirePass }).live()
	password.sensitive = true
	return []parameter{
		password,
		{
			name: "client-output-buffer-limit", words: true,
			parse: parseOutputLimits, format: formatOutputLimits,
		},
		integer("busy-reply-threshold", 0, math.MaxInt64,
			func(v *Values) *int { return &v.BusyThreshold }).live().known("lua-time-limit"),
		integer("maxclients", 1, math.MaxUint32, func(v *Values) *int { return &v.MaxClients }).live(),
		integer("timeout", 0, math.MaxInt32, func(v *Values) *int { return &v.Timeout }).live(),
		integer("tcp-keepalive", 0, math.MaxInt32, func(v *Values) *int { return &v.TCPKeepalive }).live(),
		memory("client-query-buffer-limit", 1<<20, math.MaxInt64,
			func(v *Values) *int64 { return &v.QueryBufferLimit }).live(),
		memory("proto-max-bulk-len", 1<<20, math.MaxInt64,
			func(v *Values) *int64 { return &v.Data.ProtoMaxBulkLen }).live(),
		choice("enable-debug-command", accesses, accesses, func(v *Values) *Access { return &v.Debug }),
		choice("enable-protected-configs", accesses, accesses,
			func(v *Values) *Access { return &v.ProtectedConfigs }),
	}
}

// dataRows are about keys and the memory they take.
func dataRows() []parameter {
	policies := []string{
		"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl",
		"allkeys-lru", "allkeys-lfu", "allkeys-random", "noeviction",
	}
	hz := integer("hz", 0, math.MaxInt32, func(v *Values) *int { return &v.Hz }).live()
	parseHz := hz.parse
	hz.parse = func(v *Values, words []string) error {
		err := parseHz(v, words)
		v.Hz = min(max(v.Hz, 1), 500)
		return err
	}
	return []parameter{
		integer("databases", 1, math.MaxInt32, func(v *Values) *int { return &v.Data.Databases }),
		integer("shards", 1, maxShards, func(v *Values) *int { return &v.Shards }),
		hz,
		memory("maxmemory", 0, math.MaxInt64, func(v *Values) *int64 { return &v.Data.MaxMemory }).live(),
		choice("maxmemory-policy", keyspace.PolicyNames(), policies,
			func(v *Values) *keyspace.Policy { return &v.Data.Policy }).live(),
		integer("maxmemory-samples", 1, 64, func(v *Values) *int { return &v.Data.MaxMemorySamples }).live(),
		integer("maxmemory-eviction-tenacity", 0, 100,
			func(v *Values) *int { return &v.Data.EvictionTenacity }).live(),
		integer("lfu-log-factor", 0, math.MaxInt32, func(v *Values) *int { return &v.Data.LFULogFactor }).live(),
		integer("lfu-decay-time", 0, math.MaxInt32, func(v *Values) *int { return &v.Data.LFUDecayTime }).live(),
		integer("active-expire-effort", 1, 10, func(v *Values) *int { return &v.Data.ActiveExpireEffort }).live(),
		integer("list-max-listpack-size", math.MinInt32, math.MaxInt32,
			func(v *Values) *int { return &v.Data.ListMaxListpackSize }).live().known("list-max-ziplist-size"),
		integer("hash-max-listpack-entries", 0, math.MaxInt64,
			func(v *Values) *int { return &v.Data.HashMaxListpackEntries }).live().known("hash-max-ziplist-entries"),
		integer("hash-max-listpack-value", 0, math.MaxInt64,
			func(v *Values) *int { return &v.Data.HashMaxListpackValue }).live().known("hash-max-ziplist-value"),
		integer("set-max-intset-entries", 0, math.MaxInt64,
			func(v *Values) *int { return &v.Data.SetMaxIntsetEntries }).live(),
		integer("set-max-listpack-entries", 0, math.MaxInt64,
			func(v *Values) *int { return &v.Data.SetMaxListpackEntries }).live(),
		integer("set-max-listpack-value", 0, math.MaxInt64,
			func(v *Values) *int { return &v.Data.SetMaxListpackValue }).live(),
		memory("stream-node-max-bytes", 0, math.MaxInt64,
			func(v *Values) *int64 { return &v.Data.StreamNodeMaxBytes }).live(),
		integer("stream-node-max-entries", 0, math.MaxInt64,
			func(v *Values) *int { return &v.Data.StreamNodeMaxEntries }).live(),
		integer("zset-max-listpack-entries", 0, math.MaxInt64,
			func(v *Values) *int { return &v.Data.ZSetMaxListpackEntries }).live().known("zset-max-ziplist-entries"),
		integer("zset-max-listpack-value", 0, math.MaxInt64,
			func(v *Values) *int { return &v.Data.ZSetMaxListpackValue }).live().known("zset-max-ziplist-value"),
		memory("hll-sparse-max-bytes", 0, math.MaxInt64,
			func(v *Values) *int64 { return &v.Data.HLLSparseMaxBytes }).live(),
		boolean("lazyfree-lazy-user-flush", func(v *Values) *bool { return &v.Data.LazyUserFlush }).live(),
		{
			name: "tracking-table-max-keys",
			parse: func(v *Values, words []string) error {
				n, ok := num.ParseInt([]byte(words[0]))
				if !ok {
					return errInteger
				}
				if n < 0 {
					return rangeError(0, math.MaxInt64, 10)
				}
				v.Data.TrackingMaxKeys = n
				return nil
			},
			format: func(v *Values) string { return strconv.FormatInt(v.Data.TrackingMaxKeys, 10) },
		},
		{
			name: "notify-keyspace-events", parse: parseEvents,
			format: func(v *Values) string { return v.Data.Events.String() },
		},
	}
}

// parseEvents reads the letters of classes of events.
func parseEvents(v *Values, words []string) error {
	events, ok := keyspace.ParseEventClass(words[0])
	if !ok {
		return errEvents
	}
	v.Data.Events = events
	return nil
}

// processRows are about the process and what it keeps.
func processRows() []parameter {
	levels := []string{LogDebug: "debug", LogVerbose: "verbose", LogNotice: "notice", LogWarning: "warning"}
	dir := text("dir", func(v *Values) *string { return &v.Dir }).guarded()
	dir.parse = parseDir
	return []parameter{
		dir,
		text("logfile", func(v *Values) *string { return &v.LogFile }),
		choice("loglevel", levels, levels, func(v *Values) *LogLevel { return &v.LogLevel }).live(),
		text("pidfile", func(v *Values) *string { return &v.PidFile }),
		boolean("fit-processors", func(v *Values) *bool { return &v.FitProcessors }),
		fixed("daemonize", "this server stays in the foreground: leave daemons to the service manager"),
		fixed("cluster-enabled", "this server is no cluster node yet"),
	}
}

// parseBind reads addresses; one empty word is none.
func parseBind(v *Values, words []string) error {
	if len(words) > maxBinds {
		return errBinds
	}
	v.Bind = nil
	for _, word := range words {
		if word != "" {
			v.Bind = append(v.Bind, word)
		}
	}
	return nil
}

// parseDir takes a directory that is there and makes its path absolute.
func parseDir(v *Values, words []string) error {
	path := words[0]
	if !filepath.IsAbs(path) {
		path = filepath.Join(v.Dir, path)
	}
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	if err != nil {
		return errors.New(reason(err))
	}
	v.Dir = filepath.Clean(path)
	return nil
}

// reason returns the operating system's word for an error, as C's strerror
// prints it.
func reason(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return err.Error()
	}
	s := number.Error()
	return strings.ToUpper(s[:1]) + s[1:]
}
