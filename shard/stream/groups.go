package stream

import "github.com/troupe-db/troupe/shard/command"

// The most words that XGROUP CREATE and XGROUP SETID take: options may not be
// repeated.
const (
	createMost = 8
	setidMost  = 7
)

func runXgroupCreate(ctx *command.Ctx) {
	p := ctx.Parse(5)
	create, read := false, int64(unread)
	for p.More() {
		switch {
		case p.Is("MKSTREAM"):
			create = true
		case p.IsWith("ENTRIESREAD", 1):
			read = entriesRead(&p)
		default:
			p.Fail(command.BadSubcommand(ctx.Args[1], "XGROUP"))
		}
	}
	if !p.OK() {
		return
	}
	var o opened
	if !o.openWrite(ctx, 2) {
		return
	}
	if !o.exists() && !create {
		ctx.Error(command.ErrXgroupNoKey)
		return
	}
	if len(ctx.Args) > createMost {
		ctx.Error(command.BadSubcommand(ctx.Args[1], "XGROUP"))
		return
	}
	last, ok := groupStart(ctx, &o)
	switch {
	case !ok:
	case o.exists() && o.group(ctx.Args[3]) != nil:
		ctx.Error(command.ErrBusyGroup)
	default:
		if !o.exists() {
			o.create()
		}
		o.addGroup(ctx.Args[3], last, read)
		o.changed()
		o.notify("xgroup-create")
		ctx.OK()
	}
}

// entriesRead reads the counter of a group.
func entriesRead(p *command.Args) int64 {
	n := p.Int()
	if n < unread {
		p.Fail(command.ErrEntriesRead)
	}
	return n
}

// groupStart reads the ID that a group is to start behind, "$" for the end.
func groupStart(ctx *command.Ctx, o *opened) (ID, bool) {
	if arg := ctx.Args[4]; len(arg) == 1 && arg[0] == '$' {
		if o.exists() {
			return o.last, true
		}
		return ID{}, true
	}
	p := ctx.Parse(4)
	id := readID(&p)
	return id, p.OK()
}

// openForGroup looks up the key and the group of a subcommand of XGROUP. It
// replies and reports false when one of them is not there.
func openForGroup(ctx *command.Ctx) (opened, *group, bool) {
	var o opened
	if !o.openWrite(ctx, 2) {
		return o, nil, false
	}
	if !o.exists() {
		ctx.Error(command.ErrXgroupNoKey)
		return o, nil, false
	}
	g := o.group(ctx.Args[3])
	if g == nil {
		ctx.Error(command.NoSuchGroup(ctx.Args[3], ctx.Args[2]))
	}
	return o, g, g != nil
}

func runXgroupSetid(ctx *command.Ctx) {
	p := ctx.Parse(5)
	read := int64(unread)
	for p.More() {
		if !p.IsWith("ENTRIESREAD", 1) {
			p.Fail(command.BadSubcommand(ctx.Args[1], "XGROUP"))
			break
		}
		read = entriesRead(&p)
	}
	if !p.OK() {
		return
	}
	o, g, ok := openForGroup(ctx)
	if !ok {
		return
	}
	if len(ctx.Args) > setidMost {
		ctx.Error(command.BadSubcommand(ctx.Args[1], "XGROUP"))
		return
	}
	if last, ok := groupStartOrBound(ctx, &o); ok {
		g.last, g.read = last, read
		o.changed()
		o.notify("xgroup-setid")
		ctx.OK()
	}
}

// groupStartOrBound is groupStart for SETID, which also takes "-" and "+".
func groupStartOrBound(ctx *command.Ctx, o *opened) (ID, bool) {
	if arg := ctx.Args[4]; len(arg) == 1 {
		if id, ok := parseBound(arg, 0); ok {
			return id, true
		}
	}
	return groupStart(ctx, o)
}

func runXgroupDestroy(ctx *command.Ctx) {
	var o opened
	switch {
	case !o.openWrite(ctx, 2):
	case !o.exists():
		ctx.Error(command.ErrXgroupNoKey)
	case o.removeGroup(ctx.Args[3]):
		o.changed()
		o.notify("xgroup-destroy")
		o.key.Signal() // those who wait in the group are told that it is gone
		ctx.Int(1)
	default:
		ctx.Int(0)
	}
}

func runXgroupCreateconsumer(ctx *command.Ctx) {
	o, g, ok := openForGroup(ctx)
	if !ok {
		return
	}
	if g.consumer(ctx.Args[4]) != nil {
		ctx.Int(0)
		return
	}
	g.consumerOf(ctx.Args[4], ctx.Now)
	o.changed()
	o.notify("xgroup-createconsumer")
	ctx.Int(1)
}

func runXgroupDelconsumer(ctx *command.Ctx) {
	o, g, ok := openForGroup(ctx)
	if !ok {
		return
	}
	if g.consumer(ctx.Args[4]) == nil {
		ctx.Int(0)
		return
	}
	pending := g.removeConsumer(ctx.Args[4])
	o.changed()
	o.notify("xgroup-delconsumer")
	ctx.Int(int64(pending))
}

func runXgroupHelp(ctx *command.Ctx) {
	replyHelp(ctx, []string{
		"XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
		"CREATE <key> <group> <id|$> [MKSTREAM] [ENTRIESREAD <count>]",
		"    Create a group that starts behind an ID, $ for the stream's end.",
		"    MKSTREAM: create an absent stream as well.",
		"    ENTRIESREAD: how many entries the group counts as read.",
		"CREATECONSUMER <key> <group> <consumer>",
		"    Create a consumer of a group.",
		"DELCONSUMER <key> <group> <consumer>",
		"    Remove a consumer and what is pending for it.",
		"DESTROY <key> <group>",
		"    Remove a group with its consumers.",
		"SETID <key> <group> <id|$> [ENTRIESREAD <count>]",
		"    Have a group go on behind another ID.",
		"HELP",
		"    Print this text.",
	})
}

func replyHelp(ctx *command.Ctx, lines []string) {
	ctx.Array(len(lines))
	for _, line := range lines {
		ctx.Status(line)
	}
}
