package admin

import (
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/generic"
)

// memoryRow returns the row of MEMORY.
func (a *Admin) memoryRow() session.Command {
	report := []string{"nondeterministic_output", "request_policy:all_shards", "response_policy:special"}
	sub := func(name, summary, complexity string, tips []string, serve serve) session.Command {
		return session.Command{
			Command: command.Command{Spec: command.Spec{
				Name: name, Arity: 2,
				Group: command.GroupServer, Since: "4.0.0",
				Summary: summary, Complexity: complexity, Tips: tips,
			}},
			Serve: serve,
		}
	}
	return session.Command{
		Command: command.Command{Spec: command.Spec{
			Name: "memory", Arity: -2,
			Group: command.GroupServer, Since: "4.0.0",
			Summary:    "Commands about memory",
			Complexity: "Depends on the subcommand",
		}},
		Sub: []session.Command{
			sub("doctor", "Report in words what is odd about the use of memory", "O(1)", report, a.serveMemoryDoctor),
			{
				Command: command.Command{Spec: command.Spec{
					Name: "help", Arity: 2,
					Flags: command.Loading | command.Stale,
					Group: command.GroupServer, Since: "4.0.0",
					Summary:    "Describe the subcommands",
					Complexity: "O(1)",
				}},
				Serve: session.ServeHelp, Alone: true,
			},
			sub("malloc-stats", "Show the figures of the allocators",
				"Depends on how much memory is allocated", report, a.serveMemoryMallocStats),
			sub("purge", "Give memory that is not used back to the system",
				"Depends on how much memory can be given back",
				[]string{"request_policy:all_shards", "response_policy:all_succeeded"}, a.serveMemoryPurge),
			sub("stats", "Return what memory is used for", "O(1)", report, a.serveMemoryStats),
			{Command: generic.MemoryUsage},
		},
	}
}
