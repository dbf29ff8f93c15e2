// Package repocheck is the rules of the house, as tests. It holds no code but
// this comment: "go test ./cmd/repocheck" reads the whole tree and names what
// breaks a rule, with file and line.
//
//	imports    cmd → net → shard → actor; shard, net → codec; never backwards.
//	           A foreign module is imported where vendors says and nowhere else.
//	shape      sizes of files and functions, names, one package comment per
//	           package, in doc.go.
//	calls      what may be used only in a few named places: goroutines, clocks,
//	           locks, panics; what may be used nowhere: init, skipped tests,
//	           marks of unfinished work, writes to package variables.
//	commands   every row of the command table has a conversation that asks for it.
//	docs       links lead somewhere, the map names every package, the list of
//	           dependencies is that of go.mod.
//
// A rule is a function from a tree of files to findings. Each is also run on a
// small tree that breaks it, so that a rule which has gone blind is noticed.
//
// An exception stands in the table of its rule, by path and with its reason.
// One that nobody needs any more is a finding as well.
package repocheck
