package session

import "github.com/troupe-db/troupe/shard/command"

// transactionCommands returns the rows of MULTI and what belongs to it.
func transactionCommands() []Command {
	const flags = command.NoScript | command.Loading | command.Stale
	return []Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "discard", Arity: 1,
				Flags: flags | command.Fast | command.AllowBusy,
				ACL:   command.CatTransaction, Group: command.GroupTransactions, Since: "2.0.0",
				Summary:    "Forget the commands queued since MULTI",
				Complexity: "O(N) where N is the number of queued commands",
			}},
			Serve: serveDiscard, AtOnce: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "exec", Arity: 1,
				Flags: flags | command.SkipSlowlog,
				ACL:   command.CatTransaction, Group: command.GroupTransactions, Since: "1.2.0",
				Summary:    "Run the commands queued since MULTI, with nothing in between",
				Complexity: "Depends on the commands",
			}},
			Serve: serveExec, AtOnce: true, Places: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "multi", Arity: 1,
				Flags: flags | command.Fast | command.AllowBusy,
				ACL:   command.CatTransaction, Group: command.GroupTransactions, Since: "1.2.0",
				Summary:    "Begin to queue commands for EXEC",
				Complexity: "O(1)",
			}},
			Serve: serveMulti, AtOnce: true, Places: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "unwatch", Arity: 1,
				Flags: flags | command.Fast | command.AllowBusy,
				ACL:   command.CatTransaction, Group: command.GroupTransactions, Since: "2.2.0",
				Summary:    "Watch no keys any more",
				Complexity: "O(N) where N is the number of watched keys",
			}},
			Serve: serveUnwatch, Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "watch", Arity: -2,
				Flags: flags | command.Fast | command.AllowBusy,
				Keys:  []command.KeySpec{command.KeyRange(1, -1, 1, command.KeyRO)},
				ACL:   command.CatTransaction, Group: command.GroupTransactions, Since: "2.2.0",
				Summary:    "Make the next EXEC depend on keys staying as they are",
				Complexity: "O(N) where N is the number of keys",
				Args:       "key@key...",
			}},
			Serve: serveWatch, AtOnce: true, Places: true,
		},
	}
}
