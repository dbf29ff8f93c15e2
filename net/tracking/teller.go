package tracking

import (
	"bytes"
	"slices"
	"strings"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// channel is where a client hears in RESP2 of what another one has read.
const channel = "__redis__:invalidate"

// Teller tells clients of the changes in one shard. It belongs to the shard's turn.
type Teller struct {
	registry *Registry
	courier  session.Courier
}

// NewTeller returns a Teller for one shard.
func (r *Registry) NewTeller() *Teller { return &Teller{registry: r} }

// Invalidate tells clients of a change of a key that they have read, each in a
// message of its own.
func (t *Teller) Invalidate(who []*keyspace.Tracker, c keyspace.Change) {
	var m *session.Push
	for _, tracker := range who {
		cl, ok := tracker.Task.(*Client)
		if !ok {
			continue
		}
		o := cl.options.Load()
		if o.bcast || o.noloop && c.Author == tracker {
			continue
		}
		if m == nil {
			m = message([][]byte{c.Name})
		}
		t.send(cl, o, m)
	}
}

// Broadcast tells those who want to hear of keys with a prefix of the changes of such
// keys, in one message a prefix.
func (t *Teller) Broadcast(changes []keyspace.Change) {
	slices.SortStableFunc(changes, func(a, b keyspace.Change) int { return bytes.Compare(a.Name, b.Name) })
	r := t.registry
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, prefix := range sorted(r.prefixes) {
		from, _ := slices.BinarySearchFunc(changes, prefix, func(c keyspace.Change, prefix string) int {
			return strings.Compare(string(c.Name), prefix)
		})
		end := from
		for end < len(changes) && strings.HasPrefix(string(changes[end].Name), prefix) {
			end++
		}
		if end > from {
			t.publish(r.prefixes[prefix], changes[from:end])
		}
	}
}

// publish tells clients of changes, which are sorted by name.
func (t *Teller) publish(clients map[*Client]struct{}, changes []keyspace.Change) {
	var all *session.Push
	for cl := range clients {
		o := cl.options.Load()
		m := all
		switch {
		case o.noloop:
			m = messageBut(changes, &cl.tracker)
		case m == nil:
			all = messageBut(changes, nil)
			m = all
		}
		if m != nil {
			t.send(cl, o, m)
		}
	}
}

// InvalidateAll tells every client that all keys may have changed.
func (t *Teller) InvalidateAll() {
	r := t.registry
	r.mu.RLock()
	defer r.mu.RUnlock()
	if len(r.tracking) == 0 {
		return
	}
	m := message(nil)
	for cl := range r.tracking {
		t.send(cl, cl.options.Load(), m)
	}
}

// Depart sends what was queued on its way.
func (t *Teller) Depart() { t.courier.Depart() }

// send tells a client, or the one that it has named.
func (t *Teller) send(cl *Client, o *options, m *session.Push) {
	c := cl.session.Load()
	if c == nil {
		return
	}
	if o.redirect == 0 {
		three := *m
		three.Only(3) // there is no push in RESP2
		t.courier.Push(c, &three)
		return
	}
	target := t.registry.clients.Get(o.redirect)
	if target == nil {
		cl.broken.Store(true)
		broken := brokenMessage(o.redirect)
		t.courier.Push(c, &broken)
		return
	}
	if target.Listens() {
		t.courier.Push(target, m)
		return
	}
	three := *m
	three.Only(3)
	t.courier.Push(target, &three)
}

// message returns what a client is told of changed keys, of all keys for nil.
func message(names [][]byte) *session.Push {
	two, three := resp.Writer{Proto: 2}, resp.Writer{Proto: 3}
	two.Array(3)
	two.BulkString("message")
	two.BulkString(channel)
	three.Push(2)
	three.BulkString("invalidate")
	for _, w := range []*resp.Writer{&two, &three} {
		if names == nil {
			w.Null()
			continue
		}
		w.Array(len(names))
		for _, name := range names {
			w.Bulk(name)
		}
	}
	m := session.NewFrames(two.Buf, three.Buf)
	return &m
}

// messageBut returns the message of changes, which are sorted, each key once, but for
// those that only author has made; nil if there are no others.
func messageBut(changes []keyspace.Change, author *keyspace.Tracker) *session.Push {
	var names [][]byte
	for _, c := range changes {
		own := author != nil && c.Author == author
		again := len(names) > 0 && bytes.Equal(names[len(names)-1], c.Name)
		if !own && !again {
			names = append(names, c.Name)
		}
	}
	if names == nil {
		return nil
	}
	return message(names)
}

// brokenMessage returns what a client is told when the one that it has named is gone.
func brokenMessage(redirect uint64) session.Push {
	w := resp.Writer{Proto: 3}
	w.Push(2)
	w.BulkString("tracking-redir-broken")
	w.Int(int64(redirect))
	return session.NewFrames(nil, w.Buf)
}
