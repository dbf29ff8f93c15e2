package actor

// loan is a request for an actor's state.
type loan struct {
	ready chan struct{} // closed by the lender when the borrower may begin
	back  chan struct{} // closed by the borrower when it has finished
}

// nudge wakes an actor that waits for a message.
type nudge[S Behaviour[S]] struct{}

// Receive does nothing: loans are met after every message.
func (nudge[S]) Receive(S) {}

// Borrow runs use over the states of the actor by, whose turn it is, and of the
// others that members tells, all of which stand still meanwhile. use gets one
// state per actor, the zero value for those that are not held. Until use begins,
// by may lend its own state, so what it knew of it may have changed.
func (g *Group[S]) Borrow(by int, members func(i int) bool, use func(states []S)) {
	a := g.actors[by]
	a.takeToken()
	states := make([]S, len(g.actors))
	states[by] = a.state
	var loans []*loan
	for i, other := range g.actors {
		if i != by && members(i) {
			loans = append(loans, other.ask())
			states[i] = other.state
		}
	}
	use(states)
	for _, l := range loans {
		close(l.back)
	}
	g.token <- struct{}{}
}

// takeToken waits for the right to borrow, and lends to who has it meanwhile.
func (a *Actor[S]) takeToken() {
	for {
		select {
		case <-a.group.token:
			return
		case request := <-a.urgent:
			a.lend(request)
		}
	}
}

// ask requests the actor's state and returns when it stands still. The caller
// holds the token, so there is no other request.
func (a *Actor[S]) ask() *loan {
	l := &loan{ready: make(chan struct{}), back: make(chan struct{})}
	a.urgent <- l
	select {
	case a.inbox <- nudge[S]{}:
	default: // it has messages to handle and will look after the next
	}
	<-l.ready
	return l
}

// lend hands the state over and waits until it is given back.
func (a *Actor[S]) lend(l *loan) {
	close(l.ready)
	<-l.back
	a.state.Settle()
}

func (a *Actor[S]) lendIfAsked() {
	if len(a.urgent) > 0 {
		a.lend(<-a.urgent)
	}
}
