package bench

import (
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/bench/floor"
)

// FloorName is the name of the floor in reports.
const FloorName = "floor"

// setMixedFloor makes the floor answer reads with the first value and writes with
// +OK.
func (s *instance) setMixedFloor(shape setup) error {
	g := newGenerator(dataset{value: shape.value})
	var read resp.Writer
	read.Bulk(g.valueOf(0))
	return s.tellFloor(string(read.Buf), "+OK\r\n")
}

// setFloor makes the floor answer with what servers answer to the given test of
// redis-benchmark or command, in kind and size.
func (s *instance) setFloor(words []string, value int) error {
	return s.tellFloor(replyShapes(words, value))
}

// tellFloor sets the floor's replies to requests of two arguments and of more.
func (s *instance) tellFloor(two, other string) error {
	c, err := dial(s.addr)
	if err != nil {
		return err
	}
	defer c.close()
	if _, err := c.conn.Write([]byte(floor.Line(two, other))); err != nil {
		return err
	}
	return expect(c.r, []byte("+OK\r\n"))
}

// replyShapes returns the reply to a request of two arguments, and that to one of
// more. A test makes requests of one of these lengths, and hears nothing else.
func replyShapes(words []string, value int) (two, other string) {
	name := strings.ToLower(words[0])
	if name == "-t" && len(words) > 1 {
		name = words[1]
	}
	var w resp.Writer
	bulks := func(n, size int) {
		for range n {
			w.BulkString(strings.Repeat("x", size))
		}
	}
	switch name {
	case "incr", "lpush", "rpush", "sadd", "hset", "zadd", "zrank":
		w.Int(1)
	case "get", "lpop", "rpop":
		bulks(1, value)
	case "eval":
		bulks(1, len(words[len(words)-1]))
	case "spop":
		bulks(1, len(elementPrefix)+digits)
	case "xadd":
		w.BulkString(strconv.Itoa(streamStart) + "-0")
	case "zpopmin":
		w.Array(2)
		bulks(1, len(elementPrefix)+digits)
		bulks(1, 1)
	case "lrange":
		last, err := strconv.Atoi(words[len(words)-1])
		if err != nil || last < 0 || last >= longestRange {
			last = 0
		}
		w.Array(last + 1)
		bulks(last+1, value)
	case "zrangebyscore":
		w.Array(fields)
		bulks(fields, len(memberPrefix)+digits)
	default:
		w.OK()
	}
	return string(w.Buf), string(w.Buf)
}

// longestRange bounds the elements that a row asks a list for.
const longestRange = 10_000
