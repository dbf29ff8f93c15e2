// Package command is what a command is: the Spec that describes it, the Ctx its
// handler works with, the parser for its arguments, and the error texts a client
// can see.
//
// # The contract of a handler
//
// A handler is a func(*Ctx) that runs in the turn of the actor, or actors, that
// own its keys. It takes no lock, starts no goroutine, does not block and reads
// no clock but Ctx.Now.
//
//  1. It parses all its arguments, then checks for an error once, then changes
//     data: a request with an error in it leaves nothing behind.
//
//  2. It writes exactly one reply, through the Ctx.
//
//  3. Arity, authentication, memory and the like have been checked from the Spec.
//
//  4. It reaches keys with Ctx.Key, whichever shard they are on; the router has
//     seen to it that all keys its Spec names are held.
//
//  5. What it keeps it copies: arguments are views into what the client sent.
//
//     func runStrlen(ctx *command.Ctx) {
//     e := ctx.Key(1).Read()
//     if !ctx.Holds(e, keyspace.String) {
//     return
//     }
//     ctx.Int(int64(length(e)))
//     }
//
// # Arguments
//
// Args is a latching parser in the style of bufio.Scanner: the first error
// stays, every later read gives a zero value, and Done reports it once.
//
//	p := ctx.Parse(2)
//	for p.More() {
//		switch {
//		case p.Is("NX"): ...
//		case p.Is("EX"): seconds = p.Int()
//		default: p.Syntax()
//		}
//	}
//	if !p.Done() { return }
//
// The grammar that Spec.Args is written in is described at ParseGrammar.
package command
