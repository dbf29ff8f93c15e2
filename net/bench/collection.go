package bench

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

const (
	wideBatch  = 100 // elements of one request that stores them
	fields     = 10  // of a hash, and integers of a set
	fieldValue = 8   // bytes of a value in a hash or stream
	// scatter is a prime above every number of elements: multiples of it, modulo
	// that number, are all of its residues in an order without pattern.
	scatter = 2654435761
	// integerStep keeps the integers of one set apart, integerSpan bounds the first.
	integerStep, integerSpan = 40_503, 1_000_000_000
	// streamStart is the time, in milliseconds, in the first ID of a stream, and
	// perMilli entries share a millisecond.
	streamStart, perMilli = 1_700_000_000_000, 4
)

// collection is a dataset of some type: how it is stored, read back and counted.
type collection struct {
	dataset
	key         string // that holds everything; empty where each number has a key of its own
	noun        string // what is counted, as people read it
	store, read exchange
	readWide    int      // keys that one request to read is about; 0 for as many as one to store
	size        []string // asks how much is there
	there       int      // what size must say
}

// integer makes an exchange's reply of one number.
func integer(of func(g *generator, i int) int) func(*generator, *resp.Writer, int) {
	return func(g *generator, w *resp.Writer, i int) { w.Int(int64(of(g, i))) }
}

// width returns how many keys request i is about.
func width(g *generator, i int) int {
	from, to := g.span(i)
	return to - from
}

// command appends the name and the first arguments of a command that more
// arguments follow.
func command(w *resp.Writer, more int, words ...string) {
	w.Array(len(words) + more)
	for _, word := range words {
		w.BulkString(word)
	}
}

// plainKeys is a collection of keys and their values.
func plainKeys(d dataset) collection {
	return collection{
		dataset: d, noun: "keys", size: []string{"DBSIZE"}, there: d.keys,
		store: exchange{ask: (*generator).set, hear: func(_ *generator, w *resp.Writer, _ int) { w.OK() }},
		read: exchange{
			ask: func(g *generator, w *resp.Writer, i int) {
				command(w, 1, "GET")
				w.Bulk(g.keyOf(i))
			},
			hear: func(g *generator, w *resp.Writer, i int) { w.Bulk(g.valueOf(i)) },
		},
	}
}

// hashes is many hashes of a few small fields.
func hashes(s scale) collection {
	name := func(j int) string { return "field:" + strconv.Itoa(j) }
	return collection{
		dataset: dataset{prefix: "key:", keys: s.grouped, value: fieldValue},
		noun:    "hashes, fields of 7 bytes, values of 8", size: []string{"DBSIZE"}, there: s.grouped,
		store: exchange{
			ask: func(g *generator, w *resp.Writer, i int) {
				command(w, 1+2*fields, "HSET")
				w.Bulk(g.keyOf(i))
				for j := range fields {
					w.BulkString(name(j))
					w.Bulk(g.valueOf(i*fields + j))
				}
			},
			hear: integer(func(*generator, int) int { return fields }),
		},
		read: exchange{
			ask: func(g *generator, w *resp.Writer, i int) {
				command(w, 1+fields, "HMGET")
				w.Bulk(g.keyOf(i))
				for j := range fields {
					w.BulkString(name(j))
				}
			},
			hear: func(g *generator, w *resp.Writer, i int) {
				w.Array(fields)
				for j := range fields {
					w.Bulk(g.valueOf(i*fields + j))
				}
			},
		},
	}
}

// sets is many sets of a few integers of 32 bits.
func sets(s scale) collection {
	ask := func(name string) func(*generator, *resp.Writer, int) {
		return func(g *generator, w *resp.Writer, i int) {
			command(w, 1+fields, name)
			w.Bulk(g.keyOf(i))
			for j := range fields {
				w.BulkInt(int64(i)*scatter%integerSpan + int64(j*integerStep))
			}
		}
	}
	return collection{
		dataset: dataset{prefix: "key:", keys: s.grouped},
		noun:    "sets, integers of 32 bits", size: []string{"DBSIZE"}, there: s.grouped,
		store: exchange{ask: ask("SADD"), hear: integer(func(*generator, int) int { return fields })},
		read: exchange{
			ask: ask("SMISMEMBER"),
			hear: func(_ *generator, w *resp.Writer, _ int) {
				w.Array(fields)
				for range fields {
					w.Int(1)
				}
			},
		},
	}
}

// sortedSet is the large sorted set of a row about its memory.
func sortedSet(s scale) collection { return sortedSetOf(largeKey, memberPrefix, s.elements) }

