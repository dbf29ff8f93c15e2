package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// pieceTag stands for the hash tag in the keys of a transaction until its number
// is known. It has as many digits as that number.
const pieceTag = "{000000000000}"

// piece is what a connection of our own driver sends in one go, and what it is
// answered. It is the same each time, but for the number of its tag.
type piece struct {
	ask      []byte
	hear     []byte
	requests int   // that it counts as
	numbers  bool  // hear is numbers, which may be others in truth
	tags     []int // where the digits of a tag begin in ask
	keys     *generator
}

// transaction returns a speaker's transaction of n SETs: MULTI, the SETs and EXEC.
// Its keys have a hash tag in common. It counts as one request.
func transaction(n int) func(int) *piece {
	return func(int) *piece {
		var ask, hear resp.Writer
		command(&ask, 0, "MULTI")
		hear.OK()
		value := bytes.Repeat([]byte("x"), valueSize)
		for i := range n {
			command(&ask, 2, "SET")
			ask.BulkString(pieceTag + ":" + strconv.Itoa(i))
			ask.Bulk(value)
			hear.Status("QUEUED")
		}
		command(&ask, 0, "EXEC")
		hear.Array(n)
		for range n {
			hear.OK()
		}
		t := &piece{ask: ask.Buf, hear: hear.Buf, requests: 1, keys: newGenerator(dataset{})}
		for at := 0; ; {
			i := bytes.Index(ask.Buf[at:], []byte(pieceTag))
			if i < 0 {
				return t
			}
			at += i + 1
			t.tags = append(t.tags, at)
		}
	}
}

// repeated returns pipelines of the same request, which is always answered in the same way.
func repeated(ask, hear string) func(int) *piece {
	return func(pipeline int) *piece {
		return &piece{
			ask: []byte(strings.Repeat(ask, pipeline)), hear: []byte(strings.Repeat(hear, pipeline)), requests: pipeline,
		}
	}
}

// ranges returns pipelines of LRANGE for the first n elements of the list that fillList
// makes.
func ranges(n int) func(int) *piece {
	var ask, hear resp.Writer
	command(&ask, 0, lrange(strconv.Itoa(n-1))...)
	hear.Array(n)
	g := newGenerator(dataset{value: valueSize})
	for i := range n {
		hear.Bulk(g.valueOf(i))
	}
	return repeated(string(ask.Buf), string(hear.Buf))
}

// pushes returns pipelines of LPUSH or RPUSH to the list of the stock tests. How long the
// list is after each is not known beforehand, since all speakers push to it.
func pushes(name string) func(int) *piece {
	var ask resp.Writer
	command(&ask, 1, name, listKey)
	ask.Bulk(bytes.Repeat([]byte("x"), valueSize))
	all := repeated(string(ask.Buf), ":1000000\r\n")
	return func(pipeline int) *piece {
		p := all(pipeline)
		p.numbers = true
		return p
	}
}

// tag gives the keys the tag of that number.
func (p *piece) tag(number int) {
	if len(p.tags) == 0 {
		return
	}
	digits := p.keys.keyOf(number)
	for _, at := range p.tags {
		copy(p.ask[at:], digits)
	}
}

// speaker is one connection that sends pieces, one after the other.
type speaker struct {
	left    int    // pieces that are not sent yet
	draw    uint64 // the state of the generator of tags
	wait    []byte // what is still to come of the replies to the piece under way
	numbers int    // or how many replies, if they are numbers that are not known
	started time.Time
}

// next draws the tag of the connection's next piece among so many.
func (t *speaker) next(tags int) int {
	t.draw ^= t.draw << 13
	t.draw ^= t.draw >> 7
	t.draw ^= t.draw << 17
	return int(t.draw >> 1 % uint64(tags))
}

// hear takes what was read, and reports whether the replies are complete.
func (t *speaker) hear(got []byte) (done bool, err error) {
	if t.numbers > 0 {
		return t.count(got)
	}
	if !bytes.HasPrefix(t.wait, got) {
		return false, fmt.Errorf("got %.80q in place of %.80q", got, t.wait)
	}
	t.wait = t.wait[len(got):]
	return len(t.wait) == 0, nil
}

// count is hear for numbers that are not known: there is a line for each, and none has
// the sign that errors begin with.
func (t *speaker) count(got []byte) (done bool, err error) {
	t.numbers -= bytes.Count(got, []byte("\n"))
	if t.numbers < 0 || bytes.IndexByte(got, '-') >= 0 {
		return false, fmt.Errorf("got %.80q in place of numbers", got)
	}
	return t.numbers == 0, nil
}

// speak makes at least so many requests, in whole pieces, over all clients at once,
// each with one piece under way. Tags are drawn so that the keys are as many as keyspace.
func (s *instance) speak(ctx context.Context, requests int, p *piece, keyspace int) (run, error) {
	pieces := (requests + p.requests - 1) / p.requests
	open := make([]speaker, clients)
	for i := range open {
		open[i].left = (i+1)*pieces/clients - i*pieces/clients
		open[i].draw = uint64(i+1) * 0x9e3779b97f4a7c15
	}
	before, err := cpuTime(os.Getpid())
	if err != nil {
		return run{}, err
	}
	start := time.Now()
	took, err := converse(ctx, s.port, open, p, max(keyspace/max(len(p.tags), 1), 1))
	if err != nil {
		return run{}, fmt.Errorf("our own driver: %w", err)
	}
	seconds := time.Since(start).Seconds()
	after, err := cpuTime(os.Getpid())
	if err != nil {
		return run{}, err
	}
	slices.Sort(took)
	return run{
		rps: float64(pieces*p.requests) / seconds,
		p50: share(took, 0.5), p99: share(took, 0.99), p999: share(took, 0.999),
		own: perRequest(after-before, requests),
	}, nil
}

// share returns, in milliseconds, the time that the given share of ascending times
// does not exceed. There must be some.
func share(ascending []time.Duration, of float64) float64 {
	return ascending[min(int(of*float64(len(ascending))), len(ascending)-1)].Seconds() * 1e3
}
