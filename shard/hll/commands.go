package hll

import "github.com/troupe-db/troupe/shard/command"

// Commands are the rows of the HyperLogLog commands.
var Commands = []command.Command{
	{Spec: command.Spec{
		Name: "pfadd", Arity: -2,
		Flags: command.Write | command.DenyOOM | command.Fast,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRW|command.KeyInsert)},
		ACL:   command.CatHyperLogLog, Group: command.GroupHyperLogLog, Since: "2.8.9",
		Summary:    "Add elements to a HyperLogLog and tell whether its estimate may have changed",
		Complexity: "O(1) for each element",
		Args:       "key@key [element@string...]",
		Route:      command.RouteKeys,
	}, Run: runPfadd},
	{Spec: command.Spec{
		Name: "pfcount", Arity: -2,
		Flags: command.ReadOnly,
		Keys: []command.KeySpec{
			command.KeyRange(1, -1, 1, command.KeyRW|command.KeyAccess).
				Noted("the estimate is kept in the key"),
		},
		ACL: command.CatHyperLogLog, Group: command.GroupHyperLogLog, Since: "2.8.9",
		Summary:    "Estimate how many different elements were added to one or several HyperLogLogs",
		Complexity: "O(1) for one key whose estimate is known, else O(N) where N is the number of keys",
		Args:       "key@key...",
		Route:      command.RouteKeys,
	}, Run: runPfcount},
	{Spec: command.Spec{
		Name: "pfdebug", Arity: 3,
		Flags: command.Write | command.DenyOOM | command.Admin,
		Keys:  []command.KeySpec{command.KeyAt(2, command.KeyRW|command.KeyAccess)},
		ACL:   command.CatHyperLogLog, Group: command.GroupHyperLogLog, Since: "2.8.9",
		Summary:    "Look into a HyperLogLog",
		Complexity: "O(1)",
		Args:       "subcommand@string key@key",
		Internal:   true,
		Route:      command.RouteKeys,
	}, Run: runPfdebug},
	{Spec: command.Spec{
		Name: "pfmerge", Arity: -2,
		Flags: command.Write | command.DenyOOM,
		Keys: []command.KeySpec{
			command.KeyAt(1, command.KeyRW|command.KeyAccess|command.KeyInsert),
			command.KeyRange(2, -1, 1, command.KeyRO|command.KeyAccess),
		},
		ACL: command.CatHyperLogLog, Group: command.GroupHyperLogLog, Since: "2.8.9",
		Summary:    "Merge HyperLogLogs into one",
		Complexity: "O(N) where N is the number of keys",
		Args:       "destkey@key sourcekey@key#1...",
		Route:      command.RouteKeys,
	}, Run: runPfmerge},
	{Spec: command.Spec{
		Name: "pfselftest", Arity: 1,
		Flags: command.Admin,
		ACL:   command.CatHyperLogLog, Group: command.GroupHyperLogLog, Since: "2.8.9",
		Summary:    "Test the implementation of HyperLogLogs",
		Complexity: "O(1)",
		Internal:   true,
		Route:      command.RouteAll,
	}, Run: runPfselftest},
}
