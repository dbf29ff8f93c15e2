package str

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// runGetrange serves GETRANGE key start end.
func runGetrange(ctx *command.Ctx) {
	p := ctx.Parse(2)
	start, end := p.Int(), p.Int()
	if !p.Done() {
		return
	}
	e := ctx.Key(1).Read()
	if !ctx.Holds(e, keyspace.String) {
		return
	}
	if !e.Exists() {
		ctx.Bulk(nil)
		return
	}
	var scratch digits
	ctx.Bulk(between(text(e, &scratch), start, end))
}

// runSubstr serves SUBSTR, the old name of GETRANGE.
func runSubstr(ctx *command.Ctx) { runGetrange(ctx) }

// between returns the bytes of s from start to end, both included. Negative
// positions count from the end of s; what then lies before s is its first byte,
// what lies behind it its last. Nothing is between a start and an end before it.
func between(s []byte, start, end int64) []byte {
	if start < 0 && end < 0 && start > end {
		return nil
	}
	n := int64(len(s))
	if start < 0 {
		start = max(n+start, 0)
	}
	if end < 0 {
		end = max(n+end, 0)
	}
	end = min(end, n-1)
	if start > end {
		return nil
	}
	return s[start : end+1]
}

// runSetrange serves SETRANGE key offset value. What lies between the old end
// and offset becomes zero bytes; an empty value changes nothing.
func runSetrange(ctx *command.Ctx) {
	p := ctx.Parse(2)
	offset := p.Int()
	value := p.Bytes()
	if offset < 0 {
		p.Fail(command.ErrOffsetOutOfRange)
	}
	if !p.Done() {
		return
	}
	k := ctx.Key(1)
	e := k.Write()
	if !ctx.Holds(e, keyspace.String) {
		return
	}
	n := 0
	if e.Exists() {
		n = length(e)
	}
	if len(value) == 0 {
		ctx.Int(int64(n))
		return
	}
	if !fits(ctx, offset, len(value)) {
		return
	}
	e = stretch(k, e, n, int(offset)+len(value))
	copy(e.Bytes()[offset:], value)
	k.Notify(keyspace.EventString, "setrange")
	ctx.Int(int64(len(e.Bytes())))
}

// stretch makes the string, of n bytes until now, at least size bytes long and
// raw. The new bytes are zero.
func stretch(k keyspace.Key, e keyspace.Entry, n, size int) keyspace.Entry {
	size = max(size, n)
	if e.Exists() {
		e = grow(e, size)
	} else {
		e = k.Put(e, keyspace.String, keyspace.Raw, size, keyspace.NoExpire)
	}
	clear(e.Bytes()[n:])
	return e
}

// runAppend serves APPEND key value.
func runAppend(ctx *command.Ctx) {
	k, tail := ctx.Key(1), ctx.Args[2]
	e := k.Write()
	if !ctx.Holds(e, keyspace.String) {
		return
	}
	if !e.Exists() {
		put(k, e, tail, keyspace.NoExpire)
		k.Notify(keyspace.EventString, "append")
		ctx.Int(int64(len(tail)))
		return
	}
	n := length(e)
	if !fits(ctx, int64(n), len(tail)) {
		return
	}
	e = grow(e, n+len(tail))
	copy(e.Bytes()[n:], tail)
	k.Notify(keyspace.EventString, "append")
	ctx.Int(int64(n + len(tail)))
}

// fits tells whether a string may have n bytes from offset on, and replies with
// the error when it may not.
func fits(ctx *command.Ctx, offset int64, n int) bool {
	limit := ctx.Settings.ProtoMaxBulkLen
	if offset <= limit && int64(n) <= limit-offset {
		return true
	}
	ctx.Error(command.ErrStringTooLong)
	return false
}
