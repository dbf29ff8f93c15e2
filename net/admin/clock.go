package admin

import (
	"time"

	"github.com/troupe-db/troupe/net/session"
)

// serveTime replies with the unix time: seconds, and microseconds of the second.
func (a *Admin) serveTime(c *session.Client, _ [][]byte) {
	now := time.Now()
	c.Reply.Array(2)
	c.Reply.BulkInt(now.Unix())
	c.Reply.BulkInt(int64(now.Nanosecond() / 1000))
}
