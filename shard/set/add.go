package set

import (
	"bytes"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// runSadd serves SADD key member [member ...].
func runSadd(ctx *command.Ctx) {
	var s set
	if !s.open(ctx, 1) {
		return
	}
	s.expect(len(ctx.Args) - 2)
	added := 0
	for _, text := range ctx.Args[2:] {
		var one member
		one.read(text)
		if s.add(&one) {
			added++
		}
		s.hint--
	}
	s.done()
	if added > 0 {
		s.notify("sadd")
	}
	ctx.Int(int64(added))
}

// runSrem serves SREM key member [member ...].
func runSrem(ctx *command.Ctx) {
	var s set
	if !s.open(ctx, 1) {
		return
	}
	removed := 0
	for _, text := range ctx.Args[2:] {
		var one member
		one.read(text)
		if s.remove(&one) {
			removed++
		}
	}
	s.done()
	if removed > 0 {
		s.notifyRemoved("srem")
	}
	ctx.Int(int64(removed))
}

// runSmove serves SMOVE source destination member. The type of the destination
// matters only when there is a source.
func runSmove(ctx *command.Ctx) {
	from := ctx.Key(1).Write()
	to := ctx.Key(2).Write()
	if !from.Exists() {
		ctx.Int(0)
		return
	}
	if !ctx.Holds(from, keyspace.Set) || !ctx.Holds(to, keyspace.Set) {
		return
	}
	var one member
	one.read(ctx.Args[3])
	if bytes.Equal(ctx.Args[1], ctx.Args[2]) {
		m := View(from)
		ctx.Int(truth(m.has(&one)))
		return
	}
	ctx.Int(truth(move(ctx, &one)))
}

// move takes one out of the first set and puts it into the second, which is
// created if need be. It reports false when it is no member of the first.
func move(ctx *command.Ctx, one *member) bool {
	var src, dst set
	if !src.open(ctx, 1) || !src.remove(one) {
		return false
	}
	src.done()
	src.notifyRemoved("srem")
	dst.open(ctx, 2)
	if dst.add(one) {
		dst.done()
		dst.notify("sadd")
	}
	return true
}

// truth returns the integer that stands for yes or no.
func truth(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
