package admin

import "github.com/troupe-db/troupe/net/session"

// The versions INFO shows.
const (
	Version      = "0.1.0"              // of this server
	RedisVersion = session.RedisVersion // the Redis whose behaviour clients may expect
)
