package aof

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Damage says where a part stops making sense.
type Damage struct {
	Good    int64 // the end of the longest prefix that can be trusted
	At      int64 // where the sense ends
	Reason  string
	Ended   bool // the file ends where more should come
	Grouped bool // it is within a group, or right behind one
}

// Error says what is wrong and where.
func (d *Damage) Error() string { return fmt.Sprintf("at byte %d: %s", d.At, d.Reason) }

const (
	// readStep is how much is read at a time, at least.
	readStep = 256 << 10
	// blockEnough is how large a Block is at least, if there is more.
	blockEnough = 1 << 20
)

// Block is some units of a part. What it holds dies with the next call of Next that
// it is passed to. The zero value is ready for use.
type Block struct {
	Offset int64 // of the first byte in the file
	End    int64 // behind the last
	Time   int64 // the last annotation of time, unix seconds; 0 for none

	buf   []byte // from Offset on: the units, and what was read ahead
	spans []span
	ends  []int // in spans, of each request
	args  [][]byte
}

// Len returns the number of requests.
func (b *Block) Len() int { return len(b.ends) }

// Request returns the words of a request, views into the block.
func (b *Block) Request(i int) [][]byte {
	start := 0
	if i > 0 {
		start = b.ends[i-1]
	}
	return b.args[start:b.ends[i]:b.ends[i]]
}

// Scanner reads a part block by block.
type Scanner struct {
	in    io.Reader
	rest  []byte // read ahead
	at    int64  // offset in the file of rest
	ended bool   // in has no more
	seal  bool   // a group ends at at
	err   error  // final
}

// NewScanner returns a Scanner of what in has. offset is where in the file that
// begins: behind an RDB preamble, or 0.
func NewScanner(in io.Reader, offset int64) *Scanner { return &Scanner{in: in, at: offset} }

// Good returns the end of what Next has returned so far, as an offset in the file. When
// that is all, what is behind it is fill.
func (s *Scanner) Good() int64 { return s.at }

// scan is the state of one call of Next.
type scan struct {
	s       *Scanner
	b       *Block
	pos     int  // what is before it in b.buf has been understood
	good    int  // the end of the last whole unit, or group
	units   int  // requests before good
	words   int  // spans before good
	start   int  // where the group that is open begins
	grouped bool // a group is open
	sealed  bool // a group ends at good
	multi   bool // MULTI without EXEC
}

// Next reads the next block into b. It returns io.EOF when there is none, a *Damage
// where the file stops making sense, and the errors of the reader.
func (s *Scanner) Next(b *Block) error {
	if s.err != nil {
		return s.err
	}
	b.Offset, b.Time = s.at, 0
	b.buf = append(b.buf[:0], s.rest...)
	b.spans, b.ends, b.args = b.spans[:0], b.ends[:0], b.args[:0]
	c := scan{s: s, b: b, sealed: s.seal}
	err := c.run()
	if err != nil {
		s.err = err
	}
	b.ends, b.spans = b.ends[:c.units], b.spans[:c.words]
	for _, w := range b.spans {
		b.args = append(b.args, b.buf[w.start:w.end:w.end])
	}
	s.rest = append(s.rest[:0], b.buf[c.good:]...)
	s.seal = c.sealed
	s.at += int64(c.good)
	b.End = s.at
	if err != nil && c.good > 0 {
		return nil // the error comes with the next call
	}
	return err
}

// run reads items until there is a block.
func (c *scan) run() error {
	for {
		if c.pos == len(c.b.buf) && c.s.ended {
			return c.end()
		}
		done, st, reason := c.item()
		switch {
		case st == broken:
			return c.damage(reason, false)
		case done:
			return nil
		case st == whole:
			continue
		case c.s.ended:
			return c.end()
		}
		if err := c.more(); err != nil {
			return err
		}
	}
}

// more reads on: as much again as there is, so that a long request is not gone
// through too often.
func (c *scan) more() error {
	b := c.b
	have := len(b.buf)
	want := max(readStep, have)
	if cap(b.buf)-have < want {
		grown := make([]byte, have, have+want)
		copy(grown, b.buf)
		b.buf = grown
	}
	n, err := io.ReadFull(c.s.in, b.buf[have:have+want])
	b.buf = b.buf[:have+n]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		c.s.ended, err = true, nil
	}
	if err != nil {
		return fmt.Errorf("cannot read on at byte %d: %w", b.Offset+int64(have), err)
	}
	return nil
}

// end is the verdict when there are no more bytes.
func (c *scan) end() error {
	switch {
	case c.pos < len(c.b.buf):
		c.pos = len(c.b.buf)
		return c.damage("the file ends within a request", true)
	case c.grouped:
		return c.damage("the file ends within a group, before its checksum", true)
	case c.multi:
		return c.damage("the file ends before the EXEC of a MULTI", true)
	case c.good > 0:
		return nil
	}
	return io.EOF
}

