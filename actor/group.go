package actor

import (
	"sync"
	"sync/atomic"
)

// Group is a fixed set of actors that fences may stop together.
type Group[S Behaviour[S]] struct {
	actors []*Actor[S]

	// order is held while messages that belong together are sent, and for
	// nothing else.
	order sync.Mutex
	// token is held by the one actor that may borrow: it is in the channel when
	// nobody holds it.
	token   chan struct{}
	running sync.WaitGroup
}

// Start runs one actor for each state. They are numbered like the states.
func Start[S Behaviour[S]](states []S) *Group[S] {
	g := &Group[S]{token: make(chan struct{}, 1)}
	g.token <- struct{}{}
	for i, state := range states {
		g.actors = append(g.actors, &Actor[S]{
			group: g, index: i, state: state,
			inbox: make(chan Message[S], mailboxSize), urgent: make(chan *loan, 1), due: make([]Message[S], 0, dueMost),
		})
	}
	for _, a := range g.actors {
		g.running.Go(a.run)
	}
	return g
}

// Len returns the number of actors.
func (g *Group[S]) Len() int { return len(g.actors) }

// Send sends m to actor i. Messages to one actor from one sender arrive in the
// order they were sent.
func (g *Group[S]) Send(i int, m Message[S]) { g.actors[i].Send(m) }

// Together calls send under the ordering lock. send sends messages that belong
// together and does nothing else.
func (g *Group[S]) Together(send func()) {
	g.order.Lock()
	send()
	g.order.Unlock()
}

// fence is one stop of several actors.
type fence[S Behaviour[S]] struct {
	run     func(states []S)
	states  []S // by actor; the zero value for those that are not stopped
	members int32

	arrived atomic.Int32  // members that have stopped; at members, run has begun
	left    atomic.Int32  // members that have gone on
	release chan struct{} // closed when run is over
	over    chan struct{} // closed when all members have settled
}

// arrival is what a member of a fence is sent.
type arrival[S Behaviour[S]] struct {
	fence *fence[S]
	actor *Actor[S]
	last  bool // the actor ends after this
}

// Fence stops the actors members tells, runs run over their states, lets them go
// on, and returns when each has settled. run gets one state per actor of the
// group, the zero value for those that are not stopped; it runs in the turn of
// one of them. Fence must not be called from an actor's turn.
func (g *Group[S]) Fence(members func(i int) bool, run func(states []S)) {
	g.fence(members, run, false)
}

// Stop ends all actors after they have handled what was sent before. Nothing may
// be sent afterwards.
func (g *Group[S]) Stop() {
	g.fence(func(int) bool { return true }, func([]S) {}, true)
	g.running.Wait()
}

func (g *Group[S]) fence(members func(i int) bool, run func(states []S), last bool) {
	f := &fence[S]{
		run: run, states: make([]S, len(g.actors)),
		release: make(chan struct{}), over: make(chan struct{}),
	}
	var arrivals []*arrival[S]
	for i, a := range g.actors {
		if members(i) {
			arrivals = append(arrivals, &arrival[S]{fence: f, actor: a, last: last})
		}
	}
	if len(arrivals) == 0 {
		run(f.states)
		return
	}
	f.members = int32(len(arrivals))
	g.Together(func() {
		for _, m := range arrivals {
			m.actor.Send(m)
		}
	})
	<-f.over
}

// Receive stops the actor until the fence is over.
func (m *arrival[S]) Receive(state S) {
	f, a := m.fence, m.actor
	f.states[a.index] = state
	f.arrive(a)
	state.Settle()
	a.stopped = m.last
	if f.left.Add(1) == f.members {
		close(f.over)
	}
}

// arrive counts the actor in. The last one runs the fence; the others wait for
// its end, and lend their state as long as the fence does not need it.
func (f *fence[S]) arrive(a *Actor[S]) {
	for {
		if f.arrived.Add(1) == f.members {
			f.run(f.states)
			close(f.release)
			return
		}
		request := f.await(a)
		if request == nil {
			return
		}
		a.lend(request)
	}
}

// await waits for the release, or for a request to lend that comes in time for
// the actor to be counted out again, which it then is.
func (f *fence[S]) await(a *Actor[S]) *loan {
	select {
	case <-f.release:
		return nil
	case request := <-a.urgent:
		if f.withdraw() {
			return request
		}
		<-f.release
		a.urgent <- request // to be met between messages
		return nil
	}
}

// withdraw counts an actor out, unless all have arrived.
func (f *fence[S]) withdraw() bool {
	for {
		n := f.arrived.Load()
		if n == f.members {
			return false
		}
		if f.arrived.CompareAndSwap(n, n-1) {
			return true
		}
	}
}
