package generic

import (
	"bytes"
	"math"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// move gives to, whose record so far is old, the value of src with its expiry and
// its age, and removes src.
func move(src keyspace.Entry, to keyspace.Key, old keyspace.Entry) {
	access := src.Access()
	put(src, to, old, src.Object()).SetAccess(access)
	src.Delete()
}

// renamed tells of a key that has got another name.
func renamed(from, to keyspace.Key) {
	from.Notify(keyspace.EventGeneric, "rename_from")
	to.Notify(keyspace.EventGeneric, "rename_to")
}

// put gives to the value of src with its expiry: obj, or where that is nil the
// bytes. No record but that of to changes place. What was there before counts as
// deleted: the key comes into being anew.
func put(src keyspace.Entry, to keyspace.Key, old keyspace.Entry, obj keyspace.Object) keyspace.Entry {
	if old.Exists() {
		defer to.Notify(keyspace.EventNew, "new")
	}
	if obj != nil {
		return to.PutObject(old, src.Type(), src.Encoding(), obj, src.Expiry())
	}
	value := src.Bytes()
	e := to.Put(old, src.Type(), src.Encoding(), len(value), src.Expiry())
	copy(e.Bytes(), value)
	return e
}

func runRename(ctx *command.Ctx) {
	from := ctx.Key(1)
	src := from.Write()
	if !src.Exists() {
		ctx.Error(command.ErrNoSuchKey)
		return
	}
	if !bytes.Equal(ctx.Args[1], ctx.Args[2]) {
		to := ctx.Key(2)
		move(src, to, to.Write())
		renamed(from, to)
	}
	ctx.OK()
}

func runRenamenx(ctx *command.Ctx) {
	from := ctx.Key(1)
	src := from.Write()
	if !src.Exists() {
		ctx.Error(command.ErrNoSuchKey)
		return
	}
	if bytes.Equal(ctx.Args[1], ctx.Args[2]) {
		ctx.Int(0)
		return
	}
	if to := ctx.Key(2); moveIfFree(ctx, src, to) {
		renamed(from, to)
	}
}

// moveIfFree moves src to a key that is not there, replies whether it did, and
// returns it.
func moveIfFree(ctx *command.Ctx, src keyspace.Entry, to keyspace.Key) bool {
	old := to.Write()
	if old.Exists() {
		ctx.Int(0)
		return false
	}
	move(src, to, old)
	ctx.Int(1)
	return true
}

func runMove(ctx *command.Ctx) {
	p := ctx.Parse(2)
	number := parseDB(&p, ctx)
	if !p.Done() {
		return
	}
	if number == ctx.Number {
		ctx.Error(command.ErrSameObject)
		return
	}
	from := ctx.Key(1)
	src := from.Write()
	if !src.Exists() {
		ctx.Int(0)
		return
	}
	if to := ctx.KeyIn(1, number); moveIfFree(ctx, src, to) {
		from.Notify(keyspace.EventGeneric, "move_from")
		to.Notify(keyspace.EventGeneric, "move_to")
	}
}

func runCopy(ctx *command.Ctx) {
	number, replace := ctx.Number, false
	p := ctx.Parse(3)
	for p.More() {
		switch {
		case p.Is("REPLACE"):
			replace = true
		case p.IsWith("DB", 1):
			number = parseDB(&p, ctx)
		default:
			p.Syntax()
		}
	}
	if !p.Done() {
		return
	}
	if number == ctx.Number && bytes.Equal(ctx.Args[1], ctx.Args[2]) {
		ctx.Error(command.ErrSameObject)
		return
	}
	src := ctx.Key(1).Read()
	if !src.Exists() {
		ctx.Int(0)
		return
	}
	to := ctx.KeyIn(2, number)
	old := to.Write()
	if old.Exists() && !replace {
		ctx.Int(0)
		return
	}
	obj := src.Object()
	if obj != nil {
		obj = obj.Clone()
	}
	put(src, to, old, obj)
	to.Notify(keyspace.EventGeneric, "copy_to")
	ctx.Int(1)
}

// parseDB reads the number of a database.
func parseDB(p *command.Args, ctx *command.Ctx) int {
	n := p.IntIn(math.MinInt32, math.MaxInt32, command.ErrInt32)
	if n < 0 || n >= int64(ctx.Settings.Databases) {
		p.Fail(command.ErrDBIndex)
		return ctx.Number
	}
	return int(n)
}

func runSwapdb(ctx *command.Ctx) {
	p := ctx.Parse(1)
	a, b := parseSwapped(&p, command.ErrFirstDB), parseSwapped(&p, command.ErrSecondDB)
	if !p.Done() {
		return
	}
	if a < 0 || b < 0 || max(a, b) >= int64(ctx.Settings.Databases) {
		ctx.Error(command.ErrDBIndex)
		return
	}
	if a != b {
		invalidateAll(ctx)
		ctx.Spaces(func(ks *keyspace.Keyspace) { ks.Swap(int(a), int(b)) })
	}
	ctx.OK()
}

// parseSwapped reads the number of a database, whose range is checked later; what
// is no number gives the error invalid.
func parseSwapped(p *command.Args, invalid string) int64 {
	n, ok := num.ParseInt(p.Bytes())
	if !ok || n < math.MinInt32 || n > math.MaxInt32 {
		p.Fail(invalid)
	}
	return n
}
