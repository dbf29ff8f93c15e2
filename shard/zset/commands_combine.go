package zset

import "github.com/troupe-db/troupe/shard/command"

// combineRows are the commands about several sets.
var combineRows = []command.Command{
	{Spec: command.Spec{
		Name: "zdiff", Arity: -3,
		Flags: command.ReadOnly | command.MovableKeys,
		Keys:  []command.KeySpec{command.KeyNum(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatSortedSet, Group: command.GroupSortedSet, Since: "6.2.0",
		Summary:    "Get the members of the first sorted set that are in none of the others",
		Complexity: "O(L+K*log(K)) where L is the number of members of the first set times the number of sets, and K the number of members in the result",
		Args:       "numkeys@integer key@key... [WITHSCORES]",
		Route:      command.RouteKeys,
	}, Run: runZdiff},
	{Spec: command.Spec{
		Name: "zdiffstore", Arity: -4,
		Flags: command.Write | command.DenyOOM | command.MovableKeys,
		Keys: []command.KeySpec{
			command.KeyAt(1, command.KeyOW|command.KeyUpdate),
			command.KeyNum(2, command.KeyRO|command.KeyAccess),
		},
		ACL: command.CatSortedSet, Group: command.GroupSortedSet, Since: "6.2.0",
		Summary:    "Store the members of the first sorted set that are in none of the others",
		Complexity: "O(L+K*log(K)) where L is the number of members of the first set times the number of sets, and K the number of members in the result",
		Args:       "destination@key numkeys@integer key@key#1...",
		Route:      command.RouteKeys,
	}, Run: runZdiffstore},
	{Spec: command.Spec{
		Name: "zinter", Arity: -3,
		Flags: command.ReadOnly | command.MovableKeys,
		Keys:  []command.KeySpec{command.KeyNum(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatSortedSet, Group: command.GroupSortedSet, Since: "6.2.0",
		Summary:    "Get the members that are in all of several sorted sets",
		Complexity: "O(N*K+M*log(M)) where N is the number of members of the smallest set, K the number of sets, and M the number of members in the result",
		Args:       "numkeys@integer key@key... [WEIGHTS weight@integer...] [AGGREGATE aggregate(SUM | MIN | MAX)] [WITHSCORES]",
		Route:      command.RouteKeys,
	}, Run: runZinter},
	{Spec: command.Spec{
		Name: "zintercard", Arity: -3,
		Flags: command.ReadOnly | command.MovableKeys,
		Keys:  []command.KeySpec{command.KeyNum(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatSortedSet, Group: command.GroupSortedSet, Since: "7.0.0",
		Summary:    "Count the members that are in all of several sorted sets",
		Complexity: "O(N*K) where N is the number of members of the smallest set and K the number of sets",
		Args:       "numkeys@integer key@key... [LIMIT limit@integer]",
		Route:      command.RouteKeys,
	}, Run: runZintercard},
	{Spec: command.Spec{
		Name: "zinterstore", Arity: -4,
		Flags: command.Write | command.DenyOOM | command.MovableKeys,
		Keys: []command.KeySpec{
			command.KeyAt(1, command.KeyOW|command.KeyUpdate),
			command.KeyNum(2, command.KeyRO|command.KeyAccess),
		},
		ACL: command.CatSortedSet, Group: command.GroupSortedSet, Since: "2.0.0",
		Summary:    "Store the members that are in all of several sorted sets",
		Complexity: "O(N*K+M*log(M)) where N is the number of members of the smallest set, K the number of sets, and M the number of members in the result",
		Args:       "destination@key numkeys@integer key@key#1... [WEIGHTS weight@integer...] [AGGREGATE aggregate(SUM | MIN | MAX)]",
		Route:      command.RouteKeys,
	}, Run: runZinterstore},
	{Spec: command.Spec{
		Name: "zunion", Arity: -3,
		Flags: command.ReadOnly | command.MovableKeys,
		Keys:  []command.KeySpec{command.KeyNum(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatSortedSet, Group: command.GroupSortedSet, Since: "6.2.0",
		Summary:    "Get the members of several sorted sets together",
		Complexity: "O(N+M*log(M)) where N is the number of members of all sets and M the number of members in the result",
		Args:       "numkeys@integer key@key... [WEIGHTS weight@integer...] [AGGREGATE aggregate(SUM | MIN | MAX)] [WITHSCORES]",
		Route:      command.RouteKeys,
	}, Run: runZunion},
	{Spec: command.Spec{
		Name: "zunionstore", Arity: -4,
		Flags: command.Write | command.DenyOOM | command.MovableKeys,
		Keys: []command.KeySpec{
			command.KeyAt(1, command.KeyOW|command.KeyUpdate),
			command.KeyNum(2, command.KeyRO|command.KeyAccess),
		},
		ACL: command.CatSortedSet, Group: command.GroupSortedSet, Since: "2.0.0",
		Summary:    "Store the members of several sorted sets together",
		Complexity: "O(N+M*log(M)) where N is the number of members of all sets and M the number of members in the result",
		Args:       "destination@key numkeys@integer key@key#1... [WEIGHTS weight@integer...] [AGGREGATE aggregate(SUM | MIN | MAX)]",
		Route:      command.RouteKeys,
	}, Run: runZunionstore},
}
