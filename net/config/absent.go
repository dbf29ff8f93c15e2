package config

import "errors"

// absentRows are Redis's directives about machinery this server does not have.
func absentRows() []parameter {
	var rows []parameter
	for _, name := range inertNames() {
		rows = append(rows, parameter{
			name: name, change: atStart, presence: fileOnly, words: true, inert: true,
			parse: func(*Values, []string) error { return nil },
		})
	}
	return append(rows, refusedRows()...)
}

// refusedRows are the directives that promise a safety the server cannot give:
// to start as if it were given would be worse than not to start.
func refusedRows() []parameter {
	const (
		replica   = "this server cannot be a replica yet"
		transport = "this server speaks no TLS yet: leave encryption to a tunnel or proxy"
		users     = "this server has no users yet: protect it with requirepass"
		modules   = "this server loads no modules"
		quorum    = "this server has no replicas yet, so that none can be waited for"
	)
	rows := []parameter{
		refused("replicaof", replica, "no one"), refused("slaveof", replica, "no one"),
		refused("min-replicas-to-write", quorum, "0"), refused("min-slaves-to-write", quorum, "0"),
		refused("tls-port", transport, "0"),
		refused("tls-replication", transport, "no"), refused("tls-cluster", transport, "no"),
		refused("aclfile", users, ""), refused("user", users),
		refused("loadmodule", modules),
		refused("rename-command", "commands cannot be renamed: bind the server to trusted networks instead"),
		refused("supervised", "this server tells no supervisor when it is ready: "+
			"let the service manager run it as a plain process", "no"),
	}
	for _, name := range []string{
		"tls-cert-file", "tls-key-file", "tls-key-file-pass", "tls-client-cert-file", "tls-client-key-file",
		"tls-client-key-file-pass", "tls-dh-params-file", "tls-ca-cert-file", "tls-ca-cert-dir",
		"tls-auth-clients", "tls-protocols", "tls-ciphers", "tls-ciphersuites", "tls-prefer-server-ciphers",
		"tls-session-caching", "tls-session-cache-size", "tls-session-cache-timeout",
	} {
		rows = append(rows, refused(name, transport))
	}
	return rows
}

// refused is a row that stops the start, unless its words are the harmless ones.
func refused(name, reason string, harmless ...string) parameter {
	return parameter{
		name: name, change: atStart, presence: fileOnly, words: true,
		parse: func(_ *Values, words []string) error {
			if len(harmless) > 0 && sameWords(words, harmless[0]) {
				return nil
			}
			return errors.New(reason)
		},
	}
}

// inertNames are accepted in a file and have no effect here: about threads,
// allocators, encodings of types that are not there, replicas, clusters and
// files that are not kept, scripts, and measurements that are not taken.
func inertNames() []string {
	return []string{
		// How Redis runs.
		"io-threads", "io-threads-do-reads", "jemalloc-bg-thread", "activerehashing", "dynamic-hz",
		"always-show-logo", "set-proc-title", "proc-title-template", "disable-thp", "oom-score-adj",
		"oom-score-adj-values", "server-cpulist", "server_cpulist", "bio-cpulist", "bio_cpulist",
		"aof-rewrite-cpulist", "aof_rewrite_cpulist", "bgsave-cpulist", "bgsave_cpulist", "ignore-warnings",
		"crash-log-enabled", "crash-memcheck-enabled", "use-exit-on-panic", "locale-collate",
		"shutdown-timeout", "socket-mark-id", "bind-source-addr",
		"max-new-connections-per-cycle", "max-new-tls-connections-per-cycle", "hide-user-data-from-log",
		"syslog-enabled", "syslog-ident", "syslog-facility", "enable-module-command",
		// Memory.
		"activedefrag", "active-defrag-ignore-bytes", "active-defrag-threshold-lower",
		"active-defrag-threshold-upper", "active-defrag-cycle-min", "active-defrag-cycle-max",
		"active-defrag-max-scan-fields", "lazyfree-lazy-eviction", "lazyfree-lazy-expire",
		"lazyfree-lazy-server-del", "lazyfree-lazy-user-del", "maxmemory-clients",
		// Encodings.
		"list-compress-depth",
		// Files.
		"rdb-del-sync-files", "sanitize-dump-payload", "aof-load-corrupt-tail-max-size",
		"aof-disable-auto-gc",
		// Replicas.
		"masterauth", "masteruser", "replica-serve-stale-data", "slave-serve-stale-data",
		"replica-read-only", "slave-read-only", "replica-priority", "slave-priority", "replica-announced",
		"replica-announce-ip", "slave-announce-ip", "replica-announce-port", "slave-announce-port",
		"replica-ignore-maxmemory", "slave-ignore-maxmemory", "replica-ignore-disk-write-errors",
		"replica-lazy-flush", "slave-lazy-flush", "replica-full-sync-buffer-limit",
		"repl-diskless-sync", "repl-diskless-sync-delay", "repl-diskless-sync-max-replicas",
		"repl-diskless-load", "repl-ping-replica-period", "repl-ping-slave-period", "repl-timeout",
		"repl-disable-tcp-nodelay", "repl-backlog-size", "repl-backlog-ttl", "min-replicas-max-lag",
		"min-slaves-max-lag", "propagation-error-behavior",
		// Clusters.
		"cluster-config-file", "cluster-node-timeout", "cluster-port", "cluster-announce-ip",
		"cluster-announce-port", "cluster-announce-tls-port", "cluster-announce-bus-port",
		"cluster-announce-hostname", "cluster-announce-human-nodename", "cluster-preferred-endpoint-type",
		"cluster-replica-validity-factor", "cluster-slave-validity-factor", "cluster-migration-barrier",
		"cluster-allow-replica-migration", "cluster-require-full-coverage", "cluster-replica-no-failover",
		"cluster-slave-no-failover", "cluster-allow-reads-when-down",
		"cluster-allow-pubsubshard-when-down", "cluster-link-sendbuf-limit",
		// Scripts, users, events and measurements.
		"lua-enable-deprecated-api", "acllog-max-len",
		"acl-pubsub-default",
	}
}
