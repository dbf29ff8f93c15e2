// Package catalog is the one list of every command of the server.
//
// The rows stand beside the code they describe: a data type's in its package
// under shard, the rest in the packages under net. [New] joins them into the
// table that connections look commands up in, and refuses a table with anything
// wrong in it, so that a server with a bad row does not start.
//
// To add a command, add its row to the slice of its package. To add a package,
// add its slice to New. Nothing else has to be told: routing, arity, ACL
// categories, COMMAND with its subcommands, and docs/commands.md all derive from
// the row. Tests hold the rows against a real redis-server and docs/commands.md
// against the rows; "go test ./net/catalog -rewrite" writes that page anew.
//
// Invariants of a table from New: names are unique; every command can be run or
// is a container; keys that a Spec names are named in its argument grammar; no
// row is both a write and a read.
package catalog
