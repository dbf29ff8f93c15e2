package actor

import (
	"runtime"

	"github.com/troupe-db/troupe/actor/processors"
)

// Behaviour is the state of an actor, and what it does beside its messages. All
// methods run in the actor's own turn.
type Behaviour[S any] interface {
	// Foresee is called with messages that the actor will receive next, in their
	// order, and prepares for as many of them as is good to prepare for together. It
	// returns how many, at least one, and is called again when these are received. The
	// state may change before their turns, so this is for preparations that nothing
	// depends on.
	Foresee(due []Message[S]) (foreseen int)
	// Rest is called after every message, and again for as long as it returns
	// true and no message is waiting. idle tells whether the mailbox is empty.
	Rest(idle bool) (again bool)
	// Settle is called when others have used the state, in a fence or on loan,
	// and before those who wait for the fence are told that it is over.
	Settle()
}

// Message is something an actor is sent. Receive runs in the actor's turn.
type Message[S any] interface {
	Receive(state S)
}

// mailboxSize is how many messages may wait for one actor before its senders
// wait too. A connection has one message per actor under way, so this is also
// how many connections can queue without blocking.
const mailboxSize = 1024

// dueMost is how many messages an actor takes out of its mailbox together, and so the
// most that it may foresee.
const dueMost = 64

// fruitlessMost bounds how seldom an actor yields: once in 2^fruitlessMost times.
const fruitlessMost = 6

// Actor is one goroutine, the state it owns, and its mailbox.
type Actor[S Behaviour[S]] struct {
	// Fixed after the group has started.
	group *Group[S]
	index int
	state S
	inbox chan Message[S]

	// urgent holds the request of the one actor that may borrow. Its sender is
	// the holder of the group's token; the receiver is the actor itself.
	urgent chan *loan

	// Owned by the turn.
	stopped   bool
	due       []Message[S] // taken out of the mailbox together, at most dueMost
	taken     int          // due[:taken] are received
	foreseen  int          // due[:foreseen] are prepared for; at least taken
	fruitless int          // yields in a row that brought nothing, at most fruitlessMost
	skip      int          // times not to yield yet
}

// Send puts m into the mailbox, and waits while that is full.
func (a *Actor[S]) Send(m Message[S]) { a.inbox <- m }

// run is the life of the actor.
func (a *Actor[S]) run() {
	again := false
	for !a.stopped {
		if m := a.next(again); m != nil {
			m.Receive(a.state)
		}
		a.lendIfAsked()
		again = a.state.Rest(!a.waiting())
	}
}

// next returns the next message. It waits for one, or, when the actor has
// something else to do meanwhile, returns nil at once.
func (a *Actor[S]) next(busy bool) Message[S] {
	if a.taken == len(a.due) && !a.fetch(busy) {
		return nil
	}
	if a.taken == a.foreseen {
		a.foreseen += a.state.Foresee(a.due[a.taken:])
	}
	m := a.due[a.taken]
	a.due[a.taken] = nil
	a.taken++
	return m
}

// fetch takes messages out of the mailbox. It waits for the first one, or, when the
// actor is busy and there is none, returns false. An actor that does not wait gives
// way: where processors are scarce, its senders would not run for 10 ms.
func (a *Actor[S]) fetch(busy bool) bool {
	a.due, a.taken, a.foreseen = a.due[:0], 0, 0
	a.drain()
	switch {
	case len(a.due) > 0:
	case busy:
		runtime.Gosched()
		a.drain()
	default:
		processors.Idle(a.empty) // all answers are on their way
		a.due = append(a.due, <-a.inbox)
		a.yield()
		a.drain()
	}
	return len(a.due) > 0
}

// drain takes what is there, up to dueMost messages.
func (a *Actor[S]) drain() {
	for len(a.due) < dueMost {
		select {
		case m := <-a.inbox:
			a.due = append(a.due, m)
		default:
			return
		}
	}
}

// empty tells whether the mailbox is.
func (a *Actor[S]) empty() bool { return len(a.inbox) == 0 }

// waiting tells whether there is a message to receive.
func (a *Actor[S]) waiting() bool { return a.taken < len(a.due) || len(a.inbox) > 0 }

// yield lets those go first who can run already, when the actor has just been woken.
// They are likely to have messages for it. It then handles them all in one go, with
// its state in the processor's cache, and wakes their senders in one go. Otherwise
// the runtime runs it as soon as its first sender waits, and each message costs two
// changes of goroutines. See docs/adr/0013.
//
// Yielding may wake a thread, so where it has brought no messages it is tried less
// and less often.
func (a *Actor[S]) yield() {
	if a.skip > 0 {
		a.skip--
		return
	}
	runtime.Gosched()
	if len(a.inbox) > 0 {
		a.fruitless = 0
		return
	}
	a.fruitless = min(a.fruitless+1, fruitlessMost)
	a.skip = 1<<a.fruitless - 1
}
