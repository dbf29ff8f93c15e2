package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// blockTag stands for the hash tag in the keys of a transaction until its number
// is known. It has as many digits as that number.
const blockTag = "{000000000000}"

// transactor is one connection that makes transactions of SETs, one after the
// other: a request is MULTI, the SETs and EXEC in one piece. The keys of one have
// a hash tag in common.
type transactor struct {
	c    *client
	ask  []byte          // the request
	hear []byte          // all of its replies, which are the same for each
	tags []int           // where the digits of a tag begin in ask
	took []time.Duration // by each request, in their order
}

// newTransactor opens a connection for requests of n SETs each.
func newTransactor(addr string, n int) (*transactor, error) {
	c, err := dial(addr)
	if err != nil {
		return nil, err
	}
	t := &transactor{c: c}
	var ask, hear resp.Writer
	command(&ask, 0, "MULTI")
	hear.OK()
	value := bytes.Repeat([]byte("x"), valueSize)
	for i := range n {
		command(&ask, 2, "SET")
		ask.BulkString(blockTag + ":" + strconv.Itoa(i))
		ask.Bulk(value)
		hear.Status("QUEUED")
	}
	command(&ask, 0, "EXEC")
	hear.Array(n)
	for range n {
		hear.OK()
	}
	for at := 0; ; {
		i := bytes.Index(ask.Buf[at:], []byte(blockTag))
		if i < 0 {
			break
		}
		at += i + 1
		t.tags = append(t.tags, at)
	}
	t.ask, t.hear = ask.Buf, hear.Buf
	return t, nil
}

// run makes requests with tags drawn from the given number of them. The draw is
// the same for the same stream.
func (t *transactor) run(requests, tags int, stream uint64) error {
	t.took = make([]time.Duration, 0, requests)
	g := newGenerator(dataset{})
	x := (stream + 1) * 0x9e3779b97f4a7c15
	for range requests {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		number := g.keyOf(int(x >> 1 % uint64(tags)))
		for _, at := range t.tags {
			copy(t.ask[at:], number)
		}
		start := time.Now()
		if _, err := t.c.conn.Write(t.ask); err != nil {
			return err
		}
		if err := expect(t.c.r, t.hear); err != nil {
			return err
		}
		t.took = append(t.took, time.Since(start))
	}
	return nil
}

// transactions makes requests, each a transaction of n SETs, over all clients at
// once, each with one under way.
func (s *instance) transactions(ctx context.Context, requests, n, keyspace int) (run, error) {
	open := make([]*transactor, 0, clients)
	defer func() {
		for _, t := range open {
			t.c.close()
		}
	}()
	for range clients {
		t, err := newTransactor(s.addr, n)
		if err != nil {
			return run{}, err
		}
		open = append(open, t)
	}
	stop := context.AfterFunc(ctx, func() {
		for _, t := range open {
			t.c.close()
		}
	})
	defer stop()
	before, err := cpuTime(os.Getpid())
	if err != nil {
		return run{}, err
	}
	errs := make([]error, clients)
	var wg sync.WaitGroup
	start := time.Now()
	for i, t := range open {
		wg.Go(func() {
			share := (i+1)*requests/clients - i*requests/clients
			errs[i] = t.run(share, max(keyspace/n, 1), uint64(i))
		})
	}
	wg.Wait()
	seconds := time.Since(start).Seconds()
	if err := errors.Join(errs...); err != nil {
		return run{}, fmt.Errorf("transactions: %w", err)
	}
	after, err := cpuTime(os.Getpid())
	if err != nil {
		return run{}, err
	}
	var took []time.Duration
	for _, t := range open {
		took = append(took, t.took...)
	}
	slices.Sort(took)
	return run{
		rps: float64(requests) / seconds,
		p50: share(took, 0.5), p99: share(took, 0.99), p999: share(took, 0.999),
		own: perRequest(after-before, requests),
	}, nil
}

// share returns, in milliseconds, the time that the given share of ascending times
// does not exceed. There must be some.
func share(ascending []time.Duration, of float64) float64 {
	return ascending[min(int(of*float64(len(ascending))), len(ascending)-1)].Seconds() * 1e3
}
