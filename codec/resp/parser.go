package resp

import (
	"bytes"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/quote"
)

const (
	// DefaultMaxBulk is the limit on one argument where none is configured.
	DefaultMaxBulk = 512 << 20
	// MaxArgs is the greatest number of arguments of one request.
	MaxArgs = 1024 * 1024
	// MaxLine is the greatest length of an inline request and of the line that
	// holds a count, without its end.
	MaxLine = 64 * 1024

	// A client that has not authenticated gets these instead.
	unauthArgs = 10
	unauthBulk = 16384

	// keepArgs is the capacity that Reset keeps; a request with more arguments
	// than that does not make the connection hold the memory for ever.
	keepArgs = 4096
)

// Limits bounds what a client may announce.
type Limits struct {
	// MaxBulk is the greatest length of an argument in bytes; 0 means
	// DefaultMaxBulk.
	MaxBulk int64
	// Authenticated lifts the tight limits on clients that still have to
	// authenticate.
	Authenticated bool
}

// Parser reads requests out of a buffer that its caller owns. The zero value is
// ready for use, with the limits of a client that has not authenticated. It
// belongs to one goroutine at a time.
//
// A request may arrive in any number of pieces. What has been scanned is
// remembered as offsets from the request's first byte and is not scanned again,
// and the caller may move the bytes between calls.
//
//	*2\r\n $3\r\n GET\r\n $100\r\n aaaaaaa
//	       └ spans: (8,11) ┘       ^pos, bulk = 100, left = 1
type Parser struct {
	// Args collects the arguments of all requests since the last Reset.
	Args [][]byte
	// Limits may be changed between requests.
	Limits Limits

	// The state of a request that is not complete; all zero between requests.

	// pos is the first byte that has not been understood.
	pos int
	// scanned is where the search for the end of a line goes on: there is none
	// in [pos, scanned).
	scanned int
	// left is the number of arguments still to come, once open is true.
	left int
	// bulk is the length of the argument at pos if inBulk is true.
	bulk         int64
	open, inBulk bool
	// spans are the arguments that are complete.
	spans []span

	want int
	err  error
}

// span is an argument of an incomplete request: its bytes from the request's
// first byte on.
type span struct{ start, end int }

// Parse reads one request from data, which begins with the first byte of that
// request.
//
// done means that the request is complete: args are its arguments, which alias
// data and have also been appended to p.Args, and n is the number of bytes it
// took. An empty request (*0, *-1, an empty line) has no arguments and is to be
// skipped. Quotes in an inline request are decoded in place, which changes
// data.
//
// Without done and err more bytes are needed: call Parse again with the same
// bytes followed by more. An error is a ProtocolError; it is final, and all
// later calls return it.
func (p *Parser) Parse(data []byte) (args [][]byte, n int, done bool, err error) {
	switch {
	case p.err != nil:
		return nil, 0, false, p.err
	case len(data) == 0:
		p.want = 1
		return nil, 0, false, nil
	case data[0] != '*':
		return p.parseInline(data)
	}
	start := len(p.Args)
	resumed := p.open
	if !resumed {
		if ok, err := p.parseCount(data); !ok {
			return nil, 0, false, err
		}
	}
	complete, err := p.parseBulks(data, resumed)
	if err != nil {
		p.Args = p.Args[:start]
		return nil, 0, false, p.fail(err)
	}
	if !complete {
		if !resumed {
			p.suspend(start)
		}
		return nil, 0, false, nil
	}
	for _, s := range p.spans {
		p.Args = append(p.Args, data[s.start:s.end:s.end])
	}
	n = p.pos
	p.finish()
	return p.Args[start:len(p.Args):len(p.Args)], n, true, nil
}

// parseCount reads the line that opens an array.
func (p *Parser) parseCount(data []byte) (ok bool, err error) {
	count, next, st := p.parseLength(data, 0)
	switch {
	case st == lineShort:
		return false, nil
	case st == lineLong:
		return false, p.fail(ErrBigMultibulkCount)
	case st == lineBad || count > MaxArgs:
		return false, p.fail(ErrMultibulkLength)
	case count > unauthArgs && !p.Limits.Authenticated:
		return false, p.fail(ErrUnauthMultibulkLength)
	}
	p.pos, p.left, p.open = next, int(max(count, 0)), true
	return true, nil
}

// parseBulks reads arguments until the request is complete or data ends. The
// first time round they go straight to Args, in a resumed request to spans,
// since Args may be reset between the calls.
func (p *Parser) parseBulks(data []byte, resumed bool) (complete bool, err error) {
	for p.left > 0 {
		if !p.inBulk {
			ok, err := p.parseBulkLength(data)
			if !ok {
				return false, err
			}
		}
		// Written so that no announced length can overflow.
		rest := int64(len(data) - p.pos - 2)
		if rest < p.bulk {
			p.want = int(min(p.bulk-rest, 1<<30))
			return false, nil
		}
		end := p.pos + int(p.bulk)
		if data[end] != '\r' || data[end+1] != '\n' {
			return false, ErrBulkEnd
		}
		if resumed {
			p.spans = append(p.spans, span{p.pos, end})
		} else {
			p.Args = append(p.Args, data[p.pos:end:end])
		}
		p.pos, p.inBulk = end+2, false
		p.left--
	}
	return true, nil
}

