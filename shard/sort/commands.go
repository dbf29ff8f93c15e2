package sort

import "github.com/troupe-db/troupe/shard/command"

// patternNotes and storeNotes say what the key specs cannot.
const (
	patternNotes = "BY and GET make keys of the elements found, so no spec can tell them"
	storeNotes   = "STORE may stand anywhere among the options"
)

// Commands are the rows of SORT and SORT_RO.
var Commands = []command.Command{
	{Spec: command.Spec{
		Name: "sort", Arity: -2,
		Flags: command.Write | command.DenyOOM | command.MovableKeys,
		Keys: []command.KeySpec{
			command.KeyAt(1, command.KeyRO|command.KeyAccess),
			command.KeyUnknown(command.KeyRO | command.KeyAccess).Noted(patternNotes),
			command.KeyUnknown(command.KeyOW | command.KeyUpdate).Noted(storeNotes),
		},
		Extract: keys,
		ACL:     command.CatSet | command.CatSortedSet | command.CatList | command.CatDangerous,
		Group:   command.GroupGeneric, Since: "1.0.0",
		Summary:    "Sort a list, a set or a sorted set, and return or store the result",
		Complexity: "O(N+M*log(M)) where N is the number of elements and M the number of those returned; O(N) when they are not sorted",
		Args: "key@key [BY pattern@pattern#1] [LIMIT offset_count{offset@integer count@integer}] " +
			"[GET... pattern@pattern#1] [order(ASC | DESC)] [sorting=\"ALPHA\"] [STORE destination@key#2]",
		Route: command.RouteAll, Wide: wide,
	}, Run: runSort},
	{Spec: command.Spec{
		Name: "sort_ro", Arity: -2,
		Flags: command.ReadOnly | command.MovableKeys,
		Keys: []command.KeySpec{
			command.KeyAt(1, command.KeyRO|command.KeyAccess),
			command.KeyUnknown(command.KeyRO | command.KeyAccess).Noted(patternNotes),
		},
		Extract: source,
		ACL:     command.CatSet | command.CatSortedSet | command.CatList | command.CatDangerous,
		Group:   command.GroupGeneric, Since: "7.0.0",
		Summary:    "Sort a list, a set or a sorted set and return the result",
		Complexity: "O(N+M*log(M)) where N is the number of elements and M the number of those returned; O(N) when they are not sorted",
		Args: "key@key [BY pattern@pattern#1] [LIMIT offset_count{offset@integer count@integer}] " +
			"[GET... pattern@pattern#1] [order(ASC | DESC)] [sorting=\"ALPHA\"]",
		Route: command.RouteAll, Wide: wide,
	}, Run: runSortRO},
}

// source finds the key that is sorted, and none of those that patterns lead to.
func source(dst []command.KeyRef, _ [][]byte) ([]command.KeyRef, error) {
	return append(dst, command.KeyRef{Index: 1, Flags: command.KeyRO | command.KeyAccess}), nil
}

// wide tells whether a request may read keys that patterns name, which any shard may
// own.
func wide(args [][]byte) bool {
	for _, arg := range args[2:] {
		if command.EqualFold(arg, "BY") || command.EqualFold(arg, "GET") {
			return true
		}
	}
	return false
}

// keys finds the key that is sorted and that behind the last STORE. Words it does
// not know it takes for options without a value.
func keys(dst []command.KeyRef, args [][]byte) ([]command.KeyRef, error) {
	dst, _ = source(dst, args)
	destination := 0
	for i := 2; i < len(args); i++ {
		switch {
		case command.EqualFold(args[i], "LIMIT"):
			i += 2
		case command.EqualFold(args[i], "GET"), command.EqualFold(args[i], "BY"):
			i++
		case command.EqualFold(args[i], "STORE") && i+1 < len(args):
			destination = i + 1
		}
	}
	if destination > 0 {
		dst = append(dst, command.KeyRef{Index: destination, Flags: command.KeyOW | command.KeyUpdate})
	}
	return dst, nil
}
