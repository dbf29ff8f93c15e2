package command

import (
	"math"
	"time"

	"github.com/troupe-db/troupe/codec/num"
)

// Args reads the arguments of a request one after the other and latches the
// first error.
type Args struct {
	ctx  *Ctx
	next int
	err  string
}

// Parse returns a parser that starts at argument from.
func (c *Ctx) Parse(from int) Args { return Args{ctx: c, next: from} }

// More tells whether arguments are left and no error has occurred.
func (p *Args) More() bool { return p.err == "" && p.next < len(p.ctx.Args) }

// Left returns how many arguments are left.
func (p *Args) Left() int { return max(len(p.ctx.Args)-p.next, 0) }

// Index returns the position of the argument that is read next.
func (p *Args) Index() int { return p.next }

// Skip passes over n arguments; too few of them is a syntax error.
func (p *Args) Skip(n int) {
	if n > p.Left() {
		p.Syntax()
		return
	}
	p.next += n
}

// Is consumes the next argument if it is word, which is in upper case, in any case.
func (p *Args) Is(word string) bool {
	if !p.More() || !EqualFold(p.ctx.Args[p.next], word) {
		return false
	}
	p.next++
	return true
}

// IsWith is Is for a word that needs at least n arguments behind it: with fewer
// it does not match, which leaves the caller with a syntax error.
func (p *Args) IsWith(word string, n int) bool {
	return p.Left() > n && p.Is(word)
}

// Bytes returns the next argument. A missing one is a syntax error.
func (p *Args) Bytes() []byte {
	if !p.More() {
		p.Syntax()
		return nil
	}
	p.next++
	return p.ctx.Args[p.next-1]
}

// Int returns the next argument as a signed 64-bit integer.
func (p *Args) Int() int64 { return p.IntIn(math.MinInt64, math.MaxInt64, ErrNotInteger) }

// IntIn returns the next argument as an integer from lo to hi; outside is the
// error text outside.
func (p *Args) IntIn(lo, hi int64, outside string) int64 {
	b := p.Bytes()
	if p.err != "" {
		return 0
	}
	n, ok := num.ParseInt(b)
	switch {
	case !ok:
		p.Fail(ErrNotInteger)
	case n < lo || n > hi:
		p.Fail(outside)
	default:
		return n
	}
	return 0
}

// Float returns the next argument as a floating point number, not NaN.
func (p *Args) Float() float64 {
	b := p.Bytes()
	if p.err != "" {
		return 0
	}
	f, ok := num.ParseFloat(b)
	if !ok {
		p.Fail(ErrNotFloat)
		return 0
	}
	return f
}

// Timeout returns the next argument, seconds with a fraction, as the time a
// client is willing to wait; 0 is for ever.
func (p *Args) Timeout() time.Duration {
	b := p.Bytes()
	if p.err != "" {
		return 0
	}
	seconds, ok := num.ParseFloat(b)
	switch {
	case !ok:
		p.Fail(ErrTimeoutNotFloat)
	case seconds < 0:
		p.Fail(ErrTimeoutNegative)
	case seconds*1000 > math.MaxInt64-float64(p.ctx.Now):
		p.Fail(ErrTimeoutRange)
	default:
		return duration(math.Ceil(seconds * 1000))
	}
	return 0
}

// duration converts milliseconds, and cuts off after some 290 years.
func duration(ms float64) time.Duration {
	const most = float64(math.MaxInt64 / int64(time.Millisecond))
	return time.Duration(min(ms, most)) * time.Millisecond
}

// Syntax latches a syntax error.
func (p *Args) Syntax() { p.Fail(ErrSyntax) }

// Fail latches an error, unless there is one already.
func (p *Args) Fail(text string) {
	if p.err == "" {
		p.err = text
	}
}

// Failed tells whether an error was latched.
func (p *Args) Failed() bool { return p.err != "" }

// Done replies with the latched error and reports false, or reports true.
// Arguments that are left are an error.
func (p *Args) Done() bool {
	if p.err == "" && p.Left() > 0 {
		p.Syntax()
	}
	return p.OK()
}

// OK is Done without the demand that all arguments are used.
func (p *Args) OK() bool {
	if p.err != "" {
		p.ctx.Error(p.err)
		return false
	}
	return true
}

// EqualFold tells whether arg is word, which is in upper case, in any case.
func EqualFold(arg []byte, word string) bool {
	if len(arg) != len(word) {
		return false
	}
	for i, c := range arg {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
