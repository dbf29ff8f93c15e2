package session

import (
	"slices"

	"github.com/troupe-db/troupe/shard/command"
)

// Commands returns the rows that a connection serves itself. client are subcommands
// of CLIENT that others serve.
func Commands(client ...Command) []Command {
	return slices.Concat(connectionCommands(client), transactionCommands(), []Command{monitorRow()})
}

// connectionCommands returns the rows of the commands about the connection.
func connectionCommands(client []Command) []Command {
	return []Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "auth", Arity: -2,
				Flags: command.NoScript | command.Loading | command.Stale |
					command.Fast | command.NoAuth | command.AllowBusy,
				ACL: command.CatConnection, Group: command.GroupConnection, Since: "1.0.0",
				Summary:    "Log the connection in",
				Complexity: "O(N) where N is the number of passwords the user has",
				Args:       "[username@string^6.0.0] password@string",
				History: []command.Change{
					{Since: "6.0.0", What: "A user name besides the password."},
				},
			}},
			Serve: serveAuth,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "client", Arity: -2,
				Group: command.GroupConnection, Since: "2.4.0",
				Summary:    "Commands about connections",
				Complexity: "Depends on the subcommand",
			}},
			Sub: append(clientCommands(), client...),
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "echo", Arity: 2,
				Flags: command.Loading | command.Stale | command.Fast,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "1.0.0",
				Summary:    "Return the argument",
				Complexity: "O(1)",
				Args:       "message@string",
			}},
			Serve: serveEcho, Pure: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "hello", Arity: -1,
				Flags: command.NoScript | command.Loading | command.Stale |
					command.Fast | command.NoAuth | command.AllowBusy,
				ACL: command.CatConnection, Group: command.GroupConnection, Since: "6.0.0",
				Summary:    "Agree on a protocol version, and log in on the way",
				Complexity: "O(1)",
				Args: "[arguments{protover@integer [AUTH username_password{username@string password@string}] " +
					"[SETNAME clientname@string]}]",
				History: []command.Change{
					{Since: "6.2.0", What: "Without `protover` it describes the connection as it is."},
				},
			}},
			Serve: serveHello,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "ping", Arity: -1,
				Flags: command.Fast,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "1.0.0",
				Summary:    "Return PONG, or the argument: a check that the server answers",
				Complexity: "O(1)",
				Args:       "[message@string]",
				Tips:       []string{"request_policy:all_shards", "response_policy:all_succeeded"},
			}},
			Serve: servePing, Listening: true, Pure: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "quit", Arity: -1,
				Flags: command.NoScript | command.Loading | command.Stale |
					command.Fast | command.NoAuth | command.AllowBusy,
				ACL: command.CatConnection, Group: command.GroupConnection, Since: "1.0.0",
				Summary:    "Close the connection",
				Complexity: "O(1)",
			}},
			Serve: serveQuit, Listening: true, AtOnce: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "reset", Arity: 1,
				Flags: command.NoScript | command.Loading | command.Stale |
					command.Fast | command.NoAuth | command.AllowBusy,
				ACL: command.CatConnection, Group: command.GroupConnection, Since: "6.2.0",
				Summary:    "Put the connection back into its first state",
				Complexity: "O(1)",
			}},
			Serve: serveReset, Listening: true, AtOnce: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "select", Arity: 2,
				Flags: command.Loading | command.Stale | command.Fast,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "1.0.0",
				Summary:    "Change the database the connection works in",
				Complexity: "O(1)",
				Args:       "index@integer",
			}},
			Serve: serveSelect, Alone: true,
		},
	}
}

