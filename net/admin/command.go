package admin

import (
	"fmt"
	"strings"

	"github.com/troupe-db/troupe/codec/glob"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// CommandInfo answers COMMAND and its subcommands from the table of commands.
//
// Its rows are part of the table they describe, so it is built in two steps:
// Commands gives the rows, Describe the table once it is whole. After that it
// does not change, and any connection may use it.
type CommandInfo struct {
	table *session.Table
	args  [][]command.Arg // by Command.ID: Spec.Args, parsed
}

// Describe sets the table to answer from. It fails on a bad argument grammar.
func (ci *CommandInfo) Describe(t *session.Table) error {
	args := make([][]command.Arg, t.Len()+1)
	var parse func(c *session.Command) error
	parse = func(c *session.Command) (err error) {
		if args[c.ID], err = command.ParseGrammar(c.Args); err != nil {
			return fmt.Errorf("%s: %w", c.FullName(), err)
		}
		for i := range c.Sub {
			if err := parse(&c.Sub[i]); err != nil {
				return err
			}
		}
		return nil
	}
	for _, c := range t.All() {
		if err := parse(c); err != nil {
			return err
		}
	}
	ci.table, ci.args = t, args
	return nil
}

// lookup returns the command of a name as COMMAND INFO takes it, "get" or
// "client|kill", or nil.
func (ci *CommandInfo) lookup(name []byte) *session.Command { return find(ci.table, name) }

// find returns the command of a table that has the name, "get" or "client|kill", or
// nil.
func find(t *session.Table, name []byte) *session.Command {
	container, sub, found := strings.Cut(string(name), "|")
	c := t.Lookup([]byte(container))
	if c == nil || !found {
		return c
	}
	return c.Subcommand([]byte(sub))
}

// count answers COMMAND COUNT.
func (ci *CommandInfo) count(w *resp.Writer, _ [][]byte) {
	w.Int(int64(len(ci.table.All())))
}

// all answers COMMAND without a subcommand.
func (ci *CommandInfo) all(w *resp.Writer, _ [][]byte) {
	all := ci.table.All()
	w.Array(len(all))
	for _, c := range all {
		writeInfo(w, c)
	}
}

// info answers COMMAND INFO.
func (ci *CommandInfo) info(w *resp.Writer, args [][]byte) {
	names := args[2:]
	if len(names) == 0 {
		ci.all(w, args)
		return
	}
	w.Array(len(names))
	for _, name := range names {
		if c := ci.lookup(name); c != nil {
			writeInfo(w, c)
		} else {
			w.Null()
		}
	}
}

// writeInfo writes what COMMAND INFO says about one command.
func writeInfo(w *resp.Writer, c *session.Command) {
	first, last, step := c.Range()
	w.Array(10)
	w.BulkString(c.FullName())
	w.Int(int64(c.Arity))
	writeStatuses(w, "", c.Flags.Names())
	w.Int(int64(first))
	w.Int(int64(last))
	w.Int(int64(step))
	writeStatuses(w, "@", c.Categories().Names())
	w.Set(len(c.Tips))
	for _, tip := range c.Tips {
		w.BulkString(tip)
	}
	w.Set(len(c.Keys))
	for i := range c.Keys {
		writeKeySpec(w, &c.Keys[i])
	}
	if len(c.Sub) == 0 {
		w.Set(0)
		return
	}
	w.Array(len(c.Sub))
	for i := range c.Sub {
		writeInfo(w, &c.Sub[i])
	}
}

// writeStatuses writes names as a set of status replies.
func writeStatuses(w *resp.Writer, prefix string, names []string) {
	w.Set(len(names))
	for _, name := range names {
		w.Status(prefix + name)
	}
}

// writeKeySpec writes a key spec as nested maps.
func writeKeySpec(w *resp.Writer, k *command.KeySpec) {
	if k.Notes == "" {
		w.Map(3)
	} else {
		w.Map(4)
		w.BulkString("notes")
		w.BulkString(k.Notes)
	}
	w.BulkString("flags")
	writeStatuses(w, "", k.Flags.Names())
	w.BulkString("begin_search")
	if k.Unknown {
		writeSearch(w, "unknown")
		w.BulkString("find_keys")
		writeSearch(w, "unknown")
		return
	}
	if k.Begin.Keyword == "" {
		writeSearch(w, "index", number{"index", k.Begin.Index})
	} else {
		w.Map(2)
		w.BulkString("type")
		w.BulkString("keyword")
		w.BulkString("spec")
		w.Map(2)
		w.BulkString("keyword")
		w.BulkString(k.Begin.Keyword)
		number{"startfrom", k.Begin.From}.write(w)
	}
	w.BulkString("find_keys")
	f := &k.Find
	if f.Counted {
		writeSearch(w, "keynum", number{"keynumidx", f.Num}, number{"firstkey", f.First}, number{"keystep", f.Step})
	} else {
		writeSearch(w, "range", number{"lastkey", f.Last}, number{"keystep", f.Step}, number{"limit", f.Limit})
	}
}

// number is a field of a map with an integer in it.
type number struct {
	name  string
	value int
}

func (n number) write(w *resp.Writer) {
	w.BulkString(n.name)
	w.Int(int64(n.value))
}

// writeSearch writes one half of a key spec: its type, and the numbers it has.
func writeSearch(w *resp.Writer, kind string, numbers ...number) {
	w.Map(2)
	w.BulkString("type")
	w.BulkString(kind)
	w.BulkString("spec")
	w.Map(len(numbers))
	for _, n := range numbers {
		n.write(w)
	}
}

// list answers COMMAND LIST.
func (ci *CommandInfo) list(w *resp.Writer, args [][]byte) {
	keep, ok := listFilter(args[2:])
	if !ok {
		w.Error(command.ErrSyntax)
		return
	}
	mark, n := w.DeferArray(), 0
	each := func(c *session.Command) {
		if keep(c) {
			w.BulkString(c.FullName())
			n++
		}
	}
	for _, c := range ci.table.All() {
		each(c)
		for i := range c.Sub {
			each(&c.Sub[i])
		}
	}
	w.CloseArray(mark, n)
}

// listFilter reads FILTERBY. No command comes from a module, so that filter
// keeps none.
func listFilter(args [][]byte) (keep func(*session.Command) bool, ok bool) {
	if len(args) == 0 {
		return func(*session.Command) bool { return true }, true
	}
	if len(args) != 3 || !command.EqualFold(args[0], "FILTERBY") {
		return nil, false
	}
	by, pattern := args[1], args[2]
	switch {
	case command.EqualFold(by, "MODULE"):
		return func(*session.Command) bool { return false }, true
	case command.EqualFold(by, "ACLCAT"):
		category, _ := command.Category(strings.ToLower(string(pattern)))
		return func(c *session.Command) bool { return c.Categories()&category != 0 }, true
	case command.EqualFold(by, "PATTERN"):
		return func(c *session.Command) bool {
			return glob.Match(pattern, []byte(c.FullName()), true)
		}, true
	}
	return nil, false
}
