package admin

import (
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// Commands returns the rows of the operator's commands.
func (a *Admin) Commands() []session.Command {
	return []session.Command{
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
		a.latencyRow(),
		a.memoryRow(),
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
		a.slowlogRow(),
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
