package admin

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// docs answers COMMAND DOCS. Names without a command are passed over.
func (ci *CommandInfo) docs(w *resp.Writer, args [][]byte) {
	names := args[2:]
	if len(names) == 0 {
		all := ci.table.All()
		w.Map(len(all))
		for _, c := range all {
			ci.writeDocs(w, c)
		}
		return
	}
	mark, n := w.DeferArray(), 0
	for _, name := range names {
		if c := ci.lookup(name); c != nil {
			ci.writeDocs(w, c)
			n++
		}
	}
	w.CloseMap(mark, n)
}

// writeDocs writes one entry of the map: the name and what is known under it.
func (ci *CommandInfo) writeDocs(w *resp.Writer, c *session.Command) {
	w.BulkString(c.FullName())
	mark, n := w.DeferArray(), 0
	text := func(name, value string) {
		if value != "" {
			w.BulkString(name)
			w.BulkString(value)
			n++
		}
	}
	text("summary", c.Summary)
	text("since", c.Since)
	text("group", string(c.Group))
	text("complexity", c.Complexity)
	if flags := docFlags(&c.Spec); len(flags) > 0 {
		w.BulkString("doc_flags")
		writeStatuses(w, "", flags)
		n++
	}
	if c.Deprecated != nil {
		text("deprecated_since", c.Deprecated.Since)
		text("replaced_by", c.Deprecated.ReplacedBy)
	}
	if len(c.History) > 0 {
		w.BulkString("history")
		writeHistory(w, c.History)
		n++
	}
	if args := ci.args[c.ID]; len(args) > 0 {
		w.BulkString("arguments")
		writeArgs(w, args)
		n++
	}
	if len(c.Sub) > 0 {
		w.BulkString("subcommands")
		w.Map(len(c.Sub))
		for i := range c.Sub {
			ci.writeDocs(w, &c.Sub[i])
		}
		n++
	}
	w.CloseMap(mark, n)
}

func docFlags(s *command.Spec) []string {
	var flags []string
	if s.Deprecated != nil {
		flags = append(flags, "deprecated")
	}
	if s.Internal {
		flags = append(flags, "syscmd")
	}
	return flags
}

func writeHistory(w *resp.Writer, history []command.Change) {
	w.Set(len(history))
	for _, change := range history {
		w.Array(2)
		w.BulkString(change.Since)
		w.BulkString(change.What)
	}
}

// writeArgs writes arguments, each a map, with those nested in them.
func writeArgs(w *resp.Writer, args []command.Arg) {
	w.Array(len(args))
	for i := range args {
		writeArg(w, &args[i])
	}
}

func writeArg(w *resp.Writer, a *command.Arg) {
	mark, n := w.DeferArray(), 0
	text := func(name, value string) {
		if value != "" {
			w.BulkString(name)
			w.BulkString(value)
			n++
		}
	}
	text("name", a.Name)
	text("type", string(a.Type))
	if a.FindsKeys() {
		number{"key_spec_index", a.KeySpec}.write(w)
		n++
	}
	text("token", a.Token)
	text("since", a.Since)
	text("deprecated_since", a.DeprecatedSince)
	if flags := a.Flags(); len(flags) > 0 {
		w.BulkString("flags")
		writeStatuses(w, "", flags)
		n++
	}
	if len(a.Args) > 0 {
		w.BulkString("arguments")
		writeArgs(w, a.Args)
		n++
	}
	w.CloseMap(mark, n)
}

// help answers COMMAND HELP from the rows of COMMAND itself.
func (ci *CommandInfo) help(w *resp.Writer, args [][]byte) {
	session.WriteHelp(w, ci.table.Lookup(args[0]))
}
