package stream

import (
	"math"
	"slices"
	"time"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// reading is what XREAD and XREADGROUP are asked for.
type reading struct {
	grouped  bool
	group    int // the argument that names the group, its consumer behind it
	noAck    bool
	count    int64 // entries of each stream, 0 for all
	blocks   bool
	timeout  time.Duration
	first, n int          // the arguments that name keys
	few      [readRoom]ID // for each key, the ID that entries must be above
	more     []ID         // those of the keys that few has no room for
}

// readRoom is for how many streams a request is served without allocating.
const readRoom = 2

// after returns the ID that the entries of the i-th stream must be above.
func (r *reading) after(i int) *ID {
	if i < readRoom {
		return &r.few[i]
	}
	return &r.more[i-readRoom]
}

// fresh stands, for such an ID, for entries that no consumer has got yet.
var fresh = lastOfAll

func runXread(ctx *command.Ctx) {
	var r reading
	r.run(ctx)
}

func runXreadgroup(ctx *command.Ctx) {
	r := reading{grouped: true}
	r.run(ctx)
}

func (r *reading) run(ctx *command.Ctx) {
	p := ctx.Parse(1)
	r.parse(ctx, &p)
	if !p.OK() {
		return
	}
	if !r.resolve(ctx) {
		return
	}
	mark, served := ctx.DeferArray(), 0
	for i := range r.n {
		var o opened
		if o.openRead(ctx, r.first+i) && o.exists() && r.serve(ctx, &o, i) {
			served++
		}
	}
	switch {
	case served == 0 && r.blocks:
		r.wait(ctx)
	case served == 0:
		ctx.NullArray()
	case ctx.Proto == 3:
		ctx.CloseMap(mark, served)
	default:
		ctx.CloseArray(mark, served)
	}
}

// parse reads everything but the IDs.
func (r *reading) parse(ctx *command.Ctx, p *command.Args) {
	for p.More() && r.first == 0 {
		switch {
		case p.IsWith("BLOCK", 1):
			r.blocks, r.timeout = true, blockTime(ctx, p)
		case p.IsWith("COUNT", 1):
			r.count = max(p.Int(), 0)
		case p.IsWith("STREAMS", 1):
			if p.Left()%2 != 0 {
				p.Fail(command.ErrUnbalanced)
			}
			r.first, r.n = p.Index(), p.Left()/2
		case p.IsWith("GROUP", 2):
			r.group = p.Index()
			if !r.grouped {
				p.Fail(command.ErrXreadGroup)
			}
			p.Skip(2)
		case p.Is("NOACK"):
			if r.noAck = true; !r.grouped {
				p.Fail(command.ErrXreadNoAck)
			}
		default:
			p.Syntax()
		}
	}
	switch {
	case r.first == 0:
		p.Syntax()
	case r.grouped && r.group == 0:
		p.Fail(command.ErrNoGroupOption)
	}
}

// blockTime reads how long to wait, in milliseconds; 0 is for ever.
func blockTime(ctx *command.Ctx, p *command.Args) time.Duration {
	b := p.Bytes()
	if p.Failed() {
		return 0
	}
	const most = math.MaxInt64 / int64(time.Millisecond)
	ms, ok := num.ParseInt(b)
	switch {
	case !ok:
		p.Fail(command.ErrTimeoutNotInteger)
	case ms < 0:
		p.Fail(command.ErrTimeoutNegative)
	case ms > math.MaxInt64-ctx.Now:
		p.Fail(command.ErrTimeoutRange)
	default:
		return time.Duration(min(ms, most)) * time.Millisecond
	}
	return 0
}

// resolve sees that all streams are there and reads the IDs.
func (r *reading) resolve(ctx *command.Ctx) bool {
	if r.n > readRoom {
		r.more = make([]ID, r.n-readRoom)
	}
	for i := range r.n {
		var o opened
		if !o.openRead(ctx, r.first+i) {
			return false
		}
		if r.grouped && (!o.exists() || o.group(ctx.Args[r.group]) == nil) {
			r.noGroup(ctx, r.first+i)
			return false
		}
		after, ok := r.parseAfter(ctx, &o, ctx.Args[r.first+r.n+i])
		if !ok {
			return false
		}
		*r.after(i) = after
	}
	return true
}

// noGroup replies that the key of argument i or the group in it is not there.
func (r *reading) noGroup(ctx *command.Ctx, i int) {
	ctx.Error(command.NoReadGroup(ctx.Args[i], ctx.Args[r.group]))
}

// parseAfter reads the ID of one stream.
func (r *reading) parseAfter(ctx *command.Ctx, o *opened, arg []byte) (id ID, ok bool) {
	special := byte(0)
	if len(arg) == 1 {
		special = arg[0]
	}
	switch {
	case special == '$' && r.grouped:
		ctx.Error(command.ErrDollarInGroup)
	case special == '+' && r.grouped:
		ctx.Error(command.ErrPlusInGroup)
	case special == '>' && !r.grouped:
		ctx.Error(command.ErrGreaterInXread)
	case special == '>':
		return fresh, true
	case (special == '$' || special == '+') && !o.exists():
		return ID{}, true
	case special == '+' && o.length > 0:
		id, ok = o.top.Prev()
		return id, ok
	case special == '$' || special == '+':
		return o.last, true
	default:
		if id, ok = parseID(arg, 0); !ok {
			ctx.Error(command.ErrStreamID)
		}
		return id, ok
	}
	return ID{}, false
}

// serve writes the name of the i-th key and its entries, if there is reason to.
func (r *reading) serve(ctx *command.Ctx, o *opened, i int) bool {
	after := *r.after(i)
	if !r.grouped {
		if o.length == 0 || !after.Less(o.top) {
			return false
		}
		r.name(ctx, r.first+i)
		next, _ := after.Next()
		o.replyRange(ctx, next, lastOfAll, r.count)
		return true
	}
	ctx.NoEffect()
	o.entry.Alter()
	o.before = o.Bytes() // the same key may have been served before
	g := o.group(ctx.Args[r.group])
	c := o.consumerOf(ctx, g, ctx.Args[r.group+1])
	serves := after != fresh || o.length > 0 && g.last.Less(o.top)
	switch {
	case !serves:
	case after != fresh:
		r.name(ctx, r.first+i)
		next, _ := after.Next()
		o.replyHistory(ctx, g, c, next, r.count)
	default:
		r.name(ctx, r.first+i)
		o.replyFresh(ctx, g, c, r)
	}
	o.changed()
	return serves
}

// name writes what comes before the entries of a stream.
func (r *reading) name(ctx *command.Ctx, i int) {
	if ctx.Proto != 3 {
		ctx.Array(2)
	}
	ctx.Bulk(ctx.Args[i])
}

// replyFresh writes what the group has not got yet and delivers it to c.
func (o *opened) replyFresh(ctx *command.Ctx, g *group, c *consumer, r *reading) {
	mark, n := ctx.DeferArray(), int64(0)
	next, _ := g.last.Next()
	w := o.from(next)
	first := o.first()
	var e entry
	for (r.count == 0 || n < r.count) && w.next(&e) {
		o.advance(g, e.id, first)
		replyEntry(ctx, &w.cur, &e)
		if !r.noAck {
			g.deliver(e.id, c, ctx.Now)
			o.recordClaim(ctx, g, c, e.id, &nack{at: ctx.Now, count: 1})
		}
		n++
	}
	if n > 0 {
		c.active = ctx.Now
		o.recordProgress(ctx, g)
	}
	ctx.CloseArray(mark, int(n))
}

// replyHistory writes what is pending for c from an ID on. Entries that were
// removed have no fields.
func (o *opened) replyHistory(ctx *command.Ctx, g *group, c *consumer, from ID, count int64) {
	mark, n := ctx.DeferArray(), int64(0)
	for p := c.owned.seek(from); c.owned.has(p) && (count == 0 || n < count); p = c.owned.next(p) {
		id, _ := c.owned.at(p)
		if o.replyOne(ctx, id) {
			pending := g.pending.findEdit(id)
			pending.at = ctx.Now
			pending.count++
			o.recordClaim(ctx, g, c, id, pending)
		} else {
			ctx.Array(2)
			replyID(ctx, id)
			ctx.NullArray()
		}
		n++
	}
	if n > 0 {
		c.active = ctx.Now
	}
	ctx.CloseArray(mark, int(n))
}

// wait parks the client until one of the streams has something for it.
func (r *reading) wait(ctx *command.Ctx) {
	keys := make([]int, r.n)
	for i := range keys {
		keys[i] = r.first + i
	}
	// What outlives the call is a copy, so that a request that does not wait costs
	// no memory.
	kept := &reading{
		grouped: r.grouped, group: r.group, noAck: r.noAck, count: r.count,
		first: r.first, n: r.n, few: r.few, more: slices.Clone(r.more),
	}
	ctx.Block(command.Block{
		Type: keyspace.Stream, Keys: keys, Timeout: r.timeout,
		Gone:  r.grouped,
		Ready: kept.ready, Serve: kept.wake, Empty: (*command.Ctx).NullArray,
	})
}

// ready tells whether the stream of argument i has something for a client that
// waits: entries, or the news that its group is gone.
func (r *reading) ready(ctx *command.Ctx, i int) bool {
	s, ok := ctx.Key(i).Glance().Object().(*Stream)
	if !ok {
		return true
	}
	after := *r.after(i - r.first)
	if r.grouped {
		g := s.group(ctx.Args[r.group])
		if g == nil {
			return true
		}
		after = g.last
	}
	return s.length > 0 && after.Less(s.top)
}

// wake serves a client that has waited from the stream of argument i.
func (r *reading) wake(ctx *command.Ctx, i int) {
	var o opened
	switch {
	case !o.openRead(ctx, i):
		return
	case r.grouped && (!o.exists() || o.group(ctx.Args[r.group]) == nil):
		r.noGroup(ctx, i)
		return
	}
	mark := ctx.DeferArray()
	r.serve(ctx, &o, i-r.first)
	if ctx.Proto == 3 {
		ctx.CloseMap(mark, 1)
	} else {
		ctx.CloseArray(mark, 1)
	}
}

// readOptions passes over the options of XREAD and XREADGROUP. It returns the
// argument behind STREAMS, 0 when an option is wrong, and whether BLOCK is one of
// them. Groups and consumers may be called anything.
func readOptions(args [][]byte) (streams int, blocks bool) {
	for i := 1; i < len(args); i++ {
		switch arg := args[i]; {
		case command.EqualFold(arg, "STREAMS"):
			return i + 1, blocks
		case command.EqualFold(arg, "BLOCK"):
			blocks = true
			i++
		case command.EqualFold(arg, "COUNT"):
			i++
		case command.EqualFold(arg, "GROUP"):
			i += 2
		case !command.EqualFold(arg, "NOACK"):
			return 0, false
		}
	}
	return 0, false
}

// readKeys finds the keys of XREAD and XREADGROUP.
func readKeys(dst []command.KeyRef, args [][]byte) ([]command.KeyRef, error) {
	first, _ := readOptions(args)
	n := len(args) - first
	if first == 0 || n < 2 || n%2 != 0 {
		return dst, command.ErrKeys
	}
	for k := range n / 2 {
		dst = append(dst, command.KeyRef{Index: first + k, Flags: command.KeyRO | command.KeyAccess})
	}
	return dst, nil
}

// readWaits tells whether a request to XREAD or XREADGROUP may wait.
func readWaits(args [][]byte) bool {
	_, blocks := readOptions(args)
	return blocks
}
