package commandtest

import (
	"bytes"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// route runs a request in the turns, over several shards, that its Spec asks for.
func (h *Harness) route(row *command.Command, args [][]byte) {
	switch row.Route {
	case command.RouteKeys:
		h.turn(row, args, h.owners(row, args))
	case command.RouteSplit:
		h.split(row, args)
	case command.RouteAll:
		if row.NeedsAll(args) {
			h.turn(row, args, h.Spaces)
		} else {
			h.turn(row, args, h.owners(row, args))
		}
	case command.RouteEach:
		m := merger{kind: row.Merge}
		for shard := range h.Spaces {
			m.add(h.part(row, args, shard), nil)
		}
		h.Ctx.Buf = m.appendTo(h.Ctx.Buf, 0)
	case command.RouteCursor:
		cursor, _ := num.ParseCursor(args[1])
		h.turn(row, args, h.only(int(cursor%uint64(len(h.Spaces)))))
	default:
		h.tb.Fatalf("%s runs in no shard", row.Name)
	}
}

// owners holds the shards of a request's keys, all shards if it has none.
func (h *Harness) owners(row *command.Command, args [][]byte) []*keyspace.Keyspace {
	refs, err := row.AppendKeys(nil, args)
	if err != nil || len(refs) == 0 {
		return h.Spaces
	}
	held := make([]*keyspace.Keyspace, len(h.Spaces))
	for _, ref := range refs {
		shard := h.shard(args[ref.Index])
		held[shard] = h.Spaces[shard]
	}
	return held
}

func (h *Harness) only(shard int) []*keyspace.Keyspace {
	held := make([]*keyspace.Keyspace, len(h.Spaces))
	held[shard] = h.Spaces[shard]
	return held
}

func (h *Harness) shard(key []byte) int { return h.hasher.Shard(key, h.hasher.Sum(key)) }

// split runs a request in every shard on the keys the shard owns, each with the
// arguments that belong to it.
func (h *Harness) split(row *command.Command, args [][]byte) {
	refs, err := row.AppendKeys(nil, args)
	if err != nil {
		h.turn(row, args, h.only(0)) // the handler finds the error itself
		return
	}
	step := row.Keys[0].Find.Step
	if last := refs[len(refs)-1].Index; last+step > len(args) {
		h.turn(row, args, h.owners(row, args)) // a key lacks its value: an error as well
		return
	}
	m := merger{kind: row.Merge}
	for shard := range h.Spaces {
		part, places := [][]byte{args[0]}, []int(nil)
		for i, ref := range refs {
			if h.shard(args[ref.Index]) == shard {
				part = append(part, args[ref.Index:ref.Index+step]...)
				places = append(places, i)
			}
		}
		if places != nil {
			m.add(h.part(row, part, shard), places)
		}
	}
	h.Ctx.Buf = m.appendTo(h.Ctx.Buf, len(refs))
}

// part runs a request in one shard, takes its reply out of the Ctx and returns it.
func (h *Harness) part(row *command.Command, args [][]byte, shard int) []byte {
	mark := len(h.Ctx.Buf)
	h.turn(row, args, h.only(shard))
	reply := bytes.Clone(h.Ctx.Buf[mark:])
	h.Ctx.Buf = h.Ctx.Buf[:mark]
	return reply
}
