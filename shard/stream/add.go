package stream

import "github.com/troupe-db/troupe/shard/command"

// adding is what XADD and XTRIM are asked for in front of the entry.
type adding struct {
	present bool // only to a stream that exists
	trims   bool
	trim    Trim
	auto    bool // the server chooses the ID
	autoSeq bool // the server chooses the ID's number
	id      ID
}

// parse reads options up to the ID of XADD, which comes last, or to the end.
func (a *adding) parse(p *command.Args, xadd bool, entries int64) {
	limited := false
	for p.More() {
		switch {
		case xadd && p.Is("*"):
			a.auto = true
		case p.IsWith("MAXLEN", 1):
			a.strategy(p)
			if a.trim.MaxLen = p.Int(); a.trim.MaxLen < 0 {
				p.Fail(command.ErrStreamMaxLen)
			}
			continue
		case p.IsWith("MINID", 1):
			a.strategy(p)
			a.trim.ByID = true
			a.trim.MinID = readID(p)
			continue
		case p.IsWith("LIMIT", 1):
			if a.trim.Limit = p.Int(); a.trim.Limit < 0 {
				p.Fail(command.ErrStreamLimit)
			}
			limited = true
			continue
		case xadd && p.Is("NOMKSTREAM"):
			a.present = true
			continue
		case xadd:
			var ok bool
			if a.id, a.autoSeq, ok = parseNewID(p.Bytes()); !ok {
				p.Fail(command.ErrStreamID)
			}
		default:
			p.Syntax()
		}
		break
	}
	a.check(p, xadd, limited, entries)
}

// strategy reads what stands between MAXLEN or MINID and its value.
func (a *adding) strategy(p *command.Args) {
	if a.trims {
		p.Fail(command.ErrStreamTwoTrims)
	}
	a.trims = true
	a.trim.Approx = p.IsWith("~", 1)
	if !a.trim.Approx {
		p.IsWith("=", 1)
	}
}

// check finds options that do not go together, and sets the limit of an
// approximate trim that has none: a hundred chunks.
func (a *adding) check(p *command.Args, xadd, limited bool, entries int64) {
	switch {
	case p.Failed():
	case a.trim.Limit > 0 && !a.trims:
		p.Fail(command.ErrStreamLimitAlone)
	case !xadd && !a.trims:
		p.Fail(command.ErrStreamNoTrim)
	case limited && !a.trim.Approx:
		p.Fail(command.ErrStreamLimitExact)
	case !limited && a.trim.Approx:
		a.trim.Limit = trimLimit(entries)
	}
}

// trimLimit returns how many entries an approximate trim without a limit of its
// own removes at most, when a chunk has so many.
func trimLimit(entries int64) int64 {
	const chunks, fallback, most = 100, 10_000, 1_000_000
	if entries <= 0 {
		return fallback
	}
	return min(entries, most/chunks) * chunks
}

func runXadd(ctx *command.Ctx) {
	var a adding
	p := ctx.Parse(2)
	a.parse(&p, true, int64(ctx.Settings.StreamNodeMaxEntries))
	if !p.OK() {
		return
	}
	pairs := ctx.Args[p.Index():]
	switch {
	case len(pairs) < 2 || len(pairs)%2 != 0:
		ctx.Error(command.WrongArity("xadd"))
		return
	case !a.auto && !a.autoSeq && a.id.IsZero():
		ctx.Error(command.ErrStreamZeroID)
		return
	}
	var o opened
	switch {
	case !o.openWrite(ctx, 1):
	case !o.exists() && a.present:
		ctx.Null()
	default:
		a.run(ctx, &o, pairs)
	}
}

// run adds the entry and replies with its ID.
func (a *adding) run(ctx *command.Ctx, o *opened, pairs [][]byte) {
	last := ID{}
	if o.exists() {
		last = o.last
	}
	id, fault := a.newID(last, uint64(ctx.Now))
	if fault == "" && tooLarge(pairs) {
		fault = command.ErrStreamTooLarge
	}
	if fault != "" {
		ctx.Error(fault)
		return
	}
	if o.exists() {
		o.key.Signal()
	} else {
		o.create()
	}
	o.Append(id, pairs, limitOf(ctx))
	trimmed := int64(0)
	if a.trims {
		trimmed = o.Trim(&a.trim)
	}
	o.changed()
	o.notify("xadd")
	if trimmed > 0 {
		o.notify("xtrim")
	}
	if a.auto || a.autoSeq || a.trim.Approx {
		o.recordAdd(ctx, id, pairs, trimmed > 0)
	}
	replyID(ctx, id)
}

