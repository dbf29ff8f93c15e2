package stream

import "github.com/troupe-db/troupe/shard/command"

// openInfo looks up the stream a subcommand of XINFO asks about. It replies and
// reports false when it is not there.
func openInfo(ctx *command.Ctx) (opened, bool) {
	var o opened
	ok := o.openRead(ctx, 2)
	if ok && !o.exists() {
		ctx.Error(command.ErrNoSuchKey)
		return o, false
	}
	return o, ok
}

func runXinfoStream(ctx *command.Ctx) {
	o, ok := openInfo(ctx)
	if !ok {
		return
	}
	full, count := len(ctx.Args) > 3, int64(fullCount)
	p := ctx.Parse(3)
	if full {
		count = parseFull(ctx, &p)
	}
	switch {
	case !p.OK():
	case full:
		ctx.Map(9)
		o.replyCounters(ctx)
		o.replyFull(ctx, count)
	default:
		ctx.Map(10)
		o.replyCounters(ctx)
		o.replyBrief(ctx)
	}
}

// fullCount is how many entries XINFO STREAM FULL shows unless told otherwise.
const fullCount = 10

// parseFull reads "FULL [COUNT count]".
func parseFull(ctx *command.Ctx, p *command.Args) int64 {
	count := int64(fullCount)
	switch n := p.Left(); {
	case n == 1 && p.Is("FULL"):
	case n == 3 && p.Is("FULL") && p.Is("COUNT"):
		if count = p.Int(); count < 0 {
			count = fullCount
		}
	default:
		p.Fail(command.BadSubcommand(ctx.Args[1], "XINFO"))
	}
	return count
}

// replyCounters writes the seven pairs that all forms begin with.
func (s *Stream) replyCounters(ctx *command.Ctx) {
	ctx.BulkString("length")
	ctx.Int(int64(s.length))
	ctx.BulkString("radix-tree-keys")
	ctx.Int(int64(s.ring.n))
	ctx.BulkString("radix-tree-nodes")
	ctx.Int(int64(s.ring.radixNodes()))
	ctx.BulkString("last-generated-id")
	replyID(ctx, s.last)
	ctx.BulkString("max-deleted-entry-id")
	replyID(ctx, s.maxDeleted)
	ctx.BulkString("entries-added")
	ctx.Int(int64(s.added))
	ctx.BulkString("recorded-first-entry-id")
	replyID(ctx, s.first())
}

// replyBrief writes the rest of the short form.
func (s *Stream) replyBrief(ctx *command.Ctx) {
	ctx.BulkString("groups")
	ctx.Int(int64(len(s.groups)))
	ctx.BulkString("first-entry")
	w := s.from(ID{})
	var e entry
	if w.next(&e) {
		replyEntry(ctx, &w.cur, &e)
	} else {
		ctx.Null()
	}
	ctx.BulkString("last-entry")
	if s.length == 0 || !s.replyOne(ctx, s.top) {
		ctx.Null()
	}
}

// replyFull writes the rest of the long form: at most count entries of the
// stream, and at most count pending ones of each group and consumer, 0 for all.
func (s *Stream) replyFull(ctx *command.Ctx, count int64) {
	ctx.BulkString("entries")
	s.replyRange(ctx, ID{}, lastOfAll, count)
	ctx.BulkString("groups")
	ctx.Array(len(s.groups))
	for _, g := range s.groups {
		ctx.Map(7)
		ctx.BulkString("name")
		ctx.BulkString(g.name)
		s.replyReach(ctx, g)
		ctx.BulkString("pel-count")
		ctx.Int(int64(g.pending.n))
		ctx.BulkString("pending")
		replyPending(ctx, g, nil, count)
		ctx.BulkString("consumers")
		ctx.Array(len(g.consumers))
		for _, c := range g.consumers {
			ctx.Map(5)
			ctx.BulkString("name")
			ctx.BulkString(c.name)
			ctx.BulkString("seen-time")
			ctx.Int(c.seen)
			ctx.BulkString("active-time")
			ctx.Int(c.active)
			ctx.BulkString("pel-count")
			ctx.Int(int64(c.owned.n))
			ctx.BulkString("pending")
			replyPending(ctx, g, c, count)
		}
	}
}

// replyReach writes the three pairs that say how far a group has got.
func (s *Stream) replyReach(ctx *command.Ctx, g *group) {
	ctx.BulkString("last-delivered-id")
	replyID(ctx, g.last)
	ctx.BulkString("entries-read")
	if g.read != unread {
		ctx.Int(g.read)
	} else {
		ctx.Null()
	}
	ctx.BulkString("lag")
	if lag, ok := s.lag(g); ok {
		ctx.Int(lag)
	} else {
		ctx.Null()
	}
}

// replyPending writes an array of what is pending in a group, or for c when that
// is not nil; the owner is left out then.
func replyPending(ctx *command.Ctx, g *group, c *consumer, count int64) {
	mark, n := ctx.DeferArray(), int64(0)
	g.eachPending(c, ID{}, func(id ID, v *nack) bool {
		if count > 0 && n == count {
			return false
		}
		if c == nil {
			ctx.Array(4)
			replyID(ctx, id)
			ctx.BulkString(g.owner(v).name)
		} else {
			ctx.Array(3)
			replyID(ctx, id)
		}
		ctx.Int(v.at)
		ctx.Int(v.count)
		n++
		return true
	})
	ctx.CloseArray(mark, int(n))
}

func runXinfoGroups(ctx *command.Ctx) {
	o, ok := openInfo(ctx)
	if !ok {
		return
	}
	ctx.Array(len(o.groups))
	for _, g := range o.groups {
		ctx.Map(6)
		ctx.BulkString("name")
		ctx.BulkString(g.name)
		ctx.BulkString("consumers")
		ctx.Int(int64(len(g.consumers)))
		ctx.BulkString("pending")
		ctx.Int(int64(g.pending.n))
		o.replyReach(ctx, g)
	}
}

func runXinfoConsumers(ctx *command.Ctx) {
	o, ok := openInfo(ctx)
	if !ok {
		return
	}
	g := o.group(ctx.Args[3])
	if g == nil {
		ctx.Error(command.NoSuchGroup(ctx.Args[3], ctx.Args[2]))
		return
	}
	ctx.Array(len(g.consumers))
	for _, c := range g.consumers {
		ctx.Map(4)
		ctx.BulkString("name")
		ctx.BulkString(c.name)
		ctx.BulkString("pending")
		ctx.Int(int64(c.owned.n))
		ctx.BulkString("idle")
		ctx.Int(max(ctx.Now-c.seen, 0))
		ctx.BulkString("inactive")
		if c.active == never {
			ctx.Int(never)
		} else {
			ctx.Int(max(ctx.Now-c.active, 0))
		}
	}
}

func runXinfoHelp(ctx *command.Ctx) {
	replyHelp(ctx, []string{
		"XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
		"CONSUMERS <key> <group>",
		"    The consumers of a group.",
		"GROUPS <key>",
		"    The groups of a stream.",
		"STREAM <key> [FULL [COUNT <count>]]",
		"    What is known of a stream.",
		"    FULL: with its entries, groups and consumers, COUNT of each, 0 for all.",
		"HELP",
		"    Print this text.",
	})
}
