package session

import (
	"fmt"
	"math"
	"time"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// The error texts of CLIENT's subcommands, in Redis's words.
const (
	errClientID       = "ERR Invalid client ID"
	errNoClient       = "ERR No such client"
	errUnblockReason  = "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"
	errSubcommand     = "ERR unknown subcommand or wrong number of arguments for '%s'. Try CLIENT HELP."
	errPauseMode      = "ERR CLIENT PAUSE mode must be WRITE or ALL"
	errPauseTimeout   = "ERR timeout is not an integer or out of range"
	errSetinfoValue   = "ERR %s cannot contain spaces, newlines or special characters."
	errSetinfoOption  = "ERR Unrecognized option '%s'"
	errKillClientID   = "ERR client-id should be greater than 0"
	errKillMaxAge     = "ERR maxage is not an integer or out of range"
	errKillMaxAgeZero = "ERR maxage should be greater than 0"
	errClientType     = "ERR Unknown client type '%s'"
	errUser           = "ERR No such user '%s'"
)

func serveClientHelp(c *Client, args [][]byte) { ServeHelp(c, args) }

func serveClientID(c *Client, _ [][]byte) { c.Reply.Int(int64(c.id)) }

func serveClientGetname(c *Client, _ [][]byte) {
	c.shared.mu.Lock()
	name := c.shared.name
	c.shared.mu.Unlock()
	if name == "" {
		c.Reply.Null()
		return
	}
	c.Reply.BulkString(name)
}

func serveClientSetname(c *Client, args [][]byte) {
	if !validName(args[2]) {
		c.Reply.Error(errClientName)
		return
	}
	c.setName(string(args[2]))
	c.Reply.OK()
}

func serveClientSetinfo(c *Client, args [][]byte) {
	version := command.EqualFold(args[2], "LIB-VER")
	switch {
	case !version && !command.EqualFold(args[2], "LIB-NAME"):
		c.Reply.Error(fmt.Sprintf(errSetinfoOption, clip(args[2], errQuoteMost)))
		return
	case !validName(args[3]):
		c.Reply.Error(fmt.Sprintf(errSetinfoValue, clip(args[2], errQuoteMost)))
		return
	}
	c.shared.mu.Lock()
	if version {
		c.shared.libVersion = string(args[3])
	} else {
		c.shared.libName = string(args[3])
	}
	c.shared.mu.Unlock()
	c.Reply.OK()
}

func serveClientReply(c *Client, args [][]byte) {
	switch {
	case command.EqualFold(args[2], "ON"):
		c.mute = speak
		c.Reply.OK()
	case command.EqualFold(args[2], "OFF"):
		c.mute = silent
	case command.EqualFold(args[2], "SKIP"):
		if c.mute != silent {
			c.mute = skipNext
		}
	default:
		c.Reply.Error(command.ErrSyntax)
	}
}

func serveClientPause(c *Client, args [][]byte) {
	writes := false
	switch {
	case len(args) > 4:
		c.Reply.Error(fmt.Sprintf(errSubcommand, "PAUSE"))
		return
	case len(args) == 4:
		writes = command.EqualFold(args[3], "WRITE")
		if !writes && !command.EqualFold(args[3], "ALL") {
			c.Reply.Error(errPauseMode)
			return
		}
	}
	ms, ok := num.ParseInt(args[2])
	switch {
	case !ok || ms > math.MaxInt64/int64(time.Millisecond):
		c.Reply.Error(errPauseTimeout)
	case ms < 0:
		c.Reply.Error(command.ErrTimeoutNegative)
	default:
		c.env.Pause.Start(time.Now().Add(time.Duration(ms)*time.Millisecond), writes)
		c.Reply.OK()
	}
}

func serveClientUnpause(c *Client, _ [][]byte) {
	c.env.Pause.Stop()
	c.Reply.OK()
}

func serveClientUnblock(c *Client, args [][]byte) {
	withError := false
	switch {
	case len(args) > 4:
		c.Reply.Error(fmt.Sprintf(errSubcommand, "UNBLOCK"))
		return
	case len(args) == 4:
		withError = command.EqualFold(args[3], "ERROR")
		if !withError && !command.EqualFold(args[3], "TIMEOUT") {
			c.Reply.Error(errUnblockReason)
			return
		}
	}
	id, ok := num.ParseInt(args[2])
	if !ok {
		c.Reply.Error(command.ErrNotInteger)
		return
	}
	target := c.env.Clients.Get(uint64(id))
	if target == nil || !target.Unblock(withError) {
		c.Reply.Int(0)
		return
	}
	c.Reply.Int(1)
}

func serveClientNoEvict(c *Client, args [][]byte) { c.serveSwitch(args[2], c.setNoEvict) }

func serveClientNoTouch(c *Client, args [][]byte) { c.serveSwitch(args[2], c.setNoTouch) }

func (c *Client) serveSwitch(arg []byte, set func(bool)) {
	switch {
	case command.EqualFold(arg, "ON"):
		set(true)
	case command.EqualFold(arg, "OFF"):
		set(false)
	default:
		c.Reply.Error(command.ErrSyntax)
		return
	}
	c.Reply.OK()
}