// damage makes the error for what stands at c.pos.
func (c *scan) damage(reason string, ended bool) error {
	return &Damage{
		Good: c.b.Offset + int64(c.good), At: c.b.Offset + int64(c.pos),
		Reason: reason, Ended: ended, Grouped: c.grouped || c.sealed,
	}
}

// item reads one annotation or request. done means that there is a block.
func (c *scan) item() (done bool, st status, reason string) {
	p := c.b.buf[c.pos:]
	if len(p) == 0 {
		return false, short, ""
	}
	if p[0] == '#' {
		n, st := parseAnnotation(p)
		if st == broken {
			c.grouped = true // as below: it may have been the line that begins a group
		}
		if st != whole {
			return false, st, "a line that begins with '#' does not end"
		}
		return c.annotation(p[:n])
	}
	spans, n, st, reason := parseRequest(p, c.pos, c.b.spans)
	c.b.spans = spans[:len(c.b.spans)]
	if st == broken {
		c.pos += n
	}
	if st != whole {
		return false, st, reason
	}
	c.b.spans = spans
	c.b.ends = append(c.b.ends, len(spans))
	c.pos += n
	switch {
	case c.last("multi"):
		c.multi = true
	case c.last("exec"):
		c.multi = false
	}
	return c.unit(), whole, ""
}

// last tells whether the last request is that word alone.
func (c *scan) last(word string) bool {
	b, first := c.b, 0
	if n := len(b.ends); n > 1 {
		first = b.ends[n-2]
	}
	if len(b.spans)-first != 1 {
		return false
	}
	w := b.spans[first]
	return equalFold(b.buf[w.start:w.end], word)
}

// equalFold compares text, in any case, with a word in lower case.
func equalFold(text []byte, word string) bool {
	if len(text) != len(word) {
		return false
	}
	for i, ch := range text {
		if 'A' <= ch && ch <= 'Z' {
			ch += 'a' - 'A'
		}
		if ch != word[i] {
			return false
		}
	}
	return true
}

// unit notes that what was read so far is whole, and tells whether it is enough.
func (c *scan) unit() (enough bool) {
	if c.grouped || c.multi {
		return false
	}
	return c.accept(false)
}

// accept takes what was read so far into the block, and tells whether it is enough.
func (c *scan) accept(sealed bool) (enough bool) {
	c.good, c.units, c.words, c.sealed = c.pos, len(c.b.ends), len(c.b.spans), sealed
	return c.good >= blockEnough
}

// annotation takes a line that begins with '#'.
func (c *scan) annotation(line []byte) (done bool, st status, reason string) {
	text := line[:len(line)-1]
	if n := len(text); n > 0 && text[n-1] == '\r' {
		text = text[:n-1]
	}
	if _, ok := parseGroup(line); ok {
		return c.group()
	}
	if !c.grouped && !c.multi && isFill(text, c.b.Offset+int64(c.pos+len(line))) {
		c.pos += len(line) // good stays: with nothing behind it, the part ends before it
		return false, whole, ""
	}
	if c.grouped && bytes.HasPrefix(text, []byte(crcWord)) {
		return c.close(line, text)
	}
	seconds, ok := ParseTime(text)
	if !ok {
		c.grouped = true // what the line that begins a group becomes when a bit of it is lost
		return false, broken, "a line that begins with '#' is none that is known, or damaged"
	}
	c.b.Time = seconds
	c.pos += len(line)
	return c.unit(), whole, ""
}

// group begins a group.
func (c *scan) group() (done bool, st status, reason string) {
	switch {
	case c.grouped:
		return false, broken, "a group begins within a group"
	case c.multi:
		return false, broken, "a group begins between MULTI and EXEC"
	}
	c.grouped, c.start = true, c.pos
	c.pos += groupSize
	return false, whole, ""
}

// close checks the group that ends with line, which without its end is text.
func (c *scan) close(line, text []byte) (done bool, st status, reason string) {
	s, ok := parseSeal(text)
	switch {
	case !ok || len(text)+2 != len(line):
		return false, broken, "the checksum of a group cannot be read"
	case c.multi:
		return false, broken, "a group ends between MULTI and EXEC"
	case s.size != int64(c.pos-c.start) || s.offset != c.b.Offset+int64(c.start):
		return false, broken, "the checksum is that of another group"
	case s.sum != crc32.Checksum(c.b.buf[c.start:c.pos], castagnoli()):
		return false, broken, "the checksum does not fit the group"
	}
	c.pos += len(line)
	c.grouped = false
	return c.accept(true), whole, ""
}
