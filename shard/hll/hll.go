package hll

import (
	"sync"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// open returns the bytes of the sketch that e, which exists, holds. It replies and
// reports false when e holds something else.
func open(ctx *command.Ctx, e keyspace.Entry) ([]byte, bool) {
	if !ctx.Holds(e, keyspace.String) {
		return nil, false
	}
	if e.Encoding() != keyspace.Int && isSketch(e.Bytes()) {
		return e.Bytes(), true
	}
	ctx.Error(command.ErrNotHyperLogLog)
	return nil, false
}

// store makes b, which is no view of it, the value of k in place of e. The expiry
// stays.
func store(k keyspace.Key, e keyspace.Entry, b []byte) {
	if e.Exists() {
		e = e.Resize(len(b))
		e.SetEncoding(keyspace.Raw)
	} else {
		e = k.Put(e, keyspace.String, keyspace.Raw, len(b), keyspace.NoExpire)
	}
	copy(e.Bytes(), b)
}

// touched tells the keyspace that the bytes of e are changed in place.
func touched(e keyspace.Entry) keyspace.Entry { return e.Resize(len(e.Bytes())) }

// rooms are where sparse sketches are changed. To clear one for each command would take
// as long as all the rest.
var rooms = sync.Pool{New: func() any { return new([denseBytes]byte) }}

// runPfadd serves PFADD key [element...].
func runPfadd(ctx *command.Ctx) {
	k := ctx.Key(1)
	e := k.Write()
	room := rooms.Get().(*[denseBytes]byte)
	defer rooms.Put(room)
	edit := editor{limit: ctx.Settings.HLLSparseMaxBytes}
	changed := !e.Exists()
	switch {
	case changed:
		edit.b = appendEmpty(room[:0])
	default:
		b, ok := open(ctx, e)
		if !ok {
			return
		}
		e.SetEncoding(keyspace.Raw)
		if edit.b = b; !isDense(b) {
			edit.b = append(room[:0], b...)
		}
	}
	inPlace := e.Exists() && isDense(edit.b)
	for _, element := range ctx.Args[2:] {
		var result outcome
		index, value := place(element)
		switch edit, result = edit.offer(index, value); result {
		case raised:
			changed = true
		case corrupt:
			ctx.Error(command.ErrCorruptHLL)
			return
		}
	}
	if !changed {
		ctx.Int(0)
		return
	}
	spoil(edit.b)
	if inPlace {
		touched(e)
	} else {
		store(k, e, edit.b)
	}
	k.Notify(keyspace.EventString, "pfadd")
	ctx.Int(1)
}

// runPfcount serves PFCOUNT key...
func runPfcount(ctx *command.Ctx) {
	if len(ctx.Args) > 2 {
		countUnion(ctx)
		return
	}
	e := ctx.Key(1).Read()
	if !e.Exists() {
		ctx.Int(0)
		return
	}
	b, ok := open(ctx, e)
	if !ok {
		return
	}
	e.SetEncoding(keyspace.Raw)
	n, ok := cached(b)
	if !ok {
		h, sound := histogramOf(b)
		if !sound {
			ctx.Error(command.ErrCorruptHLL)
			return
		}
		n = h.estimate()
		cache(touched(e).Bytes(), n)
	}
	ctx.Int(int64(n))
}

// countUnion replies with the number of different elements in all sketches
// together.
func countUnion(ctx *command.Ctx) {
	var all maxima
	if _, ok := mergeKeys(ctx, &all); !ok {
		return
	}
	h := all.histogram()
	ctx.Int(int64(h.estimate()))
}

// mergeKeys raises all to the registers of the sketches of all arguments, and
// tells whether one of them is dense. It replies and reports false when a key
// holds something else.
func mergeKeys(ctx *command.Ctx, all *maxima) (dense, ok bool) {
	for i := 1; i < len(ctx.Args); i++ {
		e := ctx.Key(i).Read()
		if !e.Exists() {
			continue
		}
		b, ok := open(ctx, e)
		if !ok {
			return false, false
		}
		if !all.merge(b) {
			ctx.Error(command.ErrCorruptHLL)
			return false, false
		}
		dense = dense || isDense(b)
	}
	return dense, true
}

// runPfmerge serves PFMERGE destination [source...]. What the destination holds is
// merged too; the result is dense if one of them is.
func runPfmerge(ctx *command.Ctx) {
	var all maxima
	dense, ok := mergeKeys(ctx, &all)
	if !ok {
		return
	}
	k := ctx.Key(1)
	e := k.Write()
	var room [denseBytes]byte
	edit := editor{limit: ctx.Settings.HLLSparseMaxBytes}
	if e.Exists() {
		edit.b = append(room[:0], e.Bytes()...)
	} else {
		edit.b = appendEmpty(room[:0])
	}
	if dense && !isDense(edit.b) {
		edit.b, _ = toDense(edit.b) // mergeKeys has found it sound
	}
	for i, v := range all {
		if v > 0 {
			edit, _ = edit.offer(i, v)
		}
	}
	spoil(edit.b)
	store(k, e, edit.b)
	k.Notify(keyspace.EventString, "pfadd")
	ctx.OK()
}
