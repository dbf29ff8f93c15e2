package list

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
)

// runLrem removes elements from the head on for a positive count, from the tail
// on for a negative one, all of them for 0, and replies with their number.
func runLrem(ctx *command.Ctx) {
	p := ctx.Parse(2)
	count := p.Int()
	if !p.OK() {
		return
	}
	var l list
	switch {
	case !l.openWrite(ctx, 1):
	case !l.exists():
		ctx.Int(0)
	default:
		removed := l.remove(listpack.ItemOf(ctx.Args[3]), most(count), count < 0)
		if removed > 0 {
			l.notifyRemoved("lrem")
		}
		ctx.Int(int64(removed))
	}
}

// most returns how many elements a count of LREM allows to remove.
func most(count int64) int {
	switch {
	case count > 0:
		return int(count)
	case count == 0 || -count < 0:
		return noLimit
	default:
		return int(-count)
	}
}

// remove takes up to most elements that are it out, and the key with the last
// one, and returns their number.
func (l *list) remove(it listpack.Item, most int, back bool) int {
	var removed int
	if l.quick == nil {
		removed = l.removeFlat(it, most, back)
	} else {
		before := l.quick.Bytes()
		if removed = l.quick.remove(it, most, back); removed > 0 {
			l.entry.Changed(l.quick.Bytes() - before)
		}
	}
	if removed == 0 {
		return 0
	}
	if l.len() == 0 {
		l.delete()
		return removed
	}
	l.shrink()
	return removed
}

func (l *list) removeFlat(it listpack.Item, most int, back bool) int {
	p := l.entry.Bytes()
	count := listpack.Count(p)
	body := listpack.Body(p)
	from, to, removed := filter(body, it, most, back)
	if removed > 0 {
		size := to - from + listpack.EmptySize
		listpack.Wrap(p[:size], body[from:to], count-removed)
		l.resize(size)
	}
	return removed
}

// runLtrim keeps a range of elements and removes all others.
func runLtrim(ctx *command.Ctx) {
	p := ctx.Parse(2)
	start, stop := p.Int(), p.Int()
	if !p.Done() {
		return
	}
	var l list
	if !l.openWrite(ctx, 1) {
		return
	}
	if l.exists() {
		l.keep(clip(start, stop, l.len()))
		l.notifyRemoved("ltrim")
	}
	ctx.OK()
}

// keep removes all but n elements from index from on.
func (l *list) keep(from, n int) {
	size := l.len()
	switch tail := size - from - n; {
	case n == 0:
		l.delete()
	case l.quick != nil:
		before := l.quick.Bytes()
		l.quick.DropTail(tail)
		l.quick.DropHead(from)
		l.entry.Changed(l.quick.Bytes() - before)
		l.shrink()
	default:
		l.cut(from+n, tail)
		l.cut(0, from)
	}
}
