package list

import (
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// list is the value of a key as a command works on it: absent, one listpack in
// the record, or a quicklist. To readers a flat list is a single chunk.
type list struct {
	ctx   *command.Ctx
	arg   int // the argument that names the key
	entry keyspace.Entry
	quick *Quicklist // nil when the list is flat or absent
}

// openRead makes l, which is zero, the list of argument i, for a command that returns
// elements. It replies and reports false when the key holds something else.
func (l *list) openRead(ctx *command.Ctx, i int) bool {
	return l.open(ctx, i, ctx.Key(i).Read())
}

// openWrite is openRead for a command that may change the list.
func (l *list) openWrite(ctx *command.Ctx, i int) bool {
	return l.open(ctx, i, ctx.Key(i).Write())
}

func (l *list) open(ctx *command.Ctx, i int, e keyspace.Entry) bool {
	if !ctx.Holds(e, keyspace.List) {
		return false
	}
	l.ctx, l.arg, l.entry = ctx, i, e
	if e.Exists() && e.Encoding() == keyspace.Quicklist {
		l.quick, _ = e.Object().(*Quicklist)
		l.quick.remains = e.Remains() // each time, since a key may come from another shard
	}
	return true
}

// key returns the list's key.
func (l *list) key() keyspace.Key { return l.ctx.Key(l.arg) }

// limit returns the limit in force now.
func (l *list) limit() Limit { return LimitOf(l.ctx.Settings.ListMaxListpackSize) }

// exists tells whether the key is there. A list that is there is not empty.
func (l *list) exists() bool { return l.entry.Exists() }

// len returns the number of elements.
func (l *list) len() int {
	switch {
	case l.quick != nil:
		return l.quick.Len()
	case l.exists():
		return listpack.Count(l.entry.Bytes())
	default:
		return 0
	}
}

// chunks returns the number of chunks of a list that exists.
func (l *list) chunks() int {
	if l.quick != nil {
		return l.quick.Chunks()
	}
	return 1
}

// chunk returns the body of chunk i as a view, and how many elements it has.
func (l *list) chunk(i int) (body []byte, count int) {
	if l.quick != nil {
		return l.quick.Chunk(i)
	}
	p := l.entry.Bytes()
	return listpack.Body(p), listpack.Count(p)
}

// seek returns the place of element index, 0 <= index < len.
func (l *list) seek(index int) place {
	if l.quick != nil {
		return l.quick.seek(index)
	}
	body, count := l.chunk(0)
	return place{0, listpack.Seek(body, count, index)}
}

// at returns the element at a place.
func (l *list) at(p place) listpack.Value {
	body, _ := l.chunk(p.chunk)
	v, _ := listpack.Decode(body, p.off)
	return v
}

// end returns the first or the last element of a list that exists.
func (l *list) end(left bool) listpack.Value {
	if left {
		return l.at(place{})
	}
	i := l.chunks() - 1
	body, _ := l.chunk(i)
	return l.at(place{i, listpack.Prev(body, len(body))})
}

// grow makes the list a quicklist if a listpack with further elements, of so
// many bytes of text together, would exceed the limit. An absent list that stays
// flat stays absent.
func (l *list) grow(bytes, count int) {
	switch {
	case l.quick != nil:
	case !l.exists():
		if l.limit().exceeded(listpack.EmptySize+bytes, count) {
			l.quick = NewQuicklist(l.limit())
			l.entry = l.key().PutObject(l.entry, keyspace.List, keyspace.Quicklist, l.quick, keyspace.NoExpire)
		}
	default:
		body, have := l.chunk(0)
		if l.limit().exceeded(listpack.EmptySize+len(body)+bytes, have+count) {
			l.quick = QuicklistOf(l.limit(), body, have)
			l.entry = l.entry.Promote(keyspace.Quicklist, l.quick)
		}
	}
}

// shrink makes the list flat when one chunk is left and it is small.
func (l *list) shrink() {
	if l.quick == nil || l.quick.Chunks() != 1 {
		return
	}
	body, count := l.quick.Chunk(0)
	size := len(body) + listpack.EmptySize
	if !l.limit().small(size, count) {
		return
	}
	l.entry = l.entry.Demote(keyspace.Listpack, size)
	listpack.Wrap(l.entry.Bytes(), body, count)
	l.quick = nil
}

// resize makes the record of a flat list n bytes long and returns it.
func (l *list) resize(n int) []byte {
	l.entry = l.entry.Resize(n)
	return l.entry.Bytes()
}

// push puts texts at an end, one after the other.
func (l *list) push(left bool, texts [][]byte) {
	bytes := 0
	for _, text := range texts {
		bytes += len(text)
	}
	l.grow(bytes, len(texts))
	if l.quick == nil {
		l.pushFlat(left, texts)
		return
	}
	before := l.quick.Bytes()
	for _, text := range texts {
		l.quick.push(left, listpack.ItemOf(text))
	}
	l.entry.Changed(l.quick.Bytes() - before)
}

// pushOne puts one element at an end. text is its length, 0 for an integer: what
// Redis counts when it moves an element.
func (l *list) pushOne(left bool, it listpack.Item, text int) {
	l.grow(text, 1)
	if l.quick == nil {
		l.insertFlat(left, it)
		return
	}
	before := l.quick.Bytes()
	l.quick.push(left, it)
	l.entry.Changed(l.quick.Bytes() - before)
}

func (q *Quicklist) push(left bool, it listpack.Item) {
	if left {
		q.PushHead(it)
	} else {
		q.PushTail(it)
	}
}

// pushFlat is push for a list that is or becomes flat: the record is resized
// once, and what it holds moves at most once.
func (l *list) pushFlat(left bool, texts [][]byte) {
	total := 0
	for _, text := range texts {
		total += listpack.ItemOf(text).Size()
	}
	p := l.extend(total)
	if !left {
		for _, text := range texts {
			listpack.Append(p, listpack.ItemOf(text))
		}
		return
	}
	listpack.Open(p, 0, total, len(texts))
	off := listpack.HeaderSize + total
	for _, text := range texts {
		it := listpack.ItemOf(text)
		off -= it.Size()
		it.Put(p[off:])
	}
}

// insertFlat puts one element at an end of a list that is or becomes flat.
func (l *list) insertFlat(left bool, it listpack.Item) {
	p := l.extend(it.Size())
	if left {
		listpack.Insert(p, 0, it)
	} else {
		listpack.Append(p, it)
	}
}

// extend makes room for n bytes behind the listpack of a flat list, and creates
// an absent one.
func (l *list) extend(n int) []byte {
	if l.exists() {
		return l.resize(len(l.entry.Bytes()) + n)
	}
	l.entry = l.key().Put(l.entry, keyspace.List, keyspace.Listpack, listpack.EmptySize+n, keyspace.NoExpire)
	p := l.entry.Bytes()
	listpack.PutEmpty(p)
	return p
}

// drop removes k elements from an end, 1 <= k, and the key with the last one.
func (l *list) drop(left bool, k int) {
	n := l.len()
	switch {
	case k >= n:
		l.delete()
	case l.quick != nil:
		before := l.quick.Bytes()
		if left {
			l.quick.DropHead(k)
		} else {
			l.quick.DropTail(k)
		}
		l.entry.Changed(l.quick.Bytes() - before)
		l.shrink()
	case left:
		l.cut(0, k)
	default:
		l.cut(n-k, k)
	}
}

// delete removes the key.
func (l *list) delete() {
	l.entry.Scrap()
	l.entry, l.quick = keyspace.Entry{}, nil
}

// cut removes k elements of a flat list from index on.
func (l *list) cut(index, k int) {
	p := l.entry.Bytes()
	body, count := listpack.Body(p), listpack.Count(p)
	from := listpack.Seek(body, count, index)
	to := len(body)
	if index+k < count {
		to = listpack.Seek(body, count, index+k)
	}
	l.resize(listpack.Delete(p, from, to, k))
}

// reply writes an element.
func reply(ctx *command.Ctx, v listpack.Value) {
	if v.Str != nil {
		ctx.Bulk(v.Str)
		return
	}
	ctx.BulkInt(v.Int)
}
