// Package shard is the data plane: the troupe of shard actors, each owning a
// slice of the keyspace, and the router that finds a key's owner.
//
// A connection turns what one read brought into at most one Batch per shard and
// sends it with Troupe.Send, or with Troupe.SendTogether when one of its commands
// is split over several shards. A shard executes a batch in its turn, appends
// the replies to the batch and hands it back through the batch's own channel.
// A command that needs several shards at once runs in a fence, through
// Troupe.Call.
//
//	Troupe ── actor.Group ── Shard 0 ── keyspace.Keyspace
//	                      ├─ Shard 1 …
//
// # A turn
//
//	Begin (clock, settings) → warm the batch's keys → for each command:
//	make room if it may take memory → handler → serve those who waited for a key
//	→ End (gauges; what clients are told leaves) → hand the batch back
//
// # Waiting
//
// A handler that calls Ctx.Block becomes a Wait: it stands in the queue of each
// of its keys. When a command has brought such a key into being, the shard
// serves the first in its queue right after that command, in the same turn. If
// serving needs a key of another shard, as BLMOVE's destination may be, the
// shard borrows that shard (package actor) and moves the element over both.
//
// # Failure
//
// A panic in a read-only command becomes an error reply. A panic in a command
// that writes may have left data half changed: the troupe's Fatal hook is called
// with the request and the stack, and is expected to end the process.
package shard
