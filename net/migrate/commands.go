package migrate

import (
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// Commands returns the row of MIGRATE.
func (m *Migration) Commands() []session.Command {
	const flags = command.KeyRW | command.KeyAccess | command.KeyDelete
	return []session.Command{{Command: command.Command{
		Spec: command.Spec{
			Name: "migrate", Arity: -6,
			Flags: command.Write | command.MovableKeys,
			Keys: []command.KeySpec{
				command.KeyAt(3, flags),
				command.KeyRange(0, -1, 1, flags|command.KeyIncomplete).After("KEYS", -2),
			},
			Extract: keys,
			ACL:     command.CatKeyspace | command.CatDangerous, Group: command.GroupGeneric, Since: "2.6.0",
			Summary:    "Move keys to another server",
			Complexity: "O(N) here and there, where N is the size of the values",
			Args: "host@string port@integer key_or_empty_string(key@key | empty_string=\"\\\"\\\"\") destination-db@integer " +
				"timeout@integer [COPY^3.0.0] [REPLACE^3.0.0] " +
				"[authentication(AUTH password@string^4.0.7 | AUTH2 username_password{username@string password@string}^6.0.0)] " +
				"[KEYS key@key#1^3.0.6]",
			Tips: []string{"nondeterministic_output"},
			History: []command.Change{
				{Since: "3.0.0", What: "The options `COPY` and `REPLACE`."},
				{Since: "3.0.6", What: "The option `KEYS`."},
				{Since: "4.0.7", What: "The option `AUTH`."},
				{Since: "6.0.0", What: "The option `AUTH2`."},
			},
			Route: command.RouteKeys,
		},
		Run: m.run,
	}}}
}

// The places of MIGRATE's arguments.
const (
	argHost = iota + 1
	argPort
	argKey
	argDatabase
	argTimeout
	argOptions
)

// keys finds the keys of a request: the third argument, or those behind KEYS if it is
// empty.
func keys(dst []command.KeyRef, args [][]byte) ([]command.KeyRef, error) {
	const flags = command.KeyRW | command.KeyAccess | command.KeyDelete
	if len(args) <= argKey {
		return dst, command.ErrKeys
	}
	first, last := argKey, argKey
	if len(args[argKey]) == 0 {
		if at := keysFrom(args); at > 0 {
			first, last = at, len(args)-1
		}
	}
	for i := first; i <= last; i++ {
		dst = append(dst, command.KeyRef{Index: i, Flags: flags})
	}
	return dst, nil
}

// keysFrom returns the first argument behind KEYS, 0 when that is not there.
func keysFrom(args [][]byte) int {
	for i := argOptions; i < len(args); i++ {
		switch {
		case command.EqualFold(args[i], "KEYS"):
			if i+1 == len(args) {
				return 0
			}
			return i + 1
		case command.EqualFold(args[i], "AUTH"):
			i++
		case command.EqualFold(args[i], "AUTH2"):
			i += 2
		}
	}
	return 0
}
