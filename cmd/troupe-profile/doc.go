// Command troupe-profile writes the profile that troupe is built with:
//
//	go run ./cmd/troupe-profile cmd/troupe/default.pgo
//
// It runs a server in its own process, drives it with redis-benchmark as an
// application would (mostly pipelined, reads and writes of each type), and
// records where the processor's time goes. The go command finds default.pgo
// beside main and inlines and lays out code by it (https://go.dev/doc/pgo).
package main
