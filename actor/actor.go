package actor

// Behaviour is the state of an actor, and what it does beside its messages. All
// methods run in the actor's own turn.
type Behaviour interface {
	// Rest is called after every message, and again for as long as it returns
	// true and no message is waiting. idle tells whether the mailbox is empty.
	Rest(idle bool) (again bool)
	// Settle is called when others have used the state, in a fence or on loan,
	// and before those who wait for the fence are told that it is over.
	Settle()
}

// Message is something an actor is sent. Receive runs in the actor's turn.
type Message[S Behaviour] interface {
	Receive(state S)
}

// mailboxSize is how many messages may wait for one actor before its senders
// wait too. A connection has one message per actor under way, so this is also
// how many connections can queue without blocking.
const mailboxSize = 1024

// Actor is one goroutine, the state it owns, and its mailbox.
type Actor[S Behaviour] struct {
	// Fixed after the group has started.
	group *Group[S]
	index int
	state S
	inbox chan Message[S]

	// urgent holds the request of the one actor that may borrow. Its sender is
	// the holder of the group's token; the receiver is the actor itself.
	urgent chan *loan

	// Owned by the turn.
	stopped bool
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
		again = a.state.Rest(len(a.inbox) == 0)
	}
}

// next returns the next message. It waits for one, or, when the actor has
// something else to do meanwhile, returns nil at once.
func (a *Actor[S]) next(busy bool) Message[S] {
	if !busy {
		return <-a.inbox
	}
	select {
	case m := <-a.inbox:
		return m
	default:
		return nil
	}
}
