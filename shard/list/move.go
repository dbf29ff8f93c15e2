package list

import (
	"bytes"

	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/shard/command"
)

// moving is from and to which end an element of the first key goes to the second.
type moving struct{ fromLeft, toLeft bool }

// turning is what RPOPLPUSH does.
func turning() moving { return moving{fromLeft: false, toLeft: true} }

func runRpoplpush(ctx *command.Ctx) { turning().run(ctx) }

func runLmove(ctx *command.Ctx) {
	p := ctx.Parse(3)
	m := moving{fromLeft: side(&p), toLeft: side(&p)}
	if p.Done() {
		m.run(ctx)
	}
}

// run moves one element and replies with it, or with null when there is none.
func (m moving) run(ctx *command.Ctx) {
	var l list
	switch {
	case !l.openWrite(ctx, 1):
	case !l.exists():
		ctx.Null()
	default:
		m.from(ctx, &l)
	}
}

// from moves one element of a list that exists. It reports false when it has
// replied with an error.
func (m moving) from(ctx *command.Ctx, l *list) bool {
	if bytes.Equal(ctx.Args[1], ctx.Args[2]) {
		reply(ctx, l.end(m.fromLeft))
		m.rotate(l)
		l.notify(pushed(m.toLeft))
		l.notify(popName(m.fromLeft))
		return true
	}
	var to list
	if !to.openWrite(ctx, 2) {
		return false
	}
	v := l.end(m.fromLeft)
	reply(ctx, v)
	// The value is a view into the source, which stays as it is until the copy
	// has been made.
	to.pushOne(m.toLeft, v.Item(), len(v.Str))
	l.drop(m.fromLeft, 1)
	to.notify(pushed(m.toLeft))
	l.notifyRemoved(popName(m.fromLeft))
	return true
}

// rotate moves one element within a list. The list counts as changed even when
// it comes out the same.
func (m moving) rotate(l *list) {
	if l.quick == nil {
		m.rotateFlat(l)
		return
	}
	before := l.quick.Bytes()
	if v := l.end(m.fromLeft); m.fromLeft != m.toLeft {
		var room [64]byte
		if v.Str != nil {
			v.Str = append(room[:0], v.Str...) // the chunk it is in may move
		}
		l.quick.push(m.toLeft, v.Item())
		if m.fromLeft {
			l.quick.DropHead(1)
		} else {
			l.quick.DropTail(1)
		}
	}
	l.entry.Changed(l.quick.Bytes() - before)
}

// rotateFlat turns the elements of the listpack in place.
func (m moving) rotateFlat(l *list) {
	p := l.resize(len(l.entry.Bytes())) // marks the change
	if m.fromLeft == m.toLeft {
		return
	}
	body := listpack.Body(p)
	cut := listpack.Prev(body, len(body)) // what is before goes behind
	if m.fromLeft {
		cut = listpack.Next(body, 0)
	}
	var room [64]byte
	if cut <= len(body)-cut {
		moved := append(room[:0], body[:cut]...)
		copy(body[copy(body, body[cut:]):], moved)
		return
	}
	moved := append(room[:0], body[cut:]...)
	copy(body[len(moved):], body[:cut])
	copy(body, moved)
}
