package admin

import (
	"github.com/troupe-db/troupe/net/persist"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// debugReload saves the data and loads them again, while all shards stand still.
func (a *Admin) debugReload(c *session.Client, args [][]byte) {
	var o persist.ReloadOptions
	for _, word := range args {
		switch {
		case command.EqualFold(word, "MERGE"):
			o.Merge = true
		case command.EqualFold(word, "NOFLUSH"):
			o.NoFlush = true
		case command.EqualFold(word, "NOSAVE"):
			o.NoSave = true
		default:
			c.Reply.Error(textReloadOption)
			return
		}
	}
	if err := a.persist.Reload(c.Troupe(), o); err != nil {
		c.Reply.Error(textReload)
		return
	}
	c.Reply.OK()
}