// clientCommands returns the rows of CLIENT.
func clientCommands() []Command {
	return []Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "getname", Arity: 2,
				Flags: command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "2.6.9",
				Summary:    "Return the connection's name",
				Complexity: "O(1)",
			}},
			Serve: serveClientGetname,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "help", Arity: 2,
				Flags: command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "5.0.0",
				Summary:    "Describe the subcommands",
				Complexity: "O(1)",
			}},
			Serve: serveClientHelp,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "id", Arity: 2,
				Flags: command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "5.0.0",
				Summary:    "Return the connection's number",
				Complexity: "O(1)",
			}},
			Serve: serveClientID,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "info", Arity: 2,
				Flags: command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "6.2.0",
				Summary:    "Describe the connection",
				Complexity: "O(1)",
				Tips:       []string{"nondeterministic_output"},
			}},
			Serve: serveClientInfo,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "kill", Arity: -3,
				Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "2.4.0",
				Summary:    "Close connections that match a filter",
				Complexity: "O(N) where N is the number of connections",
				Args: "filter(ip:port@string~2.8.12 | new-format([ID client-id@integer^2.8.12] | " +
					"[TYPE normal_master_slave_pubsub(NORMAL | MASTER^3.2.0 | SLAVE | REPLICA^5.0.0 " +
					"| PUBSUB)^2.8.12] | [USER username@string] | [ADDR ip:port@string] | " +
					"[LADDR ip:port@string^6.2.0] | [SKIPME yes/no@string] | [MAXAGE maxage@integer^7.4.0])...)",
				History: []command.Change{
					{Since: "2.8.12", What: "Filters of a name and a value each."},
					{Since: "2.8.12", What: "The filter `ID`."},
					{Since: "3.2.0", What: "The value `master` for `TYPE`."},
					{Since: "5.0.0", What: "The value `replica` for `TYPE`, with `slave` as its older name."},
					{Since: "6.2.0", What: "The filter `LADDR`."},
					{Since: "7.4.0", What: "The filter `MAXAGE`."},
				},
			}},
			Serve: serveClientKill,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "list", Arity: -2,
				Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "2.4.0",
				Summary:    "Describe the connections",
				Complexity: "O(N) where N is the number of connections",
				Args: "[TYPE normal_master_replica_pubsub(NORMAL | MASTER | REPLICA | PUBSUB)^5.0.0] " +
					"[ID id{client-id@integer...}^6.2.0]",
				Tips: []string{"nondeterministic_output"},
				History: []command.Change{
					{Since: "2.8.12", What: "The field `id`."},
					{Since: "5.0.0", What: "The filter `TYPE`."},
					{Since: "6.0.0", What: "The field `user`."},
					{Since: "6.2.0", What: "The fields `argv-mem`, `tot-mem`, `laddr` and `redir`, and the filter `ID`."},
					{Since: "7.0.0", What: "The fields `resp`, `multi-mem`, `rbs` and `rbp`."},
					{Since: "7.0.3", What: "The field `ssub`."},
					{Since: "7.2.0", What: "The fields `lib-name` and `lib-ver`."},
					{Since: "7.4.0", What: "The field `watch`."},
				},
			}},
			Serve: serveClientList,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "no-evict", Arity: 3,
				Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "7.0.0",
				Summary:    "Keep the connection from being closed to free memory, or no longer",
				Complexity: "O(1)",
				Args:       "enabled(ON | OFF)",
			}},
			Serve: serveClientNoEvict,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "no-touch", Arity: 3,
				Flags: command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "7.2.0",
				Summary:    "Stop commands of the connection from counting as use of the keys, or no longer",
				Complexity: "O(1)",
				Args:       "enabled(ON | OFF)",
			}},
			Serve: serveClientNoTouch,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "pause", Arity: -3,
				Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "2.9.50",
				Summary:    "Hold commands of clients back for a time",
				Complexity: "O(1)",
				Args:       "timeout@integer [mode(WRITE | ALL)^6.2.0]",
				History: []command.Change{
					{Since: "6.2.0", What: "The mode `WRITE`, and the argument that chooses it."},
				},
			}},
			Serve: serveClientPause,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "reply", Arity: 3,
				Flags: command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "3.2.0",
				Summary:    "Turn replies to the connection on or off",
				Complexity: "O(1)",
				Args:       "on_off_skip(ON | OFF | SKIP)",
			}},
			Serve: serveClientReply,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "setinfo", Arity: 4,
				Flags: command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "7.2.0",
				Summary:    "Record the name or version of the client library",
				Complexity: "O(1)",
				Args:       "attr(LIB-NAME libname@string | LIB-VER libver@string)",
				Tips:       []string{"request_policy:all_nodes", "response_policy:all_succeeded"},
			}},
			Serve: serveClientSetinfo,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "setname", Arity: 3,
				Flags: command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "2.6.9",
				Summary:    "Give the connection a name",
				Complexity: "O(1)",
				Args:       "connection-name@string",
			}},
			Serve: serveClientSetname,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "unblock", Arity: -3,
				Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "5.0.0",
				Summary:    "Wake a client that waits in a blocking command",
				Complexity: "O(log N) where N is the number of connections",
				Args:       "client-id@integer [timeout_error(TIMEOUT | ERROR)]",
			}},
			Serve: serveClientUnblock,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "unpause", Arity: 2,
				Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
				ACL:   command.CatConnection, Group: command.GroupConnection, Since: "6.2.0",
				Summary:    "End a pause",
				Complexity: "O(N) where N is the number of paused clients",
			}},
			Serve: serveClientUnpause,
		},
	}
}
