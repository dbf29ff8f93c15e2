package stream

import (
	"math"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// claiming is what XCLAIM is asked for.
type claiming struct {
	idle   int64 // milliseconds since the last delivery, at least
	ids    []ID
	at     int64 // the time of delivery to set
	count  int64 // the number of deliveries to set, or -1
	force  bool
	justID bool
	last   ID
}

func runXclaim(ctx *command.Ctx) {
	var o opened
	if !o.openWrite(ctx, 1) {
		return
	}
	g, ok := openGroup(ctx, 1, o)
	if !ok {
		return
	}
	m := claiming{at: ctx.Now, count: -1}
	p := ctx.Parse(4)
	m.parse(ctx, &p)
	if !p.OK() {
		return
	}
	ctx.NoEffect()
	raised := g.last.Less(m.last)
	if raised {
		g.last = m.last
	}
	c := o.consumerOf(ctx, g, ctx.Args[3])
	mark, n := ctx.DeferArray(), 0
	for _, id := range m.ids {
		if m.claim(ctx, &o, g, c, id) {
			n++
		}
	}
	ctx.CloseArray(mark, n)
	if raised && n == 0 {
		o.recordProgress(ctx, g)
	}
	o.changed()
}

// parse reads everything behind the consumer.
func (m *claiming) parse(ctx *command.Ctx, p *command.Args) {
	m.idle = max(integer(p, command.InvalidArgument("min-idle-time", "XCLAIM")), 0)
	for p.More() {
		id, ok := parseID(ctx.Args[p.Index()], 0)
		if !ok {
			break
		}
		m.ids = append(m.ids, id)
		p.Skip(1)
	}
	for p.More() {
		switch {
		case p.Is("FORCE"):
			m.force = true
		case p.Is("JUSTID"):
			m.justID = true
		case p.IsWith("IDLE", 1):
			m.at = sane(ctx.Now-integer(p, command.InvalidOption("IDLE", "XCLAIM")), ctx.Now)
		case p.IsWith("TIME", 1):
			m.at = sane(integer(p, command.InvalidOption("TIME", "XCLAIM")), ctx.Now)
		case p.IsWith("RETRYCOUNT", 1):
			m.count = max(integer(p, command.InvalidOption("RETRYCOUNT", "XCLAIM")), -1)
		case p.IsWith("LASTID", 1):
			m.last = readID(p)
		default:
			p.Fail(command.UnrecognizedXclaim(p.Bytes()))
		}
	}
}

// sane returns the time of a delivery, and now when it lies in the future or
// before all time: the clock of a client may be wrong.
func sane(at, now int64) int64 {
	if at < 0 || at > now {
		return now
	}
	return at
}

// integer reads an argument as an integer; if it is none, the error is text.
func integer(p *command.Args, text string) int64 {
	b := p.Bytes()
	if p.Failed() {
		return 0
	}
	n, ok := num.ParseInt(b)
	if !ok {
		p.Fail(text)
	}
	return n
}

// claim gives one entry to c and replies with it, if it is to be given.
func (m *claiming) claim(ctx *command.Ctx, o *opened, g *group, c *consumer, id ID) bool {
	if !o.Has(id) {
		if g.settle(id) {
			o.recordSettled(ctx, g, id)
		}
		return false
	}
	v := g.pending.findEdit(id)
	switch {
	case v != nil && m.idle > 0 && ctx.Now-v.at < m.idle:
		return false
	case v != nil:
		g.assign(id, v, c)
	case m.force:
		g.deliver(id, c, m.at)
		v = g.pending.findEdit(id)
	default:
		return false
	}
	v.at = m.at
	if m.count >= 0 {
		v.count = m.count
	} else if !m.justID {
		v.count++
	}
	c.active = ctx.Now
	o.recordClaim(ctx, g, c, id, v)
	replyClaimed(ctx, o, id, m.justID)
	return true
}

// replyClaimed writes an entry that is there, or its ID.
func replyClaimed(ctx *command.Ctx, o *opened, id ID, justID bool) {
	if justID {
		replyID(ctx, id)
		return
	}
	o.replyOne(ctx, id)
}

// sweep is what XAUTOCLAIM is asked for.
type sweep struct {
	idle   int64
	start  ID
	count  int64
	justID bool
}

const (
	// sweepCount is how many entries XAUTOCLAIM claims unless told otherwise.
	sweepCount = 100
	// sweepTries is how many pending entries it looks at for each of these.
	sweepTries = 10
	// sweepMost is the largest count it takes.
	sweepMost = math.MaxInt64 / idBytes
)

func runXautoclaim(ctx *command.Ctx) {
	p := ctx.Parse(4)
	m := sweep{count: sweepCount}
	m.idle = max(integer(&p, command.InvalidArgument("min-idle-time", "XAUTOCLAIM")), 0)
	m.start = readStart(&p)
	for p.More() {
		switch {
		case p.IsWith("COUNT", 1):
			m.count = positive(&p)
		case p.Is("JUSTID"):
			m.justID = true
		default:
			p.Syntax()
		}
	}
	if !p.Done() {
		return
	}
	var o opened
	if !o.openWrite(ctx, 1) {
		return
	}
	if g, ok := openGroup(ctx, 1, o); ok {
		m.run(ctx, &o, g)
	}
}

// positive reads the count of XAUTOCLAIM.
func positive(p *command.Args) int64 {
	b := p.Bytes()
	if p.Failed() {
		return 0
	}
	n, ok := num.ParseInt(b)
	switch {
	case !ok, n < 1, n > sweepMost:
		p.Fail(command.ErrSweepCount)
		return 0
	}
	return n
}

func (m *sweep) run(ctx *command.Ctx, o *opened, g *group) {
	ctx.NoEffect()
	c := o.consumerOf(ctx, g, ctx.Args[3])
	claimed, gone, next := m.claim(ctx, o, g, c)
	o.changed()
	ctx.Array(3)
	replyID(ctx, next)
	ctx.Array(len(claimed))
	for _, id := range claimed {
		replyClaimed(ctx, o, id, m.justID)
	}
	ctx.Array(len(gone))
	for _, id := range gone {
		replyID(ctx, id)
	}
}

// claim gives pending entries to c and returns them, those that turned out to be
// no longer in the stream, and where to go on, 0-0 at the end.
func (m *sweep) claim(ctx *command.Ctx, o *opened, g *group, c *consumer) (claimed, gone []ID, next ID) {
	tries := min(m.count, math.MaxInt64/sweepTries) * sweepTries
	p := g.pending.seek(m.start)
	for left := m.count; tries > 0 && left > 0 && g.pending.has(p); tries-- {
		id, v := g.pending.at(p)
		if !o.Has(id) {
			g.settle(id)
			o.recordSettled(ctx, g, id)
			gone = append(gone, id)
			left--
			p = g.pending.seek(id)
			continue
		}
		if m.idle == 0 || ctx.Now-v.at >= m.idle {
			v = g.pending.edit(p)
			g.assign(id, v, c)
			v.at, c.active = ctx.Now, ctx.Now
			if !m.justID {
				v.count++
			}
			o.recordClaim(ctx, g, c, id, v)
			claimed = append(claimed, id)
			left--
		}
		p = g.pending.next(p)
	}
	if g.pending.has(p) {
		next, _ = g.pending.at(p)
	}
	return claimed, gone, next
}
