// Package listen opens the server's sockets and accepts connections: every bind
// address, the unix socket, and the checks before a connection is served
// (protected mode, maxclients).
//
// An accept loop never ends on its own account: it answers what is wrong with
// one connection (ECONNABORTED) by going on, and what is wrong with the machine
// (EMFILE) by waiting a little longer each time.
package listen
