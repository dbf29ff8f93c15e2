// Command troupe-bench measures Troupe beside its peers and writes the
// figures to docs/benchmarks. What it measures, and how, is in package bench.
//
//	go run ./cmd/troupe-bench                      everything, some hours
//	go run ./cmd/troupe-bench --list               the rows
//	go run ./cmd/troupe-bench --only set-p16,memory
//	go run ./cmd/troupe-bench --only performance   one table
//	go run ./cmd/troupe-bench --quick --out /tmp/b a smoke run of some seconds
//
// With --floor PORT it is the server that does nothing, which it starts itself for
// the rows that show one.
//
// It needs redis-benchmark on the PATH, and redis-server or valkey-server. All of
// these and memcached are measured where they are there; what is not is named in
// the report. --redis, --valkey and --memcached name other binaries, or nothing for
// a peer to be left out, and --server adds one. Troupe is built from the tree unless
// --troupe names a binary.
package main
