package pubsub

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/troupe-db/troupe/net/session"
)

// Subscriber is what one client listens to.
type Subscriber struct {
	hub    *Hub            // fixed
	client *session.Client // fixed

	mu     sync.Mutex
	topics [kinds]map[string]*subscription
	last   uint64 // subscription.order
	closed bool

	counts [kinds]atomic.Int32 // len of topics, for all to read
}

func newSubscriber(h *Hub, c *session.Client) *Subscriber {
	s := &Subscriber{hub: h, client: c}
	for k := range s.topics {
		s.topics[k] = map[string]*subscription{}
	}
	return s
}

// join makes the client listen to something, unless it does already.
func (s *Subscriber) join(k kind, name []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.topics[k][string(name)] != nil {
		return
	}
	s.last++
	place, text := &subscription{sub: s, order: s.last}, string(name)
	if s.total() == 0 {
		s.hub.clients.Add(1)
	}
	s.topics[k][text] = place
	s.counts[k].Add(1)
	s.hub.join(k, text, place)
}

// leave makes the client no longer listen to something, if it does.
func (s *Subscriber) leave(k kind, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(k, name)
}

// drop is leave for a caller that holds mu.
func (s *Subscriber) drop(k kind, name string) {
	place := s.topics[k][name]
	if place == nil {
		return
	}
	delete(s.topics[k], name)
	s.counts[k].Add(-1)
	s.hub.leave(k, name, place)
	if s.total() == 0 {
		s.hub.clients.Add(-1)
	}
}

// names returns what the client listens to, in the order it began to.
func (s *Subscriber) names(k kind) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	topics := s.topics[k]
	return slices.SortedFunc(maps.Keys(topics), func(a, b string) int {
		return cmp.Compare(topics[a].order, topics[b].order)
	})
}

func (s *Subscriber) total() (sum int32) {
	for k := range s.counts {
		sum += s.counts[k].Load()
	}
	return sum
}

// count returns the number that a confirmation shows: of channels and patterns
// together, or of shard channels.
func (s *Subscriber) count(k kind) int64 {
	if k == shardChannels {
		return int64(s.counts[k].Load())
	}
	return int64(s.counts[channels].Load() + s.counts[patterns].Load())
}

// Counts returns how many channels, patterns and shard channels there are.
func (s *Subscriber) Counts() (ofChannels, ofPatterns, ofShardChannels int) {
	return int(s.counts[channels].Load()), int(s.counts[patterns].Load()), int(s.counts[shardChannels].Load())
}

// Clear ends all subscriptions, in O(subscriptions).
func (s *Subscriber) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.topics {
		for name := range s.topics[k] {
			s.drop(kind(k), name)
		}
	}
}

// Close ends all subscriptions; none is taken on any more.
func (s *Subscriber) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.Clear()
}
