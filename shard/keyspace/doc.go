// Package keyspace is the keys of one shard: its numbered databases, expiry,
// eviction, access clocks, memory accounting and the queues of clients that wait
// for a key. It knows no commands and no replies.
//
//	Keyspace ── DB 0 ── store.Store   key → record (table and arena)
//	        │       └── waiting       key → clients blocked on it, in arrival order
//	        ├─ DB 1 …
//	        └─ Settings, Now          the same for a whole turn
//
// A command reaches a key in two steps. A Key names it (database, bytes, hash);
// Read, Peek or Write looks it up and gives an Entry, the record as it is in this
// turn. Expired records are removed by the look-up, so an Entry that exists is
// alive. An Entry stays valid while its own record is neither replaced, resized
// nor deleted; methods that do so return the Entry that follows.
//
// # Ownership
//
// Everything here belongs to the turn of the shard's actor and is used by one
// goroutine at a time, but for Settings (immutable, replaced as a whole) and the
// counters of Gauge, which anybody may read.
//
// # Complexity
//
// Look-ups and changes of a record are O(1), Flush and Swap too, but for the keys
// that clients wait for. ExpireStep looks at some hundred keys, MakeRoom is bounded
// by time. Memory is accounted for as it changes: UsedBytes is O(databases).
//
// # Telling
//
// Two things are told to clients, through the Herald of the shard: events of keys
// (Key.Notify, as far as Settings.Events wants them), and changes of keys that clients
// have read (Key.Remember) or want to hear of in any case. Both are queued in the
// turn in which they happen, in order, and leave with its end. The cost of a change
// that nobody cares for is one branch each.
//
// # Out of memory
//
// A change that finds no room for its record panics; OutOfMemory tells such a panic
// from a bug. The keyspace is sound then, and Full warns before it comes to that.
//
// # Snapshots
//
// While a snapshot is under way, what a command is about to change is captured before:
// by Key.Write, and by every method of Entry and DB that changes or removes something.
// Whoever has an Entry from Read, Peek or Glance and changes its bytes or its Object
// all the same calls Entry.Alter first. capture.go has the whole of it.
//
// # Invariants
//
//   - A key is counted in objectBytes of its database exactly when it has an Object.
//   - A record's kind is Type<<4 | Encoding, never 0.
//   - A key with elements that have a deadline stands in the schedule of its
//     database, with a time that is not after the first of them.
//   - While a key is remembered in read, or broadcast is set, attentive is set.
//   - waiting[k] is not empty: the last waiter to leave takes the queue with it.
package keyspace
