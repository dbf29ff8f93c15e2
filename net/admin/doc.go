// Package admin is the operator's side of the server: INFO, COMMAND, DEBUG,
// SHUTDOWN, SLOWLOG, LATENCY, MEMORY, TIME and LOLWUT.
//
// # INFO
//
// INFO is a list of sections (info.go). A section is a function that writes
// fields; what it needs from the shards is asked for once per INFO, in a
// snapshot, and only if some section wants it:
//
//	INFO [section ...] ─► sections ─► snapshot ─► Troupe.Reports  (one message per shard)
//	                                          ├─► Registry.Traffic
//	                                          └─► runtime/metrics, /proc
//
// A field is there only if it says something true about this server. Fields
// have Redis's names where they mean what Redis means by them.
//
// # Ownership
//
// An Admin is fixed after New but for its rates and its peak, which Tick feeds
// and which are locked or atomic: any connection may serve its commands.
//
// # COMMAND
//
// CommandInfo answers COMMAND and its subcommands from the rows of the table,
// the same that route requests.
package admin
