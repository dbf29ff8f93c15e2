// Package processors fits the number of processors that goroutines run on, the
// runtime's GOMAXPROCS, to what the machine has to give.
//
// The runtime takes every processor of the machine for its own. Where other programs
// keep some of them busy, it then has more threads that want to run than processors to
// run them: an actor is halted by the kernel in the middle of its turn while another
// waits for its answer, and what passes between them passes from one processor's cache
// to another's. With fewer threads than that the same work often takes less time. By
// how much, and whether at all, depends on the load and cannot be read off any gauge,
// so it is tried:
//
//	        busy machine                         better than before
//	full ───────────────────────────► trying ─────────────────────► narrow
//	 ▲                                   │ no better, nor than what comes     │
//	 │                                   │ after: not again for a while       │
//	 └───────────────────────────────────┴────────────────────────────────────┘
//	                          the machine has processors to spare, the load has been
//	                          gone for a while, other work has begun, or it is time to
//	                          compare
//
// Better is what does more work for the processor time it takes: the product of work a
// second and work per second of processor time. This is hill climbing, as the thread
// pool of .NET does it, with two places to be (Hellerstein et al., "Optimizing
// Concurrency Levels in the .NET ThreadPool", 2008).
//
// Others may slow the machine down while something is tried. So what was no better than
// what had been before is compared with what comes after it, too, before it is given up.
//
// What was better once is taken to be better again, without a comparison, until narrow
// has had ten seconds, and up to thirty when it was so several times.
//
// On one processor it is tried, too, to sleep for some 55 µs now and then: a nap. A server
// that is a little faster than its clients otherwise deals with the requests of a few at
// a time, and wakes a client for each. What arrives during a nap is dealt with, and
// answered, in one go. Its time has come when several rounds in a row, from one moment
// without anything to do to the next, were those of few connections among the many that
// are active: then most of the clients have something to do without us. Where naps have
// more done, or as much in less processor time, they are kept up, for as long as the
// comparison, which is repeated, says so.
//
// As long as the machine has processors to spare, the runtime keeps all of them.
package processors
