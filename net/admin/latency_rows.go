package admin

import (
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// latencyRow returns the row of LATENCY.
func (a *Admin) latencyRow() session.Command {
	special := []string{"nondeterministic_output", "request_policy:all_nodes", "response_policy:special"}
	sub := func(name string, arity int, since, summary, complexity, args string, tips []string, serve serve) session.Command {
		return session.Command{
			Command: command.Command{Spec: command.Spec{
				Name: name, Arity: arity,
				Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
				Group: command.GroupServer, Since: since,
				Summary: summary, Complexity: complexity, Args: args, Tips: tips,
			}},
			Serve: serve, Alone: true,
		}
	}
	histogram := sub("histogram", -2, "7.0.0", "Return how the lengths of commands are distributed",
		"O(N) where N is the number of commands", "[command@string...]", special, a.serveLatencyHistogram)
	histogram.Alone = false
	return session.Command{
		Command: command.Command{Spec: command.Spec{
			Name: "latency", Arity: -2,
			Group: command.GroupServer, Since: "2.8.13",
			Summary:    "Commands about what makes clients wait",
			Complexity: "Depends on the subcommand",
		}},
		Sub: []session.Command{
			sub("doctor", 2, "2.8.13", "Report on the waits in words", "O(1)", "", special, a.serveLatencyDoctor),
			sub("graph", 3, "2.8.13", "Draw the waits of an event", "O(1)", "event@string", special, a.serveLatencyGraph),
			{
				Command: command.Command{Spec: command.Spec{
					Name: "help", Arity: 2,
					Flags: command.Loading | command.Stale,
					Group: command.GroupServer, Since: "2.8.13",
					Summary:    "Describe the subcommands",
					Complexity: "O(1)",
				}},
				Serve: session.ServeHelp, Alone: true,
			},
			histogram,
			sub("history", 3, "2.8.13", "Return the waits of an event", "O(1)", "event@string", special, a.serveLatencyHistory),
			sub("latest", 2, "2.8.13", "Return the last wait of each event", "O(1)", "", special, a.serveLatencyLatest),
			sub("reset", -2, "2.8.13", "Forget the waits of events", "O(1)", "[event@string...]",
				[]string{"request_policy:all_nodes", "response_policy:all_succeeded"}, a.serveLatencyReset),
		},
	}
}

// serve is what a row's Serve is.
type serve = func(*session.Client, [][]byte)
