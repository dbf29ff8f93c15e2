package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// keysInOrder returns the keys of a table in the order in which they are written
// out: first to last as they came into the table, indices of the array before.
func keysInOrder(table *lua.LTable) []lua.LValue {
	var keys []lua.LValue
	key := lua.LNil
	for {
		key, _ = table.Next(key)
		if key == lua.LNil {
			return keys
		}
		keys = append(keys, key)
	}
}
