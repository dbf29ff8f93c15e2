package stream

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// opened is a key as a stream command works on it. Without a Stream it is absent.
type opened struct {
	*Stream
	key    keyspace.Key
	entry  keyspace.Entry
	before int64 // what the stream took when it was opened
}

// openRead makes o, which is zero, the key of argument i, for a command that reads. It
// replies and reports false when the key holds something else.
func (o *opened) openRead(ctx *command.Ctx, i int) bool {
	o.key = ctx.Key(i)
	return o.open(ctx, o.key.Read())
}

// openWrite is openRead for a command that may change the stream.
func (o *opened) openWrite(ctx *command.Ctx, i int) bool {
	o.key = ctx.Key(i)
	return o.open(ctx, o.key.Write())
}

func (o *opened) open(ctx *command.Ctx, e keyspace.Entry) bool {
	if !ctx.Holds(e, keyspace.Stream) {
		return false
	}
	o.entry = e
	if e.Exists() {
		o.Stream, _ = e.Object().(*Stream)
		o.before = o.Bytes()
	}
	return true
}

// exists tells whether the key is there.
func (o *opened) exists() bool { return o.Stream != nil }

// create makes an absent key an empty stream.
func (o *opened) create() {
	o.Stream = &Stream{}
	o.before = o.Bytes()
	o.entry = o.key.PutObject(o.entry, keyspace.Stream, keyspace.StreamTree, o.Stream, keyspace.NoExpire)
}

// changed keeps the books after a change.
func (o *opened) changed() {
	size := o.Bytes()
	o.entry.Changed(size - o.before)
	o.before = size
}

// openGroup looks up the stream of argument key and the group of the one behind
// it. It replies and reports false when either is not there.
func openGroup(ctx *command.Ctx, key int, o opened) (*group, bool) {
	if o.exists() {
		if g := o.group(ctx.Args[key+1]); g != nil {
			return g, true
		}
	}
	ctx.Error(command.NoGroup(ctx.Args[key], ctx.Args[key+1]))
	return nil, false
}

// limitOf returns the limit of a chunk that is in force.
func limitOf(ctx *command.Ctx) Limit {
	return LimitOf(ctx.Settings.StreamNodeMaxBytes, int64(ctx.Settings.StreamNodeMaxEntries))
}

// readID reads an argument as an ID, whose number is 0 if left out.
func readID(p *command.Args) ID {
	id, ok := parseID(p.Bytes(), 0)
	if !ok {
		p.Fail(command.ErrStreamID)
	}
	return id
}

// idRoom is for how many IDs a request is read without allocating.
const idRoom = 8

// readIDs reads the arguments from first on as IDs, which it appends to ids.
func readIDs(ctx *command.Ctx, first int, ids []ID) ([]ID, bool) {
	p := ctx.Parse(first)
	for p.More() {
		ids = append(ids, readID(&p))
	}
	return ids, p.OK()
}

// readStart and readEnd read the bounds of a range; "(" leaves the bound itself
// out.
func readStart(p *command.Args) ID {
	id, open := readBound(p, 0)
	if open && !p.Failed() {
		next, ok := id.Next()
		if !ok {
			p.Fail(command.ErrStreamStart)
		}
		return next
	}
	return id
}

func readEnd(p *command.Args) ID {
	id, open := readBound(p, lastOfAll.Seq)
	if open && !p.Failed() {
		prev, ok := id.Prev()
		if !ok {
			p.Fail(command.ErrStreamEnd)
		}
		return prev
	}
	return id
}

func readBound(p *command.Args, seq uint64) (id ID, open bool) {
	arg := p.Bytes()
	var ok bool
	if open = len(arg) > 1 && arg[0] == '('; open {
		id, ok = parseID(arg[1:], seq)
	} else {
		id, ok = parseBound(arg, seq)
	}
	if !ok {
		p.Fail(command.ErrStreamID)
	}
	return id, open
}
