package resp

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"

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

	// minArg is the length of the shortest argument with its line, "$0\r\n\r\n".
	minArg = 6

	// maxLong is the greatest number that longLine reads.
	maxLong = 9999

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
// Most requests are ordinary and completely there when they are first looked at:
// parseWhole reads those and has no state. All others are the state machine's, which
// alone knows what is wrong with a request. They may arrive in any number of pieces:
// what has been scanned is remembered as offsets from the request's first byte and is
// not scanned again, and the caller may move the bytes between calls.
//
//	*2\r\n $3\r\n GET\r\n $100\r\n aaaaaaa
//	       └ spans: (8,11) ┘       ^pos, bulk = 100, left = 1
type Parser struct {
	// Args collects the arguments of all requests since the last Reset.
	Args [][]byte
	// Limits may be changed between requests.
	Limits Limits

	// begun is true from when the state machine has first seen a request until the
	// request is complete, and from an error on.
	begun bool

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
	case len(data) == 0:
		p.want = 1
		return nil, 0, false, p.err
	case p.begun:
		return p.resume(data)
	case data[0] != '*':
		return p.parseInline(data)
	}
	if args, n = p.parseWhole(data); n > 0 {
		return args, n, true, nil
	}
	return p.parsePiece(data)
}

// resume is Parse when begun is true.
func (p *Parser) resume(data []byte) (args [][]byte, n int, done bool, err error) {
	switch {
	case p.err != nil:
		return nil, 0, false, p.err
	case data[0] != '*':
		return p.parseInline(data)
	}
	return p.parsePiece(data)
}

// parseWhole reads a request that is completely there, has at least one argument and
// announces lengths of one to four digits, under limits that allow all of those. For
// all others, wrong ones among them, n is 0 and nothing has changed.
func (p *Parser) parseWhole(data []byte) (args [][]byte, n int) {
	count, pos := shortLine(lead(data, 0) ^ '*')
	if pos == 0 {
		count, pos = longLine(data, '*')
	}
	switch {
	case count == 0 || count*minArg > len(data), // not one, or not all there
		count > unauthArgs && !p.Limits.Authenticated,
		p.bulkLimit() < maxLong:
		return nil, 0
	}
	start := len(p.Args)
	all := slices.Grow(p.Args, count)[:start+count]
	args = all[start:len(all):len(all)]
	for i := range args {
		size, line := shortLine(lead(data, pos) ^ '$')
		if line == 0 {
			size, line = longLine(data[pos:], '$')
		}
		from := pos + line
		end := from + size
		next := end + 2
		if line == 0 || len(data) < next || binary.LittleEndian.Uint16(data[end:next:next]) != crlf {
			clear(args) // what is behind Args holds nothing alive
			return nil, 0
		}
		args[i] = data[from:end:end]
		pos = next
	}
	p.Args = all
	return args, pos
}

// lead returns the word that begins at data[pos], the first byte in the lowest, and 0
// where less than a word is left.
//
// All that computes pos delays the next argument. That is why the slice has a capacity:
// one that is known not to be empty costs no mask on its address.
func lead(data []byte, pos int) uint64 {
	if pos+8 > len(data) {
		return 0
	}
	return binary.LittleEndian.Uint64(data[pos : pos+8 : pos+8])
}

// Lines of one and of two digits as words, without their tags; crlf as a word.
const (
	oneDigit  = '0'<<8 | '\r'<<16 | '\n'<<24
	twoDigits = '0'<<8 | '0'<<16 | '\r'<<24 | '\n'<<32
	crlf      = '\r' | '\n'<<8
)

// shortLine reads a line of one or two digits from the word that begins with it, whose
// tag has been taken off. For all others line, its length, is 0.
//
// What such lines have in common is taken off, too, and what is left rotated until the
// last digit is at the lower end or next to it: where it is 9 at most, with all that is
// above, it is a digit and all that is above is 0.
func shortLine(word uint64) (v, line int) {
	if d := bits.RotateLeft32(uint32(word)^oneDigit, -8); d <= 9 {
		return int(d), 4
	}
	two := bits.RotateLeft64((word^twoDigits)<<24, -32)
	if tens, ones := byte(two), two>>8; tens-1 <= 8 && ones <= 9 {
		return int(tens)*10 + int(ones), 5
	}
	return 0, 0
}

