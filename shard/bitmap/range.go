package bitmap

import (
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/str"
)

// offset reads the offset of a bit. width is that of a field, for which "#n"
// means the n-th field of its kind; 0 where there are no fields.
func offset(ctx *command.Ctx, p *command.Args, width int64) int64 {
	b := p.Bytes()
	times := int64(1)
	if width > 0 && len(b) > 0 && b[0] == '#' {
		b, times = b[1:], width
	}
	n, ok := num.ParseInt(b)
	if !ok || n < 0 || n/8 >= ctx.Settings.ProtoMaxBulkLen || n*times>>3 >= ctx.Settings.ProtoMaxBulkLen {
		p.Fail(command.ErrBitOffset)
		return 0
	}
	return n * times
}

// runSetbit serves SETBIT key offset value.
func runSetbit(ctx *command.Ctx) {
	p := ctx.Parse(2)
	at := offset(ctx, &p, 0)
	bit, ok := num.ParseInt(p.Bytes())
	if !ok || bit&^1 != 0 {
		p.Fail(command.ErrBit)
	}
	if !p.Done() {
		return
	}
	k := ctx.Key(1)
	e := k.Write()
	if !ctx.Holds(e, keyspace.String) {
		return
	}
	w := open(k, e, int(at>>3)+1)
	b := w.e.Bytes()
	old := bitAt(b, at)
	if old != bit {
		setBit(b, at, bit)
	}
	w.close(true, old != bit)
	ctx.Int(old)
}

// writing is a string that is being written to.
type writing struct {
	k     keyspace.Key
	e     keyspace.Entry // raw
	grown bool           // it was made longer, or made
}

// open makes the string that k holds, e, at least size bytes long and raw, for
// writing.
func open(k keyspace.Key, e keyspace.Entry, size int) writing {
	n := 0
	if e.Exists() {
		var scratch [str.MaxIntText]byte
		n = len(str.Text(e, scratch[:0]))
		if e.Encoding() != keyspace.Int && n >= size {
			e.SetEncoding(keyspace.Raw)
			return writing{k: k, e: e}
		}
	}
	return writing{k: k, e: str.Stretch(k, e, size), grown: n < size}
}

// close ends the writing. wrote tells whether bits have been written, changed whether
// one is not as it was: if none is, and the string has not grown, nothing has happened
// to the key. Of a string that has grown for what did not fit nothing is told.
func (w *writing) close(wrote, changed bool) {
	if changed && !w.grown {
		w.e.Resize(len(w.e.Bytes()))
	}
	if changed || w.grown && wrote {
		w.k.Notify(keyspace.EventString, "setbit")
	}
}

// runGetbit serves GETBIT key offset.
func runGetbit(ctx *command.Ctx) {
	p := ctx.Parse(2)
	at := offset(ctx, &p, 0)
	if !p.Done() {
		return
	}
	var scratch [str.MaxIntText]byte
	if b, ok := read(ctx, 1, scratch[:0]); ok {
		ctx.Int(bitAt(b, at))
	}
}

// read returns the string of argument i, nil for an absent key. It replies and
// reports false when the key holds something else.
func read(ctx *command.Ctx, i int, scratch []byte) ([]byte, bool) {
	e := ctx.Key(i).Read()
	if !ctx.Holds(e, keyspace.String) {
		return nil, false
	}
	if !e.Exists() {
		return nil, true
	}
	return str.Text(e, scratch), true
}

// stretch is a part of a string as BITCOUNT and BITPOS are told it: positions of
// bytes or of bits, negative from the end.
type stretch struct {
	start, end int64
	bits       bool
}

// unit reads BYTE or BIT.
func (s *stretch) unit(p *command.Args) {
	switch {
	case p.Is("BIT"):
		s.bits = true
	case p.Is("BYTE"):
	default:
		p.Syntax()
	}
}

// resolve returns the first and the last bit of s in a string of n bytes. There
// is none when lo > hi.
func (s *stretch) resolve(n int64) (lo, hi int64) {
	if s.bits {
		n *= 8
	}
	lo, hi = s.start, s.end
	if lo < 0 {
		lo = max(lo+n, 0)
	}
	if hi < 0 {
		hi = max(hi+n, 0)
	}
	hi = min(hi, n-1)
	if lo > hi {
		return 0, -1
	}
	if s.bits {
		return lo, hi
	}
	return lo * 8, hi*8 + 7
}

// runBitcount serves BITCOUNT key [start end [BYTE | BIT]].
func runBitcount(ctx *command.Ctx) {
	s := stretch{end: -1}
	p := ctx.Parse(2)
	if p.More() {
		if n := p.Left(); n != 2 && n != 3 {
			p.Syntax()
		}
		s.start, s.end = p.Int(), p.Int()
		if p.More() {
			s.unit(&p)
		}
	}
	if !p.Done() {
		return
	}
	var scratch [str.MaxIntText]byte
	b, ok := read(ctx, 1, scratch[:0])
	if !ok {
		return
	}
	lo, hi := s.resolve(int64(len(b)))
	if lo > hi || s.start < 0 && s.end < 0 && s.start > s.end {
		ctx.Int(0)
		return
	}
	ctx.Int(countBits(b, lo, hi))
}

// runBitpos serves BITPOS key bit [start [end [BYTE | BIT]]].
func runBitpos(ctx *command.Ctx) {
	s := stretch{end: -1}
	p := ctx.Parse(2)
	bit := p.Int()
	if bit&^1 != 0 {
		p.Fail(command.ErrBitArgument)
	}
	s.parseOpen(ctx, &p)
	if !p.Done() {
		return
	}
	var scratch [str.MaxIntText]byte
	b, ok := read(ctx, 1, scratch[:0])
	if !ok {
		return
	}
	lo, hi := s.resolve(int64(len(b)))
	switch {
	case b == nil:
		ctx.Int(-bit)
	case lo > hi:
		ctx.Int(-1)
	default:
		at := find(b, lo, hi, bit)
		if at < 0 && bit == 0 && len(ctx.Args) < 5 {
			at = hi + 1 // zeros follow an end that nobody named
		}
		ctx.Int(at)
	}
}

// parseOpen reads [start [end [BYTE | BIT]]]. The unit is judged before the end.
func (s *stretch) parseOpen(ctx *command.Ctx, p *command.Args) {
	if !p.More() {
		return
	}
	n := p.Left()
	if n > 3 {
		p.Syntax()
	}
	s.start = p.Int()
	if n == 3 {
		unit := ctx.Parse(p.Index() + 1)
		if s.unit(&unit); unit.Failed() {
			p.Syntax()
		}
	}
	if n >= 2 {
		s.end = p.Int()
	}
	if n == 3 {
		p.Skip(1)
	}
}
