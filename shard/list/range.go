package list

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
)

func runLlen(ctx *command.Ctx) {
	var l list
	if l.openRead(ctx, 1) {
		ctx.Int(int64(l.len()))
	}
}

func runLindex(ctx *command.Ctx) {
	var l list
	switch {
	case !l.openRead(ctx, 1):
	case !l.exists():
		ctx.Null()
	default:
		l.replyIndex(ctx)
	}
}

// replyIndex writes the element whose index is the second argument. An absent
// key does not even have its index looked at.
func (l *list) replyIndex(ctx *command.Ctx) {
	p := ctx.Parse(2)
	index := p.Int()
	if !p.Done() {
		return
	}
	if i, ok := absolute(index, l.len()); ok {
		reply(ctx, l.at(l.seek(i)))
		return
	}
	ctx.Null()
}

// absolute turns an index that may count from the end, as -1 for the last, into
// one from 0, and reports false when there is no such element among n.
func absolute(index int64, n int) (int, bool) {
	if index < 0 {
		index += int64(n)
	}
	if index < 0 || index >= int64(n) {
		return 0, false
	}
	return int(index), true
}

func runLrange(ctx *command.Ctx) {
	p := ctx.Parse(2)
	start, stop := p.Int(), p.Int()
	if !p.Done() {
		return
	}
	var l list
	if !l.openRead(ctx, 1) {
		return
	}
	from, n := clip(start, stop, l.len())
	ctx.Array(n)
	l.replyRange(ctx, from, n)
}

// clip turns the first and the last index of a range, which may count from the
// end, into where it begins and how many of size elements it has.
func clip(start, stop int64, size int) (from, n int) {
	if start < 0 {
		start = max(start+int64(size), 0)
	}
	if stop < 0 {
		stop += int64(size)
	}
	stop = min(stop, int64(size)-1)
	if start > stop {
		return 0, 0
	}
	return int(start), int(stop-start) + 1
}

// replyRange writes n elements from index from on; they are there.
func (l *list) replyRange(ctx *command.Ctx, from, n int) {
	if n == 0 {
		return
	}
	at := l.seek(from)
	for i := at.chunk; n > 0; i++ {
		body, _ := l.chunk(i)
		for off := at.off; off < len(body) && n > 0; n-- {
			var v listpack.Value
			v, off = listpack.Decode(body, off)
			reply(ctx, v)
		}
		at.off = 0
	}
}

func runLpos(ctx *command.Ctx) {
	p := ctx.Parse(3)
	s := search{rank: 1, count: -1}
	for p.More() {
		switch {
		case p.IsWith("RANK", 1):
			s.parseRank(&p)
		case p.IsWith("COUNT", 1):
			s.count = atLeast(&p, 0, command.ErrCountNegative)
		case p.IsWith("MAXLEN", 1):
			s.maxLen = atLeast(&p, 0, command.ErrMaxLenNegative)
		default:
			p.Syntax()
		}
	}
	if !p.Done() {
		return
	}
	var l list
	switch {
	case !l.openRead(ctx, 1):
	case s.count >= 0:
		mark, n := ctx.DeferArray(), 0
		if l.exists() {
			n = s.run(&l, ctx.Args[2], func(index int) { ctx.Int(int64(index)) })
		}
		ctx.CloseArray(mark, n)
	default:
		found := -1
		if l.exists() {
			s.run(&l, ctx.Args[2], func(index int) { found = index })
		}
		if found < 0 {
			ctx.Null()
			return
		}
		ctx.Int(int64(found))
	}
}

// search is what LPOS is asked for.
type search struct {
	rank   int64 // the first match that counts, from 1
	back   bool  // look from the end on
	count  int64 // how many matches, 0 for all, -1 for one that is not in an array
	maxLen int64 // how many elements to compare, 0 for all
}

func (s *search) parseRank(p *command.Args) {
	n := p.IntIn(-1<<63+1, 1<<63-1, command.ErrRankRange)
	switch {
	case p.Failed():
	case n == 0:
		p.Fail(command.ErrRankZero)
	default:
		s.rank, s.back = max(n, -n), n < 0
	}
}

// run calls found with the index of each match that is asked for, and returns
// their number.
func (s *search) run(l *list, text []byte, found func(index int)) int {
	it := listpack.ItemOf(text)
	w := walk{l: l, back: s.back}
	w.begin()
	most := int64(noLimit)
	if s.count != 0 {
		most = max(s.count, 1)
	}
	n, left := int64(0), int64(noLimit)
	if s.maxLen > 0 {
		left = s.maxLen
	}
	for matches := int64(0); left > 0 && n < most && w.next(); left-- {
		if !it.Equal(w.body, w.off) {
			continue
		}
		if matches++; matches >= s.rank {
			found(w.index)
			n++
		}
	}
	return int(n)
}

// walk goes over the elements of a list that exists, in either direction.
type walk struct {
	l     *list
	back  bool
	index int    // of the element at hand
	i     int    // its chunk
	body  []byte // the chunk's body
	off   int    // where in body the element is
	edge  int    // where in body the next one begins or, going back, ends
}

// begin stands the walk before the first element, or behind the last.
func (w *walk) begin() {
	w.index = -1
	if w.back {
		w.index = w.l.len()
		w.i = w.l.chunks() - 1
	}
	w.enter()
}

// enter stands the walk at the border of chunk i.
func (w *walk) enter() {
	w.body, _ = w.l.chunk(w.i)
	w.edge = 0
	if w.back {
		w.edge = len(w.body)
	}
}

// next goes to the next element and reports false when there is none.
func (w *walk) next() bool {
	if w.back {
		return w.nextBack()
	}
	if w.edge == len(w.body) {
		if w.i++; w.i == w.l.chunks() {
			return false
		}
		w.enter()
	}
	w.index++
	w.off = w.edge
	w.edge = listpack.Next(w.body, w.off)
	return true
}

func (w *walk) nextBack() bool {
	if w.edge == 0 {
		if w.i--; w.i < 0 {
			return false
		}
		w.enter()
	}
	w.index--
	w.off = listpack.Prev(w.body, w.edge)
	w.edge = w.off
	return true
}
