package admin

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// Commands returns the row of COMMAND.
func (ci *CommandInfo) Commands() []session.Command {
	return []session.Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "command", Arity: -1,
				Flags: command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupServer, Since: "2.8.13",
				Summary:    "Describe the commands of the server",
				Complexity: "O(N) where N is the number of commands",
				Tips:       []string{"nondeterministic_output_order"},
			}},
			Serve: reply(ci.all),
			Sub: []session.Command{
				{
					Command: command.Command{Spec: command.Spec{
						Name: "count", Arity: 2,
						Flags: command.Loading | command.Stale,
						ACL:   command.CatConnection, Group: command.GroupServer, Since: "2.8.13",
						Summary:    "Return the number of commands",
						Complexity: "O(1)",
					}},
					Serve: reply(ci.count),
				},
				{
					Command: command.Command{Spec: command.Spec{
						Name: "docs", Arity: -2,
						Flags: command.Loading | command.Stale,
						ACL:   command.CatConnection, Group: command.GroupServer, Since: "7.0.0",
						Summary:    "Return the documentation of commands",
						Complexity: "O(N) where N is the number of commands asked for",
						Args:       "[command-name@string...]",
						Tips:       []string{"nondeterministic_output_order"},
					}},
					Serve: reply(ci.docs),
				},
				{
					Command: command.Command{Spec: command.Spec{
						Name: "getkeys", Arity: -4,
						Flags: command.Loading | command.Stale,
						ACL:   command.CatConnection, Group: command.GroupServer, Since: "2.8.13",
						Summary:    "Return the keys of a request",
						Complexity: "O(N) where N is the number of arguments",
					}},
					Serve: reply(ci.getKeys),
				},
				{
					Command: command.Command{Spec: command.Spec{
						Name: "getkeysandflags", Arity: -4,
						Flags: command.Loading | command.Stale,
						ACL:   command.CatConnection, Group: command.GroupServer, Since: "7.0.0",
						Summary:    "Return the keys of a request and how each is used",
						Complexity: "O(N) where N is the number of arguments",
					}},
					Serve: reply(ci.getKeysAndFlags),
				},
				{
					Command: command.Command{Spec: command.Spec{
						Name: "help", Arity: 2,
						Flags: command.Loading | command.Stale,
						ACL:   command.CatConnection, Group: command.GroupServer, Since: "5.0.0",
						Summary:    "Describe the subcommands",
						Complexity: "O(1)",
					}},
					Serve: reply(ci.help),
				},
				{
					Command: command.Command{Spec: command.Spec{
						Name: "info", Arity: -2,
						Flags: command.Loading | command.Stale,
						ACL:   command.CatConnection, Group: command.GroupServer, Since: "2.8.13",
						Summary:    "Return arity, flags, key positions and categories of commands",
						Complexity: "O(N) where N is the number of commands asked for",
						Args:       "[command-name@string...]",
						Tips:       []string{"nondeterministic_output_order"},
						History: []command.Change{
							{Since: "7.0.0", What: "Without names it describes all commands."},
						},
					}},
					Serve: reply(ci.info),
				},
				{
					Command: command.Command{Spec: command.Spec{
						Name: "list", Arity: -2,
						Flags: command.Loading | command.Stale,
						ACL:   command.CatConnection, Group: command.GroupServer, Since: "7.0.0",
						Summary:    "Return the names of commands, filtered if wanted",
						Complexity: "O(N) where N is the number of commands",
						Args: "[FILTERBY filterby(MODULE module-name@string | ACLCAT category@string " +
							"| PATTERN pattern@pattern)]",
						Tips: []string{"nondeterministic_output_order"},
					}},
					Serve: reply(ci.list),
				},
			},
		},
	}
}

// reply makes an answer that needs only the request and the writer into one that
// a connection can serve.
func reply(answer func(*resp.Writer, [][]byte)) func(*session.Client, [][]byte) {
	return func(c *session.Client, args [][]byte) { answer(c.Reply, args) }
}
