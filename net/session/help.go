package session

import (
	"strings"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
)

// WriteHelp writes the reply to a container's HELP from its rows: a line for
// each subcommand with its arguments, and one with its summary.
func WriteHelp(w *resp.Writer, container *Command) {
	w.Array(1 + 2*len(container.Sub))
	w.Status(strings.ToUpper(container.Name) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:")
	for i := range container.Sub {
		sub := &container.Sub[i]
		args, _ := command.ParseGrammar(sub.Args) // NewTable has parsed it
		w.Status(strings.TrimSpace(strings.ToUpper(sub.Name) + " " + command.Usage(args)))
		w.Status("    " + sub.Summary + ".")
	}
}

// ServeHelp answers the HELP of the container args name.
func ServeHelp(c *Client, args [][]byte) {
	WriteHelp(c.Reply, c.env.Table.Lookup(args[0]))
}
