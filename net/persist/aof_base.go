package persist

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/config"
)

// asCommands returns a writer that is given a snapshot and writes to out the requests
// that make the same data, for aof-use-rdb-preamble no. finish ends it with the error
// that the snapshot has met, and returns the first one.
func asCommands(out io.Writer, v *config.Values) (in io.Writer, finish func(error) error) {
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := writeCommands(out, r, int(min(v.Data.ProtoMaxBulkLen, 3<<30)))
		_ = r.CloseWithError(err)
		done <- err
	}()
	return w, func(err error) error {
		_ = w.CloseWithError(err) // the end of the file without one
		if failed := <-done; failed != nil {
			return failed
		}
		return err
	}
}

// writeCommands reads a snapshot to its end.
func writeCommands(out io.Writer, in io.Reader, textMost int) error {
	c := &commandWriter{out: out, db: -1}
	r, err := rdb.NewReader(in, textMost, rdb.Extras{Function: c.function})
	if err != nil {
		return err
	}
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return c.flush()
		}
		if err != nil {
			return err
		}
		c.begin(e)
		if err := r.Value(c); err != nil {
			return fmt.Errorf("key %q: %w", clip(e.Key), err)
		}
		c.end(e)
		if len(c.w.Buf) >= flushAt {
			if err := c.flush(); err != nil {
				return err
			}
		}
	}
}

const (
	// itemsMost is how many elements one request adds, as in Redis.
	itemsMost = 64
	// flushAt is how many bytes are written at once.
	flushAt = 64 << 10
)

// commandWriter is an rdb.Visitor that writes requests.
type commandWriter struct {
	out io.Writer
	w   resp.Writer
	db  int // selected; -1 for none
	key []byte

	// The request that elements are being put together for.
	verb  string
	items [][]byte
	count int // elements, of one or two items

	stream streamParts
}

// streamParts is what of a stream is known so far.
type streamParts struct {
	entries  int64
	group    []byte
	consumer []byte
	pending  map[rdb.ID]rdb.Pending
}

func (c *commandWriter) function(code []byte) error {
	c.w.Array(3)
	c.w.BulkString("FUNCTION")
	c.w.BulkString("LOAD")
	c.w.Bulk(code)
	return c.flush()
}

// flush writes what has come together.
func (c *commandWriter) flush() error {
	_, err := c.out.Write(c.w.Buf)
	c.w.Buf = c.w.Buf[:0]
	return err
}

// request writes a request of texts.
func (c *commandWriter) request(words ...string) {
	c.w.Array(len(words))
	for _, word := range words {
		c.w.BulkString(word)
	}
}

func (c *commandWriter) begin(e *rdb.Entry) {
	if e.DB != c.db {
		c.db = e.DB
		c.request("SELECT", strconv.Itoa(e.DB))
	}
	c.key = append(c.key[:0], e.Key...)
	c.stream = streamParts{}
}

// end writes what comes behind a value.
func (c *commandWriter) end(e *rdb.Entry) {
	c.add()
	if e.ExpireAt != rdb.None {
		c.request("PEXPIREAT", string(c.key), strconv.FormatInt(e.ExpireAt, 10))
	}
}

// item adds an element to the request at hand.
func (c *commandWriter) item(verb string, words ...[]byte) error {
	c.verb = verb
	for _, word := range words {
		c.items = append(c.items, append([]byte(nil), word...))
	}
	if c.count++; c.count == itemsMost {
		c.add()
		if len(c.w.Buf) >= flushAt {
			return c.flush()
		}
	}
	return nil
}

// add writes the request that elements were put together for, if there is one.
func (c *commandWriter) add() {
	if c.count == 0 {
		return
	}
	c.w.Array(2 + len(c.items))
	c.w.BulkString(c.verb)
	c.w.Bulk(c.key)
	for _, item := range c.items {
		c.w.Bulk(item)
	}
	c.items, c.count = c.items[:0], 0
}