// longLine reads the line with that tag that data begins with, if it has one to four
// digits. For all others line is 0.
func longLine(data []byte, tag byte) (v, line int) {
	if len(data) == 0 || data[0] != tag {
		return 0, 0
	}
	for i := 1; i < min(len(data)-1, 6); i++ {
		d := data[i] - '0'
		if data[i] == '\r' && data[i+1] == '\n' && i > 1 {
			return v, i + 2
		}
		if d > 9 || i == 2 && v == 0 {
			break
		}
		v = v*10 + int(d)
	}
	return 0, 0
}

// parsePiece goes on with an array.
func (p *Parser) parsePiece(data []byte) (args [][]byte, n int, done bool, err error) {
	p.begun = true
	complete, err := p.parseArray(data)
	if err != nil {
		return nil, 0, false, p.fail(err)
	}
	if !complete {
		return nil, 0, false, nil
	}
	start := len(p.Args)
	for _, s := range p.spans {
		p.Args = append(p.Args, data[s.start:s.end:s.end])
	}
	n = p.pos
	p.finish()
	return p.Args[start:len(p.Args):len(p.Args)], n, true, nil
}

// parseArray reads until the request is complete or data ends.
func (p *Parser) parseArray(data []byte) (complete bool, err error) {
	if !p.open {
		if ok, err := p.parseCount(data); !ok {
			return false, err
		}
	}
	for p.left > 0 {
		if !p.inBulk {
			if ok, err := p.parseBulkLength(data); !ok {
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
		p.spans = append(p.spans, span{p.pos, end})
		p.pos, p.inBulk = end+2, false
		p.left--
	}
	return true, nil
}

// parseCount reads the line that opens an array.
func (p *Parser) parseCount(data []byte) (ok bool, err error) {
	count, next, st := p.parseLength(data, 0)
	switch {
	case st == lineShort:
		return false, nil
	case st == lineLong:
		return false, ErrBigMultibulkCount
	case st == lineBad || count > MaxArgs:
		return false, ErrMultibulkLength
	case count > unauthArgs && !p.Limits.Authenticated:
		return false, ErrUnauthMultibulkLength
	}
	p.pos, p.left, p.open = next, int(max(count, 0)), true
	return true, nil
}

// parseBulkLength reads the line before an argument.
func (p *Parser) parseBulkLength(data []byte) (ok bool, err error) {
	length, next, st := p.parseLength(data, p.pos)
	switch {
	case st == lineShort:
		return false, nil
	case st == lineLong:
		return false, ErrBigBulkCount
	case data[p.pos] != '$':
		return false, expectedDollar(data[p.pos])
	case st == lineBad || length < 0 || length > p.bulkLimit():
		return false, ErrBulkLength
	case length > unauthBulk && !p.Limits.Authenticated:
		return false, ErrUnauthBulkLength
	}
	p.pos, p.bulk, p.inBulk = next, length, true
	return true, nil
}

// bulkLimit is the greatest length of an argument.
func (p *Parser) bulkLimit() int64 {
	if p.Limits.MaxBulk == 0 {
		return DefaultMaxBulk
	}
	return p.Limits.MaxBulk
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
		p.begun, p.scanned, p.want = true, end, 1
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
	if p.begun {
		p.finish()
	}
	return all[start:len(all):len(all)], end + 1, true, nil
}

// finish clears the state of the request.
func (p *Parser) finish() {
	p.pos, p.scanned, p.left, p.want = 0, 0, 0, 0
	p.begun, p.open, p.inBulk = false, false, false
	if cap(p.spans) > keepArgs {
		p.spans = nil
	}
	p.spans = p.spans[:0]
}

func (p *Parser) fail(err error) error {
	p.finish()
	p.begun, p.err = true, err
	return err
}

// Want returns, after a Parse that needs more bytes, how many it needs at least:
// 1 while a line is incomplete, the rest of the argument that is being read
// otherwise. The number rests on what the client announced, within Limits and
// at most 1 GiB: it is a hint for the size of the next read, and memory should
// still grow with the bytes that arrive.
func (p *Parser) Want() int { return p.want }

// Pending reports whether part of a request has been read.
func (p *Parser) Pending() bool { return p.begun && p.err == nil }

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
