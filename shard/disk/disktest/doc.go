// Package disktest is a disk in memory that forgets, for tests: what a crash of the
// machine leaves of it is what a true file system may leave.
//
//	d := disktest.New(seed)
//	d.CrashAt(17)                    // the 17th operation and all after it fail
//	… the code under test works on d …
//	image := d.Image(rng)            // what is there after the power comes back
//
// # What survives
//
//   - Bytes for which Sync has returned. Of pages that were written since, any may be
//     there or not; one of them may be there up to some byte; the length may be any
//     between the one that was synced and the last, and what is missing below it is
//     zeros.
//   - Names as of the last SyncDir of their folder, and of the changes since then the
//     first so many, in their order.
//
// Operations can be made to fail, and the disk to be full. Only tests import it.
package disktest
