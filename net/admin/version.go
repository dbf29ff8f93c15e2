package admin

// The versions INFO shows.
const (
	Version      = "0.1.0" // of this server
	RedisVersion = "7.4.0" // the Redis whose behaviour clients may expect
)
