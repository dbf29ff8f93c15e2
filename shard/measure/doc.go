// Package measure is what the server measures of itself while it serves: how often
// and how long each command ran, which errors clients were told, which commands were
// slow, and which kinds of work made clients wait.
//
//	shard, connection ── Commands, Errors ──► merged when INFO asks
//	        │
//	        └─ a run took notably long ──► Observer ─┬─► Slowlog   SLOWLOG GET
//	                                                 └─► Latency   LATENCY HISTORY
//
// # Counting
//
// Commands and Errors are plain integers that have one owner: a shard counts in its
// turn, a connection under the lock of its stripe (Striped). Nothing is shared on the
// way of a command, and the sums are made when somebody asks.
//
// # Histograms
//
// A Histogram is log-linear: sixteen buckets of equal width between a power of two
// and the next, so that a figure is at most 6.25 % too high. It holds nanoseconds
// from 1 to 2^40 (18 minutes) in 592 counters, which a command gets when it first
// runs.
//
// # The clock
//
// To read the clock takes a good part of what a short command takes. So commands that
// are brief (command.Command.Brief) and follow each other in a batch are measured
// together and share the time evenly; any other is measured by itself. A threshold
// below a millisecond makes every command measured by itself (Thresholds.Exact).
//
// # Complexity
//
// Counting is O(1) without allocation, but for the first of a command. Slowlog and
// Latency are bounded: by slowlog-max-len, and by 160 samples an event.
package measure
