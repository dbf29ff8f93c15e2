package session

import (
	"fmt"
	"time"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// killFilter is what CLIENT KILL looks for; zero fields match all.
type killFilter struct {
	id            uint64
	kind          clientKind
	remote, local string
	user          string
	maxAge        time.Duration
	sparesSelf    bool
}

func serveClientKill(c *Client, args [][]byte) {
	if len(args) == 3 {
		c.killAddress(string(args[2]))
		return
	}
	f, refusal := parseKill(args)
	if refusal != "" {
		c.Reply.Error(refusal)
		return
	}
	killed := int64(0)
	for _, other := range c.env.Clients.All() {
		if f.matches(other, c) {
			c.kill(other)
			killed++
		}
	}
	c.Reply.Int(killed)
}

// killAddress is the old form: one client by its address.
func (c *Client) killAddress(remote string) {
	for _, other := range c.env.Clients.All() {
		if other.remote == remote {
			c.kill(other)
			c.Reply.OK()
			return
		}
	}
	c.Reply.Error(errNoClient)
}

// kill closes another connection, or this one after its reply.
func (c *Client) kill(other *Client) {
	if other == c {
		c.leaving = true
		return
	}
	other.Close()
}

func parseKill(args [][]byte) (f killFilter, refusal string) {
	f.sparesSelf = true
	for i := 2; i < len(args); i += 2 {
		if i+1 == len(args) {
			return f, command.ErrSyntax
		}
		if refusal = f.set(args[i], args[i+1]); refusal != "" {
			return f, refusal
		}
	}
	return f, ""
}

// set takes one pair of filter and value.
func (f *killFilter) set(name, value []byte) (refusal string) {
	switch {
	case command.EqualFold(name, "ID"):
		id, ok := num.ParseInt(value)
		if !ok || id < 1 {
			return errKillClientID
		}
		f.id = uint64(id)
	case command.EqualFold(name, "MAXAGE"):
		return f.setMaxAge(value)
	case command.EqualFold(name, "TYPE"):
		kind, ok := parseKind(value)
		if !ok {
			return fmt.Sprintf(errClientType, clip(value, errQuoteMost))
		}
		f.kind = kind
	case command.EqualFold(name, "ADDR"):
		f.remote = string(value)
	case command.EqualFold(name, "LADDR"):
		f.local = string(value)
	case command.EqualFold(name, "USER"):
		if string(value) != defaultUser {
			return fmt.Sprintf(errUser, clip(value, errQuoteMost))
		}
		f.user = defaultUser
	case command.EqualFold(name, "SKIPME") && command.EqualFold(value, "YES"):
		f.sparesSelf = true
	case command.EqualFold(name, "SKIPME") && command.EqualFold(value, "NO"):
		f.sparesSelf = false
	default:
		return command.ErrSyntax
	}
	return ""
}

func (f *killFilter) setMaxAge(value []byte) (refusal string) {
	seconds, ok := num.ParseInt(value)
	switch {
	case !ok:
		return errKillMaxAge
	case seconds <= 0:
		return errKillMaxAgeZero
	}
	f.maxAge = time.Duration(min(seconds, int64(time.Duration(1<<63-1)/time.Second))) * time.Second
	return ""
}

func (f *killFilter) matches(other, self *Client) bool {
	switch {
	case f.sparesSelf && other == self,
		f.id != 0 && other.id != f.id,
		f.kind != "" && f.kind != other.kind(),
		f.remote != "" && other.remote != f.remote,
		f.local != "" && other.laddr != f.local,
		f.maxAge != 0 && time.Since(other.created) < f.maxAge:
		return false
	}
	return true
}
