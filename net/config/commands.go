package config

import (
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// Commands returns the row of CONFIG, served from the settings in s.
func (s *Store) Commands() []session.Command {
	return []session.Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "config", Arity: -2,
				Group: command.GroupServer, Since: "2.0.0",
				Summary:    "Commands about the configuration",
				Complexity: "Depends on the subcommand",
			}},
			Sub: []session.Command{
				{
					Command: command.Command{Spec: command.Spec{
						Name: "get", Arity: -3,
						Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
						Group: command.GroupServer, Since: "2.0.0",
						Summary:    "Return settings whose names match patterns",
						Complexity: "O(N) where N is the number of patterns",
						Args:       "parameter{parameter@string}...",
						History: []command.Change{
							{Since: "7.0.0", What: "More than one pattern in a call."},
						},
					}},
					Serve: s.serveGet,
				},
				{
					Command: command.Command{Spec: command.Spec{
						Name: "help", Arity: 2,
						Flags: command.Loading | command.Stale,
						Group: command.GroupServer, Since: "5.0.0",
						Summary:    "Describe the subcommands",
						Complexity: "O(1)",
					}},
					Serve: session.ServeHelp,
				},
				{
					Command: command.Command{Spec: command.Spec{
						Name: "resetstat", Arity: 2,
						Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
						Group: command.GroupServer, Since: "2.0.0",
						Summary:    "Set the statistics back to zero",
						Complexity: "O(1)",
					}},
					Serve: s.serveResetstat,
				},
				{
					Command: command.Command{Spec: command.Spec{
						Name: "rewrite", Arity: 2,
						Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
						Group: command.GroupServer, Since: "2.8.0",
						Summary:    "Write the settings in use back to the configuration file",
						Complexity: "O(1)",
					}},
					Serve: s.serveRewrite,
				},
				{
					Command: command.Command{Spec: command.Spec{
						Name: "set", Arity: -4,
						Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
						Group: command.GroupServer, Since: "2.0.0",
						Summary:    "Change settings",
						Complexity: "O(N) where N is the number of settings",
						Args:       "parameter_value{parameter@string value@string}...",
						Tips:       []string{"request_policy:all_nodes", "response_policy:all_succeeded"},
						History: []command.Change{
							{Since: "7.0.0", What: "More than one setting in a call."},
						},
					}},
					Serve: s.serveSet,
				},
			},
		},
	}
}
