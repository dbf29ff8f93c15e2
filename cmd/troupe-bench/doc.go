// Command troupe-bench measures Troupe beside Redis and writes the
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
// It needs redis-server and redis-benchmark on the PATH. Troupe is built from
// the tree unless --troupe names a binary.
package main
