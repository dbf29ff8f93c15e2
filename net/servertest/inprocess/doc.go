// Package inprocess runs a whole server in the process of a test: the same
// configuration, table of commands, shards and sockets as the program has, and
// within reach of the race detector, the profiler and the counters of memory.
// Only tests import it.
//
//	s := inprocess.Start(t, "--shards", "3")
//	c := s.Dial(t)
//	c.Say(t, "SET", "k", "v") // the reply, as resp.Value
//
// A server listens on a unix socket in a folder of its own, and on a loopback
// port when it is started with Port. It stops with the test; one that does not
// stop fails it and shows the stacks of all goroutines, since these tell why.
package inprocess
