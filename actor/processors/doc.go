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
//	        busy machine, two samples            better than before
//	full ───────────────────────────► trying ─────────────────────► narrow
//	 ▲                                   │ no better: not again for a while   │
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
// What was better once is taken to be better again, without a comparison, until narrow
// has had ten seconds.
//
// As long as the machine has processors to spare, the runtime keeps all of them.
package processors
