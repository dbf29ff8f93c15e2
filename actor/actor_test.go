package actor

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/troupe-db/troupe/actor/processors"
)

// account is a state that several actors move money between. busy finds two
// goroutines in it at a time, and so does the race detector.
type account struct {
	index    int
	balance  int
	busy     atomic.Int32
	rests    int
	idles    atomic.Int64 // rests with an empty mailbox
	settled  int
	foreseen []int
	received []int
	surprise int            // messages received that were not foreseen
	owed     func(*account) // what Settle still has to do
}

func (a *account) Rest(idle bool) bool {
	a.rests++
	if idle {
		a.idles.Add(1)
	}
	return false
}

// Foresee prepares for the first half of what is due.
func (a *account) Foresee(due []Message[*account]) int {
	half := (len(due) + 1) / 2
	for _, m := range due[:half] {
		if n, ok := m.(numbered); ok {
			a.foreseen = append(a.foreseen, int(n))
		}
	}
	return half
}

func (a *account) Settle() {
	a.settled++
	if owed := a.owed; owed != nil {
		a.owed = nil
		owed(a)
	}
}

// use marks the state as in use for the length of fn.
func (a *account) use(t *testing.T, fn func()) {
	if a.busy.Add(1) != 1 {
		t.Error("two turns at a time in one state")
	}
	fn()
	a.busy.Add(-1)
}

type do func(*account)

func (f do) Receive(a *account) { f(a) }

func start(n int) ([]*account, *Group[*account]) {
	states := make([]*account, n)
	for i := range states {
		states[i] = &account{index: i}
	}
	return states, Start(states)
}

// ask runs fn in an actor's turn and waits for it.
func ask(g *Group[*account], i int, fn func(*account)) {
	done := make(chan struct{})
	g.Send(i, do(func(a *account) { fn(a); close(done) }))
	<-done
}

// alone runs the goroutines of a test on one processor, in the order they can run.
func alone(t *testing.T) {
	before := runtime.GOMAXPROCS(1)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

func TestWokenActorLetsSendersGoFirst(t *testing.T) {
	alone(t)
	states, g := start(1)
	defer g.Stop()
	const senders, rounds = 20, 50
	idle := 0
	for range rounds {
		begin := make(chan struct{})
		var done sync.WaitGroup
		for range senders {
			done.Go(func() {
				<-begin
				ask(g, 0, func(*account) {})
			})
		}
		runtime.Gosched() // all senders wait
		before := states[0].idles.Load()
		close(begin)
		done.Wait()
		idle += int(states[0].idles.Load() - before)
	}
	if most := senders * rounds / 4; idle > most {
		t.Errorf("the mailbox was empty after %d of %d messages, want at most %d", idle, senders*rounds, most)
	}
}

// numbered is a message that is told apart.
type numbered int

func (n numbered) Receive(a *account) {
	if len(a.foreseen) <= len(a.received) {
		a.surprise++
	}
	a.received = append(a.received, int(n))
}

func TestMessagesAreForeseenInTheirOrder(t *testing.T) {
	states, g := start(1)
	a := states[0]
	hold, held := make(chan struct{}), make(chan struct{})
	g.Send(0, do(func(*account) { close(held); <-hold }))
	<-held
	const n = 3*dueMost + 1
	for i := range n {
		g.Send(0, numbered(i))
	}
	close(hold)
	g.Stop()
	if len(a.received) != n {
		t.Fatalf("%d messages received, want %d", len(a.received), n)
	}
	for i, got := range a.received {
		if got != i {
			t.Fatalf("message %d arrived in place %d", got, i)
		}
	}
	if !slices.Equal(a.foreseen, a.received) || a.surprise > 0 {
		t.Errorf("foreseen %v, %d messages too late, want each once", a.foreseen, a.surprise)
	}
}

func TestActorWithOneSenderHardlyYields(t *testing.T) {
	alone(t)
	_, g := start(1)
	defer g.Stop()
	a := g.actors[0]
	for range 1000 {
		ask(g, 0, func(*account) {})
	}
	ask(g, 0, func(*account) {
		if a.fruitless != fruitlessMost {
			t.Errorf("%d yields in a row brought nothing, want %d noted", a.fruitless, fruitlessMost)
		}
	})
}

func TestMessagesArriveInOrder(t *testing.T) {
	_, g := start(1)
	var got []int
	for i := range 5000 {
		g.Send(0, do(func(*account) { got = append(got, i) }))
	}
	g.Stop()
	for i, v := range got {
		if i != v {
			t.Fatalf("message %d arrived in place %d", v, i)
		}
	}
	if len(got) != 5000 {
		t.Fatalf("%d messages arrived", len(got))
	}
}

func TestFenceHoldsItsMembersOnly(t *testing.T) {
	_, g := start(3)
	defer g.Stop()
	members := func(i int) bool { return i != 1 }
	g.Fence(members, func(states []*account) {
		if states[0] == nil || states[1] != nil || states[2] == nil {
			t.Errorf("held: %v", states)
		}
		ask(g, 1, func(*account) {}) // goes on meanwhile
	})
}

func TestFenceOverNobodyRuns(t *testing.T) {
	_, g := start(2)
	defer g.Stop()
	ran := false
	g.Fence(func(int) bool { return false }, func([]*account) { ran = true })
	if !ran {
		t.Error("not run")
	}
}

func TestTogetherIsSeenInOneOrder(t *testing.T) {
	const actors, senders, rounds = 3, 4, 300
	_, g := start(actors)
	seen := make([][]int, actors)
	var wg sync.WaitGroup
	for s := range senders {
		wg.Go(func() {
			for r := range rounds {
				g.Together(func() {
					for i := range actors {
						g.Send(i, do(func(a *account) { seen[a.index] = append(seen[a.index], s*rounds+r) }))
					}
				})
			}
		})
	}
	wg.Wait()
	g.Stop()
	for i := 1; i < actors; i++ {
		for k := range seen[0] {
			if seen[0][k] != seen[i][k] {
				t.Fatalf("actor %d saw %d in place %d, actor 0 saw %d", i, seen[i][k], k, seen[0][k])
			}
		}
	}
}

// TestTransfers moves money by fences, by loans inside turns, and by loans while
// others are at fences, all at the same time. The sum never changes and nobody
// waits for ever.
func TestTransfers(t *testing.T) {
	const actors, workers, rounds = 5, 8, 400
	states, g := start(actors)
	pair := func(a, b int) func(int) bool { return func(i int) bool { return i == a || i == b } }
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(1, uint64(w)))
			for range rounds {
				from, to := rng.IntN(actors), rng.IntN(actors)
				move := func(held []*account) {
					held[from].use(t, func() { held[from].balance-- })
					held[to].use(t, func() { held[to].balance++ })
				}
				switch rng.IntN(4) {
				case 0:
					g.Fence(pair(from, to), move)
				case 1:
					ask(g, from, func(*account) { g.Borrow(from, pair(from, to), move) })
				case 2: // a loan out of Settle, while others may wait at fences
					g.Fence(pair(from, to), func(held []*account) {
						held[from].owed = func(*account) { g.Borrow(from, pair(from, to), move) }
					})
				default:
					g.Fence(func(int) bool { return true }, func(held []*account) {
						sum := 0
						for _, a := range held {
							a.use(t, func() { sum += a.balance })
						}
						if sum != 0 {
							t.Errorf("sum is %d", sum)
						}
					})
				}
			}
		})
	}
	wg.Wait()
	g.Stop()
	sum := 0
	for _, a := range states {
		sum += a.balance
	}
	if sum != 0 {
		t.Errorf("final sum is %d", sum)
	}
}

