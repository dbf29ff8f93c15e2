// Package lualib is the library of functions that scripts find: what Redis 7.0
// leaves of Lua 5.1, and cjson, cmsgpack, struct and bit, on the machine of
// gopher-lua. The machine's own library is not used: it may be made to take all
// memory, and says other things than Lua in C.
//
//	source ── Compile ──► FunctionProto          once; shared by all states
//	            │               │
//	            │ parser.go     │ Load
//	            │ rewrite.go    ▼
//	            │           LFunction ── environment ──► globals (real table)
//	            ▼                                          │  _G, string, cjson …
//	       lua.Compile                                     ▼
//	                                    protected table: empty, and a metatable
//	                                      __index ──► the real table
//	                                      __newindex ──► an error
//
// # What scripts cannot change
//
// The globals, every table of the library and the metatable of strings can be read
// only. Scripts hold protected tables: empty ones that lead to the real table. The
// functions that go round metatables (next, pairs, rawget, rawset, setmetatable,
// getmetatable, table.insert and so on) know them. The real globals are the
// environment of all functions, so that a global costs one look-up, as it does for
// the machine itself; nothing hands that table to a script, and the compiler turns
// assignments to globals into assignments to a table that refuses them.
//
// Invariants: no function of the library returns a table behind a protected one; a
// protected table is empty; the machine is never given a SETGLOBAL.
//
// # What the compiler does
//
// Scripts are read by a parser of this package, with the grammar, limits and errors
// of Lua 5.1 in C. It bounds how deep a source nests, since the machine's compiler
// recurses. Where the machine differs from Lua it writes something else: the
// operator ".." is a call (bounded, and numbers in it have fourteen digits), bounds
// of for loops may be strings, and "local f = function" does not see itself. It also
// notes what a script calls its values ("local 'x'"), for errors to say it.
//
// # Errors
//
// The machine's texts are avoided where they can be: all types have metatables that
// say what cannot be done with them in the words of Lua, see openTypes. The rest is
// translated when an error is caught (Plain, ErrorValue).
//
// pcall and xpcall run what they protect in a thread of its own. When the machine
// raises an error it closes the upvalues of all frames of the thread, also of those
// that live on: a local variable that a closure shares would become two. For the
// same reason a host should not go on in a state after PCall has failed with Lua
// frames below it.
//
// # Bounds, and what is left to the host
//
// Limits bound each call: the length of strings, how many values there are on the
// stack, how many coroutines; recursion is bounded by constants. Tables that are
// written at a large index would fill an array up to it, so machine-wide indices
// from 4194304 on are kept as other keys (see limitArrays). This package never
// panics, whatever a script does. The host has to see to the rest:
//
//   - Time: a context whose Done is asked before each instruction can count and look
//     at a clock (SetContext); coroutines and protected calls inherit it. Inside the
//     library, only patterns can take long; they call Limits.Poll.
//   - Memory over time: a script can fill tables without calling the library. Look
//     at the heap (runtime/metrics) every so many instructions, and whenever
//     Limits.Grow asks.
//   - Stacks: CallStackSize bounds recursion of Lua functions. Metamethods recurse on
//     the goroutine's stack, about a kilobyte each; together with the threads of
//     protected calls (190 deep at most, an eighth of CallStackSize each, 200 at
//     least) a size of 20000 takes less than half of Go's limit of a gigabyte.
//     RegistryMaxSize must hold MaxStack values for each of them; 1<<20 does. With
//     MinimizeStackMemory a state begins with a few kilobytes.
//   - A state in which PCall has failed with lua.ApiErrorPanic is to be thrown away.
//
// # Complexity
//
// As in Lua in C, with these exceptions: the length of a table is linear in the nils
// at the end of its array (table.remove shortens it, assigning nil does not), and
// compiling is quadratic in the number of different constants of a function.
package lualib
