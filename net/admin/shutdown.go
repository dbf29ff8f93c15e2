package admin

import (
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
)

// shutdownOptions are the words of SHUTDOWN. NOW is understood and changes
// nothing: there are no replicas to wait for.
type shutdownOptions struct {
	nosave, save, now, force, abort bool
}

// parse reads the options, and reports false when they do not go together.
func (o *shutdownOptions) parse(words [][]byte) bool {
	for _, word := range words {
		switch {
		case command.EqualFold(word, "NOSAVE"):
			o.nosave = true
		case command.EqualFold(word, "SAVE"):
			o.save = true
		case command.EqualFold(word, "NOW"):
			o.now = true
		case command.EqualFold(word, "FORCE"):
			o.force = true
		case command.EqualFold(word, "ABORT"):
			o.abort = true
		default:
			return false
		}
	}
	return !(o.save && o.nosave) && !(o.abort && (o.save || o.nosave || o.now || o.force))
}

// serveShutdown stops the server. There is no reply then: the connection ends. With
// SAVE, or where there are save points and nobody says NOSAVE, the data are saved
// first, and the server goes on if that fails, unless FORCE says to stop all the same.
// A shutdown does not wait for anything that ABORT could call off.
func (a *Admin) serveShutdown(c *session.Client, args [][]byte) {
	var o shutdownOptions
	switch {
	case !o.parse(args[1:]):
		c.Reply.Error(command.ErrSyntax)
	case !o.nosave && c.Troupe().Jammed():
		c.Reply.Error(c.Troupe().JammedAt(shard.AllHeld))
	case o.abort:
		c.Reply.Error(textNoShutdown)
	case !a.persist.Leave(o.save, o.nosave) && !o.force:
		c.Reply.Error(textNotSaved)
	default:
		c.Leave()
		a.shutdown()
	}
}