func TestFenceReturnsAfterSettle(t *testing.T) {
	states, g := start(2)
	defer g.Stop()
	g.Fence(func(int) bool { return true }, func([]*account) {})
	for _, a := range states {
		ask(g, a.index, func(a *account) {
			if a.settled == 0 {
				t.Errorf("actor %d had not settled", a.index)
			}
		})
	}
}

func TestStopHandlesWhatWasSent(t *testing.T) {
	_, g := start(2)
	var handled atomic.Int32
	for i := range 500 {
		g.Send(i%2, do(func(*account) { handled.Add(1) }))
	}
	g.Stop()
	if handled.Load() != 500 {
		t.Errorf("%d of 500 handled", handled.Load())
	}
}

// idler wants to be called again a few times, and tells when it was.
type idler struct {
	left   int
	rested chan struct{}
}

func (s *idler) Rest(idle bool) bool {
	if idle && s.left > 0 {
		if s.left--; s.left == 0 {
			close(s.rested)
		}
	}
	return s.left > 0
}
func (s *idler) Settle()                           {}
func (s *idler) Foresee(due []Message[*idler]) int { return len(due) }

type poke struct{}

func (poke) Receive(s *idler) { s.left = 3 }

func TestBusyActorGivesWay(t *testing.T) {
	alone(t)
	const rests = 100_000
	s := &idler{rested: make(chan struct{})}
	g := Start([]*idler{s})
	defer g.Stop()
	g.Send(0, toil(rests))
	turns := 0
	for {
		select {
		case <-s.rested:
			if turns < rests/100 {
				t.Errorf("another goroutine had %d turns while the actor had %d", turns, rests)
			}
			return
		default:
			turns++
			runtime.Gosched()
		}
	}
}

// toil makes an idler rest so often.
type toil int

func (n toil) Receive(s *idler) { s.left = int(n) }

func TestRestGoesOnWithoutMessages(t *testing.T) {
	s := &idler{rested: make(chan struct{})}
	g := Start([]*idler{s})
	g.Send(0, poke{})
	select {
	case <-s.rested:
	case <-time.After(10 * time.Second):
		t.Error("rests were left out")
	}
	g.Stop()
}

func TestPoolIsBounded(t *testing.T) {
	p, err := NewPool(2, func(any) {})
	if err != nil {
		t.Fatal(err)
	}
	hold := make(chan struct{})
	for range 2 {
		if err := p.Go(func() { <-hold }); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Go(func() {}); err != ErrPoolFull {
		t.Errorf("third task: %v", err)
	}
	p.Resize(3)
	if err := p.Go(func() {}); err != nil {
		t.Errorf("after Resize: %v", err)
	}
	close(hold)
}

func TestPoolReportsPanic(t *testing.T) {
	reasons := make(chan any, 1)
	p, err := NewPool(1, func(r any) { reasons <- r })
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Go(func() { panic("lost") }); err != nil {
		t.Fatal(err)
	}
	if r := <-reasons; r != "lost" {
		t.Errorf("reported %v", r)
	}
}

// TestNaps has actors hold the processor for a moment again and again when they have
// nothing to do.
func TestNaps(t *testing.T) {
	processors.SetNaps(true, 1<<20)
	defer processors.SetNaps(false, 0)
	done := make(chan struct{})
	var senders sync.WaitGroup
	senders.Go(func() {
		var s processors.Sender
		for {
			select {
			case <-done:
				return
			default:
				s.Sent()
				runtime.Gosched()
			}
		}
	})
	t.Run("transfers", TestTransfers)
	t.Run("order", TestMessagesArriveInOrder)
	t.Run("yield", TestWokenActorLetsSendersGoFirst)
	close(done)
	senders.Wait()
}
