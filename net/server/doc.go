// Package server puts a server together: configuration in, running server out.
// It has no logic of its own beyond the order in which things start and stop.
//
// # Start
//
//	limits → log → shards → table of commands → sockets → clock
//
// # Stop
//
//	sockets → sessions (each finishes the command at hand) → clock → shards
package server
