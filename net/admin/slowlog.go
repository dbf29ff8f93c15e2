package admin

import (
	"math"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// slowDefault is how many entries SLOWLOG GET returns when it is not told.
const slowDefault = 10

// slowlogRow returns the row of SLOWLOG.
func (a *Admin) slowlogRow() session.Command {
	const flags = command.Admin | command.Loading | command.Stale
	return session.Command{
		Command: command.Command{Spec: command.Spec{
			Name: "slowlog", Arity: -2,
			Group: command.GroupServer, Since: "2.2.12",
			Summary:    "Commands about commands that were slow",
			Complexity: "Depends on the subcommand",
		}},
		Sub: []session.Command{
			{
				Command: command.Command{Spec: command.Spec{
					Name: "get", Arity: -2, Flags: flags,
					Group: command.GroupServer, Since: "2.2.12",
					Summary:    "Return the last slow commands",
					Complexity: "O(N) where N is the number of entries returned",
					Args:       "[count@integer]",
					Tips:       []string{"request_policy:all_nodes", "nondeterministic_output"},
					History: []command.Change{
						{Since: "4.0.0", What: "The client's address and name in each entry."},
					},
				}},
				Serve: a.serveSlowlogGet, Alone: true,
			},
			{
				Command: command.Command{Spec: command.Spec{
					Name: "help", Arity: 2,
					Flags: command.Loading | command.Stale,
					Group: command.GroupServer, Since: "6.2.0",
					Summary:    "Describe the subcommands",
					Complexity: "O(1)",
				}},
				Serve: session.ServeHelp, Alone: true,
			},
			{
				Command: command.Command{Spec: command.Spec{
					Name: "len", Arity: 2, Flags: flags,
					Group: command.GroupServer, Since: "2.2.12",
					Summary:    "Return how many slow commands are kept",
					Complexity: "O(1)",
					Tips: []string{
						"request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output",
					},
				}},
				Serve: a.serveSlowlogLen, Alone: true,
			},
			{
				Command: command.Command{Spec: command.Spec{
					Name: "reset", Arity: 2, Flags: flags,
					Group: command.GroupServer, Since: "2.2.12",
					Summary:    "Forget the slow commands",
					Complexity: "O(N) where N is the number of entries",
					Tips:       []string{"request_policy:all_nodes", "response_policy:all_succeeded"},
				}},
				Serve: a.serveSlowlogReset, Alone: true,
			},
		},
	}
}

// serveSlowlogGet answers SLOWLOG GET [count], where -1 is all.
func (a *Admin) serveSlowlogGet(c *session.Client, args [][]byte) {
	count := int64(slowDefault)
	if len(args) > 3 {
		c.Reply.Error(command.BadSubcommand(args[1], "SLOWLOG"))
		return
	}
	if len(args) == 3 {
		n, ok := num.ParseInt(args[2])
		if !ok || n < -1 {
			c.Reply.Error(textSlowCount)
			return
		}
		count = min(n, math.MaxInt32)
	}
	entries := a.observer.Slow.Latest(int(count))
	c.Reply.Array(len(entries))
	for i := range entries {
		e := &entries[i]
		c.Reply.Array(6)
		c.Reply.Int(e.ID)
		c.Reply.Int(e.At)
		c.Reply.Int(e.Micros)
		c.Reply.Array(len(e.Args))
		for _, arg := range e.Args {
			c.Reply.Bulk(arg)
		}
		c.Reply.BulkString(e.Address)
		c.Reply.BulkString(e.Name)
	}
}

func (a *Admin) serveSlowlogLen(c *session.Client, _ [][]byte) {
	c.Reply.Int(int64(a.observer.Slow.Len()))
}

func (a *Admin) serveSlowlogReset(c *session.Client, _ [][]byte) {
	a.observer.Slow.Reset()
	c.Reply.OK()
}
