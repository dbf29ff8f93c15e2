package pubsub

import (
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/troupe-db/troupe/codec/glob"
	"github.com/troupe-db/troupe/net/session"
)

// parts is how many locks channels are spread over.
const parts = 64

// kind is one of the three name spaces.
type kind uint8

const (
	channels kind = iota
	shardChannels
	patterns
	kinds
)

// Hub knows who listens to what. Any goroutine may use it. Build it with NewHub.
type Hub struct {
	seed  maphash.Seed
	parts [2][parts]part // channels, shardChannels

	matching patternList

	names   [kinds]atomic.Int64 // how many there are that somebody listens to
	clients atomic.Int64        // that listen to anything
	bytes   atomic.Int64        // what lists and names take
}

// part is the channels whose names have the same hash in part.
type part struct {
	mu       sync.Mutex
	topics   map[string]*topic
	gathered *session.Push // messages to one channel that are in no outbox yet, nil for none
	to       *topic        // that channel
}

// gatherMost is how many bytes of messages are gathered at most. More would share no
// more writes, and be too much at once for who reads slowly.
const gatherMost = 16 << 10

// patternList is all patterns. Publishers read it, all at the same time.
type patternList struct {
	mu     sync.RWMutex
	topics map[string]*topic
	listed []*topic // the same, for walking over
}

// topic is a channel or pattern that somebody listens to.
type topic struct {
	name []byte
	subs []*subscription // in the order they came, until one leaves
	at   int             // in patternList.listed
}

// subscription is one subscriber's place in a topic.
type subscription struct {
	sub   *Subscriber
	at    int    // in topic.subs, guarded as that is
	order uint64 // among the subscriber's, from 1 on
}

// The memory that is counted for a topic beside its name, and for a subscription:
// the structures and their share of tables and lists, as measured.
const (
	topicBytes        = 80
	subscriptionBytes = 88
)

// NewHub returns a hub nobody listens to.
func NewHub() *Hub {
	h := &Hub{seed: maphash.MakeSeed()}
	for k := range h.parts {
		for i := range h.parts[k] {
			h.parts[k][i].topics = map[string]*topic{}
		}
	}
	h.matching.topics = map[string]*topic{}
	return h
}

func (h *Hub) part(k kind, name []byte) *part {
	return &h.parts[k][maphash.Bytes(h.seed, name)%parts]
}

// publish sends a message to all who listen to a channel, and returns how many
// times it was sent: twice to one who listens to the channel and to a pattern that
// matches it. If it may wait, it may be in no outbox yet: then the courier owes it.
func (h *Hub) publish(from *session.Courier, k kind, name, payload []byte, mayWait bool) int {
	p := h.part(k, name)
	from.Settle(p)
	p.mu.Lock()
	defer p.mu.Unlock()
	receivers := 0
	if t := p.topics[string(name)]; t != nil {
		p.gather(from, t, k, payload)
		receivers = len(t.subs)
	}
	if k == channels && h.names[patterns].Load() > 0 {
		receivers += h.publishMatching(p, from, name, payload)
	}
	switch {
	case p.gathered == nil:
	case mayWait && p.gathered.Size() < gatherMost:
		from.Owe(p)
	default:
		p.deliver(from)
		from.Owe(nil)
	}
	return receivers
}

// gather puts a message behind those that wait for the same subscribers. The caller
// holds mu.
func (p *part) gather(from *session.Courier, t *topic, k kind, payload []byte) {
	if p.to != t {
		p.deliver(from)
	}
	if p.gathered == nil {
		p.gathered, p.to = session.NewPush(), t
	}
	word := "message"
	if k == shardChannels {
		word = "smessage"
	}
	p.gathered.Add(word, t.name, payload)
}

// Deliver puts what is gathered into the outboxes of those who listen.
func (p *part) Deliver(from *session.Courier) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deliver(from)
}

// deliver is Deliver for a caller that holds mu.
func (p *part) deliver(from *session.Courier) {
	if p.gathered == nil {
		return
	}
	p.to.deliver(from, p.gathered)
	p.gathered.Release()
	p.gathered, p.to = nil, nil
}

// deliverNow is deliver for somebody who sends nothing, but changes who listens.
func (p *part) deliverNow() {
	var courier session.Courier
	p.deliver(&courier)
	courier.Depart()
}

