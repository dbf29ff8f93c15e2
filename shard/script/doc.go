// Package script runs Lua scripts and functions: it knows those that were loaded, checks
// what they may call, and turns values into replies and back. It knows commands only by
// their rows; a Host, which is the turn that holds the keys, runs them.
//
//	Engine ─┬─ cache      body, digest ──► Script (compiled, shared by all)
//	        ├─ Libraries  name ──► Library ──► Function
//	        └─ machines   idle ones, taken for a run each
//
//	Run.Execute ── machine ── redis.call ── perform: known? arity? allowed? writes? memory?
//	                                            │
//	               value ◄── fromReply ◄── Host.Call
//	               result ── writeReply ──► exactly one reply
//
// # Keys
//
// A script is looked at when it is compiled: is every key of every command that it can
// ever call an element of KEYS, whatever the arguments? If that can be proven (see
// prover), it is confined, and needs no shard but those that own the keys of a request.
// If not, because it builds names or because nobody could tell, it needs them all.
//
// # Invariants
//
// A script runs whole, or it ends with an error before its first write; what a command
// has changed stays when a later one fails, as in Redis. It cannot be ended from outside
// once a command that writes was called: state goes from clean either to dirty or to
// killed, by one atomic exchange.
//
// Nothing of a script is left in a machine: globals cannot be written to, and a machine
// that has panicked is not used again. Functions keep their library's local variables,
// each machine its own.
//
// # Limits
//
// A machine's meter is asked before each instruction; every 4096 of them it looks at the
// clock, at whether somebody has ended the script, and now and then at the heap. Strings
// and the depth of calls are bounded by the library (package lualib) and by the machine's
// options, and a reply by 1 GB.
//
// # Complexity
//
// Finding a compiled script is one look-up in a map. Compiling and proving take time
// linear in the text, up to the rounds of the proof, of which there are few. A call of a
// command costs some 300 ns beside the command.
package script
