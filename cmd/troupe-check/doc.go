// Command troupe-check reads the files that the server keeps and says what is wrong
// with them: snapshots (RDB), parts of an append-only file, with or without a snapshot
// in front, and manifests, with all parts that they name.
//
//	troupe-check [--fix] file
//
// With --fix a part of an append-only file is cut off behind the last thing in it that
// is whole; what is behind that is kept in a file beside it, with ".torn" at the end of
// its name. It exits with 0 when all is well, or was made so, and with 1 otherwise. The
// server must not be running on the files.
package main
