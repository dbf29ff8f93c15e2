package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// Limits bound what single calls of the library may take. What a script takes
// over time, by many calls or in its own tables, is for the host to watch: see
// the package comment.
type Limits struct {
	// MaxString is the length in bytes of the longest string that any function of
	// the library, or the operator "..", may make. 512 MB if it is 0, as Redis
	// allows for a value.
	MaxString int
	// MaxStack is how many values a function of the library may have before it,
	// arguments and results together: unpack, string.byte and the decoders push
	// many. 8000 if it is 0, as in Lua in C. The registers of the state must have
	// room for it.
	MaxStack int
	// MaxCoroutines is how many coroutines a script may create between two calls
	// of Reset. 10000 if it is 0.
	MaxCoroutines int
	// Grow, unless it is nil, is asked before the library takes n bytes at once, n
	// being 64 kB or more. If it returns false the script gets the error "not
	// enough memory". It runs on the script's goroutine.
	Grow func(n int) bool
	// Poll, unless it is nil, is called every now and then while a call of the
	// library takes long. It may end the script with L.RaiseError.
	Poll func(L *lua.LState)
}

const (
	defaultMaxString     = 512 << 20
	defaultMaxStack      = 8000
	defaultMaxCoroutines = 10000

	// growStep is the size from which on Grow is asked.
	growStep = 64 << 10
)

// maxArrayIndex bounds the indices that tables keep in an array. Assigning to one
// fills the array up to it, which takes sixteen bytes for each index before: a
// script could otherwise take a gigabyte with one assignment. What has a larger
// index is found like any other key, but "#" does not count it.
const maxArrayIndex = 1 << 22

// arrayLimit is maxArrayIndex, set for the machine. It is set where variables are
// initialised because machines on any goroutine read it.
var arrayLimit = limitArrays()

func limitArrays() int {
	lua.MaxArrayIndex = maxArrayIndex
	return maxArrayIndex
}

const textMemory = "not enough memory"

// withDefaults returns the limits with values in the place of zeros.
func (l *Limits) withDefaults() Limits {
	limits := Limits{}
	if l != nil {
		limits = *l
	}
	if limits.MaxString == 0 {
		limits.MaxString = defaultMaxString
	}
	if limits.MaxStack == 0 {
		limits.MaxStack = defaultMaxStack
	}
	if limits.MaxCoroutines == 0 {
		limits.MaxCoroutines = defaultMaxCoroutines
	}
	return limits
}

// room raises an error unless a string of n bytes may be made. Every function
// calls it before it takes the memory.
func (lib *Library) room(L *lua.LState, n int) {
	if n < 0 || n > lib.limits.MaxString {
		raiseBare(L, textMemory)
	}
	if n >= growStep && lib.limits.Grow != nil && !lib.limits.Grow(n) {
		raiseBare(L, textMemory)
	}
}

// roomFor is room for strings that repeat: n times a size. It cannot overflow.
func (lib *Library) roomFor(L *lua.LState, size int, n int64) {
	if n > 0 && size > 0 && n > int64(lib.limits.MaxString)/int64(size) {
		raiseBare(L, textMemory)
	}
	lib.room(L, size*int(max(n, 0)))
}