// publishMatching is the part of publish that concerns patterns. What is gathered is
// delivered before the message goes to those who listen to a pattern.
func (h *Hub) publishMatching(p *part, from *session.Courier, name, payload []byte) int {
	l := &h.matching
	l.mu.RLock()
	defer l.mu.RUnlock()
	receivers := 0
	for _, t := range l.listed {
		if glob.Match(t.name, name, false) {
			p.deliver(from)
			push := session.NewPush()
			push.Add("pmessage", t.name, name, payload)
			t.deliver(from, push)
			push.Release()
			receivers += len(t.subs)
		}
	}
	return receivers
}

// deliver puts messages into the outboxes of all who listen to t.
func (t *topic) deliver(from *session.Courier, p *session.Push) {
	for _, s := range t.subs {
		from.Push(s.sub.client, p)
	}
}

// join lists a subscription.
func (h *Hub) join(k kind, name string, s *subscription) {
	if k != patterns {
		p := h.part(k, []byte(name))
		p.mu.Lock()
		defer p.mu.Unlock()
		p.deliverNow() // what was sent before it listened it does not hear
		h.enter(k, p.topics, name, s)
		return
	}
	l := &h.matching
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := h.enter(k, l.topics, name, s); len(t.subs) == 1 {
		t.at = len(l.listed)
		l.listed = append(l.listed, t)
	}
}

// enter puts a subscription into a table. The caller holds its lock.
func (h *Hub) enter(k kind, topics map[string]*topic, name string, s *subscription) *topic {
	t := topics[name]
	if t == nil {
		t = &topic{name: []byte(name)}
		topics[name] = t
		h.names[k].Add(1)
		h.bytes.Add(topicBytes + 2*int64(len(name)))
	}
	s.at = len(t.subs)
	t.subs = append(t.subs, s)
	h.bytes.Add(subscriptionBytes)
	return t
}

// leave takes a subscription off its list.
func (h *Hub) leave(k kind, name string, s *subscription) {
	if k != patterns {
		p := h.part(k, []byte(name))
		p.mu.Lock()
		defer p.mu.Unlock()
		p.deliverNow() // it was counted among those who hear that
		h.exit(k, p.topics, name, s)
		return
	}
	l := &h.matching
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := h.exit(k, l.topics, name, s); len(t.subs) == 0 {
		last := len(l.listed) - 1
		l.listed[t.at] = l.listed[last]
		l.listed[t.at].at = t.at
		l.listed[last] = nil
		l.listed = l.listed[:last]
	}
}

// exit takes a subscription out of a table. The caller holds its lock.
func (h *Hub) exit(k kind, topics map[string]*topic, name string, s *subscription) *topic {
	t := topics[name]
	last := len(t.subs) - 1
	t.subs[s.at] = t.subs[last]
	t.subs[s.at].at = s.at
	t.subs[last] = nil
	t.subs = t.subs[:last]
	h.bytes.Add(-subscriptionBytes)
	switch {
	case last == 0:
		delete(topics, name)
		h.names[k].Add(-1)
		h.bytes.Add(-topicBytes - 2*int64(len(name)))
	case cap(t.subs) > 64 && len(t.subs) < cap(t.subs)/4:
		t.subs = slices.Clone(t.subs)
	}
	return t
}

// subscribers returns how many listen to a channel by its name.
func (h *Hub) subscribers(k kind, name []byte) int {
	p := h.part(k, name)
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.topics[string(name)]; t != nil {
		return len(t.subs)
	}
	return 0
}

// list returns the channels that match a pattern, all if it is nil, sorted.
func (h *Hub) list(k kind, pattern []byte) []string {
	var names []string
	for i := range h.parts[k] {
		p := &h.parts[k][i]
		p.mu.Lock()
		for name, t := range p.topics {
			if pattern == nil || glob.Match(pattern, t.name, false) {
				names = append(names, name)
			}
		}
		p.mu.Unlock()
	}
	slices.Sort(names)
	return names
}

// Figures are what INFO shows.
type Figures struct {
	Channels, Patterns, ShardChannels int64 // that somebody listens to
	Clients                           int64 // that listen to anything
	Bytes                             int64 // of memory for names and lists
}

// Figures returns the figures of now.
func (h *Hub) Figures() Figures {
	return Figures{
		Channels: h.names[channels].Load(), Patterns: h.names[patterns].Load(),
		ShardChannels: h.names[shardChannels].Load(), Clients: h.clients.Load(), Bytes: h.bytes.Load(),
	}
}
