// Package bench measures Troupe beside its peers and writes down what it found.
//
// # Rows
//
// A row is one line of the table of targets: a name, what is measured, and the
// bounds its figures are held to. [Rows] lists them in the order they run:
//
//	throughput         redis-benchmark with strings and lists: requests per
//	                   second, and the server's own processor time a request
//	types-throughput   the same with sets, hashes, sorted sets and streams, with
//	                   transactions, and with one sorted set of millions
//	performance        the table of performance: numbers of clients, depths of the
//	                   pipeline, keys out of cache, redis-benchmark's whole set,
//	                   sizes of values, mixes of reads and writes, skewed keys,
//	                   numbers of shards
//	peers              GET and SET of every server, memcached too
//	tail               waits at half and seven tenths of each server's own peak, in
//	                   peace, during a snapshot and while very many keys expire
//	durability         SET with an append-only file, a snapshot under load: memory,
//	                   waits and time, and the start with its file
//	features           scripts, messages to subscribers, and what a fence over all
//	                   shards adds to the wait of those who have no part in it
//	memory             resident bytes a key, on a fresh server for each row; what a
//	                   key takes beyond its own bytes at every size on the way; and
//	                   what is left after most keys are deleted
//	types-memory       resident bytes a small hash or set, and an element of one
//	                   large sorted set or stream
//	latency            the longest single write while a table grows, and the
//	                   pauses of the collector with all those keys loaded
//	connections        resident bytes of an idle connection
//
// # Servers
//
// The first server is held to the targets. Those behind it that speak RESP run all
// rows, with the same directives. A target that is a ratio is to the best of the
// rivals in that row (Options.Rivals), say Redis and Valkey, and its check names the
// one it was:
//
//	troupe  redis  valkey  other  floor  memcached
//	first   |- rivals --|  shown  rows   rows of peers only,
//	        all rows .........    of     by its own protocol
//	                              load
//
// # Method
//
// Every server listens on a loopback port of its own, with the same directives
// and nothing on disk unless the row is about that, and is ended by its process id.
//
//	repetition 1   troupe  redis
//	repetition 2   redis   troupe      a machine that becomes slower or faster
//	repetition 3   troupe  redis       meanwhile does so for both
//	...
//
// A figure is the median of the repetitions. A ratio is the median of the
// ratios inside each repetition, so that what disturbed one pair counts once.
// Processor time is user plus system time of the server's process, read from
// /proc before and after each run: it holds where the wall clock does not,
// since client and servers share the machine. One run is bounded in requests
// and in time.
//
// Beside the servers of a throughput row runs the floor (package floor), which
// answers every request and does nothing: what it takes, the kernel takes. Each
// server's processor time is also shown as a multiple of the floor's.
//
// What a row adds to is empty before each run, and what it pops from has a
// member for each pop. redis-benchmark makes no transactions, so a small driver
// here does: one thread and one epoll loop, as redis-benchmark is. It compares every
// reply, and its own processor time is reported as that of redis-benchmark is. It also
// drives the tests in which redis-benchmark is slower than the servers: it knows what
// it will be answered, so it takes a half (PING) to a sixth (long ranges) of the time.
//
// A closed loop, as redis-benchmark is one, sends the next request when the last one
// is answered, so it asks nothing of a server that stands still. Rows about waits
// have an open one: pipelines are sent when they are due, and a wait counts from then.
//
// Resident memory is that of the process (smaps_rollup): after the load less
// before it, divided by keys, elements or connections. In between everything is
// read back and compared.
//
// The longest write is measured without a server: what a shard does in its
// turn for SET, on a keyspace of its own, 0 keys to the full number. The wall
// clock and the thread's own clock are both read around each write. An
// operation that the machine preempted says nothing about the store, so the
// best of several runs counts, and the thread's clock stands beside it.
//
// # Report
//
// A row that cannot be measured is named in the report, and the others go on.
//
// [Run] returns a [Report], which [Report.Write] turns into a page, the figures
// as JSON and charts. Everything in the page is in the JSON.
//
// The package needs /proc, hence Linux; elsewhere it builds and Run fails.
package bench
