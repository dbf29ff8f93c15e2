package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// blockTag stands for the hash tag in the keys of a transaction until its number
// is known. It has as many digits as that number.
const blockTag = "{000000000000}"

// block is a transaction of SETs as it is sent and answered: MULTI, the SETs and
// EXEC in one piece. Its keys have a hash tag in common.
type block struct {
	ask  []byte // the request
	hear []byte // all of its replies, which are the same for each
	tags []int  // where the digits of a tag begin in ask
	keys *generator
}

// newBlock returns a transaction of n SETs.
func newBlock(n int) *block {
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
	t := &block{keys: newGenerator(dataset{})}
	for at := 0; ; {
		i := bytes.Index(ask.Buf[at:], []byte(blockTag))
		if i < 0 {
			break
		}
		at += i + 1
		t.tags = append(t.tags, at)
	}
	t.ask, t.hear = ask.Buf, hear.Buf
	return t
}

// tag gives the keys the tag of that number.
func (t *block) tag(number int) {
	digits := t.keys.keyOf(number)
	for _, at := range t.tags {
		copy(t.ask[at:], digits)
	}
}

// transactor is one connection that makes transactions, one after the other.
type transactor struct {
	left    int    // requests that are not sent yet
	draw    uint64 // the state of the generator of tags
	wait    []byte // what is still to come of the replies to the request under way
	started time.Time
}

// next draws the tag of the connection's next transaction among so many.
func (t *transactor) next(tags int) int {
	t.draw ^= t.draw << 13
	t.draw ^= t.draw >> 7
	t.draw ^= t.draw << 17
	return int(t.draw >> 1 % uint64(tags))
}

// hear takes what was read, and reports whether the replies are complete.
func (t *transactor) hear(got []byte) (done bool, err error) {
	if !bytes.HasPrefix(t.wait, got) {
		return false, fmt.Errorf("got %.80q in place of %.80q", got, t.wait)
	}
	t.wait = t.wait[len(got):]
	return len(t.wait) == 0, nil
}

// transactions makes requests, each a transaction of n SETs, over all clients at
// once, each with one under way.
func (s *instance) transactions(ctx context.Context, requests, n, keyspace int) (run, error) {
	open := make([]transactor, clients)
	for i := range open {
		open[i].left = (i+1)*requests/clients - i*requests/clients
		open[i].draw = uint64(i+1) * 0x9e3779b97f4a7c15
	}
	before, err := cpuTime(os.Getpid())
	if err != nil {
		return run{}, err
	}
	start := time.Now()
	took, err := transact(ctx, s.port, open, newBlock(n), max(keyspace/n, 1))
	if err != nil {
		return run{}, fmt.Errorf("transactions: %w", err)
	}
	seconds := time.Since(start).Seconds()
	after, err := cpuTime(os.Getpid())
	if err != nil {
		return run{}, err
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
