// Package scripting is the commands that run scripts and functions, and those about
// them: EVAL, EVALSHA, FCALL and their kin, SCRIPT, FUNCTION.
//
//	connection: EVAL ── Engine.Eval ── compiled? confined? ──► program
//	                                                             │
//	     keys all of one shard, confined ── a request of its batch ┤
//	     confined                        ── a fence over the keys' shards
//	     anything else                   ── a fence over all shards
//	                                                             ▼
//	turn: program.Run ── script.Run.Execute ── redis.call ──► program.Call
//	                                                             │
//	      Execution.Perform (a handler) ◄── keys held? ──────────┤
//	      StandIn.Serve (a command of the connection) ◄──────────╯
//
// What runs a script is package script; this package finds commands for it and runs
// them on the shards that are held.
//
// # Invariants
//
// A script runs whole, in one turn, with nothing in between. A script that is not proven
// to keep to the keys it declares (script.Run.Confined) holds all shards before it
// begins, so that no command of it ever meets a shard that is not held.
//
// A request is prepared on the goroutine of its connection: compiling is not done in a
// shard's turn.
package scripting
