// Package floor is a server that does nothing: what the kernel, the loopback
// device and the shape of one epoll loop cost a request, and no more. Throughput
// rows of package bench show it beside the servers they compare.
//
//	epoll_wait ─► read(2) ─► count requests ─► one reply for each ─► write(2)
//
// It runs on one goroutine that keeps its thread. A request is not looked at: its
// lengths are read and its bytes are skipped. It gets the reply that its number of
// arguments selects, which is +PONG for one argument and for a line without
// lengths, and +OK for any other until the client has said
//
//	FLOOR "reply to two arguments" "reply to any other number"
//
// as such a line, both in Go's quotes and without spaces. So a client hears a value
// from GET and a number from INCR, of the size that a real server sends.
//
// Nothing is allocated between a read and its write once the buffer of replies has
// grown. A request costs one pass over its lengths; its bodies cost nothing beside
// what the kernel copies.
//
// The package needs epoll, hence Linux; elsewhere it builds and Serve fails.
package floor
