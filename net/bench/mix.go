package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// draw is how a mix chooses its keys.
type draw uint8

const (
	uniform draw = iota
	zipf         // the n-th most wanted key is asked for in proportion to 1/n
	one          // always the same key
)

func (d draw) String() string { return [...]string{"uniform", "zipf", "hot"}[d] }

func (d draw) text() string {
	return [...]string{"keys at random", "keys by Zipf's law", "one hot key"}[d]
}

// scripts is how many different pipelines each connection of a mix repeats: enough
// for their keys to be no small part of all keys.
const scripts = 256

// mix is a row of reads and writes in one pipeline, which redis-benchmark does not
// make. Each SET writes what its key holds, so that every reply is known and
// compared.
type mix struct {
	reads    int // of a hundred requests
	draw     draw
	pipeline int
	requests int  // of one run at full scale
	peers    bool // with the server of another protocol
}

// script is a pipeline made beforehand, and what must come back.
type script struct {
	ask, hear []byte
}

// drawer returns the function that draws keys, the same ones for the same stream.
func (m mix) drawer(keys int, stream uint64) func() int {
	source := rand.New(rand.NewPCG(seed, stream))
	n := uint64(keys)
	switch m.draw {
	case zipf:
		// The ranks of the law are scattered, so that keys that are much asked for
		// are no neighbours. An exponent of 1 is where the generator's range ends.
		law := rand.NewZipf(source, 1.0001, 1, n-1)
		return func() int { return int(law.Uint64() * scatter % n) }
	case one:
		return func() int { return 0 }
	default:
		return func() int { return int(source.Uint64() % n) }
	}
}

// pipelines makes the pipelines of one connection.
func (m mix) pipelines(s *instance, keys, count int, stream uint64) []script {
	next := m.drawer(keys, stream)
	kind := rand.New(rand.NewPCG(stream, seed))
	d := s.program.plainKeys(dataset{prefix: "key:", keys: keys, value: valueSize})
	g := newGenerator(d.dataset)
	list := make([]script, count)
	for i := range list {
		var ask, hear resp.Writer
		for range m.pipeline {
			at, x := next(), d.store
			if kind.Uint64()%100 < uint64(m.reads) {
				x = d.read
			}
			if s.floor {
				at = 0 // the floor has one value for all keys
			}
			x.ask(g, &ask, at)
			x.hear(g, &hear, at)
		}
		list[i] = script{ask.Buf, hear.Buf}
	}
	return list
}

// talker is one connection of a mix.
type talker struct {
	c    *client
	list []script
	took []time.Duration // by each pipeline, in their order
}

// run sends n pipelines one after the other.
func (t *talker) run(n int) error {
	for i := range n {
		s := t.list[i%len(t.list)]
		start := time.Now()
		if _, err := t.c.conn.Write(s.ask); err != nil {
			return err
		}
		if err := expect(t.c.r, s.hear); err != nil {
			return err
		}
		t.took = append(t.took, time.Since(start))
	}
	return nil
}

// talkers opens the connections of a mix.
func (m mix) talkers(s *instance, keys, pipelines int) ([]*talker, error) {
	count := max(min(scripts, pipelines), 1)
	open := make([]*talker, clients)
	for i := range open {
		c, err := dial(s.addr)
		if err != nil {
			hangUp(open)
			return nil, err
		}
		open[i] = &talker{c: c, list: m.pipelines(s, keys, count, uint64(i))}
	}
	return open, nil
}

func hangUp(open []*talker) {
	for _, t := range open {
		if t != nil {
			t.c.close()
		}
	}
}

// drive makes the load of one run over all connections at once, each with one
// pipeline under way.
func (m mix) drive(ctx context.Context, s *instance, keys, requests int) (run, error) {
	each := max(requests/m.pipeline/clients, 1)
	open, err := m.talkers(s, keys, each)
	if err != nil {
		return run{}, err
	}
	defer hangUp(open)
	defer context.AfterFunc(ctx, func() { hangUp(open) })()
	own, err := cpuTime(os.Getpid())
	if err != nil {
		return run{}, err
	}
	server, err := cpuTime(s.pid)
	if err != nil {
		return run{}, err
	}
	start := time.Now()
	if err := together(open, func(t *talker) error { return t.run(each) }); err != nil {
		return run{}, s.explain(err)
	}
	seconds := time.Since(start).Seconds()
	server2, err := cpuTime(s.pid)
	own2, err2 := cpuTime(os.Getpid())
	if err := errors.Join(err, err2); err != nil {
		return run{}, err
	}
	var took []time.Duration
	for _, t := range open {
		took = append(took, t.took...)
	}
	slices.Sort(took)
	done := each * clients * m.pipeline
	return run{
		rps: float64(done) / seconds, cpu: perRequest(server2-server, done), own: perRequest(own2-own, done),
		p50: share(took, 0.5), p99: share(took, 0.99), p999: share(took, 0.999),
	}, nil
}

// together runs fn for each connection at once.
func together(open []*talker, fn func(*talker) error) error {
	errs := make([]error, len(open))
	var wg sync.WaitGroup
	for i, t := range open {
		wg.Go(func() { errs[i] = fn(t) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (m mix) take(ctx context.Context, b *bench) (Result, error) {
	shape := throughput{}.setup(b.scale)
	servers, err := b.share(ctx, shape)
	if err != nil {
		return Result{}, err
	}
	if b.Floor.Path != "" {
		// One reply stands for reads, of two arguments, another for writes.
		floor := servers[len(servers)-1]
		if err := floor.setMixedFloor(shape); err != nil {
			return Result{}, err
		}
	}
	if m.peers {
		if servers, err = b.withPeer(ctx, servers); err != nil {
			return Result{}, err
		}
	}
	requests := max(m.requests/b.scale.divisor, fewest)
	runs := make([][]run, len(servers))
	for rep := -1; rep < min(b.Reps, typesReps); rep++ {
		for i := range servers {
			if rep%2 != 0 {
				i = len(servers) - 1 - i
			}
			s, n := servers[i], requests
			if rep < 0 {
				n = max(requests/b.scale.warmShare, fewest)
			}
			limited, cancel := context.WithTimeout(ctx, b.scale.limit)
			r, err := m.drive(limited, s, shape.keys, n)
			cancel()
			if err != nil {
				return Result{}, fmt.Errorf("%s: %w", s.program.Name, err)
			}
			if rep >= 0 {
				runs[i] = append(runs[i], r)
			}
		}
	}
	res := throughput{}.result(names(servers), b.rivals(), runs)
	res.Notes = []string{fmt.Sprintf("the driver is our own and runs on all processors; a latency is that of a whole pipeline; each of %d connections repeats up to %d pipelines", clients, scripts)}
	return res, nil
}
