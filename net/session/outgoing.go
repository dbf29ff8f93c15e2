package session

import "github.com/troupe-db/troupe/codec/resp"

// outgoing is the replies that are to be written next. Long values stand where the shard
// has them: they are lent, and never copied.
//
//	bytes   $65536 CR LF ∧ CR LF +OK CR LF :1 CR LF
//	lent                 65,536 bytes
type outgoing struct {
	bytes []byte
	lent  []resp.Lent // in order of their places in bytes

	unsent  []byte   // the piece of which some is to be written next
	further [][]byte // the pieces behind it
	pieces  [][]byte // the memory of further
}

// size returns how many bytes there are.
func (o *outgoing) size() int64 {
	n := int64(len(o.bytes))
	for _, l := range o.lent {
		n += int64(len(l.Bytes))
	}
	return n
}

// take makes the replies of a batch those of o, which is empty, or the next.
func (o *outgoing) take(w *resp.Writer, lent *[]resp.Lent) {
	if len(o.bytes) == 0 { // no need to copy
		o.bytes, w.Buf = w.Buf, o.bytes
		o.lent, *lent = *lent, o.lent
		return
	}
	o.append(w.Buf, *lent, 0)
}

// append appends replies that begin at from in the buffer that lent tells places of.
func (o *outgoing) append(replies []byte, lent []resp.Lent, from int) {
	for _, l := range lent {
		l.At += len(o.bytes) - from
		o.lent = append(o.lent, l)
	}
	o.bytes = append(o.bytes, replies...)
}

// flatten puts what is lent where it belongs.
func (o *outgoing) flatten() {
	if len(o.lent) == 0 {
		return
	}
	flat := make([]byte, 0, o.size())
	o.begin()
	for flat = append(flat, o.unsent...); len(o.further) > 0; o.further = o.further[1:] {
		flat = append(flat, o.further[0]...)
	}
	o.reset()
	o.bytes = flat
}

// begin makes everything unsent.
func (o *outgoing) begin() {
	o.unsent = o.bytes
	if len(o.lent) == 0 {
		return
	}
	at := 0
	o.pieces = o.pieces[:0]
	for _, l := range o.lent {
		o.pieces = append(o.pieces, o.bytes[at:l.At], l.Bytes)
		at = l.At
	}
	o.pieces = append(o.pieces, o.bytes[at:])
	o.unsent, o.further = o.pieces[0], o.pieces[1:]
}

// sent notes that n bytes are written.
func (o *outgoing) sent(n int) {
	for n >= len(o.unsent) && len(o.further) > 0 {
		n -= len(o.unsent)
		o.unsent, o.further = o.further[0], o.further[1:]
	}
	o.unsent = o.unsent[n:]
}

// left returns how many bytes are unsent.
func (o *outgoing) left() int64 {
	n := int64(len(o.unsent))
	for _, piece := range o.further {
		n += int64(len(piece))
	}
	return n
}

// reset empties o, and lets go of what is lent.
func (o *outgoing) reset() {
	o.bytes, o.unsent = o.bytes[:0], nil
	if cap(o.bytes) > keepReplies {
		o.bytes = make([]byte, 0, outputSize)
	}
	if len(o.lent) == 0 {
		return
	}
	clear(o.lent)
	clear(o.pieces)
	o.lent, o.pieces, o.further = kept(o.lent), kept(o.pieces), nil
}