// sortedSetOf is a sorted set of n members, whose scores are the numbers from 0
// to n-1 in an order without pattern.
func sortedSetOf(key, prefix string, n int) collection {
	score := func(i int) int64 { return int64(i) * scatter % int64(n) }
	return collection{
		dataset: dataset{prefix: prefix, keys: n, wide: wideBatch},
		key:     key, noun: fmt.Sprintf("members of %d bytes", len(prefix)+digits), size: []string{"ZCARD", key}, there: n,
		store: exchange{
			ask: func(g *generator, w *resp.Writer, i int) {
				command(w, 2*width(g, i), "ZADD", key)
				for at, to := g.span(i); at < to; at++ {
					w.BulkInt(score(at))
					w.Bulk(g.keyOf(at))
				}
			},
			hear: integer(width),
		},
		read: exchange{
			ask: func(g *generator, w *resp.Writer, i int) {
				command(w, width(g, i), "ZMSCORE", key)
				for at, to := g.span(i); at < to; at++ {
					w.Bulk(g.keyOf(at))
				}
			},
			hear: func(g *generator, w *resp.Writer, i int) {
				w.Array(width(g, i))
				for at, to := g.span(i); at < to; at++ {
					w.BulkInt(score(at))
				}
			},
		},
	}
}

// setOf is a set of n members as the stock tests name them.
func setOf(key string, n int) collection {
	return collection{
		dataset: dataset{prefix: elementPrefix, keys: n, wide: wideBatch},
		key:     key, noun: "members", size: []string{"SCARD", key}, there: n,
		store: exchange{
			ask: func(g *generator, w *resp.Writer, i int) {
				command(w, width(g, i), "SADD", key)
				for at, to := g.span(i); at < to; at++ {
					w.Bulk(g.keyOf(at))
				}
			},
			hear: integer(width),
		},
	}
}

// stream is one stream of many entries of two small fields.
func stream(s scale) collection {
	names := [...]string{"device", "reading"}
	id := func(i int) string {
		return strconv.FormatInt(streamStart+int64(i/perMilli), 10) + "-" + strconv.Itoa(i%perMilli)
	}
	entry := func(g *generator, w *resp.Writer, i int) {
		for j, name := range names {
			w.BulkString(name)
			w.Bulk(g.valueOf(i*len(names) + j))
		}
	}
	// Entries come one a request, as they do in life, and are read many at a time.
	return collection{
		dataset: dataset{keys: s.elements, value: fieldValue, ordered: true},
		key:     largeKey, noun: "entries of 2 fields, values of 8 bytes", readWide: wideBatch, size: []string{"XLEN", largeKey}, there: s.elements,
		store: exchange{
			ask: func(g *generator, w *resp.Writer, i int) {
				command(w, 1+2*len(names), "XADD", largeKey)
				w.BulkString(id(i))
				entry(g, w, i)
			},
			hear: func(_ *generator, w *resp.Writer, i int) { w.BulkString(id(i)) },
		},
		read: exchange{
			ask: func(g *generator, w *resp.Writer, i int) {
				from, to := g.span(i)
				command(w, 0, "XRANGE", largeKey, id(from), id(to-1))
			},
			hear: func(g *generator, w *resp.Writer, i int) {
				w.Array(width(g, i))
				for at, to := g.span(i); at < to; at++ {
					w.Array(2)
					w.BulkString(id(at))
					w.Array(2 * len(names))
					entry(g, w, at)
				}
			},
		},
	}
}

// fill stores the keys of d in the server and checks every reply.
func (s *instance) fill(ctx context.Context, d dataset, limit time.Duration) error {
	return s.talk(ctx, d, limit, s.program.plainKeys(d).store)
}

// store stores c in a server that has nothing of it, checks every reply, and
// counts what is there.
func (s *instance) store(ctx context.Context, c collection, limit time.Duration) error {
	if err := s.talk(ctx, c.dataset, limit, c.store); err != nil {
		return err
	}
	n, err := s.count(c)
	if err != nil {
		return err
	}
	if n != int64(c.there) {
		return fmt.Errorf("it holds %d of %d %s", n, c.there, c.noun)
	}
	return nil
}

// verify reads c from the server and compares it.
func (s *instance) verify(ctx context.Context, c collection, limit time.Duration) error {
	d := c.dataset
	if c.readWide > 0 {
		d.wide, d.ordered = c.readWide, false
	}
	return s.talk(ctx, d, limit, c.read)
}

// refill stores c anew, in the place of what its key holds.
func (s *instance) refill(ctx context.Context, c collection, limit time.Duration) error {
	if err := s.command("DEL", c.key); err != nil {
		return err
	}
	return s.store(ctx, c, limit)
}

// ensure stores c unless it is there.
func (s *instance) ensure(ctx context.Context, c collection, limit time.Duration) error {
	n, err := s.count(c)
	if err != nil || n == int64(c.there) {
		return err
	}
	return s.refill(ctx, c, limit)
}

// count asks how much of c the server holds.
func (s *instance) count(c collection) (int64, error) {
	conn, err := dial(s.addr)
	if err != nil {
		return 0, err
	}
	defer conn.close()
	v, err := conn.ask(c.size...)
	return v.Int, err
}
