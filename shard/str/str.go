package str

import (
	"encoding/binary"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

const (
	intBytes  = 8        // size of an int's record
	maxEmbstr = 44       // longest value that is called embstr
	lendLeast = 16 << 10 // bytes of a value that a reply may not copy
)

// digits has room for the text of any int64.
type digits [20]byte

// text is Text with the room that an int needs.
func text(e keyspace.Entry, scratch *digits) []byte { return Text(e, scratch[:0]) }

// Text returns the bytes a client knows the string e as, which exists: a view of
// the record or, for an int, of room, whose bytes are overwritten.
func Text(e keyspace.Entry, room []byte) []byte {
	if e.Encoding() == keyspace.Int {
		return num.AppendInt(room[:0], e.Int())
	}
	return e.Bytes()
}

// TextOf is Text for what such a key holds.
func TextOf(v keyspace.Value, room []byte) []byte {
	if v.Encoding == keyspace.Int {
		return num.AppendInt(room[:0], v.Int())
	}
	return v.Record
}

// length returns the length of text, without building it.
func length(e keyspace.Entry) int {
	if e.Encoding() == keyspace.Int {
		return num.IntLen(e.Int())
	}
	return len(e.Bytes())
}

// bulk replies with text.
func bulk(ctx *command.Ctx, e keyspace.Entry) {
	if e.Encoding() == keyspace.Int {
		ctx.BulkInt(e.Int())
		return
	}
	b := e.Bytes()
	if len(b) >= lendLeast && ctx.Lent != nil {
		if b := e.Lend(); b != nil {
			*ctx.Lent = ctx.BulkLent(*ctx.Lent, b)
			return
		}
	}
	ctx.Bulk(b)
}

// put gives k the value in place of old, as an int where its text is that of
// one. at is the expiry.
func put(k keyspace.Key, old keyspace.Entry, value []byte, at int64) {
	if n, ok := num.ParseInt(value); ok {
		putInt(k, old, n, at)
		return
	}
	putText(k, old, value, at)
}

// putInt gives k the int n in place of old.
func putInt(k keyspace.Key, old keyspace.Entry, n, at int64) {
	e := k.Put(old, keyspace.String, keyspace.Int, intBytes, at)
	binary.LittleEndian.PutUint64(e.Bytes(), uint64(n))
}

// putText gives k the value in place of old, byte by byte even if it is the text
// of an int. value must not be a view of old.
func putText(k keyspace.Key, old keyspace.Entry, value []byte, at int64) {
	enc := keyspace.Embstr
	if len(value) > maxEmbstr {
		enc = keyspace.Raw
	}
	copy(k.Put(old, keyspace.String, enc, len(value), at).Bytes(), value)
}

// grow makes the value raw and n bytes long, no less than it is. The bytes it
// had stay, those behind them are unspecified.
func grow(e keyspace.Entry, n int) keyspace.Entry {
	if e.Encoding() == keyspace.Int {
		var scratch digits
		t := text(e, &scratch)
		e = e.Resize(n)
		copy(e.Bytes(), t)
	} else {
		e = e.Resize(n)
	}
	e.SetEncoding(keyspace.Raw)
	return e
}

// expiryOf returns when the key ends, NoExpire also for an absent one.
func expiryOf(e keyspace.Entry) int64 {
	if !e.Exists() {
		return keyspace.NoExpire
	}
	return e.Expiry()
}
