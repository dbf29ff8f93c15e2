package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

const (
	loaders   = 4   // connections that load keys
	loadBatch = 512 // keys a connection sends before it reads the replies
	listBatch = 200 // elements of one RPUSH
	digits    = 12  // of a key's number: "key:" and its digits are 16 bytes
	// expiryBase is the shortest expiry, in seconds, of keys that have one. It is
	// far longer than a measurement.
	expiryBase = 100_000
	// expirySpread is over how many seconds expiries are spread.
	expirySpread = 50_000
)

// dataset is what a server is filled with: keys, or members of one key, numbered
// from 0, the same bytes for every server.
type dataset struct {
	prefix  string // of the keys
	keys    int
	value   int  // bytes of a value; 0 makes it the number 0
	expiry  bool // each key ends in a day or so
	wide    int  // keys that one request is about; 0 for one
	ordered bool // requests follow each other on one connection
}

// requests returns how many requests are about all keys.
func (d dataset) requests() int {
	wide := max(d.wide, 1)
	return (d.keys + wide - 1) / wide
}

// span returns the keys that request i is about: from one up to another.
func (d dataset) span(i int) (from, to int) {
	wide := max(d.wide, 1)
	return i * wide, min((i+1)*wide, d.keys)
}

// exchange is a kind of request about the keys of a dataset, and its reply. Each
// is made for a request by its number.
type exchange struct {
	ask  func(g *generator, w *resp.Writer, i int)
	hear func(g *generator, w *resp.Writer, i int)
}

// talk has the exchange for every request about d, over several connections.
func (s *instance) talk(ctx context.Context, d dataset, limit time.Duration, x exchange) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	conns, requests := loaders, d.requests()
	if d.ordered {
		conns = 1
	}
	errs := make([]error, conns)
	var wg sync.WaitGroup
	for i := range conns {
		wg.Go(func() {
			errs[i] = s.pipeline(ctx, d, x, i*requests/conns, (i+1)*requests/conns)
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		err = errors.Join(context.Cause(ctx), err) // whose end closes the connections
		return s.explain(fmt.Errorf("cannot load or read keys: %w", err))
	}
	return nil
}

// pipeline has the exchange for the requests from one number up to another, over
// one connection and in batches.
func (s *instance) pipeline(ctx context.Context, d dataset, x exchange, from, to int) error {
	c, err := dial(s.addr)
	if err != nil {
		return err
	}
	defer c.close()
	stop := context.AfterFunc(ctx, c.close)
	defer stop()
	g := newGenerator(d)
	batch := max(loadBatch/max(d.wide, 1), 1)
	var ask, hear resp.Writer
	for from < to {
		ask.Buf, hear.Buf = ask.Buf[:0], hear.Buf[:0]
		end := min(from+batch, to)
		for ; from < end; from++ {
			x.ask(g, &ask, from)
			x.hear(g, &hear, from)
		}
		if _, err := c.conn.Write(ask.Buf); err != nil {
			return err
		}
		if err := expect(c.r, hear.Buf); err != nil {
			return fmt.Errorf("replies up to request %d: %w", end, err)
		}
	}
	return nil
}

// expect reads what must come from r. It compares as it reads, since a reply
// that is wrong may be shorter, and the rest would never come.
func expect(r *bufio.Reader, want []byte) error {
	for len(want) > 0 {
		if _, err := r.Peek(1); err != nil {
			return err
		}
		n := min(r.Buffered(), len(want))
		got, err := r.Peek(n)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, want[:n]) {
			return fmt.Errorf("got %.80q in place of %.80q", got, want)
		}
		if _, err := r.Discard(n); err != nil {
			return err
		}
		want = want[n:]
	}
	return nil
}

// generator makes the keys and values of a dataset. Only what it was made with
// decides on them.
type generator struct {
	dataset
	key []byte
	val []byte
}

func newGenerator(d dataset) *generator {
	g := &generator{dataset: d, key: make([]byte, len(d.prefix)+digits), val: []byte("0")}
	copy(g.key, d.prefix)
	if d.value > 0 {
		g.val = make([]byte, d.value)
	}
	return g
}

// set appends the SET of key i.
func (g *generator) set(w *resp.Writer, i int) {
	if g.expiry {
		w.Array(5)
	} else {
		w.Array(3)
	}
	w.BulkString("SET")
	w.Bulk(g.keyOf(i))
	w.Bulk(g.valueOf(i))
	if g.expiry {
		w.BulkString("EX")
		w.BulkInt(int64(expiryBase + i%expirySpread))
	}
}

// keyOf returns key i, valid until the next call.
func (g *generator) keyOf(i int) []byte {
	at := g.key[len(g.prefix):]
	for j := digits - 1; j >= 0; j-- {
		at[j] = byte('0' + i%10)
		i /= 10
	}
	return g.key
}

// valueOf returns the value of key i, valid until the next call: letters that
// differ from key to key and are never a number.
func (g *generator) valueOf(i int) []byte {
	if g.value == 0 {
		return g.val
	}
	x := uint64(i)*0x9e3779b97f4a7c15 + 1
	for j := range g.val {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		g.val[j] = 'a' + byte(x>>32&15)
	}
	return g.val
}

// fillList makes the list that the stock tests use hold n elements.
func (s *instance) fillList(ctx context.Context, n, size int) error {
	c, err := dial(s.addr)
	if err != nil {
		return err
	}
	defer c.close()
	stop := context.AfterFunc(ctx, c.close)
	defer stop()
	if _, err := c.ask("DEL", listKey); err != nil {
		return err
	}
	g := newGenerator(dataset{value: size})
	for from := 0; from < n; from += listBatch {
		args := []string{"RPUSH", listKey}
		for i := from; i < min(from+listBatch, n); i++ {
			args = append(args, string(g.valueOf(i)))
		}
		if _, err := c.ask(args...); err != nil {
			return err
		}
	}
	v, err := c.ask("LLEN", listKey)
	if err == nil && v.Int != int64(n) {
		err = errors.New("the list has " + strconv.FormatInt(v.Int, 10) + " elements")
	}
	return err
}
