// Package clients tries Troupe with client libraries of other languages, as they
// come: node-redis, ioredis, BullMQ, redis-py, asynq. What stands in testdata is
// what an application does with each; it needs no setting and knows of no server
// in particular. Every program runs against redis-server first, which proves the
// program, and then against Troupe.
//
// The libraries of Node come by npm at the versions of package-lock.json, redis-py
// is the one of the system, asynq has a module of its own so that the server's does
// not depend on it.
package clients
