// Package actor runs things: actors with a mailbox, fences that stop several of
// them together, loans between them, and pools of goroutines. It knows nothing
// of what the actors do.
//
// An actor is one goroutine that owns a state. Messages reach it through a Go
// channel and are received one after the other; the time one of them takes is a
// turn. Because nobody else touches the state, a turn needs no lock.
//
//	Send ──► inbox (channel) ──► turn: message.Receive(state) ──► Rest
//	                              ▲
//	                   urgent ────┘  loans, looked at between messages
//
// An actor that was woken lets those run first who can, since they are likely to have
// messages for it. What has come is foreseen before it is received, as many messages
// together as the state wants. An actor with work of its own beside its messages gives
// way between its pieces.
//
// # Together and Fence
//
// Messages to several actors that belong together are sent under one ordering
// lock, so that all actors see all such groups in one order. Together sends
// parts that need not stop: each actor handles its part when it gets there, and
// whoever has seen one part can only queue behind the others. Fence stops its
// actors: the last one to arrive runs the function over all their states, then
// releases the others. One order for all fences is what keeps two of them from
// waiting for each other.
//
// # Borrow
//
// An actor that finds in the middle of its turn that it needs another's state
// cannot send a fence: it would wait for itself. It borrows instead. One token
// per group makes sure that a single actor borrows at a time, and an actor that
// waits, be it at a fence or for the token, lends while it waits. So a borrower
// is only ever kept waiting by actors that are working.
//
// # Ownership
//
// A state belongs to its actor's goroutine, but for the time between a fence's
// last arrival and its release, when it belongs to the last to arrive, and the
// time of a loan, when it belongs to the borrower. Both hand over through
// channels or atomics that order memory.
package actor
