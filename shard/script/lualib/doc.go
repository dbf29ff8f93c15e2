// Package lualib is the library of functions that scripts find: what Redis 7.0
// leaves of Lua 5.1, and cjson, cmsgpack, struct and bit, on gopher-lua.
package lualib
