package session

import (
	"fmt"
	"strings"

	"github.com/troupe-db/troupe/shard/command"
)

// The error texts of requests that are turned away before they run.
const (
	errNoAuth    = "NOAUTH Authentication required."
	errListening = "ERR Can't execute '%s': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
	errQuoteMost = 128 // bytes of a request that an error repeats
)

// lookup is Table.Lookup, with the last name remembered: a pipeline often repeats one.
func (c *Client) lookup(name []byte) *Command {
	key := wordsOf(name)
	if key == c.named.key && key.whole() {
		return c.named.cmd
	}
	c.named = slot{key: key, cmd: c.env.Table.Lookup(name)}
	return c.named.cmd
}

// resolve checks that the client may run a command, or the subcommand of it that the
// request names, in Redis's order: does it exist, is its arity right, has the client
// authenticated. A command that exists is returned with its refusal.
func (c *Client) resolve(named *Command, args [][]byte) (cmd *Command, refusal string) {
	cmd = named
	if cmd == nil {
		if speaksHTTP(args[0]) {
			c.env.Log.Warn("possible attack: a client sends POST or Host:, as a web browser does; its connection is closed", "address", c.remote)
			c.leaving = true
			return nil, ""
		}
		return nil, unknownCommand(args)
	}
	if len(cmd.Sub) > 0 && len(args) > 1 {
		sub := cmd.Subcommand(args[1])
		if sub == nil {
			return nil, unknownSubcommand(cmd, args[1])
		}
		cmd = sub
	}
	if !cmd.ArityOK(len(args)) || cmd.Serve == nil && cmd.Run == nil && cmd.Program == nil {
		return cmd, "ERR wrong number of arguments for '" + cmd.FullName() + "' command"
	}
	if !c.authed && cmd.Flags&command.NoAuth == 0 && c.mustAuthenticate() {
		return cmd, errNoAuth
	}
	if c.proto == 2 && !cmd.Listening && c.listens() {
		return cmd, fmt.Sprintf(errListening, cmd.FullName())
	}
	return cmd, c.refuseMonitor(cmd)
}

// mustAuthenticate tells whether a password is asked for. A client that was
// served when there was none stays served.
func (c *Client) mustAuthenticate() bool {
	c.authed = c.env.Settings.Load().RequirePass == ""
	return !c.authed
}

// speaksHTTP tells whether a word is one that a request over HTTP has where a
// command would be: a web page may have been made to send it.
func speaksHTTP(word []byte) bool {
	return command.EqualFold(word, "POST") || command.EqualFold(word, "HOST:")
}

func unknownCommand(args [][]byte) string {
	var b strings.Builder
	b.WriteString("ERR unknown command '")
	b.Write(clip(args[0], errQuoteMost))
	b.WriteString("', with args beginning with: ")
	quoted := 0
	for _, arg := range args[1:] {
		if quoted >= errQuoteMost {
			break
		}
		part := clip(arg, errQuoteMost-quoted)
		quoted += len(part) + len("'' ")
		b.WriteByte('\'')
		b.Write(part)
		b.WriteString("' ")
	}
	return b.String()
}

func unknownSubcommand(cmd *Command, name []byte) string {
	return "ERR unknown subcommand '" + string(clip(name, errQuoteMost)) +
		"'. Try " + strings.ToUpper(cmd.Name) + " HELP."
}

// clip cuts b off at n bytes and at a NUL, as C prints strings.
func clip(b []byte, n int) []byte {
	if len(b) > n {
		b = b[:n]
	}
	for i, ch := range b {
		if ch == 0 {
			return b[:i]
		}
	}
	return b
}
