// Package disk is what the server asks of a file system, so that tests can put
// another in its place: one that fails, fills up, or forgets what was not synced.
//
// # Invariants
//
//   - What was written survives a crash of the machine when File.Sync has returned
//     without an error, and the name of a file when FS.SyncDir has, for its folder.
//   - After a failed Sync nothing is known of what was written since the last one,
//     and a further Sync proves nothing: the kernel may have marked the pages clean.
//     The caller writes what it needs elsewhere.
//
// Names are paths as the operating system takes them. A File belongs to one goroutine
// at a time, but Sync may run beside Write.
package disk
