package admin

import (
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/generic"
)

// Commands returns the rows of the operator's commands.
func (a *Admin) Commands() []session.Command {
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
			Serve: a.serveCommand,
			Sub:   a.commandCommands(),
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "debug", Arity: -2,
				Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
				Group: command.GroupServer, Since: "1.0.0",
				Summary:    "Commands for tests and for looking inside the server",
				Complexity: "Depends on the subcommand",
				Internal:   true,
			}},
			Serve: a.serveDebug,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "info", Arity: -1,
				Flags: command.Loading | command.Stale,
				ACL:   command.CatDangerous, Group: command.GroupServer, Since: "1.0.0",
				Summary:    "Report on the server, by sections",
				Complexity: "O(1)",
				Args:       "[section@string...]",
				Tips:       []string{"nondeterministic_output", "request_policy:all_shards", "response_policy:special"},
				History: []command.Change{
					{Since: "7.0.0", What: "More than one section in a call."},
				},
			}},
			Serve: a.serveInfo,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "lolwut", Arity: -1,
				Flags: command.ReadOnly | command.Fast,
				Group: command.GroupServer, Since: "5.0.0",
				Summary:    "Show a piece of generated art and the server's version",
				Complexity: "O(1)",
				Args:       "[VERSION version@integer]",
			}},
			Serve: a.serveLolwut,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "memory", Arity: -2,
				Group: command.GroupServer, Since: "4.0.0",
				Summary:    "Commands about memory",
				Complexity: "Depends on the subcommand",
			}},
			Sub: []session.Command{
				{
					Command: command.Command{Spec: command.Spec{
						Name: "help", Arity: 2,
						Flags: command.Loading | command.Stale,
						Group: command.GroupServer, Since: "4.0.0",
						Summary:    "Describe the subcommands",
						Complexity: "O(1)",
					}},
					Serve: a.serveMemoryHelp,
				},
				{Command: generic.MemoryUsage},
			},
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "shutdown", Arity: -1,
				Flags: command.Admin | command.NoScript | command.Loading |
					command.Stale | command.NoMulti | command.AllowBusy,
				Group: command.GroupServer, Since: "1.0.0",
				Summary:    "Stop the server",
				Complexity: "O(N) when it saves, where N is the number of keys; O(1) otherwise",
				Args:       "[nosave_save(NOSAVE | SAVE)] [NOW^7.0.0] [FORCE^7.0.0] [ABORT^7.0.0]",
				History: []command.Change{
					{Since: "7.0.0", What: "The options `NOW`, `FORCE` and `ABORT`."},
				},
			}},
			Serve: a.serveShutdown,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "time", Arity: 1,
				Flags: command.Loading | command.Stale | command.Fast,
				Group: command.GroupServer, Since: "2.6.0",
				Summary:    "Return the server's clock",
				Complexity: "O(1)",
				Tips:       []string{"nondeterministic_output"},
			}},
			Serve: a.serveTime,
		},
	}
}

// commandCommands returns the rows of COMMAND's subcommands.
func (a *Admin) commandCommands() []session.Command {
	return []session.Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "count", Arity: 2,
				Flags: command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupServer, Since: "2.8.13",
				Summary:    "Return the number of commands",
				Complexity: "O(1)",
			}},
			Serve: a.serveCommandCount,
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
			Serve: a.serveCommandDocs,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "getkeys", Arity: -4,
				Flags: command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupServer, Since: "2.8.13",
				Summary:    "Return the keys of a request",
				Complexity: "O(N) where N is the number of arguments",
			}},
			Serve: a.serveCommandGetkeys,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "getkeysandflags", Arity: -4,
				Flags: command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupServer, Since: "7.0.0",
				Summary:    "Return the keys of a request and how each is used",
				Complexity: "O(N) where N is the number of arguments",
			}},
			Serve: a.serveCommandGetkeysandflags,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "help", Arity: 2,
				Flags: command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupServer, Since: "5.0.0",
				Summary:    "Describe the subcommands",
				Complexity: "O(1)",
			}},
			Serve: a.serveCommandHelp,
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
			Serve: a.serveCommandInfo,
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
			Serve: a.serveCommandList,
		},
	}
}
