package admin

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// What COMMAND GETKEYS says about a request it cannot look into.
const (
	errInvalidCommand = "ERR Invalid command specified"
	errNoKeys         = "ERR The command has no key arguments"
	errKeysArity      = "ERR Invalid number of arguments specified for command"
	errKeysArguments  = "ERR Invalid arguments specified for command"
)

// getKeys answers COMMAND GETKEYS.
func (ci *CommandInfo) getKeys(w *resp.Writer, args [][]byte) {
	request := args[2:]
	refs, ok := ci.keys(w, request)
	if !ok {
		return
	}
	w.Array(len(refs))
	for _, ref := range refs {
		w.Bulk(request[ref.Index])
	}
}

// getKeysAndFlags answers COMMAND GETKEYSANDFLAGS.
func (ci *CommandInfo) getKeysAndFlags(w *resp.Writer, args [][]byte) {
	request := args[2:]
	refs, ok := ci.keys(w, request)
	if !ok {
		return
	}
	w.Array(len(refs))
	for _, ref := range refs {
		w.Array(2)
		w.Bulk(request[ref.Index])
		writeStatuses(w, "", ref.Flags.Names())
	}
}

// keys finds the keys of a request with the very extractor that routes it, or
// replies with the reason why it cannot.
func (ci *CommandInfo) keys(w *resp.Writer, request [][]byte) ([]command.KeyRef, bool) {
	c := ci.resolve(request)
	switch {
	case c == nil:
		w.Error(errInvalidCommand)
		return nil, false
	case !c.HasKeys():
		w.Error(errNoKeys)
		return nil, false
	case !c.ArityOK(len(request)):
		w.Error(errKeysArity)
		return nil, false
	}
	refs, err := c.AppendKeys(nil, request)
	switch {
	case err == nil && len(refs) > 0, c.Flags.Has(command.NoMandatoryKeys):
		return refs, true
	}
	w.Error(errKeysArguments)
	return nil, false
}

// resolve returns the command a request is for: a container's subcommand when
// the request names one. It is nil for a name that does not exist.
func (ci *CommandInfo) resolve(request [][]byte) *session.Command {
	c := ci.table.Lookup(request[0])
	if c == nil || len(c.Sub) == 0 || len(request) == 1 {
		return c
	}
	return c.Subcommand(request[1])
}
