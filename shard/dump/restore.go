package dump

import (
	"errors"
	"math"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// textMost bounds the texts of a value whatever the configuration says: what holds
// them counts their bytes in 32 bits.
const textMost = 3 << 30

// restoring is what RESTORE is asked for besides key and payload.
type restoring struct {
	replace bool
	abs     bool  // the TTL is a unix time
	idle    int64 // seconds, or none
	freq    int64 // use counter, or none
}

// none is an idle time or a use counter that was not given.
const none = -1

func (r *restoring) parse(p *command.Args) {
	for p.More() {
		switch {
		case p.Is("REPLACE"):
			r.replace = true
		case p.Is("ABSTTL"):
			r.abs = true
		case r.freq == none && p.IsWith("IDLETIME", 1):
			if r.idle = p.Int(); r.idle < 0 {
				p.Fail(command.ErrIdleTime)
			}
		case r.idle == none && p.IsWith("FREQ", 1):
			if r.freq = p.Int(); r.freq < 0 || r.freq > math.MaxUint8 {
				p.Fail(command.ErrFrequency)
			}
		default:
			p.Syntax()
		}
	}
}

func runRestore(ctx *command.Ctx) {
	r := restoring{idle: none, freq: none}
	p := ctx.Parse(4)
	if r.parse(&p); !p.Done() {
		return
	}
	k := ctx.Key(1)
	old := k.Write()
	if old.Exists() && !r.replace {
		ctx.Error(command.ErrBusyKey)
		return
	}
	p = ctx.Parse(2)
	ttl := p.Int()
	if ttl < 0 {
		p.Fail(command.ErrTTLNegative)
	}
	if !p.OK() {
		return
	}
	b := builder{settings: ctx.Settings, now: ctx.Now}
	most := min(ctx.Settings.ProtoMaxBulkLen, textMost)
	if err := rdb.VisitPayload(ctx.Args[3], int(most), &b); err != nil {
		ctx.Error(errorText(err))
		return
	}
	r.put(ctx, k, old, &b, ttl)
	ctx.OK()
}

// errorText returns what a client is told about a payload that was refused.
func errorText(err error) string {
	if errors.Is(err, rdb.ErrVersion) || errors.Is(err, rdb.ErrChecksum) {
		return command.ErrDumpChecksum
	}
	return command.ErrDumpFormat
}

// put gives k, whose record so far is old, the value that was built. Without a
// value, or with an end that has come, k is removed.
func (r *restoring) put(ctx *command.Ctx, k keyspace.Key, old keyspace.Entry, b *builder, ttl int64) {
	if ttl > 0 && !r.abs {
		ttl += ctx.Now // a sum that overflows is a time long past
	}
	there := old.Exists()
	if ttl != 0 && ttl <= ctx.Now && !ctx.Replaying() || !b.store(k) {
		if there {
			old.Delete()
			k.Notify(keyspace.EventGeneric, "del")
			if w := ctx.Effect(2); w != nil {
				w.BulkString("DEL")
				w.Bulk(k.Name())
			}
		}
		return
	}
	if there {
		k.Notify(keyspace.EventNew, "new") // what was there counts as deleted
	}
	if ttl != 0 && !r.abs {
		effectUntil(ctx, ttl)
	}
	e := k.Glance()
	if ttl != 0 {
		e = e.SetExpiry(ttl)
	}
	if r.idle != none {
		e.SetIdle(r.idle)
	}
	if r.freq != none {
		e.SetFrequency(uint8(r.freq))
	}
	k.Notify(keyspace.EventGeneric, "restore")
}

// effectUntil repeats the request with the end of the key as a unix time.
func effectUntil(ctx *command.Ctx, at int64) {
	w := ctx.Effect(len(ctx.Args) + 1)
	if w == nil {
		return
	}
	for i, arg := range ctx.Args {
		if i == 2 {
			w.BulkInt(at)
		} else {
			w.Bulk(arg)
		}
	}
	w.BulkString("ABSTTL")
}
