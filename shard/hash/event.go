package hash

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// notify tells of an event of the hash.
func (h *hash) notify(event string) { h.key.Notify(keyspace.EventHash, event) }

// notifyGone tells of the end of the key, if fields were removed and it was the last
// that went.
func (h *hash) notifyGone(removed bool) {
	if removed && !h.exists() {
		h.key.Notify(keyspace.EventGeneric, "del")
	}
}

// noteEnd records that a field goes because its time has come.
func (h *hash) noteEnd(field []byte) {
	if w := h.key.Effect(3); w != nil {
		w.BulkString("HDEL")
		w.Bulk(h.key.Name())
		w.Bulk(field)
	}
}

// acted is the fields that a command has changed.
type acted struct {
	any    bool
	wanted bool // the fields, and not only whether there are any
	fields [][]byte
}

func (a *acted) add(field []byte) {
	a.any = true
	if a.wanted {
		a.fields = append(a.fields, field)
	}
}

// tellEnd tells, by an event and in place of the request, that fields have been
// given a deadline, or never, or have been removed by one that has passed.
func (h *hash) tellEnd(ctx *command.Ctx, until int64, moved *acted) {
	switch {
	case !moved.any || until <= h.now:
		h.tellRemoved(ctx, moved)
	case until == never:
		h.notify("hpersist")
		if w := ctx.Effect(4 + len(moved.fields)); w != nil {
			w.BulkString("HPERSIST")
			w.Bulk(ctx.Args[1])
			recordFields(w, moved.fields)
		}
	default:
		h.notify("hexpire")
		recordEnd(ctx, until, moved.fields)
	}
}

// tellRemoved tells, by an event and in place of the request, that fields have been
// removed.
func (h *hash) tellRemoved(ctx *command.Ctx, gone *acted) {
	if gone.any {
		h.notify("hdel")
		if w := ctx.Effect(2 + len(gone.fields)); w != nil {
			w.BulkString("HDEL")
			w.Bulk(ctx.Args[1])
			for _, field := range gone.fields {
				w.Bulk(field)
			}
		}
	}
	h.notifyGone(gone.any || h.stale)
}

// recordEnd records the deadline of fields that have just been set. One that does
// not end needs no mention.
func recordEnd(ctx *command.Ctx, until int64, fields [][]byte) {
	if until == never {
		return
	}
	if w := ctx.Effect(5 + len(fields)); w != nil {
		w.BulkString("HPEXPIREAT")
		w.Bulk(ctx.Args[1])
		w.BulkInt(until)
		recordFields(w, fields)
	}
}

// recordFields writes fields as commands about deadlines take them.
func recordFields(w *resp.Writer, fields [][]byte) {
	w.BulkString("FIELDS")
	w.BulkInt(int64(len(fields)))
	for _, field := range fields {
		w.Bulk(field)
	}
}
