package dump

import "github.com/troupe-db/troupe/shard/command"

// Commands are the rows of DUMP and RESTORE.
var Commands = []command.Command{
	{Spec: command.Spec{
		Name: "dump", Arity: 2,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatKeyspace, Group: command.GroupGeneric, Since: "2.6.0",
		Summary:    "Return the value of a key in a form that RESTORE takes",
		Complexity: "O(N) where N is the size of the value",
		Args:       "key@key",
		Tips:       []string{"nondeterministic_output"},
		Route:      command.RouteKeys,
	}, Run: runDump},
	{Spec: command.Spec{
		Name: "restore", Arity: -4,
		Flags: command.Write | command.DenyOOM,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyOW|command.KeyUpdate)},
		ACL:   command.CatKeyspace | command.CatDangerous, Group: command.GroupGeneric, Since: "2.6.0",
		Summary:    "Create a key from what DUMP returned",
		Complexity: "O(N) where N is the size of the value, O(N*log(N)) for a sorted set that is out of order",
		Args: "key@key ttl@integer serialized-value@string [replace=\"REPLACE\"^3.0.0] [absttl=\"ABSTTL\"^5.0.0] " +
			"[IDLETIME seconds@integer^5.0.0] [FREQ frequency@integer^5.0.0]",
		History: []command.Change{
			{Since: "3.0.0", What: "The option `REPLACE`."},
			{Since: "5.0.0", What: "The option `ABSTTL`."},
			{Since: "5.0.0", What: "The options `IDLETIME` and `FREQ`."},
		},
		Route: command.RouteKeys,
	}, Run: runRestore},
}
