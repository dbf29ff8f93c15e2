package session

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"math"
	"slices"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// RedisVersion is the version of Redis whose behaviour clients may rely on: what
// HELLO and INFO tell them.
const RedisVersion = "7.4.0"

// The error texts of commands about the connection, in Redis's words.
const (
	errProtoNotInteger = "ERR Protocol version is not an integer or out of range"
	errProto           = "NOPROTO unsupported protocol version"
	errWrongPass       = "WRONGPASS invalid username-password pair or user is disabled."
	errNoPassword      = "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"
	errHelloNoAuth     = "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time"
	errInt32           = "ERR value is out of range, value must between -2147483648 and 2147483647"
	errClientName      = "ERR Client names cannot contain spaces, newlines or special characters."
)

// defaultUser is the one user there is.
const defaultUser = "default"

func servePing(c *Client, args [][]byte) {
	if c.proto == 2 && len(args) <= 2 && c.listens() { // what is heard there are arrays
		c.Reply.Array(2)
		c.Reply.BulkString("pong")
		c.Reply.Bulk(slices.Concat(args[1:]...))
		return
	}
	switch len(args) {
	case 1:
		c.Reply.Pong()
	case 2:
		c.Reply.Bulk(args[1])
	default:
		c.Reply.Error("ERR wrong number of arguments for 'ping' command")
	}
}

func serveEcho(c *Client, args [][]byte) { c.Reply.Bulk(args[1]) }

func serveQuit(c *Client, _ [][]byte) {
	c.Reply.OK()
	c.leaving = true
}

// serveReset makes the connection as if it were new.
func serveReset(c *Client, _ [][]byte) {
	if s := c.Subscriptions(); s != nil {
		s.Clear()
	}
	c.endMonitor()
	c.untrack()
	c.setProto(2)
	c.selectDB(0)
	c.setNoTouch(false)
	c.setNoEvict(false)
	c.setName("")
	c.mute = speak
	c.dropMulti()
	c.unwatch()
	c.authed = c.env.Settings.Load().RequirePass == ""
	c.Reply.Status("RESET")
}

func serveSelect(c *Client, args [][]byte) {
	n, ok := num.ParseInt(args[1])
	switch {
	case !ok:
		c.Reply.Error(command.ErrNotInteger)
	case n < math.MinInt32 || n > math.MaxInt32:
		c.Reply.Error(errInt32)
	case n < 0 || n >= int64(c.env.Settings.Load().Databases):
		c.Reply.Error(command.ErrDBIndex)
	default:
		c.selectDB(int(n))
		c.Reply.OK()
	}
}

func serveAuth(c *Client, args [][]byte) {
	user, password := []byte(defaultUser), args[1]
	switch {
	case len(args) > 3:
		c.Reply.Error(command.ErrSyntax)
		return
	case len(args) == 3:
		user, password = args[1], args[2]
	case c.env.Settings.Load().RequirePass == "":
		c.Reply.Error(errNoPassword)
		return
	}
	if !c.authenticate(user, password) {
		c.Reply.Error(errWrongPass)
		return
	}
	c.Reply.OK()
}

// authenticate checks a user's password, in a time that depends on neither, and
// lets the client in when it is right. Without a password set any is right.
func (c *Client) authenticate(user, password []byte) bool {
	want := c.env.Settings.Load().RequirePass
	given, wanted := sha256.Sum256(password), sha256.Sum256([]byte(want))
	right := subtle.ConstantTimeCompare(given[:], wanted[:]) == 1 || want == ""
	if !right || string(user) != defaultUser {
		return false
	}
	c.authed = true
	return true
}

// hello is what HELLO asks for.
type hello struct {
	proto          int // 0 keeps the one in use
	user, password []byte
	name           []byte
	auth, rename   bool
}

func serveHello(c *Client, args [][]byte) {
	h, refusal := parseHello(args)
	switch {
	case refusal != "":
	case h.auth && !c.authenticate(h.user, h.password):
		refusal = errWrongPass
	case !c.authed && c.mustAuthenticate():
		refusal = errHelloNoAuth
	case h.rename && !validName(h.name):
		refusal = errClientName
	}
	if refusal != "" {
		c.Reply.Error(refusal)
		return
	}
	if h.rename {
		c.setName(string(h.name))
	}
	if h.proto != 0 {
		c.setProto(h.proto)
	}
	c.describe()
}

func parseHello(args [][]byte) (h hello, refusal string) {
	if len(args) == 1 {
		return h, ""
	}
	version, ok := num.ParseInt(args[1])
	if !ok {
		return h, errProtoNotInteger
	}
	if version < 2 || version > 3 {
		return h, errProto
	}
	h.proto = int(version)
	for i := 2; i < len(args); {
		switch left := len(args) - i - 1; {
		case command.EqualFold(args[i], "AUTH") && left >= 2:
			h.auth, h.user, h.password = true, args[i+1], args[i+2]
			i += 3
		case command.EqualFold(args[i], "SETNAME") && left >= 1:
			h.rename, h.name = true, args[i+1]
			i += 2
		default:
			return h, fmt.Sprintf("ERR Syntax error in HELLO option '%s'", clip(args[i], errQuoteMost))
		}
	}
	return h, ""
}

// describe writes HELLO's reply.
func (c *Client) describe() {
	w := c.Reply
	w.Map(7)
	w.BulkString("server")
	w.BulkString("redis")
	w.BulkString("version")
	w.BulkString(RedisVersion)
	w.BulkString("proto")
	w.Int(int64(c.proto))
	w.BulkString("id")
	w.Int(int64(c.id))
	w.BulkString("mode")
	w.BulkString("standalone")
	w.BulkString("role")
	w.BulkString("master")
	w.BulkString("modules")
	w.Array(0)
}

func (c *Client) setProto(version int) {
	c.proto, c.Reply.Proto = version, version
	if c.workspace != nil {
		c.replies.Proto = version
	}
	c.shared.mu.Lock()
	c.shared.proto = version
	c.shared.mu.Unlock()
	c.Hold() // messages in the new version come behind the reply that confirms it
}

func (c *Client) selectDB(n int) {
	c.number = n
	c.shared.mu.Lock()
	c.shared.number = n
	c.shared.mu.Unlock()
}

func (c *Client) setName(name string) {
	c.shared.mu.Lock()
	c.shared.name = name
	c.shared.mu.Unlock()
}

func (c *Client) setNoTouch(on bool) {
	c.noTouch = on
	c.shared.mu.Lock()
	c.shared.noTouch = on
	c.shared.mu.Unlock()
}

func (c *Client) setNoEvict(on bool) {
	c.shared.mu.Lock()
	c.shared.noEvict = on
	c.shared.mu.Unlock()
}

// validName tells whether a name can stand in the lines of CLIENT LIST: printable
// ASCII without spaces.
func validName(name []byte) bool {
	for _, ch := range name {
		if ch < '!' || ch > '~' {
			return false
		}
	}
	return true
}
