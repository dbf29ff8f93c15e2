package list

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
)

// runLinsert replies with the length, -1 without the pivot, 0 without the key.
func runLinsert(ctx *command.Ctx) {
	p := ctx.Parse(2)
	before := p.Is("BEFORE")
	if !before && !p.Is("AFTER") {
		p.Syntax()
	}
	if !p.OK() {
		return
	}
	var l list
	switch {
	case !l.openWrite(ctx, 1):
	case !l.exists():
		ctx.Int(0)
	case l.insert(ctx.Args[3], ctx.Args[4], before):
		l.notify("linsert")
		ctx.Int(int64(l.len()))
	default:
		ctx.Int(-1)
	}
}

// insert puts text beside the first element that is pivot, and reports false
// when there is none. As in Redis the list outgrows its listpack either way.
func (l *list) insert(pivot, text []byte, before bool) bool {
	l.grow(len(text), 1)
	at, ok := l.find(listpack.ItemOf(pivot))
	if !ok {
		return false
	}
	if !before {
		body, _ := l.chunk(at.chunk)
		at.off = listpack.Next(body, at.off)
	}
	it := listpack.ItemOf(text)
	if l.quick == nil {
		listpack.Insert(l.extend(it.Size()), at.off, it)
		return true
	}
	bytes := l.quick.Bytes()
	l.quick.insert(at, it)
	l.entry.Changed(l.quick.Bytes() - bytes)
	return true
}

// find returns the place of the first element that is it.
func (l *list) find(it listpack.Item) (place, bool) {
	for i := range l.chunks() {
		body, _ := l.chunk(i)
		if off := listpack.Find(body, 0, 1, it); off >= 0 {
			return place{i, off}, true
		}
	}
	return place{}, false
}

func runLset(ctx *command.Ctx) {
	var l list
	switch {
	case !l.openWrite(ctx, 1):
	case !l.exists():
		ctx.Error(command.ErrNoSuchKey)
	default:
		l.runSet(ctx)
	}
}

// runSet replaces the element whose index is the second argument.
func (l *list) runSet(ctx *command.Ctx) {
	p := ctx.Parse(2)
	index := p.Int()
	if !p.OK() {
		return
	}
	text := ctx.Args[3]
	l.grow(len(text), 1)
	i, ok := absolute(index, l.len())
	if !ok {
		ctx.NoEffect() // the elements are the same, whatever holds them
		ctx.Error(command.ErrIndexOutOfRange)
		return
	}
	l.set(l.seek(i), listpack.ItemOf(text))
	l.shrink()
	l.notify("lset")
	ctx.OK()
}

// set replaces the element at a place.
func (l *list) set(at place, it listpack.Item) {
	if l.quick != nil {
		before := l.quick.Bytes()
		l.quick.replace(at, it)
		l.entry.Changed(l.quick.Bytes() - before)
		return
	}
	p := l.entry.Bytes()
	to := listpack.Next(listpack.Body(p), at.off)
	if size := len(p) + it.Size() - (to - at.off); size >= len(p) {
		listpack.Replace(l.resize(size), at.off, to, it)
	} else {
		l.resize(listpack.Replace(p, at.off, to, it))
	}
}
