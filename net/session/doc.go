// Package session is one connection: it reads requests, checks them, routes them
// to shards, and writes the replies in the order the requests came in.
//
//	read ─► parse ─► check ─► round: one batch per shard ─► wait ─► stitch ─► write
//
// # A round
//
// The commands that one read brought make a round. Each goes into the batch for
// the shard that owns its key; a command whose keys several shards own either
// has a part in several batches (DEL, MGET) or ends the round and runs in a
// fence (RENAME), which those behind it share that need no other shards. The
// batches are sent, executed at the same time, and come back through the
// connection's own channel. Then their replies are stitched together in the order
// of the commands and written with one system call.
//
// What a command of the round needs to know about the connection (database,
// protocol, NO-TOUCH) is the same for all: commands that change it end a round.
//
// # Buffers
//
// The workspace (the input buffer, the round, the parser), the output buffer and the
// batches come from pools when there is something to read and go back when nothing is
// left to do, so that an idle connection holds none. Arguments are views into the input
// buffer, which is not touched before the round is over. Who fills it gets a larger one until it pauses.
// Replies are copied once, from the shard's buffer to the socket, and long values not
// at all: the store lends them (outgoing). A client that does not read its replies
// is not read from either: writing waits.
//
// # Ownership
//
// A Client belongs to the goroutine that runs Serve. What others may read
// (CLIENT LIST) or do (CLIENT KILL, CLIENT UNBLOCK) goes through the atomics and
// the mutex that are marked so.
package session
