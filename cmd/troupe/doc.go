// Command troupe is the server.
//
//	troupe [/path/to/redis.conf] [--directive value ...]... [-]
//
// It stays in the foreground and logs to the standard output. SIGTERM and SIGINT
// stop it after the commands at hand; a second one stops it at once. It exits
// with 0 when it was asked to stop, and with 1 when it could not start, was
// stopped at once, or has found its data damaged.
package main
