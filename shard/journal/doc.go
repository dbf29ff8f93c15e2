// Package journal is the log: one order of the effects of all shards, written to the
// append-only file.
//
// Shards append what a message has changed before they hand back its replies. One
// goroutine writes what has come together meanwhile, as one group, and syncs it as the
// policy wants. What waits for the disk is handed on when it is there:
//
//	shard 0 ── Append ──┐            ┌─ write ─ sync ─► durable ── Release: batches,
//	shard 1 ── Append ──┼─► chunk ───┤                             callers, waits
//	shard 2 ── Append ──┘  (mutex)   └─ while that goes on, the next chunk fills
//
// # Order
//
// A shard appends before anybody can learn of the change, so the log is in an order
// that agrees with real time: of two commands, the second of which began after the
// first was answered, the first comes first. What runs in a fence is appended once,
// for all its shards, before they go on.
//
// # Policies
//
//   - always: what a client has been told, or has read, is durable. Replies of a shard
//     wait until everything is that the shard had appended when it made them (Hold).
//     The log waits a little for those who came with the last group (gather.go), so
//     that one sync serves them all.
//   - everysec: another goroutine syncs once a second, so that writing goes on.
//   - no: the operating system decides.
//
// # Files
//
// Files keeps the manifest and its parts. A rewrite begins with a cut: within
// Troupe.Hold the chunk at hand is closed with a Turn, and what comes after it goes to
// a new part. The goroutine of the log does the rest: it writes and syncs the old part
// to its end, makes the new one, names it in the manifest, and goes on there. So
// every part but the last is whole. When the new base is written, Files.Adopt makes
// it the beginning, and removes what is no longer needed.
//
// # Failure
//
// A write that fails is taken back to the last whole group and tried again every
// second; commands that write are refused meanwhile (Refusal). After a failed sync
// nothing is known about the file: it is not written to any more, and Options.Renew
// is asked for a new base and a new part, with which service resumes. Under always the
// process ends, as Redis does: what it has not been able to make durable it has not
// told anybody.
//
// # Invariants
//
//   - durable <= written <= published, all of them offsets in the stream of effects,
//     which counts neither annotations nor what is in files from before the start.
//   - Append waits for nothing but the goroutine of the log, which waits for nothing
//     but the disk.
//   - A chunk holds whole units.
package journal
