package bitmap

import "github.com/troupe-db/troupe/shard/command"

// Commands are the rows of the bitmap commands.
var Commands = []command.Command{
	{Spec: command.Spec{
		Name: "bitcount", Arity: -2,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatBitmap, Group: command.GroupBitmap, Since: "2.6.0",
		Summary:    "Count the bits of a string, or of a part of it, that are set",
		Complexity: "O(N) where N is the number of bytes looked at",
		Args:       "key@key [index{start@integer end@integer [index_unit(BYTE | BIT)^7.0.0]}]",
		History:    []command.Change{{Since: "7.0.0", What: "The part can be given in bits."}},
		Route:      command.RouteKeys,
	}, Run: runBitcount},
	{Spec: command.Spec{
		Name: "bitfield", Arity: -2,
		Flags: command.Write | command.DenyOOM,
		Keys: []command.KeySpec{
			command.KeyAt(1, command.KeyRW|command.KeyAccess|command.KeyUpdate|command.KeyVariable).
				Noted("reads alone change nothing"),
		},
		Extract: fieldKeys,
		ACL:     command.CatBitmap, Group: command.GroupBitmap, Since: "3.2.0",
		Summary:    "Read and change integers of any width inside a string",
		Complexity: "O(1) for each operation",
		Args: "key@key [operation(GET encoding_offset{encoding@string offset@integer} | " +
			"write{[OVERFLOW wrap_sat_fail(WRAP | SAT | FAIL)] " +
			"write_operation(SET encoding_offset_value{encoding@string offset@integer value@integer} | " +
			"INCRBY encoding_offset_increment{encoding@string offset@integer increment@integer})})...]",
		Route: command.RouteKeys,
	}, Run: runBitfield},
	{Spec: command.Spec{
		Name: "bitfield_ro", Arity: -2,
		Flags: command.ReadOnly | command.Fast,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatBitmap, Group: command.GroupBitmap, Since: "6.0.0",
		Summary:    "Read integers of any width inside a string",
		Complexity: "O(1) for each operation",
		Args:       "key@key [GET... encoding_offset{encoding@string offset@integer}]",
		Route:      command.RouteKeys,
	}, Run: runBitfieldRo},
	{Spec: command.Spec{
		Name: "bitop", Arity: -4,
		Flags: command.Write | command.DenyOOM,
		Keys: []command.KeySpec{
			command.KeyAt(2, command.KeyOW|command.KeyUpdate),
			command.KeyRange(3, -1, 1, command.KeyRO|command.KeyAccess),
		},
		ACL: command.CatBitmap, Group: command.GroupBitmap, Since: "2.6.0",
		Summary:    "Combine strings bit by bit and store the result",
		Complexity: "O(N) where N is the number of bytes of all sources",
		Args:       "operation@string destkey@key key@key#1...",
		Route:      command.RouteKeys,
	}, Run: runBitop},
	{Spec: command.Spec{
		Name: "bitpos", Arity: -3,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatBitmap, Group: command.GroupBitmap, Since: "2.8.7",
		Summary:    "Find the first bit of a string that is set, or clear",
		Complexity: "O(N) where N is the number of bytes looked at",
		Args:       "key@key bit@integer [index{start@integer [end_index{end@integer [index_unit(BYTE | BIT)^7.0.0]}]}]",
		History:    []command.Change{{Since: "7.0.0", What: "The part can be given in bits."}},
		Route:      command.RouteKeys,
	}, Run: runBitpos},
	{Spec: command.Spec{
		Name: "getbit", Arity: 3,
		Flags: command.ReadOnly | command.Fast,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatBitmap, Group: command.GroupBitmap, Since: "2.2.0",
		Summary:    "Return one bit of a string",
		Complexity: "O(1)",
		Args:       "key@key offset@integer",
		Route:      command.RouteKeys,
	}, Run: runGetbit},
	{Spec: command.Spec{
		Name: "setbit", Arity: 4,
		Flags: command.Write | command.DenyOOM,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRW|command.KeyAccess|command.KeyUpdate)},
		ACL:   command.CatBitmap, Group: command.GroupBitmap, Since: "2.2.0",
		Summary:    "Set or clear one bit of a string and return the bit that was there",
		Complexity: "O(1), beside the bytes by which the string grows",
		Args:       "key@key offset@integer value@integer",
		Route:      command.RouteKeys,
	}, Run: runSetbit},
}
