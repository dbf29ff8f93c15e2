// Package persist keeps data beyond the life of the process: it decides when a
// snapshot is taken, gives it its file, and loads what is there at the start. How a
// snapshot comes about is the business of shard/snapshot.
//
//	save points ─┐                  ┌─► temp-<pid>.rdb ─ fsync ─ rename ─► dump.rdb
//	BGSAVE, SAVE ┼─► Store.save ────┤
//	SHUTDOWN     ┘  one at a time   └─► INFO, LASTSAVE, MISCONF
//
//	start: dump.rdb ─► reader ─► shards, while clients hear -LOADING
//
// # A file that is whole
//
// A snapshot is written beside its file under another name, made durable, and given
// the name; then the folder is made durable. Whatever happens, dump.rdb is the last
// snapshot that was finished. A start refuses a file that is damaged, rather than to
// serve a part of the data and to replace the file by that.
//
// # What is kept back
//
// While data are loaded, commands that need them are refused with LOADING. When the
// last snapshot has failed, and somebody relies on snapshots (there are save points),
// commands that write are refused with MISCONF until one succeeds; see
// stop-writes-on-bgsave-error.
//
// # Invariants
//
//   - At most one snapshot is under way. A SAVE that finds one is refused, a BGSAVE
//     SCHEDULE is done afterwards.
//   - Changes since the last save are those since its cut: what happens while a
//     snapshot is written counts for the next.
package persist
