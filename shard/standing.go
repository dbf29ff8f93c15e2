package shard

import "github.com/troupe-db/troupe/actor"

// standing returns a Troupe whose shards already stand still for a transaction: it
// may be used in the turn that holds them, and does at once what would else be
// sent to them. A shard in that state neither borrows nor serves clients that wait,
// which comes after the fence; Execution.end ends the state.
func (t *Troupe) standing(held []*Shard) *Troupe {
	still := *t
	still.held = held
	for _, s := range held {
		if s != nil {
			s.standing = true
		}
	}
	return &still
}

// send sends a message to a shard.
func (t *Troupe) send(i int, m actor.Message[*Shard]) {
	if t.held != nil {
		m.Receive(t.held[i])
		return
	}
	t.group.Send(i, m)
}

// together calls send, which sends messages that belong together.
func (t *Troupe) together(send func()) {
	if t.held != nil {
		send()
		return
	}
	t.group.Together(send)
}

// fence runs fn over shards that stand still, and returns when everything that fn may
// have changed or seen is as durable as the policy of the journal wants.
func (t *Troupe) fence(members func(shard int) bool, fn func(held []*Shard)) {
	if t.held != nil {
		fn(t.held)
		return
	}
	upTo := int64(0)
	t.group.Fence(members, func(held []*Shard) {
		upTo = recordTogether(held, func() { fn(held) })
	})
	if upTo > 0 && t.journal.Gated() {
		t.journal.Await(upTo)
	}
}