// Begin begins a value.
func (c *commandWriter) Begin(rdb.Kind, uint64) error { return nil }

// Text is a string.
func (c *commandWriter) Text(text []byte) error {
	c.w.Array(3)
	c.w.BulkString("SET")
	c.w.Bulk(c.key)
	c.w.Bulk(text)
	return nil
}

// Element is the next element of a list.
func (c *commandWriter) Element(text []byte) error { return c.item("RPUSH", text) }

// Member is a member of a set.
func (c *commandWriter) Member(text []byte) error { return c.item("SADD", text) }

// Scored is a member of a sorted set.
func (c *commandWriter) Scored(member []byte, score float64) error {
	return c.item("ZADD", strconv.AppendFloat(nil, score, 'g', -1, 64), member)
}

// Field is a field of a hash.
func (c *commandWriter) Field(field, value []byte, until int64) error {
	if err := c.item("HSET", field, value); err != nil || until == rdb.None {
		return err
	}
	c.add()
	c.request("HPEXPIREAT", string(c.key), strconv.FormatInt(until, 10), "FIELDS", "1", string(field))
	return nil
}

// Entry is the next entry of a stream.
func (c *commandWriter) Entry(id rdb.ID, pairs [][]byte) error {
	c.stream.entries++
	c.w.Array(3 + len(pairs))
	c.w.BulkString("XADD")
	c.w.Bulk(c.key)
	c.w.BulkString(idText(id))
	for _, p := range pairs {
		c.w.Bulk(p)
	}
	if len(c.w.Buf) >= flushAt {
		return c.flush()
	}
	return nil
}

// Stream follows the entries. A stream without any is made by adding one that is
// trimmed at once.
func (c *commandWriter) Stream(info *rdb.StreamInfo) error {
	if c.stream.entries == 0 {
		id := info.Last
		if id == (rdb.ID{}) {
			id.Seq = 1
		}
		c.request("XADD", string(c.key), "MAXLEN", "0", idText(id), "x", "y")
	}
	c.request("XSETID", string(c.key), idText(info.Last), "ENTRIESADDED", strconv.FormatUint(info.Added, 10),
		"MAXDELETEDID", idText(info.MaxDeleted))
	return nil
}

// Group is the next group of a stream.
func (c *commandWriter) Group(g *rdb.GroupInfo) error {
	c.stream.group = append([]byte(nil), g.Name...)
	c.stream.pending = map[rdb.ID]rdb.Pending{}
	c.request("XGROUP", "CREATE", string(c.key), string(g.Name), idText(g.Last), "ENTRIESREAD", strconv.FormatInt(g.Read, 10))
	return nil
}

// Pending is the next pending entry of the group.
func (c *commandWriter) Pending(p *rdb.Pending) error {
	c.stream.pending[p.ID] = *p
	return nil
}

// Consumer is a consumer of the group.
func (c *commandWriter) Consumer(consumer *rdb.Consumer) error {
	c.stream.consumer = append([]byte(nil), consumer.Name...)
	c.request("XGROUP", "CREATECONSUMER", string(c.key), string(c.stream.group), string(consumer.Name))
	return nil
}

// Owned says that the consumer is the one an entry is pending for.
func (c *commandWriter) Owned(id rdb.ID) error {
	p, ok := c.stream.pending[id]
	if !ok {
		return fmt.Errorf("the entry %s is owned and not pending", idText(id))
	}
	c.request("XCLAIM", string(c.key), string(c.stream.group), string(c.stream.consumer), "0", idText(id),
		"TIME", strconv.FormatInt(p.At, 10), "RETRYCOUNT", strconv.FormatUint(p.Count, 10), "JUSTID", "FORCE")
	return nil
}

// GroupEnd follows the last consumer of a group.
func (c *commandWriter) GroupEnd() error { return nil }

// idText returns an ID as commands have it.
func idText(id rdb.ID) string {
	return strconv.FormatUint(id.MS, 10) + "-" + strconv.FormatUint(id.Seq, 10)
}
