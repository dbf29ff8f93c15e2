// Package net is the parent of the packages at the edges of the server. It holds
// no code of its own, so that nobody imports it and the standard library's net
// needs no other name.
//
//	listen      sockets and accept loops
//	session     one connection: read, parse, check, route, reply in order
//	config      redis.conf, the command line, CONFIG
//	admin       the operator's commands: INFO, COMMAND, DEBUG, SHUTDOWN
//	catalog     the one list of every command, checked at the start
//	server      the composition root: configuration in, running server out
//	servertest  conversations with a server, held against redis-server
//	bench       measurements beside redis-server
package net
