package tracking

import (
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// Commands returns the subcommands of CLIENT that are about client-side caching.
func (r *Registry) Commands() []session.Command {
	const flags = command.NoScript | command.Loading | command.Stale
	return []session.Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "caching", Arity: 3, Flags: flags,
				ACL: command.CatConnection, Group: command.GroupConnection, Since: "6.0.0",
				Summary:    "Say whether the keys of the next command are tracked",
				Complexity: "O(1)",
				Args:       "mode(YES | NO)",
			}},
			Serve: r.serveCaching, Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "getredir", Arity: 2, Flags: flags,
				ACL: command.CatConnection, Group: command.GroupConnection, Since: "6.0.0",
				Summary:    "Return the number of the connection that is told of changes instead",
				Complexity: "O(1)",
			}},
			Serve: r.serveGetredir, Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "tracking", Arity: -3, Flags: flags,
				ACL: command.CatConnection, Group: command.GroupConnection, Since: "6.0.0",
				Summary:    "Begin or end to be told of changes of keys that were read",
				Complexity: "O(N) where N is the number of prefixes",
				Args: "status(ON | OFF) [REDIRECT client-id@integer] [PREFIX... prefix@string] " +
					"[BCAST] [OPTIN] [OPTOUT] [NOLOOP]",
			}},
			Serve: r.serveTracking, Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "trackinginfo", Arity: 2, Flags: flags,
				ACL: command.CatConnection, Group: command.GroupConnection, Since: "6.2.0",
				Summary:    "Describe how the connection tracks keys",
				Complexity: "O(N) where N is the number of prefixes",
			}},
			Serve: r.serveTrackinginfo, Alone: true,
		},
	}
}