// parseBulkLength reads the line before an argument.
func (p *Parser) parseBulkLength(data []byte) (ok bool, err error) {
	length, next, st := p.parseLength(data, p.pos)
	if st == lineShort {
		return false, nil
	}
	if st == lineLong {
		return false, ErrBigBulkCount
	}
	limit := p.Limits.MaxBulk
	if limit == 0 {
		limit = DefaultMaxBulk
	}
	switch {
	case data[p.pos] != '$':
		return false, expectedDollar(data[p.pos])
	case st == lineBad || length < 0 || length > limit:
		return false, ErrBulkLength
	case length > unauthBulk && !p.Limits.Authenticated:
		return false, ErrUnauthBulkLength
	}
	p.pos, p.bulk, p.inBulk = next, length, true
	return true, nil
}

// lineState is what parseLength found.
type lineState uint8

const (
	lineGood  lineState = iota
	lineShort           // the line is not complete
	lineBad             // complete, but no number or a bare CR
	lineLong            // over MaxLine
)

// parseLength reads the number in the line that starts at data[pos] with a tag.
func (p *Parser) parseLength(data []byte, pos int) (v int64, next int, st lineState) {
	// Nearly all lines hold one or two digits and are complete.
	if line := data[pos:]; len(line) >= 5 {
		d0, d1 := line[1]-'0', line[2]-'0'
		if d0 <= 9 && line[2] == '\r' && line[3] == '\n' {
			return int64(d0), pos + 4, lineGood
		}
		if d0-1 <= 8 && d1 <= 9 && line[3] == '\r' && line[4] == '\n' {
			return int64(d0)*10 + int64(d1), pos + 5, lineGood
		}
	}
	from := max(pos, p.scanned)
	i := bytes.IndexByte(data[min(from, len(data)):], '\r')
	end := from + i
	if i < 0 {
		end = len(data)
	}
	switch {
	case end-pos > MaxLine:
		return 0, 0, lineLong
	case i < 0 || end+1 == len(data):
		p.scanned, p.want = end, 1
		return 0, 0, lineShort
	}
	v, ok := num.ParseInt(data[min(pos+1, end):end])
	if !ok || data[end+1] != '\n' {
		return 0, 0, lineBad
	}
	return v, end + 2, lineGood
}

// suspend moves the arguments of an incomplete request from Args to spans.
// Since a number has one spelling only, the lengths tell where they stand.
func (p *Parser) suspend(start int) {
	args := p.Args[start:]
	off := lineLen(len(args) + p.left)
	for _, a := range args {
		off += lineLen(len(a))
		p.spans = append(p.spans, span{off, off + len(a)})
		off += len(a) + 2
	}
	clear(args)
	p.Args = p.Args[:start]
}

// lineLen is the length of the line that announces n.
func lineLen(n int) int { return num.IntLen(int64(n)) + 3 }

// parseInline reads a request that is one line.
func (p *Parser) parseInline(data []byte) (args [][]byte, n int, done bool, err error) {
	i := bytes.IndexByte(data[min(p.scanned, len(data)):], '\n')
	end := p.scanned + i
	if i < 0 {
		end = len(data)
	}
	if end > MaxLine {
		return nil, 0, false, p.fail(ErrBigInline)
	}
	if i < 0 {
		p.scanned, p.want = end, 1
		return nil, 0, false, nil
	}
	line := data[:end]
	if end > 0 && line[end-1] == '\r' {
		line = line[:end-1]
	}
	start := len(p.Args)
	all, ok := quote.Split(p.Args, line)
	if !ok {
		return nil, 0, false, p.fail(ErrUnbalancedQuotes)
	}
	p.Args = all
	p.finish()
	return all[start:len(all):len(all)], end + 1, true, nil
}

// finish clears the state of the request.
func (p *Parser) finish() {
	p.pos, p.scanned, p.left, p.want = 0, 0, 0, 0
	p.open, p.inBulk = false, false
	if cap(p.spans) > keepArgs {
		p.spans = nil
	}
	p.spans = p.spans[:0]
}

func (p *Parser) fail(err error) error {
	p.finish()
	p.err = err
	return err
}

// Want returns, after a Parse that needs more bytes, how many it needs at least:
// 1 while a line is incomplete, the rest of the argument that is being read
// otherwise. The number rests on what the client announced, within Limits and
// at most 1 GiB: it is a hint for the size of the next read, and memory should
// still grow with the bytes that arrive.
func (p *Parser) Want() int { return p.want }

// Pending reports whether part of a request has been read.
func (p *Parser) Pending() bool { return p.open || p.scanned > 0 }

// Reset forgets the arguments of complete requests, so that their memory can be
// used again. An incomplete request is not touched.
func (p *Parser) Reset() {
	if cap(p.Args) > keepArgs {
		p.Args = nil
		return
	}
	// Stale arguments would keep buffers of the caller alive.
	clear(p.Args)
	p.Args = p.Args[:0]
}

// Restart makes the parser ready for another connection: it forgets arguments,
// an incomplete request and an error, and keeps Limits and memory.
func (p *Parser) Restart() {
	p.Reset()
	p.finish()
	p.err = nil
}
