package zset

import "github.com/troupe-db/troupe/shard/command"

// rangeRows are the commands about ranges of members.
var rangeRows = []command.Command{
	{Spec: command.Spec{
		Name: "zrange", Arity: -4,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatSortedSet, Group: command.GroupSortedSet, Since: "1.2.0",
		Summary:    "Get the members in a range of ranks, scores or names",
		Complexity: "O(log(N)+M) where N is the number of members and M the number of members returned",
		Args:       "key@key start@string stop@string [sortby(BYSCORE | BYLEX)^6.2.0] [REV^6.2.0] [LIMIT offset_count{offset@integer count@integer}^6.2.0] [WITHSCORES]",
		History: []command.Change{
			{Since: "6.2.0", What: "The options `REV`, `BYSCORE`, `BYLEX` and `LIMIT`."},
		},
		Route: command.RouteKeys,
	}, Run: runZrange},
	{Spec: command.Spec{
		Name: "zrangebylex", Arity: -4,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatSortedSet, Group: command.GroupSortedSet, Since: "2.8.9",
		Summary:    "Get the members whose names are in a range, in a set of equal scores",
		Complexity: "O(log(N)+M) where N is the number of members and M the number of members returned",
		Args:       "key@key min@string max@string [LIMIT offset_count{offset@integer count@integer}]",
		Deprecated: &command.Deprecation{Since: "6.2.0", ReplacedBy: "`ZRANGE` with `BYLEX`"},
		Route:      command.RouteKeys,
	}, Run: runZrangebylex},
	{Spec: command.Spec{
		Name: "zrangebyscore", Arity: -4,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatSortedSet, Group: command.GroupSortedSet, Since: "1.0.5",
		Summary:    "Get the members whose scores are in a range",
		Complexity: "O(log(N)+M) where N is the number of members and M the number of members returned",
		Args:       "key@key min@double max@double [WITHSCORES^2.0.0] [LIMIT offset_count{offset@integer count@integer}]",
		History: []command.Change{
			{Since: "2.0.0", What: "The option `WITHSCORES`."},
		},
		Deprecated: &command.Deprecation{Since: "6.2.0", ReplacedBy: "`ZRANGE` with `BYSCORE`"},
		Route:      command.RouteKeys,
	}, Run: runZrangebyscore},
	{Spec: command.Spec{
		Name: "zrangestore", Arity: -5,
		Flags: command.Write | command.DenyOOM,
		Keys: []command.KeySpec{
			command.KeyAt(1, command.KeyOW|command.KeyUpdate),
			command.KeyAt(2, command.KeyRO|command.KeyAccess),
		},
		ACL: command.CatSortedSet, Group: command.GroupSortedSet, Since: "6.2.0",
		Summary:    "Store the members in a range of ranks, scores or names",
		Complexity: "O(log(N)+M) where N is the number of members and M the number of members stored",
		Args:       "dst@key src@key#1 min@string max@string [sortby(BYSCORE | BYLEX)] [REV] [LIMIT offset_count{offset@integer count@integer}]",
		Route:      command.RouteKeys,
	}, Run: runZrangestore},
	{Spec: command.Spec{
		Name: "zrevrange", Arity: -4,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatSortedSet, Group: command.GroupSortedSet, Since: "1.2.0",
		Summary:    "Get the members in a range of ranks, counted from the highest score",
		Complexity: "O(log(N)+M) where N is the number of members and M the number of members returned",
		Args:       "key@key start@integer stop@integer [WITHSCORES]",
		Deprecated: &command.Deprecation{Since: "6.2.0", ReplacedBy: "`ZRANGE` with `REV`"},
		Route:      command.RouteKeys,
	}, Run: runZrevrange},
	{Spec: command.Spec{
		Name: "zrevrangebylex", Arity: -4,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatSortedSet, Group: command.GroupSortedSet, Since: "2.8.9",
		Summary:    "Get the members whose names are in a range, backwards, in a set of equal scores",
		Complexity: "O(log(N)+M) where N is the number of members and M the number of members returned",
		Args:       "key@key max@string min@string [LIMIT offset_count{offset@integer count@integer}]",
		Deprecated: &command.Deprecation{Since: "6.2.0", ReplacedBy: "`ZRANGE` with `REV` and `BYLEX`"},
		Route:      command.RouteKeys,
	}, Run: runZrevrangebylex},
	{Spec: command.Spec{
		Name: "zrevrangebyscore", Arity: -4,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatSortedSet, Group: command.GroupSortedSet, Since: "2.2.0",
		Summary:    "Get the members whose scores are in a range, from the highest score on",
		Complexity: "O(log(N)+M) where N is the number of members and M the number of members returned",
		Args:       "key@key max@double min@double [WITHSCORES] [LIMIT offset_count{offset@integer count@integer}]",
		History: []command.Change{
			{Since: "2.1.6", What: "An end of the range may be left out of it."},
		},
		Deprecated: &command.Deprecation{Since: "6.2.0", ReplacedBy: "`ZRANGE` with `REV` and `BYSCORE`"},
		Route:      command.RouteKeys,
	}, Run: runZrevrangebyscore},
}