// newID returns the ID of an entry behind last, or the error why there is none.
func (a *adding) newID(last ID, now uint64) (id ID, fault string) {
	switch {
	case last == lastOfAll:
		return ID{}, command.ErrStreamExhausted
	case !a.auto && !a.autoSeq:
		id = a.id
	case !a.auto && a.id.MS != last.MS:
		id = a.id
	case !a.auto:
		id = ID{last.MS, last.Seq + 1} // wraps around to one that is refused
	case now > last.MS:
		id = ID{now, 0}
	default:
		id, _ = last.Next()
	}
	if !last.Less(id) {
		return ID{}, command.ErrStreamSmallID
	}
	return id, ""
}

// tooLarge tells whether fields and values exceed what an entry may have.
func tooLarge(pairs [][]byte) bool {
	bytes := 0
	for _, p := range pairs {
		if bytes += len(p); bytes > maxEntry {
			return true
		}
	}
	return false
}

func runXtrim(ctx *command.Ctx) {
	var a adding
	p := ctx.Parse(2)
	a.parse(&p, false, int64(ctx.Settings.StreamNodeMaxEntries))
	if !p.Done() {
		return
	}
	var o opened
	switch {
	case !o.openWrite(ctx, 1):
	case !o.exists():
		ctx.Int(0)
	default:
		removed := o.Trim(&a.trim)
		if removed > 0 {
			o.changed()
			o.notify("xtrim")
			if a.trim.Approx {
				o.recordTrim(ctx)
			}
		}
		ctx.Int(removed)
	}
}

func runXdel(ctx *command.Ctx) {
	var o opened
	if !o.openWrite(ctx, 1) {
		return
	}
	if !o.exists() {
		ctx.Int(0)
		return
	}
	var room [idRoom]ID
	ids, ok := readIDs(ctx, 2, room[:0])
	if !ok {
		return
	}
	removed := int64(0)
	for _, id := range ids {
		if o.Delete(id) {
			removed++
			if o.maxDeleted.Less(id) {
				o.maxDeleted = id
			}
		}
	}
	if removed > 0 {
		o.changed()
		o.notify("xdel")
	}
	ctx.Int(removed)
}

func runXlen(ctx *command.Ctx) {
	var o opened
	switch {
	case !o.openRead(ctx, 1):
	case o.exists():
		ctx.Int(int64(o.length))
	default:
		ctx.Int(0)
	}
}

func runXsetid(ctx *command.Ctx) {
	p := ctx.Parse(2)
	id := readID(&p)
	added, deleted := int64(-1), ID{}
	for p.More() {
		switch {
		case p.IsWith("ENTRIESADDED", 1):
			if added = p.Int(); added < 0 {
				p.Fail(command.ErrEntriesAdded)
			}
		case p.IsWith("MAXDELETEDID", 1):
			if deleted = readID(&p); id.Less(deleted) {
				p.Fail(command.ErrSetIDDeleted)
			}
		default:
			p.Syntax()
		}
	}
	if !p.Done() {
		return
	}
	var o opened
	switch {
	case !o.openWrite(ctx, 1):
	case !o.exists():
		ctx.Error(command.ErrNoSuchKey)
	case o.length > 0 && id.Less(o.top):
		ctx.Error(command.ErrSetIDTop)
	case o.length > 0 && added >= 0 && int64(o.length) > added:
		ctx.Error(command.ErrSetIDLength)
	default:
		o.last = id
		if added >= 0 {
			o.added = uint64(added)
		}
		if !deleted.IsZero() {
			o.maxDeleted = deleted
		}
		o.changed()
		o.notify("xsetid")
		ctx.OK()
	}
}
