// Package tracking is the server's side of client-side caching: which clients have
// asked with CLIENT TRACKING to be told when keys change, and telling them.
//
//	CLIENT TRACKING ── Client ── Registry ── prefixes, all who track
//	                     │           │
//	     Reader of its   │           │ a Teller for each shard
//	     commands        ▼           ▼
//	shard: reads k ─► keyspace remembers k ─► k changes ─► Teller ─► outbox ─► invalidate [k]
//
// In the default mode, and with OPTIN and OPTOUT, the shard that owns a key remembers
// who has read it, in the turn in which it is read, until it changes
// (keyspace.Key.Remember). In the mode BCAST nothing is remembered: each change is
// compared with the prefixes of those who want to know.
//
// # What a client may rely on
//
// A value that it was sent and that has changed since is announced to it, and not
// before it was sent: while commands of a client are at the shards, what it is told
// is held back until their replies are on the way. With REDIRECT the two ways are
// different connections, between which there is no order, as in Redis.
//
// # Who owns what
//
// A Teller belongs to the turn of its shard. It only puts messages into outboxes, and
// sends them on their way when the turn ends. A Registry is for all goroutines; its
// lock is held while messages of a broadcast are put into outboxes, and outbox.mu is
// taken under it.
//
// # Complexity
//
// A change costs O(C) for C clients that have read the key. With BCAST a turn costs
// O(P·K + C·K) for P prefixes, their C clients and K changes.
package tracking
