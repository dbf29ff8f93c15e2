package stream

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// What depends on the time, on how chunks are filled, or on what a group has got
// so far is recorded as what has come of it: an entry with its ID, a trim to a
// number of entries, a delivery as XCLAIM says it, and how far the group is then.

// notify tells of an event of the stream.
func (o *opened) notify(event string) { o.key.Notify(keyspace.EventStream, event) }

// consumerOf returns the consumer called name, who is created if there is none.
func (o *opened) consumerOf(ctx *command.Ctx, g *group, name []byte) *consumer {
	known := g.consumer(name) != nil
	c := g.consumerOf(name, ctx.Now)
	if !known {
		o.notify("xgroup-createconsumer")
		if w := ctx.Effect(5); w != nil {
			w.BulkString("XGROUP")
			w.BulkString("CREATECONSUMER")
			w.Bulk(o.key.Name())
			w.BulkString(g.name)
			w.Bulk(name)
		}
	}
	return c
}

// recordAdd records an entry that was added, and the trim that came with it if that
// has removed anything.
func (o *opened) recordAdd(ctx *command.Ctx, id ID, pairs [][]byte, trimmed bool) {
	words := 3 + len(pairs)
	if trimmed {
		words += trimWords
	}
	w := ctx.Effect(words)
	if w == nil {
		return
	}
	w.BulkString("XADD")
	w.Bulk(o.key.Name())
	if trimmed {
		o.writeTrim(w)
	}
	writeID(w, id)
	for _, text := range pairs {
		w.Bulk(text)
	}
}

// recordTrim records a trim that has removed entries.
func (o *opened) recordTrim(ctx *command.Ctx) {
	if w := ctx.Effect(2 + trimWords); w != nil {
		w.BulkString("XTRIM")
		w.Bulk(o.key.Name())
		o.writeTrim(w)
	}
}

// trimWords is how many words writeTrim writes.
const trimWords = 3

// writeTrim writes the trim that leaves what there is now.
func (o *opened) writeTrim(w *resp.Writer) {
	w.BulkString("MAXLEN")
	w.BulkString("=")
	w.BulkInt(int64(o.length))
}

// recordClaim records that an entry is pending for c as v says.
func (o *opened) recordClaim(ctx *command.Ctx, g *group, c *consumer, id ID, v *nack) {
	const words = 14
	w := ctx.Effect(words)
	if w == nil {
		return
	}
	w.BulkString("XCLAIM")
	w.Bulk(o.key.Name())
	w.BulkString(g.name)
	w.BulkString(c.name)
	w.BulkString("0")
	writeID(w, id)
	w.BulkString("TIME")
	w.BulkInt(v.at)
	w.BulkString("RETRYCOUNT")
	w.BulkInt(v.count)
	w.BulkString("FORCE")
	w.BulkString("JUSTID")
	w.BulkString("LASTID")
	writeID(w, g.last)
}

// recordSettled records that an entry is no longer pending.
func (o *opened) recordSettled(ctx *command.Ctx, g *group, id ID) {
	if w := ctx.Effect(4); w != nil {
		w.BulkString("XACK")
		w.Bulk(o.key.Name())
		w.BulkString(g.name)
		writeID(w, id)
	}
}

// recordProgress records how far the group is.
func (o *opened) recordProgress(ctx *command.Ctx, g *group) {
	if w := ctx.Effect(7); w != nil {
		w.BulkString("XGROUP")
		w.BulkString("SETID")
		w.Bulk(o.key.Name())
		w.BulkString(g.name)
		writeID(w, g.last)
		w.BulkString("ENTRIESREAD")
		w.BulkInt(g.read)
	}
}

// writeID writes an ID.
func writeID(w *resp.Writer, id ID) {
	var room [48]byte
	w.Bulk(id.Append(room[:0]))
}
